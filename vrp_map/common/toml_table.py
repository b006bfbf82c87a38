"""A table that travels with the package and that an operator may replace by their own: a
TOML file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from vrp_map.errors import UserError


def read_toml_table(path: Path, *, what: str, setting: str) -> dict[str, Any]:
    """The table of a file.

    Args:
        what: is in it, for the messages: "flag words". setting: that names the file.

    Raises:
        UserError: a file that is not there or is no TOML.
    """
    try:
        return toml_table_of(path.read_bytes(), what=f"{what} in {path}")
    except OSError as error:
        raise UserError(
            f"The {what} in {path} cannot be read ({error.strerror}).",
            hint=f"Check the setting {setting}, or leave it out.",
        ) from error


def toml_table_of(content: bytes, *, what: str) -> dict[str, Any]:
    """The table that a file holds.

    Args:
        what: it is, for the messages: "flag words in words.toml".

    Raises:
        UserError: it is no TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(
            f"The {what} are not valid TOML: {error}.", hint="Mend that line."
        ) from error
