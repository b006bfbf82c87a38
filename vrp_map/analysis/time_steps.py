"""Counts step by step through time, in steps long enough that most of what is shown is more than
chance.

Where one incident in k is shown, a month of one kind in small hexagons is nearly all lone ks:
stepping through it shows dots that come and go by the draw. So the step is the shortest of
`WINDOWS` in which, at every step, no more than half of the incidents shown are in hexagons that
show a lone k.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from vrp_map import grid, wording
from vrp_map.analysis.options import options_of
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.study.deliveries import gaps
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.sampling import lone_share
from vrp_map.disclosure.thresholds import is_exact
from vrp_map.selection import Selection, shift_month
from vrp_map.vocabulary import Method

WINDOWS = (1, 3, 6, 12)
MOST_LONE = 0.5
FEWEST_STEPS = 2
# How far back the steps reach from the last month chosen.
REACH = 36


@dataclass(frozen=True)
class TimeStep:
    """One step: its first and last month, and its counts by cell (cell, n)."""

    first: date
    last: date
    cells: pd.DataFrame

    @property
    def name(self) -> str:
        """By which the step is asked for: its last month, "2026-10"."""
        return f"{self.last:%Y-%m}"


def run(question: Question) -> Analysis:
    """The steps up to the last month chosen, at most three years back, oldest first.

    Returns:
        A table of steps: first, last, n. `more` has the hexagons of each step by its name: rank,
        cell, n (no names: up to 36 such tables are kept at a time). Both are empty where no step is
        long enough; the sentence says why.
    """
    options_of(question)
    k = question.k
    window, steps = choose(question, k=k)
    frame = pd.DataFrame(
        [(s.first, s.last, int(s.cells["n"].sum())) for s in steps],
        columns=["first", "last", "n"],
    )
    table = protect(frame, audience=question.audience, settings=question.settings)
    card = question.card(
        "Incidents counted by hexagon in steps of equal length",
        table=table,
        incidents=table.total,
        step=f"{window} months" if window else "none is long enough",
        rule=(
            f"the shortest of {', '.join(map(str, WINDOWS))} months that leaves at most"
            f" {MOST_LONE:.0%} of each step's incidents in hexagons that show a single drawn"
            " incident"
        ),
        resolution=question.resolution,
    )
    more = {step.name: _cells(question, step) for step in steps}
    return Analysis(Method.COUNTS, _sentence(question, window, steps, k=k), table, card, more)


def choose(question: Question, *, k: int) -> tuple[int, list[TimeStep]]:
    """The shortest window that may be shown, and its steps; 0 and none where there is none."""
    for window in WINDOWS:
        periods = step_periods(question, window)
        if len(periods) < FEWEST_STEPS:
            break
        steps: list[TimeStep] = []
        for part in periods:
            counted = question.reader.counts.by_cell(part, resolution=question.resolution)
            if lone_share(counted, k=k) > MOST_LONE:
                break
            steps.append(TimeStep(part.first, part.last, counted))
        if len(steps) == len(periods) and any(len(step.cells) for step in steps):
            return window, steps
    return 0, []


def step_periods(question: Question, window: int) -> list[Selection]:
    """Whole steps of `window` months, oldest first; those with a missing month are left out."""
    last = question.period[1]
    earliest = max(question.reader.snapshot.first_month, shift_month(last, 1 - REACH))
    found = []
    while (first := shift_month(last, 1 - window)) >= earliest:
        part = replace(question.study, first=first, last=last)
        if not gaps(question.reader, part):
            found.append(part)
        last = shift_month(first, -1)
    return found[::-1]


def _cells(question: Question, step: TimeStep) -> Protected:
    frame = step.cells.assign(cell=grid.to_text(step.cells["cell"].to_numpy(dtype=np.uint64)))
    safe = protect(frame, audience=question.audience, settings=question.settings, found_only=True)
    return safe.ranked(safe.frame["n"].fillna(0).sort_values(ascending=False, kind="stable").index)


def _sentence(question: Question, window: int, steps: list[TimeStep], *, k: int) -> str:
    if not window:
        return (
            "There are too few incidents to step through: even in the longest steps, more than half"
            f" of those shown are in hexagons that show only {k}, or there are none."
            if len(step_periods(question, WINDOWS[0])) >= FEWEST_STEPS
            else "There are too few whole months in the data to step through."
        )
    length = "one month" if window == 1 else f"{window} months"
    why = (
        ""
        if window == WINDOWS[0] or is_exact(k)
        else f" In shorter steps most hexagons would show a single {k}."
    )
    span = wording.period_words(steps[0].first, steps[-1].last)
    return f"{question.subject} in steps of {length}, {span}.{why}"
