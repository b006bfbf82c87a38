"""Can this be shown to work at this size? What a planned pilot could show, before it starts.

Pure. A pilot that cannot be shown to work is no reason against helping people; it is a reason not
to promise a proof.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from vrp_map.statistics.power import ExpectedCounts, PilotSimulation

# The Youth Endowment Fund calls 30% less violence or more a high impact.
HIGH_IMPACT = 0.30
# How often a fall must be seen before it is promised that it would be.
_OFTEN = 0.80
_LONGEST_MONTHS = 60
# Fewer are said with their decimals.
_FEW = 10
_LARGEST_FACTOR = 100
_LARGEST_COMPARISON = 10


class TrafficLight(StrEnum):
    """What may be promised of a pilot before its start.

    green: a fall as large as a high impact would show. amber: only a larger one. red: not even the
    end of all incidents would, by the rule.
    """

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class FalseAlarms:
    """What the verdict said of placebo pilots: places and times where nothing was done.

    Attributes:
        placebos: how many were judged. working, worse: how many of them were called so.
        dispersion: how many times more than chance alone their counts vary.
        unallowing: how many would have been called either, had that not been allowed for.
    """

    placebos: int
    working: int
    worse: int
    dispersion: float = 1.0
    unallowing: int = 0

    @property
    def sentence(self) -> str:
        """What they say of the verdict, in plain words."""
        if not self.placebos:
            return "This area's past has too few incidents to try the verdict on."
        working, worse, either = (
            f"{n / self.placebos:.1%}" for n in (self.working, self.worse, self.unallowing)
        )
        return (
            f"We tried the verdict on {self.placebos:,} made-up pilots at random places and times"
            f" of this area's past, where nothing was done. Their counts vary {self.dispersion:.1f}"
            f" times as much as chance alone makes them. Allowing for that, {working} would have"
            f" been called working and {worse} worse; at most 2.5% each should be. Not allowing for"
            f" it, {either} would have been called either."
        )


@dataclass(frozen=True)
class Remedies:
    """What would let a fall of `HIGH_IMPACT` show, each by itself; None where it alone would not.

    Attributes:
        incidents: to expect in the months after, by more hexagons or a wider outcome.
        months_after: to run. comparison: how many times as large as the pilot's place.
    """

    incidents: int | None
    months_after: int | None
    comparison: int | None

    @property
    def sentence(self) -> str:
        """The remedies as advice."""
        each = []
        if self.incidents:
            each.append(
                f"{self.incidents:,} incidents or more in those months (more hexagons, or an"
                " outcome that is counted more often)"
            )
        if self.months_after:
            each.append(f"{self.months_after} months after the start")
        if self.comparison:
            each.append(f"a comparison {self.comparison} times as large as the pilot's place")
        if not each:
            return "Nothing that we know of would make such a pilot large enough."
        return f"A fall of {HIGH_IMPACT:.0%} would show in 8 of 10 with {', or '.join(each)}."


@dataclass(frozen=True)
class Prospect:
    """What a planned pilot could show.

    Attributes:
        smallest_fall: incidents; by the rule of the difference, seen about every other time.
        likely_fall: the part of its incidents (0 to 1) whose fall would be called working in 8 of
            10 pilots, by simulation; None where even the end of all would not be.
        high_impact_seen: how often a fall of `HIGH_IMPACT` would be called working.
        false_alarms: what the verdict said of placebo pilots of this area, where they were judged.
        sentence: the answer in plain words.
    """

    light: TrafficLight
    expected: float
    smallest_fall: float
    likely_fall: float | None
    high_impact_seen: float
    remedies: Remedies
    false_alarms: FalseAlarms | None
    sentence: str


def prospect_of(
    plan: ExpectedCounts, *, false_alarms: FalseAlarms | None = None, seed: int = 0
) -> Prospect:
    """Whether a planned pilot can be shown to work.

    Args:
        plan: the incidents to expect if nothing changes.
        false_alarms: what the verdict said of placebo pilots of this area, where they were judged.
        seed: of the made-up pilots.

    >>> prospect_of(ExpectedCounts((10, 10), 12, 12)).light
    <TrafficLight.RED: 'red'>
    """
    fall = plan.smallest_fall()
    simulation = PilotSimulation(plan, seed=seed)
    likely, seen = simulation.fall_seen(_OFTEN), simulation.chance(HIGH_IMPACT)
    light = _light(plan, fall, likely)
    remedies = _remedies(plan) if light is not TrafficLight.GREEN else Remedies(None, None, None)
    sentences = [_answer(plan, light, fall, likely, seen)]
    if light is not TrafficLight.GREEN:
        sentences.append(remedies.sentence)
    if plan.dispersion == 1:
        sentences.append("That holds as long as such counts vary no more than chance makes them.")
    if false_alarms:
        sentences.append(false_alarms.sentence)
    return Prospect(
        light,
        plan.places[0],
        smallest_fall=fall,
        likely_fall=likely,
        high_impact_seen=seen,
        remedies=remedies,
        false_alarms=false_alarms,
        sentence=" ".join(sentences),
    )


def _light(plan: ExpectedCounts, fall: float, likely: float | None) -> TrafficLight:
    if fall >= plan.places[0]:
        return TrafficLight.RED
    if likely is not None and likely <= HIGH_IMPACT:
        return TrafficLight.GREEN
    return TrafficLight.AMBER


def _answer(
    plan: ExpectedCounts, light: TrafficLight, fall: float, likely: float | None, seen: float
) -> str:
    expected = plan.places[0]
    number = f"{expected:,.0f}" if expected >= _FEW else f"{expected:.2g}"
    after = "month" if plan.months_after == 1 else f"{plan.months_after:g} months"
    about = f"about {number} incidents are expected in the {after} after"
    if light is TrafficLight.RED:
        return (
            f"Cannot be shown: {about}, and only a fall of {math.ceil(fall):,} or more would show,"
            " which is more than all of them."
        )
    often = (
        f"Only a fall of {likely:.0%} or more would be called working in 8 of 10 such pilots"
        if likely is not None
        else "Not even the end of all of them would be called working in 8 of 10 such pilots"
    )
    if light is TrafficLight.GREEN:
        return (
            f"Can be shown: {about}, and a fall of {likely:.0%} or more would be called working in"
            " 8 of 10 such pilots."
        )
    return (
        f"Only a large fall can be shown: {about}. {often}; a fall of {HIGH_IMPACT:.0%}, which is a"
        f" high impact, in {_tenths(seen)}."
    )


def _tenths(share: float) -> str:
    tenths = round(share * 10)
    return f"{tenths} of 10" if tenths else "hardly any"


def _remedies(plan: ExpectedCounts) -> Remedies:
    factors = (1 + step / 10 for step in range(1, 10 * _LARGEST_FACTOR))
    larger = next((f for f in factors if _shows(plan.times(f))), None)
    months = next(
        (
            n
            for n in range(math.ceil(plan.months_after) + 1, _LONGEST_MONTHS + 1)
            if _shows(plan.lasting(n))
        ),
        None,
    )
    times = next(
        (n for n in range(2, _LARGEST_COMPARISON + 1) if _shows(_compared_with(plan, n))), None
    )
    incidents = math.ceil(plan.places[0] * larger) if larger else None
    return Remedies(incidents, months, times)


def _compared_with(plan: ExpectedCounts, times: int) -> ExpectedCounts:
    """The same plan, with comparisons this many times as large as what is compared."""
    places = tuple(n * times if i % 2 else n for i, n in enumerate(_treated_twice(plan)))
    return ExpectedCounts(places, plan.months_before, plan.months_after, plan.dispersion)


def _treated_twice(plan: ExpectedCounts) -> list[float]:
    return [plan.places[i - i % 2] for i in range(len(plan.places))]


def _shows(plan: ExpectedCounts) -> bool:
    return plan.chance_about(HIGH_IMPACT) >= _OFTEN
