"""What the story of a pilot says: no count of incidents, no hexagon, no number made of either.

Pure.

The words are kept as they were signed, so that a later look, dose or change of the record tells
nothing by the difference.
"""

from __future__ import annotations

from vrp_map.pilots.deciding.case import cost_of, dose_of
from vrp_map.pilots.dose import DoseAccount
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.pilot import Pilot, PilotDecision
from vrp_map.pilots.verdict import Verdict
from vrp_map.wording import period_of_days

Story = tuple[tuple[str, str], ...]

_CHANGED = {
    Verdict.WORKING: "There were fewer incidents than in places like it, by more than chance would"
    " make them.",
    Verdict.WORSE: "There were more incidents than in places like it, by more than chance would"
    " make them.",
    Verdict.NOT_SHOWN: "We cannot tell. The numbers moved no more than chance would move them. That"
    " does not mean that it failed.",
    Verdict.CANNOT_BE_SHOWN: "We cannot know. There are too few incidents here to tell, whatever we"
    " do.",
}
_DECIDED = {
    PilotDecision.KEEP: "We keep it.",
    PilotDecision.CHANGE: "We change it.",
    PilotDecision.STOP: "We stop it.",
    PilotDecision.CANNOT_KNOW: "We cannot know whether it helped.",
}


def story_of(pilot: Pilot, account: DoseAccount, look: PilotLook | None) -> Story:
    """Headings with their sentences, in the order of reading.

    Args:
        look: the last time that it was judged; None = never.
    """
    changed = _CHANGED[Verdict(look.verdict)] if look else "Nobody has judged it yet."
    until = f" Counted until {look.last:%B %Y}." if look else ""
    cost = "" if pilot.budget is None else cost_of(pilot, account, record="").sentence
    parts = (
        ("When", f"{period_of_days(pilot.start, pilot.end)}."),
        ("Why we tried it", pilot.theory_of_change),
        ("How much of it there was", dose_of(pilot, account, record="").sentence),
        ("What it cost", cost),
        ("What changed", f"{changed}{until}"),
        ("What we decided", f"{_DECIDED[PilotDecision(pilot.decision)]} {pilot.decision_because}"),
        ("What we learnt", pilot.learning),
    )
    return tuple((heading, _ended(said.strip())) for heading, said in parts if said.strip())


def _ended(said: str) -> str:
    return said if said[-1] in ".!?" else f"{said}."


def words_of(pilot: Pilot) -> str:
    """What people wrote of what the story says, to be looked through for names."""
    written = (pilot.name, pilot.theory_of_change, pilot.fund)
    return ". ".join(filter(None, (*written, pilot.decision_because, pilot.learning)))
