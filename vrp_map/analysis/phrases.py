"""Parts of sentences that several methods share."""

from __future__ import annotations

from vrp_map.analysis.question import Question
from vrp_map.disclosure.protect import Protected
from vrp_map.wording import period_words

# From an exact p the counts could be worked back: outsiders get the least of these that it does not
# pass, else 1.
_BANDS = (0.01, 0.05, 0.10)


def p_band(p: float) -> float:
    """The band that a p or a q lies in: at most 0.01, 0.05, 0.10 or 1."""
    return next((band for band in _BANDS if p <= band), 1.0)


def opening(question: Question, table: Protected) -> str:
    """ "Violence in Coventry, May 2026: 1,204 incidents"; without a full stop."""
    shown = "too few incidents to show, or none" if table.total is None else counted(table.total)
    return f"{question.subject}, {period_words(*question.period)}: {shown}"


def counted(n: int) -> str:
    return "1 incident" if n == 1 else f"{n:,} incidents"


def luck(band: float) -> str:
    """What a band says of luck, as a sentence."""
    if band > _BANDS[-1]:
        return "That could be luck."
    times = {0.01: "1 time", 0.05: "5 times", 0.10: "10 times"}[band]
    return f"Luck alone would do that at most {times} in 100."
