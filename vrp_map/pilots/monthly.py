"""The monthly counts of a pilot's places, and what the snapshot says of how they vary: exact
numbers, for analysts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.analysis.comparison_cells import ComparisonChoice, comparison_cells
from vrp_map.analysis.pilot_harm import pilot_harm
from vrp_map.analysis.placebo_pilots import placebos_of
from vrp_map.analysis.question import Question
from vrp_map.analysis.study.deliveries import whole_months
from vrp_map.analysis.study.lattice import month_counts
from vrp_map.errors import UserError
from vrp_map.pilots.before_start import Prospect, prospect_of
from vrp_map.pilots.look import PilotMonths, PilotTable, months_of, planned_months
from vrp_map.pilots.past import false_alarms, variation
from vrp_map.pilots.pilot import Pilot
from vrp_map.pilots.places import with_rings
from vrp_map.residents.deciles import cell_deciles
from vrp_map.residents.tables import DEPRIVATION, loaded_people
from vrp_map.selection import shift_month
from vrp_map.statistics.placebos import PlaceboCounts
from vrp_map.statistics.power import ExpectedCounts
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace

# Before the start, for placebo pilots: as far back as is loaded, up to so many months.
_LONGEST_PAST = 60
# A table of deprivation that knows fewer of the hexagons takes no part in a match.
_FEWEST_KNOWN = 0.8


def pilot_table(ws: Workspace, pilot: Pilot, *, away_from: Sequence[str] = ()) -> PilotTable:
    """The exact counts that a pilot is judged by.

    Args:
        away_from: the areas and rings of other pilots, where no placebo pilot may lie.

    Raises:
        NotAllowed: whoever asks may not see exact numbers. UserError: no comparison, or no whole
            months.
    """
    groups = [cells for cells in pilot.places.groups if cells]
    if not pilot.places.comparison:
        raise UserError(
            "The pilot has no comparison.", hint="Give places like it, where nothing is tried."
        )
    question = _question(ws, pilot)
    known = ws.snapshot_for(Audience.ANALYST)
    gaps = {month for held in question.gaps.values() for month in held}
    months = months_of(pilot, first=known.first_month, last=known.last_month, missing=gaps)
    cells = np.unique(grid.from_text([cell for group in groups for cell in group]))
    counts = question.reader.counts
    table = counts.cell_months(question.selection, cells, resolution=question.resolution)
    wanted = _columns(table, counts.months, [*months.before, *months.after])
    rows = np.array([wanted[np.isin(cells, grid.from_text(g))].sum(axis=0) for g in groups])
    history = rows[:, : len(months.before)]
    own = [cell for group in groups for cell in group]
    placebos = _placebos(question, pilot, history, months, away=[*own, *away_from])
    return PilotTable(months, rows, variation(history, placebos))


def harm_sentence(ws: Workspace, pilot: Pilot, table: PilotTable) -> str:
    """What the change weighs in harm, or why that cannot be said; of the same months and places.

    Raises:
        NotAllowed: whoever asks may not see exact numbers.
    """
    months = [*table.months.before, *table.months.after]
    question = _question(ws, pilot)
    period = replace(question.selection, first=months[0], last=months[-1])
    try:
        found = pilot_harm(
            replace(question, selection=period),
            [grid.from_text(group) for group in pilot.places.groups if group],
            start=table.months.after[0],
            months=months,
            dispersion=table.variation.dispersion,
        )
    except UserError as why:
        return why.message
    return found.sentence


def pilot_prospect(ws: Workspace, pilot: Pilot, *, away_from: Sequence[str] = ()) -> Prospect:
    """What a planned pilot could show, by the months before its start.

    Args:
        away_from: the areas and rings of other pilots, where no placebo pilot may lie.

    Raises:
        NotAllowed: whoever asks may not see exact numbers. UserError: no comparison, or no whole
            months.
    """
    placebos, plan = _expected_past(past_question(ws, pilot), pilot, away_from)
    return prospect_of(plan, false_alarms=false_alarms(placebos) if placebos else None)


def placebos_before(
    ws: Workspace, pilot: Pilot, *, away_from: Sequence[str] = ()
) -> PlaceboCounts | None:
    """Placebo pilots of a pilot's size in the months before its start; None where these are too
    few.

    Raises:
        NotAllowed, UserError: as `pilot_prospect`.
    """
    return _expected_past(past_question(ws, pilot), pilot, away_from)[0]


def _expected_past(
    question: Question, pilot: Pilot, away_from: Sequence[str]
) -> tuple[PlaceboCounts | None, ExpectedCounts]:
    """Placebo pilots of the months before the start, and what these lead one to expect.

    A draft is taken with the rings that its approval will give it, since it is judged with them.
    """
    groups = [cells for cells in with_rings(pilot.places).groups if cells]
    before = whole_months(question.reader, question.study, most=pilot.months_before)
    planned = planned_months(pilot)
    if not pilot.places.comparison or not before or not planned:
        raise UserError(
            "The plan has no comparison, or no whole month before or after its start.",
            hint="Find a comparison, and give days that hold a whole month.",
        )
    cells = np.unique(grid.from_text([cell for group in groups for cell in group]))
    table = month_counts(
        question.reader, question.study, cells, resolution=question.resolution, months=before
    )
    rows = np.array([table[np.isin(cells, grid.from_text(g))].sum(axis=0) for g in groups])
    after = tuple(shift_month(pilot.start.replace(day=1), i) for i in range(planned))
    own = [cell for group in groups for cell in group]
    months = PilotMonths(tuple(before), after, planned)
    placebos = _placebos(question, pilot, rows, months, away=[*own, *away_from])
    varied = round(variation(rows, placebos).dispersion, 1)
    return placebos, replace(_expected(rows, months), dispersion=varied)


def compared(
    ws: Workspace, pilot: Pilot, *, away_from: Sequence[str] = ()
) -> tuple[Pilot, ComparisonChoice]:
    """The pilot with the comparison whose past is most like its own, and how like it is.

    Raises:
        NotAllowed: whoever asks may not see exact numbers. UserError: too few places or months.
    """
    area = grid.from_text(pilot.places.area)
    ring = np.setdiff1d(grid.with_neighbours(area), area)
    away = grid.from_text(list(away_from)) if away_from else np.empty(0, np.uint64)
    question = past_question(ws, pilot)
    more = deprivation_of(ws, question)
    choice = comparison_cells(question, area, ring=ring, away_from=away, more=more)
    places = replace(
        pilot.places,
        ring=tuple(grid.to_text(ring)) if len(choice.ring) else (),
        comparison=tuple(grid.to_text(choice.cells)),
        comparison_ring=tuple(grid.to_text(choice.ring)),
    )
    return replace(pilot, places=with_rings(places)), choice


def deprivation_of(ws: Workspace, question: Question) -> dict[str, NDArray[np.float64]]:
    """The decile of deprivation of each cell of the study, to match on; empty where none is loaded
    or it knows too few of them. A cell that it does not know is taken as the mean.
    """
    table = loaded_people(ws.settings.needs).get(DEPRIVATION)
    if table is None:
        return {}
    deciles = cell_deciles(question.reader, question.lattice.cells, table)
    known = np.isfinite(deciles)
    if known.mean() < _FEWEST_KNOWN:
        return {}
    return {DEPRIVATION: np.where(known, deciles, deciles[known].mean())}


def past_question(ws: Workspace, pilot: Pilot) -> Question:
    """The question that a pilot asks, of the months before its start.

    Raises:
        NotAllowed: whoever asks may not see exact numbers. UserError: no month is before it.
    """
    return _past(_question(ws, pilot), pilot)


def _question(ws: Workspace, pilot: Pilot) -> Question:
    selection = ws.for_analysts().select(pilot.outcomes[:1])
    size = int(grid.resolutions(grid.from_text(pilot.places.area[:1]))[0])
    return ws.question(selection, audience=Audience.ANALYST, resolution=size)


def _past(question: Question, pilot: Pilot) -> Question:
    """The same question of the months before the start."""
    last = shift_month(pilot.start.replace(day=1), -1)
    first = max(question.selection.first, shift_month(last, 1 - _LONGEST_PAST))
    if first > last:
        raise UserError(
            "The data hold no whole month before the pilot.", hint="Load earlier months."
        )
    return replace(question, selection=replace(question.selection, first=first, last=last))


def _placebos(
    question: Question,
    pilot: Pilot,
    history: NDArray[np.int64],
    months: PilotMonths,
    *,
    away: Sequence[str],
) -> PlaceboCounts | None:
    """Placebo pilots of the months before the start; None where these are too few."""
    try:
        return placebos_of(
            _past(question, pilot),
            _expected(history, months),
            away_from=grid.from_text(list(away)),
        )
    except UserError:
        return None


def _expected(history: NDArray[np.int64], months: PilotMonths) -> ExpectedCounts:
    """What the months before lead one to expect after the start; an empty place is taken as 1."""
    before, after = len(months.before), len(months.after)
    expected = np.maximum(history.sum(axis=1), 1) * after / before
    return ExpectedCounts(tuple(map(float, expected)), before, after)


def _columns(
    table: NDArray[np.int64], held: NDArray[np.datetime64], months: Sequence[date]
) -> NDArray[np.int64]:
    """These months of a table of months held; a month without any incident is 0."""
    at = {month: i for i, month in enumerate(held.astype("datetime64[M]").tolist())}
    empty = np.zeros(len(table), dtype=np.int64)
    return np.column_stack([table[:, at[m]] if m in at else empty for m in months])
