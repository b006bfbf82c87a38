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
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(
            f"The {what} in {path} are not valid TOML: {error}.", hint="Mend that line."
        ) from error
    except OSError as error:
        raise UserError(
            f"The {what} in {path} cannot be read ({error.strerror}).",
            hint=f"Check the setting {setting}, or leave it out.",
        ) from error
