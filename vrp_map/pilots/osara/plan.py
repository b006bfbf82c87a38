"""A plan by OSARA: what is the problem, why there, what is done, and did it help. Pure.

Scanning asks the six CHEERS questions of problem-oriented policing (R. Clarke and J. Eck, "Crime
Analysis for Problem Solvers in 60 Small Steps", 2005): one terrible incident is a reason to act,
but no problem in this sense. No field holds the name of a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError

MOST_TITLE, MOST_WORDS, MOST_CELLS = 120, 2000, 2000
# Field -> the question that it answers.
CHEERS: Mapping[str, str] = {
    "community": "Community: who is affected?",
    "harm": "Harm: what harm does it do?",
    "expectation": "Expectation: what do people expect to be done, and by whom?",
    "events": "Events: which events make up the problem?",
    "recurring": "Recurring: how do these events come back?",
    "similar": "Similar: what have they in common?",
}
STEPS: Mapping[str, str] = {
    "objective": "Objective: what shall be better, and by when?",
    "analysis": "Analysis: why here, why then?",
    "response": "Response: what is done, by whom?",
    "assessment": "Assessment: was the objective reached, and how do you know?",
}
PURPOSES: Mapping[str, str] = {
    "a": "Is the problem still there?",
    "b": "Did we cause the change?",
}


@dataclass(frozen=True)
class OsaraPlan:
    """One plan as it stands.

    Attributes:
        pilot: its reference; "" = of a place alone. cells: hexagons, as text.
        purpose: a or b, what the assessment must answer. The six CHEERS answers are the scanning.
        assessed_on: the day of the assessment.
    """

    title: str
    pilot: str = ""
    cells: tuple[str, ...] = ()
    purpose: str = "a"
    objective: str = ""
    community: str = ""
    harm: str = ""
    expectation: str = ""
    events: str = ""
    recurring: str = ""
    similar: str = ""
    analysis: str = ""
    response: str = ""
    assessment: str = ""
    assessed_on: date | None = None
    is_closed: bool = False

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The CHEERS questions that nobody has answered, by their first word."""
        return tuple(
            words.partition(":")[0]
            for field, words in CHEERS.items()
            if not plain_text(getattr(self, field))
        )

    @property
    def scanning_sentence(self) -> str:
        """What the scanning says so far."""
        missing = self.unanswered
        if not missing:
            return "All six CHEERS questions are answered: it is a problem in this sense."
        said = f"Not answered yet: {', '.join(missing)}."
        if {"Recurring", "Similar"} & set(missing):
            said += (
                " One terrible incident is a reason to act, but no problem in this sense: a"
                " problem comes back."
            )
        return said


def suggestion_of(emerging: str) -> str:
    """What a hotspot's months suggest; "" where they suggest nothing.

    Args:
        emerging: its class in words, such as "new: hot in the last month" or "stubborn: …".
    """
    if emerging.startswith(("new:", "hot for ")):
        return (
            "This hotspot is new. A suggestion: presence first (people who are seen there), then"
            " find out whether it stays."
        )
    if emerging.startswith(("stubborn:", "growing:")):
        return (
            "This hotspot has been there for long. A suggestion: problem-solving (change what lets"
            " it happen), as presence alone rarely ends it."
        )
    return ""


def check_plan(plan: OsaraPlan) -> None:
    """Raises:
    UserError: what is missing or cannot be, and what to do; the first thing found.
    """
    if not plain_text(plan.title):
        raise UserError("The plan has no title.", hint="Give one, such as Evenings at the station.")
    if len(plan.title) > MOST_TITLE:
        raise UserError("The title is too long.", hint=f"Use no more than {MOST_TITLE} characters.")
    if not plan.pilot and not plan.cells:
        raise UserError("The plan has no place.", hint="Give a pilot, or hexagons.")
    if len(plan.cells) > MOST_CELLS:
        raise UserError("The place is too large.", hint=f"Give up to {MOST_CELLS:,} hexagons.")
    if plan.purpose not in PURPOSES:
        raise UserError("The purpose is not in the list.", hint="Choose a or b.")
    for field in (*CHEERS, *STEPS):
        if len(getattr(plan, field)) > MOST_WORDS:
            raise UserError(
                f"{field.capitalize()} has more than {MOST_WORDS:,} characters.",
                hint="Shorten it.",
            )
    if plan.is_closed:
        _check_closing(plan)


def _check_closing(plan: OsaraPlan) -> None:
    """A plan ends with an answer to its own question, and not without one."""
    if not plain_text(plan.objective):
        raise UserError(
            "The plan has no objective, so it cannot be assessed.", hint="Say what shall be better."
        )
    if not plain_text(plan.assessment) or plan.assessed_on is None:
        question = PURPOSES[plan.purpose]
        raise UserError(
            f"The plan cannot be closed without an assessment of its purpose ({question})",
            hint="Write the assessment and its day. 'We cannot know' is an answer.",
        )
