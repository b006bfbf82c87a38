"""A formula from a TOML file: its areas, factors, limits, and the published one that it follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from vrp_map.common.toml_table import read_toml_table
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.funding.formula import Factor, Family, Formula, Measure
from vrp_map.funding.limits import Floats

_PRECEDENTS = Path(__file__).with_name("precedents.toml")
_KEYS = [
    "precedent",
    "family",
    "mixture",
    "areas",
    "factor",
    "limits",
    "last",
    "held",
    "top_share",
    "words",
    "source",
    "dispersion",
    "compared_with",
]
_FACTOR_KEYS = ["name", "measure", "weight", "values", "counts", "per_1000", "source"]
_LIMITS = ["floor", "cap", "most_change"]

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class SourceValues:
    """What the store holds of each area: (areas,) values, and the counts and heads behind them."""

    values: Floats
    counted: Floats | None = None
    per_head: Floats | None = None
    is_smoothed: bool = False


@dataclass(frozen=True)
class FormulaFile:
    """What a file asks for.

    Attributes:
        names: area code -> name. words: the published formula that it follows, "" for none.
        dispersion: how many times more than Poisson counts the counts vary.
        from_store: whether a factor is counted from the store. compared_with: what [last] is, in
            words.
    """

    formula: Formula
    names: Mapping[str, str]
    words: str
    dispersion: float
    from_store: bool
    compared_with: str = "before"


# Gives the values of a source ("incidents", "rate", "residents") for these areas.
ValuesOf = Callable[[str, Sequence[str]], SourceValues]


def precedents() -> Mapping[str, Mapping[str, Any]]:
    """The published formulas by name."""
    return read_toml_table(_PRECEDENTS, what="published formulas", setting="")


def read_formula(path: Path, *, area_names: Mapping[str, str], values_of: ValuesOf) -> FormulaFile:
    """The formula of a file (`formula_of`)."""
    own = read_toml_table(path, what="formula", setting="--formula")
    return formula_of(own, area_names=area_names, values_of=values_of)


def formula_of(
    own: Mapping[str, Any], *, area_names: Mapping[str, str], values_of: ValuesOf
) -> FormulaFile:
    """The formula of a table, as a file or the page's editor writes it.

    Args:
        area_names: code -> name of the local authorities, for a file that names no areas.
        values_of: what the store holds.

    Raises:
        UserError: what is wrong in the table, and what to do.
    """
    _refuse_unknown(own, _KEYS, "the formula")
    table = _with_precedent(own)
    names = dict(table.get("areas") or area_names)
    areas = tuple(names)
    factors = tuple(_factor(entry, areas, values_of) for entry in table.get("factor", []))
    limits = table.get("limits", {})
    _refuse_unknown(limits, _LIMITS, "[limits]")
    formula = Formula(
        _one_of(Family, table.get("family", "weighted-shares"), "family"),
        areas,
        factors,
        floor=_number(limits.get("floor", 0), "floor"),
        cap=_number(limits.get("cap", float("inf")), "cap"),
        last=_values(table["last"], areas, "[last]") if "last" in table else None,
        most_change=_number(limits["most_change"], "most_change")
        if "most_change" in limits
        else None,
        accepts_mixture=table.get("mixture") == "accepted",
        top_share=_number(table.get("top_share", 0.15), "top_share"),
        held=_number(table.get("held", 0.8), "held"),
    )
    is_counted = any("source" in entry for entry in table.get("factor", []))
    dispersion = _number(table.get("dispersion", 1), "dispersion")
    return FormulaFile(
        formula,
        names,
        words=str(table.get("words", "")),
        dispersion=dispersion,
        from_store=is_counted,
        compared_with=str(table.get("compared_with", "before")),
    )


def _with_precedent(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """The published formula that the file follows, with what the file says in its place."""
    name = own.get("precedent")
    if name is None:
        return own
    known = precedents()
    if name not in known:
        raise UserError(
            f"There is no published formula {name!r}.", hint=nearest(str(name), list(known))
        )
    given = {entry.get("name"): entry for entry in own.get("factor", [])}
    expected = [entry["name"] for entry in known[name]["factor"]]
    missing = [wanted for wanted in expected if wanted not in given]
    if missing:
        raise UserError(
            f"The formula {name} needs the factor {missing[0]!r}, and the file has none.",
            hint=f"It has: {', '.join(expected)}.",
        )
    factors = [entry | given.pop(entry["name"]) for entry in known[name]["factor"]]
    limits = known[name].get("limits", {}) | own.get("limits", {})
    more = {"factor": [*factors, *given.values()], "limits": limits}
    return {**known[name], **own, **more}


def _factor(entry: Mapping[str, Any], areas: Sequence[str], values_of: ValuesOf) -> Factor:
    name = str(entry.get("name", ""))
    if not name:
        raise UserError("A factor has no name.", hint='Give each [[factor]] a name = "…".')
    _refuse_unknown(entry, _FACTOR_KEYS, f"the factor {name!r}")
    given = [key for key in ("values", "counts", "source") if key in entry]
    if len(given) != 1:
        raise UserError(
            f"The factor {name!r} needs one of values, counts or source.",
            hint="values: as they are; counts: redrawn too; source: from the store.",
        )
    if given == ["source"]:
        found = values_of(str(entry["source"]), areas)
    elif given == ["counts"]:
        counts = _values(entry["counts"], areas, name)
        heads = _values(entry["per_1000"], areas, name) / 1000 if "per_1000" in entry else None
        if heads is not None and not (heads > 0).all():
            raise UserError(f"The residents of {name!r} are not above 0.", hint="Mend per_1000.")
        found = SourceValues(counts if heads is None else counts / heads, counts, heads)
    else:
        found = SourceValues(_values(entry["values"], areas, name))
    measure = _one_of(Measure, entry.get("measure", "count"), f"measure of {name!r}")
    is_rate = found.per_head is not None
    if is_rate != (measure is Measure.RATE) and given != ["values"]:
        raise UserError(
            f"The factor {name!r} is called a {measure}, but it is"
            f" {'divided by residents' if is_rate else 'not divided by residents'}.",
            hint='Write measure = "rate" where it is divided by residents, else "count".',
        )
    weight = _number(entry.get("weight", 1), f"weight of {name!r}")
    return Factor(
        name,
        measure,
        weight,
        found.values,
        counted=found.counted,
        per_head=found.per_head,
        is_smoothed=found.is_smoothed,
    )


def _values(given: Any, areas: Sequence[str], name: str) -> Floats:
    """One number for each area, in their order."""
    if not isinstance(given, Mapping):
        raise UserError(f"{name} is not a table of areas.", hint="Write E08000025 = 1 and so on.")
    missing = [area for area in areas if area not in given]
    unknown = [area for area in given if area not in areas]
    if missing or unknown:
        what = f"no value for {missing[0]}" if missing else f"a value for {unknown[0]}"
        raise UserError(
            f"{name} has {what}, which {'is an area' if missing else 'is no area'} of the formula.",
            hint="Give one value for each area, and for no other.",
        )
    return np.array([_number(given[area], f"{name} of {area}") for area in areas])


def _number(given: Any, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise UserError(f"{name} is not a number.", hint="Write it as 0.25 or 90000.")
    return float(given)


def _one_of(words: type[Word], given: Any, what: str) -> Word:
    if given not in list(words):
        raise UserError(f"There is no {what} {given!r}.", hint=nearest(str(given), list(words)))
    return words(given)


def _refuse_unknown(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise UserError(f"{where} has no entry {key!r}.".capitalize(), hint=nearest(key, known))
