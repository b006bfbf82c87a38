"""Modules 8 to 11 and 13: voices, provision, what was tried, what is missing, recommendations."""

from __future__ import annotations

from vrp_map.needs.inquiry import Inquiry
from vrp_map.vocabulary import Audience

_GROWING = ("growing", "hot for", "up", "newly hot")


def voices(to: Inquiry) -> None:
    """8: young people's voice."""
    to.table("voices", "Where young people feel unsafe or safe")
    to.say("Young people who were not asked are in no number here.")


def provision(to: Inquiry) -> None:
    """9: assets and provision."""
    found = to.table("work", "Kinds of work that the partnership did here")
    if not found.rows:
        to.say(_NOT_PUBLIC if _is_public(to) else "No response is recorded here.")
    to.say("This tool knows no list of services. Write who works here, for whom, and until when.")


def tried(to: Inquiry) -> None:
    """10: responses and pilots."""
    to.table("quarters", "Responses by quarter")
    found = to.table("pilots", "Pilots of the partnership that were signed off")
    if not found.rows:
        to.say(_NOT_PUBLIC if _is_public(to) else "No pilot was signed off yet.")
    elif any("cannot" in row[1] or "not shown" in row[1] for row in found.rows):
        to.say('"Not shown" and "cannot be shown" are no proof that a pilot failed.')


def missing(to: Inquiry) -> None:
    """11: what is missing in the data."""
    to.table("gaps", "Months not delivered")
    to.list(
        (
            "Violence that nobody reports to the police is in no number of theirs.",
            "Hospitals see people whom the police do not.",
            "A place without voices may be a place where nobody was asked.",
        )
    )


def recommendations(to: Inquiry) -> None:
    """13: what the numbers suggest to decide, with a place for owners."""
    found, trace = to.ask("hotspots", "Places that stand out")
    asked = []
    for place, _, sureness, change in found.rows:
        if sureness == "fragile":
            asked.append(f"Ask who knows the place {place}: it is fragile.")
        elif change.startswith(_GROWING):
            asked.append(f"Decide who finds out what changed {place}.")
        elif change.startswith("stubborn"):
            asked.append(f"Decide which problem to solve {place}.")
    to.say("Each of these is a question that the numbers raise, not a recommendation.")
    to.list(asked or ["No place raises a question by its numbers alone."], trace)


_NOT_PUBLIC = "The public version does not have this."


def _is_public(to: Inquiry) -> bool:
    return to.sources.audience is Audience.PUBLIC
