"""What is said where a number is hidden.

None and few are one thing: no sentence may tell them apart, unless every number is shown.
"""

from __future__ import annotations

from vrp_map.disclosure.thresholds import is_exact

FEW_OR_NONE = "few, or none"
TOO_FEW = "too few to show"
TOO_FEW_INCIDENTS = "too few incidents to show, or none"


def no_incidents(k: int) -> str:
    """Incidents that sum to no number: "no incidents" for analysts, else none or few."""
    return "no incidents" if is_exact(k) else TOO_FEW_INCIDENTS


def uncoloured(k: int) -> str:
    """What a hexagon without a colour means."""
    return "No colour: none." if is_exact(k) else "No colour: few, or none."


def fewer_than(n: int, *, k: int) -> str:
    """A number of people, or that it is under k."""
    return f"{n:,}" if n >= k else f"fewer than {k}"


def estimated(value: float, *, k: int) -> str:
    """An estimate to the nearest k, or that it is under k."""
    return f"about {value:,.0f}" if value >= k else f"under {k}"


def note(k: int) -> str:
    """What was done to the numbers of a table of incidents."""
    if is_exact(k):
        return "Exact numbers: for analysts only."
    return (
        f"Numbers are estimated from one incident in {k}. Each may be out by a few times {k};"
        " where none was drawn the number is hidden, and there are few, or none."
    )
