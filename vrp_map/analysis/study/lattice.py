"""The study area of a test: its lattice with labels, made once for a snapshot, and the test
on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.analysis.hotspots import tables as analysis
from vrp_map.analysis.study.areas import study_area, study_cells
from vrp_map.errors import UserError
from vrp_map.places.gazetteer import cell_context, label_by_centre
from vrp_map.selection import Selection, month_span, shift_month
from vrp_map.statistics.dispersion import MONTHS_AROUND, pooled_dispersion
from vrp_map.statistics.gi_star import summed_around
from vrp_map.vocabulary import MAX_RESOLUTION, MIN_RESOLUTION
from vrp_map.warehouse.reader import Reader

FEWEST_CELLS = 30
_MATTERS = 0.01
# Of a supplier with this many k in its usual month, no month that it delivered has fewer than k.
_USUAL_UNITS = 4


def checked_resolution(resolution: int) -> int:
    """The resolution, if it is one that is offered."""
    if not MIN_RESOLUTION <= resolution <= MAX_RESOLUTION:
        raise UserError(
            f"The resolution is {resolution}.",
            hint=f"Choose {MIN_RESOLUTION} (town) to {MAX_RESOLUTION} (streets).",
        )
    return resolution


@lru_cache(maxsize=16)
def labels(reader: Reader, resolution: int) -> pd.DataFrame:
    """Name, local authority and NPU of every cell inside the boundaries or with any incident; index
    cell (uint64).
    """
    places = grid.parents(reader.places["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    inside = study_cells(
        study_area((), reader.current_areas), reader.current_areas, resolution=resolution
    )
    cells = np.union1d(places, inside)
    context = cell_context(
        cells, places=reader.places, gazetteer=reader.gazetteer, resolution=resolution
    )
    return label_by_centre(context, reader.current_areas)


@dataclass(frozen=True)
class EarlierPeriod:
    """The earlier period that a selection is compared with.

    Attributes:
        first, last: its months. same_season: whether they are the same months of the year, so that
            a difference can be tested: against other months, a season would be called a change.
    """

    first: date
    last: date
    same_season: bool

    def of(self, selection: Selection) -> Selection:
        """A selection in these months."""
        return replace(selection, first=self.first, last=self.last)


def earlier(reader: Reader, selection: Selection) -> EarlierPeriod | None:
    """The same months a year before (years, for more than one), else the equal period before; None
    if none is whole.

    Whole: no supplier that matters lacks a month of it or of the selection itself.
    """
    for then, same in ((selection.years_before(), True), (selection.previous(), False)):
        if then.first is None or then.last is None or then.first < reader.snapshot.first_month:
            continue
        # A supplier that matters in one of the two periods must have both, but not the months
        # between them.
        window = replace(selection, first=then.first)
        missing = {month for months in gaps(reader, window).values() for month in months}
        if not any(
            month <= then.last or month >= (selection.first or then.last) for month in missing
        ):
            return EarlierPeriod(then.first, then.last, same)
    return None


def gaps(reader: Reader, selection: Selection) -> dict[str, list[date]]:
    """Months of the period that a supplier which matters here has not delivered, by supplier.

    A supplier matters if it delivered any of these months and gives at least 1% of the incidents
    inside the boundaries in all of the data: a neighbouring force with a handful of incidents
    across the border neither makes a period whole nor spoils it. Who matters does not depend on the
    period, or sliding the period would count a small supplier's incidents for those who see a
    sample; for them it must also be large enough that no month of its is few or none.
    """
    first, last = (
        selection.first or reader.snapshot.first_month,
        selection.last or reader.snapshot.last_month,
    )
    return {name: list(missing) for name, missing in _gaps(reader, first, last, selection.sources)}


def whole_months(reader: Reader, selection: Selection, *, most: int) -> list[date]:
    """The months up to the selection's last, at most so many, since the last that a supplier which
    matters lacks.
    """
    last = selection.last or reader.snapshot.last_month
    first = max(shift_month(last, 1 - most), reader.snapshot.first_month)
    if first > last:
        return []
    missing = {
        month
        for months in gaps(reader, replace(selection, first=first, last=last)).values()
        for month in months
    }
    months = [shift_month(first, i) for i in range(month_span(first, last))]
    return months[max((i + 1 for i, month in enumerate(months) if month in missing), default=0) :]


@lru_cache(maxsize=256)
def _gaps(
    reader: Reader, first: date, last: date, sources: tuple[str, ...]
) -> tuple[tuple[str, tuple[date, ...]], ...]:
    wanted = [shift_month(first, i) for i in range(month_span(first, last))]
    held = reader.deliveries
    held = held[held["month"].between(first, last)]
    if sources:
        held = held[held["source"].isin(sources)]
    found: dict[str, set[date]] = {}
    for source, publisher in sorted(_who_matters(reader, sources)):
        theirs = set(
            held.loc[(held["source"] == source) & (held["publisher"] == publisher), "month"]
        )
        if theirs:
            found.setdefault(publisher or source, set()).update(set(wanted) - theirs)
    if not found:
        # Nobody who matters delivered any of it: what is there at all.
        there = held if reader.unit == 1 else reader.months
        found["every supplier"] = set(wanted) - set(there["month"])
    return tuple((name, tuple(sorted(missing))) for name, missing in found.items() if missing)


def _who_matters(reader: Reader, sources: tuple[str, ...]) -> set[tuple[str, str]]:
    """(source, publisher) of those that give at least 1% of the incidents inside the boundaries in
    all of the data.
    """
    inside = reader.coverage
    if sources:
        inside = inside[inside["source"].isin(sources)]
    n = inside.groupby(["source", "publisher"])["n"].agg(["sum", "median"])
    usual = _USUAL_UNITS * reader.unit if reader.unit > 1 else 0
    matters = (n["sum"] >= _MATTERS * n["sum"].sum()) & (n["median"] >= usual)
    return {(str(source), str(publisher)) for source, publisher in n.index[matters]}


def tested_cells(
    reader: Reader, study: Selection, *, resolution: int, then: EarlierPeriod | None
) -> pd.DataFrame:
    """`hotspots.test_cells` on the full lattice of the study's areas.

    Args:
        then: the earlier period to count too, if there is one.

    Raises:
        UserError: the lattice is too small to tell a hotspot from luck.
    """
    now = reader.counts.by_cell(study, resolution=checked_resolution(resolution))
    before = reader.counts.by_cell(then.of(study), resolution=resolution) if then else None
    lattice = study_lattice(reader, study.areas, resolution)
    if len(lattice.cells) < FEWEST_CELLS:
        raise UserError(
            f"The area has {len(lattice.cells)} hexagons of this size: too few to tell a hotspot"
            " from luck.",
            hint="Choose a larger area or smaller hexagons.",
        )
    return analysis.test_cells(
        lattice,
        now,
        before,
        unit=reader.counts.unit,
        dispersion=runs(reader, study, resolution=resolution),
    )


def runs(reader: Reader, study: Selection, *, resolution: int) -> float:
    """The dispersion of the hexagons with their neighbours, by the 24 months without a gap up to
    the study's last.
    """
    return _runs(
        reader,
        replace(study, first=None, last=study.last or reader.snapshot.last_month),
        resolution,
    )


@lru_cache(maxsize=64)
def _runs(reader: Reader, study: Selection, resolution: int) -> float:
    months = whole_months(reader, study, most=MONTHS_AROUND)
    if not months:
        return pooled_dispersion(np.zeros((1, 1)))
    ground = study_ground(reader, study.areas, resolution)
    wanted = replace(study, first=months[0], last=months[-1])
    counted = reader.counts.cell_months(wanted, ground.cells, resolution=resolution)
    at = np.searchsorted(reader.counts.months, np.array(months, dtype="datetime64[M]"))
    return pooled_dispersion(summed_around(counted[:, at], ground.neighbours))


@lru_cache(maxsize=32)
def study_ground(reader: Reader, keys: tuple[str, ...], resolution: int) -> analysis.StudyGrid:
    """The cells of a study area: those whose centre it holds, and those in whose part of it any
    incident lies.

    A cell on the border may hold incidents though its centre lies outside. The lattice is that of
    the snapshot, not of the selection, so that two selections are tested on the same cells. Without
    areas it is the cells of all places.
    """
    centred = study_cells(keys, reader.current_areas, resolution=resolution)
    cells = np.union1d(centred, reader.counts.cells_in(keys, resolution=resolution))
    neighbours = grid.neighbour_index(cells)
    # A cell lies in the area whole if its own centre and those of all six neighbours do.
    inner = _with_all_neighbours(np.isin(cells, centred), neighbours)
    return analysis.StudyGrid(cells, neighbours, whole=_with_all_neighbours(inner, neighbours))


def _with_all_neighbours(
    marked: NDArray[np.bool_], neighbours: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Which cells are marked and have six neighbours that are marked too."""
    return np.asarray(marked & np.append(marked, False)[neighbours].all(axis=1))


@lru_cache(maxsize=32)
def study_lattice(reader: Reader, keys: tuple[str, ...], resolution: int) -> analysis.Lattice:
    """The cells of a study area (`study_ground`) with their residents and labels."""
    ground = study_ground(reader, keys, resolution)
    context = labels(reader, resolution).reindex(ground.cells)
    return analysis.make_lattice(
        ground, residents=reader.residents, context=context, resolution=resolution
    )
