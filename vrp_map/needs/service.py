"""Needs assessments: who may, then what their audience may see, then the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from vrp_map.briefs.sources import NO_RECORDS, RecordSources
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.needs.assessment import NeedsAssessment, NeedsTrace
from vrp_map.needs.files import EarlierFile, written_file
from vrp_map.needs.inquiry import answered
from vrp_map.needs.modules.catalogue import MODULES, made_module
from vrp_map.needs.queries import QUERIES
from vrp_map.needs.sources import NeedsAnswer, NeedsSources
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.residents.admissions import (
    AdmissionTable,
    are_admissions,
    loaded_admissions,
    read_admissions,
    save_admissions,
)
from vrp_map.residents.equality import EqualityNote, equality_note
from vrp_map.residents.tables import PeopleTable, loaded_people, read_people, save_people
from vrp_map.selection import Selection, selection_from_query
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.warehouse.boundaries.layers import current_areas
from vrp_map.wording import listed, period_words
from vrp_map.workspace import Workspace


def needs_sources(
    workspace: Workspace,
    selection: Selection,
    *,
    audience: Audience | str,
    now: datetime,
    records: RecordSources = NO_RECORDS,
) -> NeedsSources:
    """What the modules of one local authority are made from, as an audience may see it.

    Raises:
        NotAllowed: whoever asks may not see it so. UserError: it is not one local authority.
    """
    workspace.principal.must(Action.SEE_MAP)
    asked = workspace.question(selection, audience=audience)
    areas = asked.selection.areas
    if len(areas) != 1 or not areas[0].startswith(f"{AreaType.LAD}:"):
        raise UserError(
            "A needs assessment is of one local authority.",
            hint="Name it with --area, for example --area Coventry.",
        )
    tables = loaded_people(workspace.settings.needs)
    return NeedsSources(
        workspace,
        asked.selection,
        asked.audience,
        now,
        tables,
        records,
        loaded_admissions(workspace.settings.needs),
    )


def assessment(sources: NeedsSources, modules: Iterable[int] = ()) -> NeedsAssessment:
    """The document, or some of its modules.

    Raises:
        UserError: there is no module of that number.
    """
    wanted = sorted(set(modules)) or list(MODULES)
    if unknown := [n for n in wanted if n not in MODULES]:
        raise UserError(f"There is no module {unknown[0]}.", hint=f"Choose 1 to {max(MODULES)}.")
    made = tuple(made_module(number, sources) for number in wanted)
    return NeedsAssessment(
        area=sources.area,
        place=sources.place,
        partnership=sources.settings.partnership,
        audience=str(sources.audience),
        is_synthetic=sources.snapshot.synthetic,
        modules=made,
    )


def refreshed_file(sources: NeedsSources, earlier: EarlierFile) -> bytes:
    """An earlier file with every number made again; what people wrote stays as it is.

    Args:
        sources: of the file's own area and audience.

    Raises:
        UserError: they are of another.
    """
    numbers = [module.number for module in earlier.document.modules]
    whole = refreshed(earlier.document, assessment(sources, numbers))
    return written_file(whole, earlier.kind, earlier=earlier, numbers=numbers)


def refreshed(old: NeedsAssessment, newer: NeedsAssessment) -> NeedsAssessment:
    """An earlier document with the modules of a newer one; people's words stay.

    Raises:
        UserError: the two are of another area or for another audience.
    """
    if old.area != newer.area:
        raise UserError(
            f"The file is about {old.place}, not {newer.place}.",
            hint="Choose its own area, or make a new file.",
        )
    if old.audience != newer.audience:
        raise UserError(
            f"The file was made for another audience: {old.audience}.",
            hint="Refresh it for that audience, or make a new file.",
        )
    # A made-up number in any one module makes the whole a made-up document.
    both = old.refreshed(newer.modules)
    return replace(both, is_synthetic=old.is_synthetic or newer.is_synthetic)


def asked_again(sources: NeedsSources, trace: NeedsTrace) -> NeedsAnswer:
    """The answer of a trace's query to what it was asked, from the data as they are now.

    Raises:
        NotAllowed: whoever asks may not see it so. UserError: the trace names no query.
    """
    if trace.query not in QUERIES:
        raise UserError(f"There is no query {trace.query!r}.", hint="Make the file again.")
    choice = dict(trace.choice)
    workspace = sources.workspace
    workspace.principal.must_see(trace.audience)
    selection = workspace.allowed(selection_from_query(choice, settings=workspace.settings))
    again = replace(sources, selection=selection, audience=Audience(trace.audience))
    return answered(trace.query, again, choice)


def changed_traces(sources: NeedsSources, document: NeedsAssessment) -> list[NeedsTrace]:
    """The traces whose numbers are no longer those of the data."""
    found = []
    for trace in document.traces:
        answer = asked_again(sources, trace)
        if (answer.rows, answer.sentence) != (trace.rows, trace.sentence):
            found.append(trace)
    return found


def equality_text(  # noqa: PLR0913 - what one text is about, by keyword
    workspace: Workspace,
    selection: Selection,
    *,
    audience: Audience | str,
    now: datetime,
    cells: Sequence[str] = (),
    places: str = "",
) -> EqualityNote:
    """Who lives in some places against the areas of a selection: a text for the equality file.

    Args:
        cells: the places, hexagons of one size; without any, the hotspots of the selection.
        places: what they are, in words.

    Raises:
        NotAllowed: whoever asks may not see it so. UserError: an area is no local authority, or
            no place stands out.
    """
    workspace.principal.must(Action.SEE_MAP)
    asked = workspace.question(selection, audience=audience)
    areas = asked.selection.areas
    if any(not key.startswith(f"{AreaType.LAD}:") for key in areas):
        raise UserError(
            "The comparison is with local authorities.", hint="Name them with --area, or none."
        )
    chosen = list(cells)
    if not chosen:
        found = workspace.hotspots(asked.selection, audience=asked.audience).cells.frame
        chosen = found.loc[found["cluster"] > 0, "cell"].astype(str).tolist()
        period = period_words(*asked.period)
        places = f"{len(chosen):,} hexagons that stand out. {asked.subject}, {period}"
    if not chosen:
        raise UserError(
            "No place stands out, so there is nothing to compare.",
            hint="Choose a longer period, or name hexagons with --cell.",
        )
    return equality_note(
        workspace.reader,
        areas,
        chosen,
        place=listed(asked.area_names),
        places=places or f"{len(chosen):,} hexagons that were named",
        tables=loaded_people(workspace.settings.needs),
        today=now.date(),
    )


def load_table(
    principal: Principal, settings: Settings, file: Path, *, today: date
) -> PeopleTable | AdmissionTable:
    """Read a table about residents or of hospital admissions, and keep it.

    Raises:
        NotAllowed: who may not. FileRefused: what is wrong with the file.
    """
    principal.must(Action.LOAD_NEEDS_TABLES)
    areas = current_areas(settings)

    def codes(kind: AreaType) -> list[str]:
        return list(areas.loc[areas["type"] == kind, "code"].astype(str))

    if are_admissions(file):
        admissions = read_admissions(file, codes(AreaType.LAD), today=today)
        save_admissions(admissions, settings.needs)
        return admissions
    table = read_people(file, codes(AreaType.LSOA), today=today)
    save_people(table, settings.needs)
    return table
