"""The queries that ask the records: voices, responses and pilots, each by its own service."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from vrp_map import grid
from vrp_map.analysis.study.areas import study_cells
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.needs.sources import NeedsAnswer, NeedsSources
from vrp_map.responses.quarter.figures import CalendarQuarter, quarter_of
from vrp_map.selection import shift_month
from vrp_map.summit.cell_names import cell_names
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap.released import released_for
from vrp_map.vocabulary import Audience

QUARTERS = 4
MOST_PLACES = 15
_NOTHING = "Nothing is shown."


def voices_of(asked: NeedsSources, choice: Mapping[str, str]) -> NeedsAnswer:
    """Where in the area young people said that they feel unsafe or safe, as released."""
    if asked.records.summit is None:
        return NeedsAnswer(sentence="No event was held here, or the records cannot be read.")
    summit, size = asked.records.summit(), asked.settings.wall_resolution
    areas = asked.workspace.reader.current_areas
    here = set(grid.to_text(study_cells((asked.area,), areas, resolution=size)))
    table = released_for(asked.audience, summit)
    counts: dict[str, dict[str, int]] = {"unsafe": {}, "safe": {}}
    for row in table.frame.itertuples():
        if row.what in here:
            counts[row.kind][row.what] = int(row.people)
    rows = _voice_rows(counts, summit)
    said = "" if rows else "No place here has enough voices to show a number."
    header = ("Place", "People who feel unsafe", "People who feel safe")
    return NeedsAnswer(header, rows, table.note, said)


def _voice_rows(
    counts: Mapping[str, Mapping[str, int]], summit: Summit
) -> tuple[tuple[str, ...], ...]:
    cells = {cell for found in counts.values() for cell in found}
    names = cell_names(cells, summit)
    order = sorted(cells, key=lambda cell: (-counts["unsafe"].get(cell, 0), names[cell]))
    return tuple(
        (
            names[cell],
            *(f"{of[cell]:,}" if cell in of else FEW_OR_NONE for of in counts.values()),
        )
        for cell in order[:MOST_PLACES]
    )


def quarters_of(asked: NeedsSources, choice: Mapping[str, str]) -> NeedsAnswer:
    """Responses of the area in the latest quarters that are over, as the table by local authority
    has them. Nothing is crossed with it.
    """
    if asked.records.responses is None:
        return NeedsAnswer(sentence="No response is recorded.")
    responses, rows, note = asked.records.responses(), [], ""
    for quarter in _quarters_before(asked):
        found = responses.quarter(
            asked.workspace.principal, quarter, audience=asked.audience, now=asked.now
        )
        table = found.breakdowns["lad"]
        mine = dict(zip(table.frame["what"], table.frame["n"], strict=True)).get(asked.place)
        shown = FEW_OR_NONE if mine is None or pd.isna(mine) else f"{int(mine):,}"
        rows.append((quarter.name, shown))
        note = table.note
    return NeedsAnswer(("Quarter", "Responses"), tuple(rows), note)


def _quarters_before(asked: NeedsSources) -> list[CalendarQuarter]:
    """The last quarters that had ended by the end of the period, the earliest first."""
    current = quarter_of(shift_month(asked.selection.last, 1)).first
    return [quarter_of(shift_month(current, -3 * back)) for back in range(QUARTERS, 0, -1)]


def kinds_of_work(asked: NeedsSources, choice: Mapping[str, str]) -> NeedsAnswer:
    """What the partnership did in the area: kinds of work, without number, day or place."""
    if asked.records.responses is None or asked.audience is Audience.PUBLIC:
        return NeedsAnswer(protection=_NOTHING)
    outlines = asked.records.responses().outlines(asked.workspace.principal)
    mine = [one for one in outlines if one.lad == asked.place]
    rows = tuple((what,) for what in sorted({w for one in mine for w in one.interventions}))
    return NeedsAnswer(("Kind of work",), rows, "No number is shown.")


def judged_pilots(asked: NeedsSources, choice: Mapping[str, str]) -> NeedsAnswer:
    """The pilots of the partnership that were signed off, with what was found of each."""
    if asked.records.pilots is None or asked.audience is Audience.PUBLIC:
        return NeedsAnswer(protection=_NOTHING)
    found = asked.records.pilots().outlines(asked.workspace.principal)
    rows = tuple((one.name, one.verdict, one.decision or "open", one.learning) for one in found)
    return NeedsAnswer(("Pilot", "Found", "Decision", "Learned"), rows, "No number is shown.")
