"""Emerging hot spots: of every hexagon, whether it is newly hot, stays hot, comes and goes, or has
stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid, wording
from vrp_map.analysis.hotspots.tables import not_quiet_at_the_border
from vrp_map.analysis.options import options_of
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.study.deliveries import whole_months
from vrp_map.analysis.study.lattice import dispersion_of, month_counts, study_grid
from vrp_map.disclosure.bands import p_bands
from vrp_map.disclosure.protect import hide_small, protect
from vrp_map.errors import UserError
from vrp_map.selection import BEGINNING, Selection
from vrp_map.statistics.dispersion import USUAL
from vrp_map.statistics.emerging import (
    BEGUN,
    RULES_VERSION,
    SIGNIFICANT,
    EmergingClass,
    beats_its_past,
    emerging_class,
    space_time_gi_star,
    space_time_test,
)
from vrp_map.statistics.fdr import passes, q_values
from vrp_map.statistics.gi_star import summed_around
from vrp_map.statistics.mann_kendall import seasonal_mann_kendall
from vrp_map.vocabulary import Method
from vrp_map.warehouse.reader import Reader

FEWEST_MONTHS, MOST_MONTHS = 10, 36
# With fewer months a trend and a season are one.
_TWO_YEARS = 24
AFTERGLOW = (
    "A month is judged together with the month before it and with the neighbouring hexagons: a"
    " hotspot that stopped last month can still show as hot in the last month, and one that moved"
    " can show next door."
)
_METHOD = (
    "Emerging hot spots: Gi* over space and time (the hexagon and its neighbours, in the month and"
    " the month before); with two years of months or more, a seasonal Mann-Kendall trend of the"
    " scores of each month alone"
)
# For the sentence, in this order.
_SAYS = {
    EmergingClass.NEW_HOT: "newly hot in the last month",
    EmergingClass.CONSECUTIVE_HOT: "hot for several months in a row and never before",
    EmergingClass.INTENSIFYING_HOT: "hot nearly always and growing",
    EmergingClass.PERSISTENT_HOT: "hot nearly always",
    EmergingClass.DIMINISHING_HOT: "hot nearly always and easing",
    EmergingClass.SPORADIC_HOT: "hot on and off",
    EmergingClass.OSCILLATING_HOT: "hot now and unusually quiet in an earlier month",
    EmergingClass.HISTORICAL_HOT: "hot nearly always but not in the last month",
}
_ORDER = {str(c): i for i, c in enumerate(EmergingClass)}
# The map draws them in groups, which it knows by one word of each (`maps.emerging`).
_WORDS = {
    EmergingClass.NEW_HOT: "new: hot in {last}, never before",
    EmergingClass.CONSECUTIVE_HOT: "hot for {run} consecutive months, never before",
    EmergingClass.INTENSIFYING_HOT: "growing: hot in {number} of {months} months, more and more",
    EmergingClass.DIMINISHING_HOT: "fading: hot in {number} of {months} months, less and less",
    EmergingClass.PERSISTENT_HOT: "stubborn: hot in {number} of {months} months",
    EmergingClass.HISTORICAL_HOT: "past: hot in {number} of {months} months, but not in {last}",
    EmergingClass.SPORADIC_HOT: (
        "on and off: hot in {number} of {months} months, including {last}"
    ),
    EmergingClass.OSCILLATING_HOT: (
        "on and off: hot in {last}, well below chance in an earlier month"
    ),
    EmergingClass.NEW_COLD: "quiet in {last}, never before",
    EmergingClass.CONSECUTIVE_COLD: "quiet for {run} consecutive months, never before",
    EmergingClass.INTENSIFYING_COLD: "quiet in {number} of {months} months, more and more",
    EmergingClass.DIMINISHING_COLD: "quiet in {number} of {months} months, less and less",
    EmergingClass.PERSISTENT_COLD: "quiet in {number} of {months} months",
    EmergingClass.HISTORICAL_COLD: "quiet in {number} of {months} months, but not in {last}",
    EmergingClass.SPORADIC_COLD: "quiet in {number} of {months} months, including {last}",
    EmergingClass.OSCILLATING_COLD: "quiet in {last}, hot in an earlier month",
}


@dataclass(frozen=True)
class Emergence:
    """The class of every cell of a study's lattice.

    Attributes:
        months: the steps, oldest first. pattern: (n,) `EmergingClass` values. words: (n,) the same
            in plain words, "" where there is no pattern. last_q: (n,) the q-value in the last
            month.
    """

    months: tuple[date, ...]
    pattern: NDArray[np.object_]
    words: NDArray[np.object_]
    last_q: NDArray[np.float64]

    @property
    def card(self) -> dict[str, Any]:
        """For the method card."""
        return {
            "steps": (
                f"{len(self.months)} months,"
                f" {wording.period_words(self.months[0], self.months[-1])}"
            ),
            "rules": (
                f"{RULES_VERSION}; the trend compares each month alone with the same month of other"
                " years; a new or consecutive hexagon also has more than its own past and the"
                " area's season explain"
            ),
            "correction": (
                f"Benjamini-Hochberg, two-sided, {SIGNIFICANT}: hot, over all hexagons and months;"
                " growing or fading, over the hexagons hot or cold in 90% of the months; new, over"
                " all hexagons with enough incidents"
            ),
            "level": (
                "if no place changed, at most 5 in 100 such maps would call any hexagon new,"
                " consecutive, growing or fading"
            ),
            "mind": AFTERGLOW,
        }


def emergence(question: Question, *, most: int = MOST_MONTHS) -> Emergence:
    """Classify every cell by the months up to the study's last; kept for the next time it
    is asked.

    Only months without a gap are used: those since the last month that a supplier which matters has
    not delivered.

    Args:
        most: how many months to look back.

    Raises:
        UserError: fewer than `FEWEST_MONTHS` months.
    """
    # Where the period begins plays no part.
    so_far = replace(question.study, first=BEGINNING)
    return _emergence(question.reader, so_far, question.resolution, most)


@lru_cache(maxsize=64)
def _emergence(reader: Reader, study: Selection, resolution: int, most: int) -> Emergence:
    months = _months(reader, study, most)
    area_grid = study_grid(reader, study.areas, resolution)
    counted = month_counts(reader, study, area_grid.cells, resolution=resolution, months=months)
    steps, pattern, last_q = _classified(
        counted,
        area_grid.neighbours,
        unit=reader.counts.unit,
        dispersion=dispersion_of(reader, study, resolution),
        whole=area_grid.whole,
    )
    return Emergence(
        tuple(months), pattern, _words(pattern, steps, wording.month_words(months[-1])), last_q
    )


def _classified(
    counts: NDArray[np.int64],
    neighbours: NDArray[np.int32],
    *,
    unit: float = 1.0,
    dispersion: float = USUAL,
    whole: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int8], NDArray[np.object_], NDArray[np.float64]]:
    """Steps and classes as `statistics.emerging.emerging` has them, but for what claims a change,
    judged more strictly.

    A space-time score shares half of its months with the next one, and the first score has only one
    month: both make steady places look as if they grew; so does a season. So the trend is that of
    each month's own Gi* against the same month of other years, and it is corrected for the number
    of cells whose class it decides, those hot or cold in 90% of the months; with less than two
    years nothing is called growing or fading. And a place whose months hover about the limit is hot
    for the first time in some month: new and consecutive are only those that beat their own past
    (`beats_its_past`). Last: the q of each cell in the last month, among those of all cells and
    months.

    Level: where no place changes, at most 5% of maps have any new, consecutive, growing or fading
        hexagon.
    """
    tested = space_time_test(counts, neighbours, unit=unit, dispersion=dispersion)
    p = not_quiet_at_the_border(tested, whole)
    marked = passes(p, SIGNIFICANT)
    steps = np.where(marked, np.sign(tested.z), 0).astype(np.int8)
    decided = (
        10 * np.maximum((steps > 0).sum(axis=1), (steps < 0).sum(axis=1)) >= 9 * steps.shape[1]
    )
    trend_z, trend_q = np.zeros(len(steps)), np.ones(len(steps))
    if decided.any() and steps.shape[1] >= _TWO_YEARS:
        trend = seasonal_mann_kendall(
            space_time_gi_star(counts, neighbours, previous_steps=0)[decided]
        )
        trend_z[decided], trend_q[decided] = trend.z, q_values(trend.p)
    classes = emerging_class(steps, trend_z, trend_q)
    begun = np.isin(classes, BEGUN)
    if begun.any():
        hot = steps == 1
        run = np.where(begun, np.cumprod(hot[:, ::-1], axis=1).sum(axis=1), 1)
        beats = beats_its_past(summed_around(counts, neighbours), run)
        classes[begun & ~beats] = EmergingClass.SPORADIC_HOT.value
    last_q = q_values(p.ravel()).reshape(steps.shape)[:, -1]
    return steps, classes, np.asarray(last_q)


def run(question: Question) -> Analysis:
    """The hexagons with a pattern, by month.

    Options:
        months: how many months to look back, 10 to 36.

    Returns:
        A table of cell, name, lad, npu, n (in all these months), emerging (in words), pattern (the
        rule's name), q (of the last month, banded for all but analysts).
    """
    most = _months_asked(question)
    study, cells = question.study, question.lattice.cells
    found = emergence(question, most=most)
    period = replace(study, first=found.months[0], last=found.months[-1])
    counted = question.reader.counts.by_cell(period, resolution=question.resolution)
    context = question.lattice.context
    frame = pd.DataFrame(
        {
            "cell": cells,
            **{c: context[c].to_numpy() for c in ("name", "lad", "npu")},
            "n": question.lattice.align(counted),
            "emerging": found.words,
            "pattern": found.pattern,
            "q": found.last_q,
        }
    )
    total = int(frame["n"].sum())
    frame = _ordered(
        frame[frame["pattern"] != EmergingClass.NONE],
        k=question.k,
    )
    table = protect(frame, audience=question.audience, settings=question.settings, total=total)
    table = table.deriving(q=p_bands(table.frame["q"], k=table.k))
    card = question.card(
        _METHOD,
        table=table,
        incidents=table.total,
        **found.card,
        hexagons_tested=len(cells),
        resolution=question.resolution,
    )
    card["period"] = wording.period_words(found.months[0], found.months[-1])
    card["caveats"] = [card.pop("mind"), *_shorter(found.months, most), *card["caveats"]]
    return Analysis(Method.EMERGING, _sentence(question.subject, found, table.total), table, card)


def _months(reader: Reader, study: Selection, most: int) -> list[date]:
    months = whole_months(reader, study, most=most)
    if len(months) < FEWEST_MONTHS:
        last = wording.month_words(study.last)
        raise UserError(
            f"There are {len(months)} months without a gap up to {last}. It takes {FEWEST_MONTHS}"
            " to tell new hotspots from stubborn ones.",
            hint="Load more months, choose a later last month, or one source that has them all.",
        )
    return months


def _months_asked(question: Question) -> int:
    most = options_of(question, months=MOST_MONTHS)["months"]
    if (
        isinstance(most, bool)
        or not isinstance(most, int)
        or not FEWEST_MONTHS <= most <= MOST_MONTHS
    ):
        raise UserError(
            f"The option months is {most!r}.", hint=f"Choose {FEWEST_MONTHS} to {MOST_MONTHS}."
        )
    return most


def _words(pattern: NDArray[np.object_], steps: NDArray[np.int8], last: str) -> NDArray[np.object_]:
    out = np.full(len(pattern), "", dtype=object)
    for i in np.flatnonzero(pattern != EmergingClass.NONE):
        marks = steps[i] == (1 if pattern[i].endswith("hot spot") else -1)
        out[i] = _WORDS[pattern[i]].format(
            last=last,
            number=int(marks.sum()),
            months=len(marks),
            run=int(np.cumprod(marks[::-1]).sum()),
        )
    return out


def _ordered(frame: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """By class, then by the numbers as they are shown, so that the order tells nothing more."""
    keys = pd.DataFrame(
        {
            "class": frame["pattern"].map(_ORDER),
            "n": -hide_small(frame["n"], k=k).fillna(0),
            "cell": frame["cell"],
        },
        index=frame.index,
    )
    out = frame.loc[keys.sort_values(list(keys)).index].reset_index(drop=True)
    return out.assign(cell=grid.to_text(out["cell"].to_numpy(dtype=np.uint64)))


def _shorter(months: tuple[date, ...], most: int) -> list[str]:
    if len(months) == most:
        return []
    return [
        f"Only {len(months)} of {most} months are used: those without a gap up to"
        f" {wording.month_words(months[-1])}."
    ]


def _sentence(subject: str, found: Emergence, incidents: int | None) -> str:
    counts = {kind: int((found.pattern == kind).sum()) for kind in _SAYS}
    parts = [f"{number:,} {_SAYS[kind]}" for kind, number in counts.items() if number]
    period = wording.period_words(found.months[0], found.months[-1])
    n = "" if incidents is None else f" ({incidents:,} incidents)"
    if not parts:
        return (
            f"{subject}, month by month, {period}{n}: no hexagon is hot often enough, or recently"
            " enough, to show a pattern."
        )
    return (
        f"{subject}, month by month, {period}{n}: of {len(found.pattern):,} hexagons,"
        f" {wording.listed(parts)}. If incidents fell evenly at random, at most"
        f" {round(100 * SIGNIFICANT)} maps in 100 would mark any month hot."
    )
