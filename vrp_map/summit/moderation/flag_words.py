"""The list of words of harm: the one that comes with the package, or the operator's own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from vrp_map.common.toml_table import read_toml_table
from vrp_map.summit.moderation.flags import FlagWords, read_flag_words

_OURS = Path(__file__).with_name("flag_words.toml")


@lru_cache(maxsize=4)
def load_flag_words(file: str = "") -> FlagWords:
    """The list of a TOML file; without one, ours. Read once: a changed list needs a new start.

    Raises:
        UserError: a file that is not there, is no TOML, or holds no list.
    """
    path = Path(file) if file else _OURS
    return read_flag_words(read_toml_table(path, what="flag words", setting="flag_words"))
