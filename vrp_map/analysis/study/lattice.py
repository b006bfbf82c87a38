"""The study area of a test: its lattice with labels and dispersion, made once for a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.analysis.hotspots import tables as analysis
from vrp_map.analysis.study.areas import study_area, study_cells
from vrp_map.analysis.study.deliveries import whole_months
from vrp_map.errors import UserError
from vrp_map.places.gazetteer import cell_context, label_by_centre
from vrp_map.places.naming import KnownPlaces, names_for_staff, names_of_streets
from vrp_map.selection import Selection
from vrp_map.statistics.dispersion import MONTHS_AROUND, pooled_dispersion
from vrp_map.statistics.gi_star import summed_around
from vrp_map.vocabulary import MAX_RESOLUTION, MIN_RESOLUTION
from vrp_map.warehouse.kept_table import kept_table
from vrp_map.warehouse.reader import Reader

# Goes up when hexagons are named in another way: names that were kept before are then made again.
_NAMES_FORM = 1


def checked_resolution(resolution: int) -> int:
    """The resolution, if it is one that is offered."""
    if not MIN_RESOLUTION <= resolution <= MAX_RESOLUTION:
        raise UserError(
            f"The resolution is {resolution}.",
            hint=f"Choose {MIN_RESOLUTION} (town) to {MAX_RESOLUTION} (streets).",
        )
    return resolution


@lru_cache(maxsize=16)
def labels(reader: Reader, resolution: int, known: KnownPlaces) -> pd.DataFrame:
    """Name, landmark, local authority and NPU of every cell inside the boundaries or with any
    incident; index cell (uint64).
    """
    return kept_table(
        reader.path,
        f"names{resolution}",
        (_NAMES_FORM, known.version),
        make=lambda: _labels(reader, resolution, known),
    )


def _labels(reader: Reader, resolution: int, known: KnownPlaces) -> pd.DataFrame:
    places = grid.parents(reader.places["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    inside = study_cells(
        study_area((), reader.current_areas), reader.current_areas, resolution=resolution
    )
    cells = np.union1d(places, inside)
    public = names_of_streets(reader.gazetteer, reader.frame("snap_points"), known)
    context = cell_context(
        cells,
        places=reader.places,
        streets=names_for_staff(reader.gazetteer, public),
        landmarks=known.landmarks,
        resolution=resolution,
    )
    return label_by_centre(context, reader.current_areas)


@lru_cache(maxsize=64)
def dispersion_of(reader: Reader, study: Selection, resolution: int) -> float:
    """The dispersion of the hexagons with their neighbours, by the 24 months without a gap up to
    the study's last.

    Args:
        study: where its period begins plays no part: give it `BEGINNING`, so that this is worked
            out once.
    """
    months = whole_months(reader, study, most=MONTHS_AROUND)
    if not months:
        return pooled_dispersion(np.zeros((1, 1)))
    area_grid = study_grid(reader, study.areas, resolution)
    counted = month_counts(reader, study, area_grid.cells, resolution=resolution, months=months)
    return pooled_dispersion(summed_around(counted, area_grid.neighbours))


def month_counts(
    reader: Reader,
    selection: Selection,
    cells: NDArray[np.uint64],
    *,
    resolution: int,
    months: Sequence[date],
) -> NDArray[np.int64]:
    """Incidents of each of the cells (sorted) in each of these months: (cells, months)."""
    wanted = replace(selection, first=months[0], last=months[-1])
    at = np.searchsorted(reader.counts.months, np.array(months, dtype="datetime64[M]"))
    return reader.counts.cell_months(wanted, cells, resolution=resolution)[:, at]


@lru_cache(maxsize=32)
def study_grid(reader: Reader, keys: tuple[str, ...], resolution: int) -> analysis.StudyGrid:
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
def study_lattice(
    reader: Reader, keys: tuple[str, ...], resolution: int, known: KnownPlaces
) -> analysis.Lattice:
    """The cells of a study area (`study_grid`) with their residents and labels."""
    area_grid = study_grid(reader, keys, resolution)
    context = labels(reader, resolution, known).reindex(area_grid.cells)
    return analysis.make_lattice(
        area_grid, residents=reader.residents, context=context, resolution=resolution
    )
