"""Names without what an eye cannot see: a name that turns its line round, or holds a NUL, goes no
further than here.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from vrp_map.common.plain_text import plain_text

# The fields whose words people read.
NAMES = ("publisher", "place", "lsoa", "category", "offence_code", "setting")
# Whatever `plain_text` may change, and a little more: those rows are few, and it decides.
_UNSEEN = r"[\p{C}\p{Zl}\p{Zp}\x{34f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{2800}\x{3164}\x{ffa0}]"


def without_unseen(table: pa.Table) -> tuple[pa.Table, int]:
    """Replace by a space what cannot be seen in the names of a table of rows.

    Args:
        table: text columns of `suppliers.FIELDS`.

    Returns:
        The table, and how many names were changed.
    """
    changed = 0
    for name in NAMES:
        # Most names stand in many rows: each is looked at once.
        coded = table[name].combine_chunks().dictionary_encode()
        words = coded.dictionary
        suspects = pc.match_substring_regex(words, _UNSEEN)
        if not pc.any(suspects).as_py():
            continue
        before = words.to_pylist()
        pairs = zip(before, suspects.to_pylist(), strict=True)
        after = [plain_text(word) if is_suspect else word for word, is_suspect in pairs]
        differs = pa.array([one != other for one, other in zip(before, after, strict=True)])
        changed += pc.sum(differs.take(coded.indices)).as_py() or 0
        column = pa.array(after, pa.string()).take(coded.indices)
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table, changed
