"""What is on one page about a place: frozen types and the questions that follow from them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vrp_map.vocabulary import Audience

MOST_HOTSPOTS = 5
_MOST_QUESTIONS = 5
NOT_ENOUGH_VOICES = "not enough voices"


@dataclass(frozen=True)
class HotspotLine:
    """One hotspot of the page, in words.

    Attributes:
        incidents: as shown to the audience, "few, or none" where hidden. voices: of young people,
            or "".
    """

    name: str
    incidents: str
    sureness: str
    change: str
    voices: str


@dataclass(frozen=True)
class AreaBrief:
    """The page's contents: of areas, of a hotspot, or of one hexagon.

    Attributes:
        headline: a sentence. real: whether it is chance, sentence by sentence. kinds, months:
            label -> number as shown. drawn: the hexagons of the map: cell, n (missing = hidden),
            is_hot, is_here. outlines: of the areas around, EPSG:4326. active: what the partnership
            did here. voices: of young people. unknown: what the data cannot say. questions: to ask
            in the room. method: how the numbers were made, in lines.
    """

    place: str
    what: str
    period: str
    audience: Audience
    headline: str
    real: tuple[str, ...]
    hotspots: tuple[HotspotLine, ...]
    kinds: Mapping[str, str]
    months: Mapping[str, int | None]
    drawn: pd.DataFrame
    outlines: Sequence[Any]
    active: tuple[str, ...]
    voices: tuple[str, ...]
    unknown: tuple[str, ...]
    questions: tuple[str, ...]
    method: tuple[str, ...]
    is_synthetic: bool


def questions_of(
    lines: Sequence[HotspotLine], *, has_responses: bool, lacks_voices: bool
) -> tuple[str, ...]:
    """What to ask in the room, by what is on the page.

    Args:
        has_responses: whether anything that the partnership did is on it. lacks_voices: whether
            young people said too little of the place to show.
    """
    asked = []
    for line in lines:
        if line.change.startswith(("growing", "hot for", "up")):
            asked.append(f"What is new {line.name}? Who would know?")
        elif line.change.startswith("stubborn"):
            asked.append(f"What brings it back {line.name}? Which problem would have to be solved?")
        if line.sureness == "fragile":
            asked.append(
                f"Does anyone who works there know the hotspot {line.name}? It is fragile."
            )
    if lacks_voices or any(line.voices == NOT_ENOUGH_VOICES for line in lines):
        asked.append("Young people have not been asked about all of these places. Who could?")
    if not has_responses:
        asked.append("What has the partnership done here? Nothing is recorded on this page.")
    return tuple(dict.fromkeys(asked))[:_MOST_QUESTIONS]


def shown_words(n: Any) -> str:
    """A number as it stands on the page; a hidden one in words."""
    return "few, or none" if pd.isna(n) else f"{int(n):,}"
