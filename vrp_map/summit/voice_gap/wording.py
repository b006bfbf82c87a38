"""Voices in sentences: what is said of a hexagon, of all of them, and what they cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from vrp_map.disclosure.thresholds import most_unheard, most_waiting
from vrp_map.disclosure.words import TOO_FEW_INCIDENTS
from vrp_map.statistics.voice_gap import Gap
from vrp_map.vocabulary import pins as words

# What a letter in the legend, the table and the tooltip stands for: colour is never the only cue.
LETTERS = {Gap.FEAR: "F", Gap.BOTH: "B", Gap.RECORD: "R", Gap.NEITHER: "N", Gap.FEW: "?"}
SAYS = {
    Gap.FEAR: "many feel unsafe, little is recorded",
    Gap.BOTH: "many feel unsafe, and much is recorded",
    Gap.RECORD: "much is recorded, few voices or none",
    Gap.NEITHER: "some voices, no clear gap",
    Gap.FEW: "too few to say; may still be unsafe",
}
_UNTESTED = (
    "Nobody recorded who sat together. Friends often give the same answers, so no gap is tested."
)
# Independent voices with which a gap at a place with a usual record was found: docs/decisions/0010.
_NEEDED = 20
_LISTS: Mapping[str, Mapping[str, str]] = {
    "setting": words.SETTINGS,
    "reason": words.REASONS_UNSAFE | words.REASONS_SAFE,
    "help": words.HELPS,
    "hour_band": words.HOUR_BANDS,
    "weekday": words.WEEKDAYS,
    "role": words.ROLES,
    "age_band": words.AGE_BANDS,
}


def gap_words(gap: str) -> str:
    """A class as legend, table and tooltip write it: "F · fear only"."""
    return f"{LETTERS[Gap(gap)]} · {gap}"


def answer(kind: str, what: str) -> str:
    """An answer in the words that people chose it by; one of an older version as it was stored."""
    return _LISTS[kind].get(what, what.replace("-", " "))


def of_cell(row: Mapping[str, Any], *, what: str, is_tested: bool = True) -> str:
    """What is known of one hexagon, in a few short sentences.

    Args:
        row: gap, unsafe, safe, n; missing = hidden or not released. what: what was counted, in
            lower case.
        is_tested: whether it is known which people came together, so that a gap could be tested.
    """
    said = _unsafe(row) + _safe(row)
    n = TOO_FEW_INCIDENTS if pd.isna(row["n"]) else f"{int(row['n']):,} incidents of {what}"
    recorded = f"On record: {n}."
    meaning = {
        Gap.FEAR: (
            "This place has a larger share of the voices than of the records. Chance and friends"
            " who agree do not explain it."
        ),
        Gap.BOTH: "Voices and record agree: both are high.",
        Gap.RECORD: _few_voices(row),
        Gap.NEITHER: "There is no clear gap: it could be chance." if is_tested else _UNTESTED,
        Gap.FEW: ("That is not enough to say how people feel here. They may still feel unsafe."),
    }[Gap(row["gap"])]
    return f"{said} {recorded} {meaning}"


def _few_voices(row: Mapping[str, Any]) -> str:
    why = (
        "People spoke about places nearby, but few or none about this one."
        if pd.isna(row["unsafe"])
        else "The records are higher than these voices would lead us to expect."
    )
    return f"{why} People may still feel unsafe."


def _unsafe(row: Mapping[str, Any]) -> str:
    if pd.isna(row["unsafe"]):
        return "Too few people to show feel unsafe here, or none."
    return f"{int(row['unsafe']):,} people feel unsafe here."


def _safe(row: Mapping[str, Any]) -> str:
    return "" if pd.isna(row["safe"]) else f" {int(row['safe']):,} feel safe."


def headline(gaps: Iterable[str], *, what: str, where: str, is_tested: bool = True) -> str:
    """The one sentence of the page, from the stored classes.

    Args:
        gaps: the class of every hexagon of the study. what: what was counted, in lower case.
            is_tested: as for `of_cell`.
    """
    many = pd.Series(list(gaps), dtype=object).value_counts()
    fear, both = int(many.get(Gap.FEAR.value, 0)), int(many.get(Gap.BOTH.value, 0))
    if (
        not fear
        and not both
        and not many.get(Gap.NEITHER.value, 0)
        and not many.get(Gap.RECORD.value, 0)
    ):
        return (
            f"Not enough people spoke about any place in {where} to compare voices with the record."
        )
    if not is_tested:
        return f"What people said in {where}, beside the records, without a test. {_UNTESTED}"
    if fear:
        places = "1 place" if fear == 1 else f"{fear:,} places"
        return (
            f"In {places} in {where}, young people and others feel unsafe where little {what} is"
            " recorded."
        )
    if both:
        places = "1 place" if both == 1 else f"{both:,} places"
        return (
            f"Voices and records agree in {places} in {where}. No place is feared far more than the"
            " records show."
        )
    return f"These voices show no place in {where} that is feared far more than the records show."


def caveats(*, events: int, k: int, clump: float | None) -> list[str]:
    """What to keep in mind before using a voice gap."""
    found = [
        (
            "Police officers and other adults may have pinned too. Places and answers count"
            " everyone alike."
        ),
        (
            "Only people who were there have spoken. Whole neighbourhoods may be missing. Silence"
            " does not mean safe."
        ),
        (
            f"Numbers can lag behind the pins. They change by {k} people or more, and leave {k} or"
            f" more of the newcomers out. The last {most_waiting(k)} people of an event may not"
            " show. An answer that nearly everyone gave shows a clearly lower number."
        ),
        "One person can pin several places, so adding up hexagons counts people twice.",
        ("Recorded violence is not all violence. Fear is real even where nothing is recorded."),
        "Journeys are counted separately, without their ends. They are not part of the gap.",
    ]
    if clump is None:
        found.append(
            "No place is called a gap here. Friends come together and give the same answers, and"
            " nobody recorded the tables. Next time, print a card for each table"
            " (docs/run-a-summit.md)."
        )
    else:
        found.append(
            f"People at one table may agree, so {clump:g} voices count as one in the test. About"
            f" {round(_NEEDED * clump)} voices are needed to find a gap at a place with an average"
            " record. A gap may exist where we found none."
        )
    if events > 1:
        found.append(
            "Several events are added up. Anyone at two of them counts at each, because nobody can"
            f" tell who. A hexagon may have up to {most_unheard(k)} unreleased voices from each"
            " event."
        )
    return found
