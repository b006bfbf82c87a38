"""The verdict tried on the area's own past, and how much a recorded pilot's counts vary.

Pure but for the question, which reads the counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from vrp_map.analysis.placebo_pilots import placebos_of
from vrp_map.analysis.question import Question
from vrp_map.pilots.before_start import FalseAlarms
from vrp_map.pilots.verdict import PilotCounts, Verdict, judge
from vrp_map.statistics.dispersion import FEWEST_DIFFERENCES, parallel_dispersion
from vrp_map.statistics.placebos import PlaceboCounts
from vrp_map.statistics.power import ExpectedCounts
from vrp_map.statistics.wdd import BeforeAfter


@dataclass(frozen=True)
class Variation:
    """How many times more than chance alone the counts of a pilot vary.

    Attributes:
        dispersion: at least 1. freedom: the degrees of freedom that it is known with.
        by_placebos: whether placebo pilots say so (or the pilot's own months before the start).
    """

    dispersion: float
    freedom: float
    by_placebos: bool

    @property
    def sentence(self) -> str:
        """What it rests on, in plain words."""
        if self.by_placebos:
            return (
                "How much such counts vary was measured on made-up pilots at random places and"
                " times of this area's past."
            )
        if self.freedom < FEWEST_DIFFERENCES:
            return (
                "How much such counts vary was estimated from the months before the start, which"
                " have too few incidents to know it well. It may be more."
            )
        return (
            "How much such counts vary was estimated from the months before the start. Places that"
            " drift apart slowly vary more than their months show."
        )

    def on(self, counts: PilotCounts) -> PilotCounts:
        """The counts, to be judged with this variation."""
        return replace(counts, dispersion=self.dispersion, freedom=self.freedom)


def variation(history: ArrayLike, placebos: PlaceboCounts | None = None) -> Variation:
    """The variation to judge a recorded pilot with: that of placebo pilots of its area, which alone
    see how places drift apart; else that of its own months.

    Args:
        history: (places, months) counts before the start: area, comparison, and rings.
        placebos: of the same area, outcome and lengths.
    """
    own = parallel_dispersion(history)
    found = Variation(float(own.dispersion[0]), float(own.freedom[0]), by_placebos=False)
    if placebos is None or not len(placebos.counts):
        return found
    # Few months of few incidents tell little: only well known do they stand against placebos.
    is_wilder = found.dispersion > placebos.dispersion and found.freedom >= FEWEST_DIFFERENCES
    if is_wilder:
        return found
    return Variation(placebos.dispersion, placebos.freedom, by_placebos=True)


def false_alarms(placebos: PlaceboCounts) -> FalseAlarms:
    """What the verdict says of placebo pilots, each of which did nothing."""
    found = _verdicts(placebos, dispersion=placebos.dispersion, freedom=placebos.freedom)
    unallowing = _verdicts(placebos, dispersion=1.0, freedom=math.inf)
    sure = (Verdict.WORKING, Verdict.WORSE)
    return FalseAlarms(
        placebos=len(found),
        working=found.count(Verdict.WORKING),
        worse=found.count(Verdict.WORSE),
        dispersion=placebos.dispersion,
        unallowing=sum(unallowing.count(one) for one in sure),
    )


def _verdicts(placebos: PlaceboCounts, **variation: float) -> list[Verdict]:
    return [
        judge(
            PilotCounts.of(
                [BeforeAfter(before, after) for before, after in pilot],
                time_weights=placebos.time_weights,
                **variation,
            )
        ).verdict
        for pilot in placebos.counts.tolist()
        if sum(map(sum, pilot))
    ]


def tried_on_the_past(
    question: Question, plan: ExpectedCounts, *, away_from: ArrayLike = (), draws: int = 200
) -> tuple[ExpectedCounts, FalseAlarms]:
    """A plan with the variation of placebo pilots of its size, and the verdicts on them.

    Raises:
        UserError: whoever asks sees a sample, or the months are too few.
    """
    placebos = placebos_of(question, plan, away_from=away_from, draws=draws)
    varied = replace(plan, dispersion=max(plan.dispersion, round(placebos.dispersion, 1)))
    return varied, false_alarms(placebos)
