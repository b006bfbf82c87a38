"""The closed lists of pilots (approaches of the Youth Endowment Fund, kinds of dose): ours, or the
operator's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from vrp_map.common.toml_table import read_toml_table
from vrp_map.errors import UserError
from vrp_map.places.search_order import folded

_OURS = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True)
class Approach:
    """What others found of a way of working: never a forecast for one place.

    Attributes:
        impact: high, moderate, low, or no clear evidence. found: in words.
        checked_on: when somebody read the source.
    """

    words: str
    impact: str
    found: str
    source: str
    checked_on: date


@dataclass(frozen=True)
class PilotCatalogue:
    """Code -> what it means, of each list."""

    approaches: Mapping[str, Approach]
    dose_kinds: Mapping[str, str]
    dose_sources: Mapping[str, str]

    def code_of(self, list_name: str, said: str) -> str:
        """The code that a word of a sheet means; "" where it means none."""
        wanted = folded(said)
        known: Mapping[str, str] = getattr(self, list_name)
        for code, words in known.items():
            if wanted and wanted in (folded(code), folded(words)):
                return code
        return ""


def load_pilot_catalogue(own: str = "") -> PilotCatalogue:
    """The catalogue of the setting `pilot_catalogue`, or the one that comes with the package.

    Raises:
        UserError: a file that cannot be used, and why.
    """
    return _load(Path(own) if own else _OURS)


@lru_cache(maxsize=4)
def _load(path: Path) -> PilotCatalogue:
    return read_pilot_catalogue(
        read_toml_table(path, what="lists of pilots", setting="pilot_catalogue")
    )


def read_pilot_catalogue(table: Mapping[str, Any]) -> PilotCatalogue:
    """The catalogue of a TOML table.

    Raises:
        UserError: a list that is missing or is none.
    """
    try:
        approaches = {code: Approach(**one) for code, one in table["approaches"].items()}
        lists = {
            name: {code: str(words) for code, words in table[name].items()}
            for name in ("dose_kinds", "dose_sources")
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(
            "The lists of pilots cannot be used: one is missing, or is not a table.",
            hint="Give approaches, dose_kinds and dose_sources, as in the file that comes along.",
        ) from error
    if not approaches:
        raise UserError("The list of approaches is empty.", hint="Give at least one.")
    return PilotCatalogue(approaches, **lists)
