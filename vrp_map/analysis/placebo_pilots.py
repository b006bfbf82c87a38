"""Placebo pilots on an area's own past: what they say of the verdict, in numbers to be judged."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from vrp_map.analysis.comparison_cells import study_past
from vrp_map.analysis.question import Question
from vrp_map.statistics.placebos import PlaceboCounts, PlaceboTrial, placebo_pilots
from vrp_map.statistics.power import ExpectedCounts


def placebos_of(
    question: Question,
    plan: ExpectedCounts,
    *,
    away_from: ArrayLike = (),
    draws: int = 200,
    seed: int = 0,
) -> PlaceboCounts:
    """Placebo pilots like a plan, at random places and times of a question's period and areas.

    Args:
        plan: how many incidents each shall have, and for how long they are counted.
        away_from: cells of every pilot and ring; they and those that touch them take no part.

    Raises:
        UserError: whoever asks sees a sample, or the months are too few.
    """
    past = study_past(question)
    trial = PlaceboTrial(
        past.counts.astype(np.float64),
        past.neighbours,
        expected=plan.places[0] * plan.periods,
        months_before=round(plan.months_before),
        months_after=round(plan.months_after),
        with_ring=len(plan.places) > 2,
        excluded=past.near(away_from),
    )
    return placebo_pilots(trial, draws=draws, seed=seed)
