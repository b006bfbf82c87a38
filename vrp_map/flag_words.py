"""The list of words of harm: the one that comes with the package, or the operator's own."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from vrp_map.errors import UserError
from vrp_map.text_flags import FlagWords, read_flag_words

_OURS = Path(__file__).with_name("flag_words.toml")


@lru_cache(maxsize=4)
def load_flag_words(file: str = "") -> FlagWords:
    """The list of a TOML file; without one, ours. Read once: a changed list needs a new start.

    Raises:
        UserError: a file that is not there, is no TOML, or holds no list.
    """
    path = Path(file) if file else _OURS
    try:
        return read_flag_words(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"The flag words in {path} are not valid TOML: {error}.", hint="Mend that line.") from error
    except OSError as error:
        raise UserError(
            f"The flag words in {path} cannot be read ({error.strerror}).",
            hint="Check the setting flag_words, or leave it out.",
        ) from error
