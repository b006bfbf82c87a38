"""Parts of sentences that several methods share."""

from __future__ import annotations

from vrp_map.analysis.question import Question
from vrp_map.disclosure.bands import P_BANDS
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import TOO_FEW_INCIDENTS
from vrp_map.wording import period_words


def opening(question: Question, table: Protected) -> str:
    """ "Violence in Coventry, May 2026: 1,204 incidents"; without a full stop."""
    shown = TOO_FEW_INCIDENTS if table.total is None else counted(table.total)
    return f"{question.subject}, {period_words(*question.period)}: {shown}"


def counted(n: int) -> str:
    return "1 incident" if n == 1 else f"{n:,} incidents"


def by_chance(band: float) -> str:
    """What a band says of chance, as a sentence."""
    if band > P_BANDS[-1]:
        return "That could be chance."
    times = {0.01: "1 time", 0.05: "5 times", 0.10: "10 times"}[band]
    return f"Chance alone would do that at most {times} in 100."
