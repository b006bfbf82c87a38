"""What a module of an assessment still lacks, in words, with what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from vrp_map.errors import MethodRefused, UserError
from vrp_map.needs.sources import NeedsSources
from vrp_map.residents.tables import AGES, DEPRIVATION, ETHNICITY, KIND_WORDS
from vrp_map.summit.voice_gap.released import heard
from vrp_map.vocabulary import Method

Lacks = Callable[[NeedsSources], list[str]]
NO_AGE_OR_SEX = "The incidents loaded here hold neither age nor sex, so this module has no number."
NO_ADMISSIONS = "No table of hospital admissions is loaded. Load one with vrp-map needs load."
_LOAD = {
    AGES: "Load residents by age and LSOA (ONS estimates or census) with vrp-map needs load.",
    DEPRIVATION: "Load the English Indices of Deprivation by LSOA with vrp-map needs load.",
    ETHNICITY: "Load ethnic groups by LSOA from the census with vrp-map needs load.",
}


def nothing(sources: NeedsSources) -> list[str]:
    """It is made of the incidents and the settings alone."""
    return []


def tables(*kinds: str) -> Lacks:
    """The tables about residents that are not loaded."""
    return lambda sources: [no_table(kind) for kind in kinds if kind not in sources.tables]


def no_table(kind: str) -> str:
    """That a table about residents is not loaded, and how to load it."""
    return f"No table of {KIND_WORDS[kind]} is loaded. {_LOAD[kind]}"


def admissions(sources: NeedsSources) -> list[str]:
    """The table of hospital admissions."""
    return [NO_ADMISSIONS] if sources.admissions is None else []


def days(sources: NeedsSources) -> list[str]:
    """Days or hours, where the data do not know them."""
    question = sources.workspace.question(sources.selection, audience=sources.audience)
    refused = []
    for method in (Method.DAY_OF_WEEK, Method.HOUR_OF_WEEK):
        try:
            question.carrying(method)
        except MethodRefused as refusal:
            refused.append(str(refusal))
    return refused


def people(sources: NeedsSources) -> list[str]:
    """Who is harmed: no data of the map hold it."""
    return [NO_AGE_OR_SEX]


def voices(sources: NeedsSources) -> list[str]:
    """Numbers of an event that were released."""
    summit = sources.records.summit
    try:
        is_out = summit is not None and any(one.is_out for one in heard(summit()))
    except UserError as trouble:
        return [str(trouble)]
    return [] if is_out else ["No event has numbers to show yet. Run one on the page Events."]


def responses(sources: NeedsSources) -> list[str]:
    """What the partnership did."""
    kept = sources.records.responses
    try:
        known = kept is not None and kept().outlines(sources.workspace.principal)
    except UserError as trouble:
        return [str(trouble)]
    return [] if known else ["No response is recorded yet. Log one on the page Responses."]
