"""A formula as the page's editor makes it, and the file that says the same.

The editor's numbers and those of `vrp-map funding allocate` are one: both are worked out from the
table of this file. Pure.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from vrp_map.funding.formula import Family, Measure
from vrp_map.funding.from_store import SOURCES
from vrp_map.funding.grant import Grant, by_area
from vrp_map.funding.limits import whole_pounds
from vrp_map.places.search_order import folded

EQUAL_SHARES = "equal shares"


@dataclass(frozen=True)
class FormulaDraft:
    """What somebody chose.

    Attributes:
        weights: source (of `SOURCES`) -> its weight; 0 leaves it out. floor, cap: pounds; no cap is
            None. last: area -> pounds before; compared_with: what that is, in words. most_change: a
            part of it, 0.1 for a tenth.
        dispersion: how many times more than chance the counts vary.
    """

    family: Family = Family.WEIGHTED_SHARES
    weights: Mapping[str, float] = field(default_factory=dict)
    floor: float = 0.0
    cap: float | None = None
    last: Mapping[str, int] | None = None
    compared_with: str = EQUAL_SHARES
    most_change: float | None = None
    dispersion: float = 1.0
    accepts_mixture: bool = False
    top_share: float = 0.15
    held: float = 0.8

    @property
    def mixes(self) -> bool:
        """Whether it adds rates to counts."""
        kinds = {SOURCES[source].measure for source, weight in self.weights.items() if weight}
        return self.family is Family.WEIGHTED_SHARES and len(kinds) == len(Measure)

    @property
    def table(self) -> dict[str, Any]:
        """The formula as its file has it; what goes without saying is left out."""
        table: dict[str, Any] = {"family": str(self.family), "dispersion": self.dispersion}
        if self.mixes and self.accepts_mixture:
            table["mixture"] = "accepted"
        if self.family is Family.POINTS:
            table["top_share"] = self.top_share
        if self.family is Family.HOLDERS:
            table["held"] = self.held
        if self.last is not None:
            table["compared_with"] = self.compared_with
        if self.family is not Family.EQUAL:
            table["factor"] = [_factor(*chosen) for chosen in self.weights.items() if chosen[1]]
        limits = {"floor": self.floor or None, "cap": self.cap, "most_change": self.most_change}
        if given := {name: value for name, value in limits.items() if value is not None}:
            table["limits"] = given
        if self.last is not None:
            table["last"] = dict(self.last)
        return table


def _factor(source: str, weight: float) -> dict[str, Any]:
    known = SOURCES[source]
    return {
        "name": known.name,
        "measure": str(known.measure),
        "source": source,
        "weight": weight,
    }


def formula_text(table: Mapping[str, Any]) -> str:
    """The table as TOML: values first, then each factor, then the tables of areas and limits."""
    lines = [f"{k} = {_value(v)}" for k, v in table.items() if not isinstance(v, Mapping | list)]
    for factor in table.get("factor", []):
        lines += ["", "[[factor]]", *(f"{_key(k)} = {_value(v)}" for k, v in factor.items())]
    for name, held in table.items():
        if isinstance(held, Mapping):
            lines += ["", f"[{name}]", *(f"{_key(k)} = {_value(v)}" for k, v in held.items())]
    return "\n".join([*lines, ""])


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else _value(name)


def _value(given: Any) -> str:
    """A value as TOML; its texts are those of JSON but for the one sign that TOML escapes too."""
    if isinstance(given, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in given.items()) + " }"
    if isinstance(given, str):
        return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(given)


def equal_shares(areas: Sequence[str], total: int) -> dict[str, int]:
    """The sum in equal parts, to the pound."""
    parts = whole_pounds(np.full(len(areas), total / len(areas)))
    return {area: int(part) for area, part in zip(areas, parts, strict=True)}


def allocations_kept(
    grants: Iterable[Grant], names: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    """What was shared out before, among the grants: each stream and year that reaches every area.

    Lines that also go to another place are left out, because nobody knows which part stayed.

    Args:
        names: code -> name of the areas.

    Returns:
        stream and year in words, the latest first -> area code -> pounds.
    """
    codes = {" ".join(folded(said)): code for code, name in names.items() for said in (code, name)}
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for grant in grants:
        parts = {codes.get(" ".join(folded(a))): n for a, n in by_area(grant).items()}
        if None in parts:
            continue
        for code, amount in parts.items():
            sums[grant.year, grant.stream][str(code)] += amount
    return {
        f"{stream} {year}": {code: round(held[code]) for code in names}
        for (year, stream), held in sorted(sums.items(), reverse=True)
        if set(held) == set(names)
    }
