"""The closed lists of responses (agencies, strands, clocks): ours, or the operator's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from vrp_map.common.toml_table import read_toml_table
from vrp_map.errors import UserError
from vrp_map.places.search_order import folded

_OURS = Path(__file__).with_name("catalogue.toml")
_LISTS = ("categories", "limbs", "agencies", "strands", "interventions", "tiers")


@dataclass(frozen=True)
class Clock:
    """One moment at which a response is looked at again.

    Attributes:
        hours: after the partnership was told; None = a person sets the day.
    """

    code: str
    words: str
    hours: int | None


@dataclass(frozen=True)
class Catalogue:
    """Code -> words of each list, and the clocks of each tier."""

    categories: Mapping[str, str]
    limbs: Mapping[str, str]
    agencies: Mapping[str, str]
    strands: Mapping[str, str]
    interventions: Mapping[str, str]
    tiers: Mapping[str, str]
    clocks: Mapping[str, Clock]
    clocks_of_tier: Mapping[str, tuple[str, ...]]

    def code_of(self, list_name: str, said: str) -> str | None:
        """The code of a list that a word of a sheet means; None where it means no single one."""
        known: Mapping[str, str] = getattr(self, list_name)
        wanted = folded(said)
        same = [code for code, words in known.items() if wanted in (folded(code), folded(words))]
        if same or not wanted:
            return same[0] if same else None
        near = [code for code, words in known.items() if set(wanted) <= set(folded(words))]
        return near[0] if len(near) == 1 else None

    def words(self, list_name: str, code: str) -> str:
        """What people read for a code; one that is not listed reads as it was typed."""
        return str(getattr(self, list_name).get(code, code))


def load_catalogue(own: str = "") -> Catalogue:
    """The catalogue of the setting `response_catalogue`, or the one that comes with the package.

    Raises:
        UserError: a file that cannot be used, and why.
    """
    return _load(Path(own) if own else _OURS)


@lru_cache(maxsize=4)
def _load(path: Path) -> Catalogue:
    return read_catalogue(
        read_toml_table(path, what="lists of responses", setting="response_catalogue")
    )


def read_catalogue(table: Mapping[str, Any]) -> Catalogue:
    """The catalogue of a TOML table.

    Raises:
        UserError: a list that is missing or is none, a tier with a clock that does not exist.
    """
    try:
        lists = {name: {c: str(w) for c, w in table[name].items()} for name in _LISTS}
        clocks = {
            code: Clock(code, str(one["words"]), int(one["hours"]) if "hours" in one else None)
            for code, one in table["clocks"].items()
        }
        of_tier = {tier: tuple(names) for tier, names in table["clocks_of_tier"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UserError(
            "The lists of responses cannot be used: one is missing, or is not a table.",
            hint=f"Give {', '.join((*_LISTS, 'clocks', 'clocks_of_tier'))}.",
        ) from error
    unknown = {name for names in of_tier.values() for name in names} - set(clocks)
    strange = set(of_tier) ^ set(lists["tiers"])
    if unknown or strange:
        raise UserError(
            "The clocks of the tiers do not fit:"
            f" {', '.join(sorted(unknown | strange))} is in one list and not in the other.",
            hint="Name each tier once in clocks_of_tier, with clocks that exist.",
        )
    return Catalogue(**lists, clocks=clocks, clocks_of_tier=of_tier)
