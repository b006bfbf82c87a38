"""What the counts around schools say, and the reasons in words. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import wording
from vrp_map.errors import UserError
from vrp_map.statistics.many_places import (
    compare_places,
    dispersion_of_months,
    rank_interval,
    ratio_interval,
)

# Of the schools on the shortlist, at most so large a share is there by chance.
LEVEL = 0.05
FOR = "For staff who decide about schools. Never publish it, and hand it to no partner."


@dataclass(frozen=True)
class Surroundings:
    """Incidents around each school: (schools, months).

    Attributes:
        n, days: on school days in the hours of the way, or of all hours of all days.
        other_n, other_days: in the same hours on all other days; None where hours are not known.
    """

    n: NDArray[np.int64]
    days: NDArray[np.int64]
    other_n: NDArray[np.int64] | None = None
    other_days: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class SchoolRisk:
    """One school against the others.

    Attributes:
        n: incidents. days: that they were counted over. per_100_days, low, high: with the 95%
            interval.
        q: of the schools with this q or less, so large a share is there by chance.
        rank, rank_low, rank_high: 1 = the highest; in 95 of 100 draws it lies between these.
        ratio, ratio_low, ratio_high: how many times as many as at the same hours on other days;
            None where hours or incidents are not known.
        is_listed: whether it is on the shortlist. reasons: sentences for and against.
    """

    name: str
    town: str
    lad: str
    lon: float
    lat: float
    n: int
    days: int
    per_100_days: float
    low: float
    high: float
    p: float
    q: float
    rank: int
    rank_low: int
    rank_high: int
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    is_listed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class SchoolShortlist:
    """Every school, the highest rate first.

    Attributes:
        hours: the windows in words. calendar: whose school days. period: first and last month.
        dispersion: how many times more than chance alone the months vary.
        refused: why the hours cannot be told, so that all were counted; "" where they can.
    """

    schools: tuple[SchoolRisk, ...]
    reach_m: float
    hours: str
    calendar: str
    period: tuple[date, date]
    dispersion: float
    refused: str = ""

    @property
    def listed(self) -> tuple[SchoolRisk, ...]:
        """The shortlist."""
        return tuple(one for one in self.schools if one.is_listed)

    @property
    def sentence(self) -> str:
        """How many schools stand out, and in which hours."""
        many = len(self.schools)
        if not self.listed:
            said = f"No school of {many:,} stands out: what differs may be chance."
        else:
            one = len(self.listed) == 1
            have, them = ("has", "it") if one else ("have", "them")
            said = (
                f"{len(self.listed):,} of {many:,} schools {have} more incidents around {them} than"
                " chance would make."
            )
        return said + (" All hours of all days are counted." if self.refused else "")

    @property
    def how(self) -> tuple[str, ...]:
        """How it was counted, sentence by sentence."""
        when = (
            f"The hours are not known, so that all are counted. {self.refused}"
            if self.refused
            else f"Counted are school days from {self.hours}. School days: {self.calendar}."
        )
        return (
            f"Around a school means within {self.reach_m:,.0f} m straight from it, not by the"
            " streets. Two schools near each other share incidents.",
            f"{when} The months are {wording.period_words(*self.period)}.",
            f"Each school is held against all others. Of a shortlist, at most {LEVEL:.0%} is there"
            f" by chance. The months vary {self.dispersion:.1f} times as much as chance alone makes"
            " them, and that is allowed for.",
            "The count is of the place, not of the school: it does not say that pupils are hurt or"
            " do harm.",
        )


def school_risks(schools: pd.DataFrame, counted: Surroundings) -> tuple[list[SchoolRisk], float]:
    """The risk of each school, the highest rate first, and the dispersion that was allowed for.

    Args:
        schools: name, town, lad, lon, lat; in the order of the rows of `counted`.

    Raises:
        UserError: no day to count over.
    """
    n, days = counted.n.sum(axis=1), counted.days.sum(axis=1)
    if not (days > 0).all():
        raise UserError(
            "The period holds no school day.",
            hint="Choose a period in term time, or mend the setting school_calendar.",
        )
    dispersion = dispersion_of_months(counted.n, counted.days)
    compared = compare_places(n, days, dispersion=dispersion)
    columns = pd.DataFrame(asdict(compared)).assign(n=n, days=days)
    ranks = rank_interval(n, days, dispersion=dispersion)
    columns["rank_low"], columns["rank_high"] = ranks
    columns[["ratio", "ratio_low", "ratio_high"]] = _ratios(counted, dispersion)
    known = [schools[["name", "town", "lad", "lon", "lat"]].reset_index(drop=True), columns]
    rows = pd.concat(known, axis=1).sort_values(["rank", "name"])
    return [_risk(row, len(rows)) for row in rows.to_dict("records")], dispersion


def _ratios(counted: Surroundings, dispersion: float) -> NDArray[np.float64]:
    """ratio, low, high of each school; NaN where they are not known."""
    unknown = np.full((len(counted.n), 3), np.nan)
    if counted.other_n is None or counted.other_days is None:
        return unknown
    other_days = counted.other_days.sum(axis=1)
    if not (other_days > 0).all():
        return unknown
    columns = ratio_interval(
        counted.n.sum(axis=1),
        counted.days.sum(axis=1),
        counted.other_n.sum(axis=1),
        other_days,
        dispersion=dispersion,
    )
    return np.column_stack(columns)


def _risk(row: dict[Hashable, Any], many: int) -> SchoolRisk:
    """One school of a table of all `many`."""
    rate, low, high = (100 * float(row[name]) for name in ("rate", "low", "high"))
    whole = {name: int(row[name]) for name in ("n", "days", "rank", "rank_low", "rank_high")}
    ratios = [_finite(row[name]) for name in ("ratio", "ratio_low", "ratio_high")]
    q = float(row["q"])
    reasons = (
        f"{incidents(whole['n'])} on {whole['days']:,} days: {rate:.1f} in 100 days (95% interval"
        f" {low:.1f} to {high:.1f}).",
        _chance(q, many),
        _rank_words(whole["rank"], whole["rank_low"], whole["rank_high"], many),
        *_beside_other_days(*ratios),
    )
    known: dict[str, Any] = {name: str(row[name]) for name in ("name", "town", "lad")}
    known |= {name: float(row[name]) for name in ("lon", "lat", "p", "q")}
    known |= whole | dict(zip(("ratio", "ratio_low", "ratio_high"), ratios, strict=True))
    known |= {"per_100_days": rate, "low": low, "high": high}
    return SchoolRisk(**known, is_listed=q <= LEVEL, reasons=reasons)


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def incidents(n: int) -> str:
    """A number of incidents in words."""
    return "1 incident" if n == 1 else f"{n:,} incidents"


def _small(q: float) -> str:
    return "below 0.001" if q < 0.001 else f"{q:.3f}"


def _rank_words(rank: int, low: int, high: int, many: int) -> str:
    said = f"It is number {rank:,} of {many:,}"
    if low == high:
        return f"{said}, and chance hardly changes that."
    return f"{said}. By chance it may be anything from {low:,} to {high:,}."


def _chance(q: float, many: int) -> str:
    looked = f"also when {many:,} schools are looked at"
    if q <= LEVEL:
        return f"Chance alone would hardly make it, {looked} (q {_small(q)})."
    return f"Chance alone could make it when {many:,} schools are looked at (q {q:.2f})."


def _beside_other_days(
    times: float | None, low: float | None, high: float | None
) -> tuple[str, ...]:
    if times is None or low is None:
        return ()
    interval = f"95% interval {low:.1f} to {high:.1f}" if high else f"at least {low:.1f}"
    said = f"At the same hours there are {times:.1f} times as many as on other days ({interval})"
    if low > 1:
        return (f"{said}: it goes with the school day.",)
    return (f"{said}: the place may be why, and not the way to school.",)
