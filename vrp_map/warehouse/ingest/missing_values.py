"""Words for nothing: what databases, R and spreadsheets write where there is no value."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from vrp_map.warehouse.ingest.suppliers import FIELDS

_WORDS = (
    "na",
    "n/a",
    "n.a.",
    "<na>",
    "null",
    "(null)",
    "<null>",
    "none",
    "(none)",
    "nan",
    "nat",
    "nil",
    "\\n",
    "-",
    "--",
    "---",
    "–",
    "—",
    "#n/a",
    "#na",
    "#null!",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#num!",
    "(blank)",
    "blank",
)


@cache
def _every_case() -> pa.Array:
    return pa.array(
        sorted(
            {"NaN", "NaT"}
            | {
                form
                for word in _WORDS
                for form in (word, word.upper(), word.title(), word.capitalize())
            }
        )
    )


def emptied(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, int]:
    """A batch of `rows.SCHEMA` with every word for nothing empty, and how many there were."""
    replaced, columns = 0, []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name in FIELDS and column.null_count < len(column):
            if not pc.all(pc.string_is_ascii(column)).as_py():
                # A non-breaking space, which a spreadsheet leaves where a cell looks empty, is a
                # space too.
                column = pc.utf8_trim_whitespace(column)
            empty = pc.fill_null(pc.is_in(column, value_set=_every_case()), fill_value=False)
            if found := pc.sum(empty).as_py():
                replaced += found
                column = pc.if_else(empty, pa.scalar("", pa.string()), column)
        columns.append(column)
    return pa.record_batch(columns, schema=batch.schema), replaced
