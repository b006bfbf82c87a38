"""The quarter: how many responses, how fast, and whether the number is news. Pure.

The interval is the exact one of a Poisson count (`statistics.rates`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import scipy

from vrp_map.config import Settings
from vrp_map.disclosure.response_counts import (
    ResponseCounts,
    shown_hours,
    shown_part,
    shown_responses,
)
from vrp_map.errors import UserError
from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.quarter.findings import late_strands, slow_areas, strand_counts
from vrp_map.responses.response import Response
from vrp_map.statistics.rates import poisson_interval
from vrp_map.vocabulary import Audience

NOT_KNOWN, NOT_LISTED = "not known", "not in the list"
_NAME = re.compile(r"^(\d{4})-?Q([1-4])$", re.IGNORECASE)
_DAY_H = 24.0
_ORDINARY = 0.95


@dataclass(frozen=True)
class CalendarQuarter:
    """Three months: "2026-Q3" is July to September 2026."""

    year: int
    number: int

    @property
    def name(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        return date(self.year + self.number // 4, 3 * (self.number % 4) + 1, 1)

    def holds(self, response: Response) -> bool:
        """Whether the partnership knew of the incident in this quarter."""
        return self.first <= response.known_at.date() < self.after


def read_quarter(text: str) -> CalendarQuarter:
    """A quarter by its name.

    Raises:
        UserError: it is none.

    >>> read_quarter("2026-Q3").first
    datetime.date(2026, 7, 1)
    """
    found = _NAME.match(text.strip())
    if found is None:
        raise UserError(f"{text!r} is no quarter.", hint="Write it as 2026-Q3.")
    return CalendarQuarter(int(found[1]), int(found[2]))


def quarter_of(day: date) -> CalendarQuarter:
    """The quarter that a day lies in."""
    return CalendarQuarter(day.year, (day.month + 2) // 3)


def count_interval(n: int) -> tuple[float, float]:
    """The exact 95% interval of the mean behind a count.

    >>> tuple(round(end, 1) for end in count_interval(70))
    (54.6, 88.4)
    """
    low, high = poisson_interval(n, confidence=_ORDINARY)
    return float(np.ravel(low)[0]), float(np.ravel(high)[0])


def ordinary_range(usual: int) -> tuple[int, int]:
    """Between which counts 19 quarters in 20 lie when nothing has changed.

    >>> ordinary_range(70)
    (54, 87)
    """
    tail = (1 - _ORDINARY) / 2
    return int(scipy.stats.poisson.ppf(tail, usual)), int(scipy.stats.poisson.ppf(1 - tail, usual))


def is_unusual(n: int, usual: int) -> bool:
    """Whether a count lies outside what chance does to the usual one."""
    low, high = ordinary_range(usual)
    return not low <= n <= high


@dataclass(frozen=True)
class QuarterReturn:
    """One quarter as one audience may see it; a number that may not be shown is None.

    Attributes:
        breakdowns: name of a breakdown -> its counts. Nothing is crossed with anything.
        reach: contacts by age; a person who was met twice counts twice.
        is_over: the quarter has ended; before that the number still grows.
        hours_by_lad: local authority -> responses with hours, and their median. strands_by_kind:
            strand -> due, and of these late. findings: who was slow or late, in sentences. These
            three are crossed with another breakdown: None for all who do not read responses.
    """

    quarter: CalendarQuarter
    audience: Audience
    responses: int | None
    interval: tuple[float, float] | None
    usual: int
    sentence: str
    breakdowns: Mapping[str, ResponseCounts]
    median_hours_to_first_action: float | None
    p90_hours_to_first_action: float | None
    share_within_24h: float | None
    strands_due: int | None
    strands_on_time: int | None
    meetings_asked: int | None
    meetings_held: int | None
    reach: Mapping[str, int | None]
    is_over: bool
    hours_by_lad: Mapping[str, tuple[int, float]] | None = None
    strands_by_kind: Mapping[str, tuple[int, int]] | None = None
    findings: tuple[str, ...] | None = None

    def as_plain(self) -> dict[str, Any]:
        """For JSON: hidden numbers are null."""
        by = {f"by_{name}": _plain(counts) for name, counts in self.breakdowns.items()}
        interval = None if self.interval is None else [round(end, 1) for end in self.interval]
        return {
            "quarter": self.quarter.name,
            "audience": str(self.audience),
            "responses": self.responses,
            "interval": interval,
            "usual": self.usual,
            "sentence": self.sentence,
            **by,
            "median_hours_to_first_action": self.median_hours_to_first_action,
            "p90_hours_to_first_action": self.p90_hours_to_first_action,
            "share_within_24h": self.share_within_24h,
            "strands_due": self.strands_due,
            "strands_on_time": self.strands_on_time,
            "meetings_asked": self.meetings_asked,
            "meetings_held": self.meetings_held,
            "reach": dict(self.reach),
            "is_over": self.is_over,
            "findings": self.findings,
            "hours_by_lad": self.hours_by_lad,
            "strands_by_kind": self.strands_by_kind,
            "note": next(iter(self.breakdowns.values())).note,
        }


def quarter_return(  # noqa: PLR0913 - the parts of one sheet or return, each another thing
    responses: Iterable[Response],
    quarter: CalendarQuarter,
    *,
    area_names: Mapping[str, Callable[[Response], str]],
    areas: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
    audience: Audience,
    settings: Settings,
    today: date,
) -> QuarterReturn:
    """The account of one quarter, for an audience.

    Args:
        area_names: kind of area ("lad", "npu") -> the name of a response's area. areas: kind of
            area -> every name of that kind.
    """
    mine = [response for response in responses if quarter.holds(response)]
    seen: Any = {"audience": audience, "settings": settings}
    shown = shown_responses(len(mine), **seen)
    is_public, is_over = audience is Audience.PUBLIC, quarter.after <= today
    is_exact = audience is Audience.ANALYST
    known = {} if is_exact else _listed(catalogue) | {k: tuple(v) for k, v in areas.items()}
    breakdowns = {
        name: ResponseCounts(_counted(names, known.get(name)), **seen)
        for name, names in _breakdowns(mine, area_names, catalogue).items()
        if name == "lad" or not is_public
    }
    told = [] if is_public else mine
    hours = [h for r in told if (h := r.hours_to_first_action) is not None]
    strands = [[s for s in r.strands if s.due is not None and s.due < today] for r in told]
    on_time = [[s for s in own if s.done and s.due and s.done <= s.due] for own in strands]
    asked = [r for r in told if r.tier in ("meeting", "gold")]
    work = _work(mine, area_names["lad"], catalogue, today) if is_exact else {}

    def summed(parts: Iterable[int | None]) -> int | None:
        """A sum over responses: as many as need be told of must have a part in it."""
        known = [part for part in parts if part]
        if is_public or shown_responses(len(known), **seen) is None:
            return None
        return shown_responses(sum(known), **seen)

    return QuarterReturn(
        quarter=quarter,
        audience=audience,
        responses=shown,
        interval=None if shown is None else count_interval(shown),
        usual=settings.responses_usual,
        sentence=count_sentence(shown, quarter, usual=settings.responses_usual, is_over=is_over),
        breakdowns=breakdowns,
        median_hours_to_first_action=shown_hours(hours, 0.5, **seen),
        p90_hours_to_first_action=shown_hours(hours, 0.9, **seen),
        share_within_24h=shown_part(sum(h <= _DAY_H for h in hours), len(hours), **seen),
        strands_due=summed(map(len, strands)),
        strands_on_time=summed(map(len, on_time)),
        meetings_asked=summed(1 for _ in asked),
        meetings_held=summed(r.meeting_held is not None for r in asked),
        reach={
            "24_and_under": summed(r.reached_24_and_under for r in told),
            "25_and_over": summed(r.reached_25_and_over for r in told),
        },
        is_over=is_over,
        **work,
    )


def _work(
    mine: Sequence[Response],
    lad_of: Callable[[Response], str],
    catalogue: Catalogue,
    today: date,
) -> dict[str, Any]:
    """How fast each local authority was and how punctual each strand, and whether that is news."""
    hours: dict[str, list[float]] = {}
    for response in mine:
        if (taken := response.hours_to_first_action) is not None:
            hours.setdefault(lad_of(response) or NOT_KNOWN, []).append(taken)
    strands = {
        catalogue.words("strands", code): counts
        for code, counts in strand_counts(mine, today=today).items()
    }
    placed = {lad: taken for lad, taken in hours.items() if lad != NOT_KNOWN}
    slow = [one.sentence for one in slow_areas(placed)]
    late = [one.sentence for one in late_strands(strands)]
    medians = {lad: (len(h), round(float(np.median(h)), 1)) for lad, h in sorted(hours.items())}
    return {"hours_by_lad": medians, "strands_by_kind": strands, "findings": (*slow, *late)}


def count_sentence(
    n: int | None, quarter: CalendarQuarter, *, usual: int, is_over: bool = True
) -> str:
    """Whether the number of a quarter is news, in one sentence."""
    if n is None:
        return f"There are too few responses in {quarter.name} to show."
    if not n:
        return (
            f"No response is logged for {quarter.name}. Either none was made, or none is logged"
            " yet: this says nothing about the usual number."
        )
    low, high = ordinary_range(usual)
    counted = f"{n:,} responses in {quarter.name}"
    if not is_over and n <= high:
        return f"{counted} so far. The quarter is not over."
    if low <= n <= high:
        return (
            f"{counted}: an ordinary number. Around the usual {usual:,}, chance alone gives"
            f" {low:,} to {high:,}."
        )
    if n > high:
        return (
            f"{counted}: clearly more than the usual {usual:,}. Chance alone gives more than"
            f" {high:,} in at most 1 quarter in 40."
        )
    return (
        f"{counted}: clearly fewer than the usual {usual:,}. Chance alone gives fewer than {low:,}"
        " in at most 1 quarter in 40. Check that every response is logged."
    )


def _breakdowns(
    mine: Sequence[Response],
    area_names: Mapping[str, Callable[[Response], str]],
    catalogue: Catalogue,
) -> dict[str, list[str]]:
    """Breakdown -> the units of every response, as people read them."""
    found = {kind: [name(r) or NOT_KNOWN for r in mine] for kind, name in area_names.items()}
    return found | {
        "kind": [catalogue.words("categories", r.what) for r in mine],
        "tier": [catalogue.words("tiers", r.tier) or NOT_KNOWN for r in mine],
        "agency": [catalogue.words("agencies", r.lead_agency) or NOT_KNOWN for r in mine],
        "strand": [
            catalogue.words("strands", s) for r in mine for s in {x.code for x in r.strands}
        ],
        "intervention": [
            catalogue.words("interventions", i) for r in mine for i in set(r.interventions)
        ],
    }


def _once(catalogue: Catalogue, list_name: str, codes: Iterable[Sequence[str]]) -> list[str]:
    """The units of each response, each once."""
    return [catalogue.words(list_name, code) for own in codes for code in set(own)]


def _listed(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Breakdown -> every unit of the lists, as people read them."""
    lists = {
        "kind": catalogue.categories,
        "tier": catalogue.tiers,
        "agency": catalogue.agencies,
        "strand": catalogue.strands,
        "intervention": catalogue.interventions,
    }
    return {name: tuple(words.values()) for name, words in lists.items()}


def _counted(names: Iterable[str], known: Sequence[str] | None) -> pd.Series:
    """By name: the most frequent first would tell the order of hidden ones.

    Args:
        known: every unit there is, for those who see no exact numbers. A line for those with a
            response alone would tell which have one; what somebody typed is one line of its own.
    """
    if known is None:
        return pd.Series(dict(sorted(Counter(names).items())), dtype="int64")
    counts = Counter(name if name in {*known, NOT_KNOWN} else NOT_LISTED for name in names)
    units = sorted({*known, NOT_KNOWN, NOT_LISTED})
    return pd.Series({unit: counts[unit] for unit in units}, dtype="int64")


def _plain(counts: ResponseCounts) -> dict[str, int | None]:
    frame = counts.frame
    return {
        str(what): None if pd.isna(n) else int(n)
        for what, n in zip(frame["what"], frame["n"], strict=True)
    }
