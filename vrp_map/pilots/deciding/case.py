"""What a decision about a pilot rests on: a sentence each for cost, dose, reach, verdict, voice and
the fund that could follow, with what each rests on. Pure.

No part is added up to a score: people decide. What nobody recorded is said to be not recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vrp_map.funding.grant import Grant
from vrp_map.pilots.dose import DoseAccount, DoseVisit
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.pilot import Pilot
from vrp_map.places.search_order import folded
from vrp_map.wording import day_words

NOT_RECORDED = "Not recorded."


@dataclass(frozen=True)
class TracedSentence:
    """One sentence and what it rests on.

    Attributes:
        about: Cost, Dose, Reach, Verdict, Voice or Fund.
        rests_on: fields of the record, rows of a log, a look or a release, each with its day.
    """

    about: str
    sentence: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class DecisionCase:
    """A pilot or route on the page of decisions.

    Attributes:
        decision, because: as it was decided; "" = not yet. decided_on: the day, None = not yet.
        decided_by: who wrote it.
    """

    reference: str
    name: str
    kind: str
    stage: str
    verdict: str
    parts: tuple[TracedSentence, ...]
    decision: str = ""
    because: str = ""
    decided_on: date | None = None
    decided_by: str = ""

    def part(self, about: str) -> str:
        """The sentence about something; "" where there is none."""
        return next((one.sentence for one in self.parts if one.about == about), "")


def cost_of(pilot: Pilot, account: DoseAccount, *, record: str) -> TracedSentence:
    """What it costs: the budget, and the cost of an hour where that is known."""
    said, rests = [], []
    if pilot.budget is not None:
        fund = f" ({pilot.fund})" if pilot.fund else ""
        said.append(f"£{pilot.budget:,.0f} is its budget{fund}.")
        rests.append(f"{record}: budget")
    if account.cost_per_hour is not None:
        said.append(
            f"An hour of one person cost £{account.cost_per_hour:,.0f}, by {account.cost_basis}."
        )
        rests.append(f"log of visits: {account.visits:,} lines")
    return TracedSentence("Cost", " ".join(said) or NOT_RECORDED, tuple(rests))


def dose_of(pilot: Pilot, account: DoseAccount, *, record: str) -> TracedSentence:
    """How much of it there was; of a route, its sessions."""
    route = pilot.route
    if route and route.sessions_planned:
        held = route.sessions_held
        said = (
            f"{held:,} of {route.sessions_planned:,} planned sessions were held."
            if held is not None
            else f"{route.sessions_planned:,} sessions were planned; how many were held is not"
            " recorded."
        )
        return TracedSentence("Dose", said, (f"{record}: sessions planned, sessions held",))
    if not account.visits:
        return TracedSentence("Dose", NOT_RECORDED, ())
    return TracedSentence("Dose", account.sentence, (f"log of visits: {account.visits:,} lines",))


def reach_of(visits: Sequence[DoseVisit]) -> TracedSentence:
    """What was done with people, as the log counts it."""
    counted: Counter[str] = Counter()
    for visit in visits:
        counted.update(dict(visit.done))
    lines = sum(bool(visit.done) for visit in visits)
    if not counted:
        return TracedSentence("Reach", NOT_RECORDED, ())
    each = ", ".join(f"{what}: {n:,}" for what, n in counted.most_common())
    said = f"{each[:1].upper()}{each[1:]}. One person may be counted more than once."
    return TracedSentence("Reach", said, (f"log of visits: {lines:,} lines with such counts",))


def verdict_of(
    look: PilotLook | None, *, judged_on: date | None, when_decided: str = ""
) -> TracedSentence:
    """What may be said of its effect.

    Args:
        when_decided: the verdict that stood when it was decided about; empty = none did.
    """
    if look is None or judged_on is None:
        return TracedSentence("Verdict", "Not judged yet.", ())
    rests = f"look of {day_words(judged_on)}, data to {look.last:%B %Y}"
    # The first of its sentences: the pilot's page has them all.
    said, mark, _ = look.sentence.partition(". ")
    before = f" When it was decided, it was judged {when_decided}." if when_decided else ""
    if when_decided == look.verdict:
        before = ""
    return TracedSentence("Verdict", f"{said}{mark.strip()}{before}", (rests,))


def voice_of(before: Sequence[str], after: Sequence[str], *, events: int) -> TracedSentence:
    """What young people said there, as it was let out: before and since the start.

    Args:
        before, after: a phrase for each event that let anything out. events: how many there were.
    """
    if not events:
        return TracedSentence("Voice", "No event has asked young people yet.", ())
    parts = [
        f"{when}: {'; '.join(said)}." if said else f"{when}: no event."
        for when, said in (("Before it", before), ("Since its start", after))
    ]
    return TracedSentence(
        "Voice",
        " ".join(parts),
        (f"releases of {events:,} {'event' if events == 1 else 'events'}",),
    )


def fund_of(pilot: Pilot, reference: str, grants: Sequence[Grant]) -> TracedSentence:
    """The money that could follow: grants that name the pilot and last longer than it."""
    named = [grant for grant in grants if _names(grant, pilot, reference)]
    later = [grant for grant in named if _ends_after(grant, pilot.end)]
    if not named:
        return TracedSentence("Fund", "No grant in the records names it.", ("grants",))
    if not later:
        return TracedSentence(
            "Fund", "No grant that names it lasts longer than the pilot.", ("grants that name it",)
        )
    each = "; ".join(f"{g.stream} {g.year}, {g.state}, £{g.amount:,.0f}" for g in later)
    return TracedSentence("Fund", f"{each}.", ("grants that name it",))


def _names(grant: Grant, pilot: Pilot, reference: str) -> bool:
    words = " ".join(folded(f"{grant.purpose} {grant.objective} {grant.stream}"))
    wanted = (reference, pilot.name, pilot.fund)
    return any(" ".join(folded(one)) in words for one in wanted if folded(one))


def _ends_after(grant: Grant, day: date) -> bool:
    """By its last day, else by the end of its fund year (31 March)."""
    ends = grant.ends_on or date(int(grant.year[:4]) + 1, 3, 31)
    return ends > day
