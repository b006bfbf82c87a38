"""One hexagon, or several of one size together: by month, by category, and beside its local
authority.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.analysis.question import Question
from vrp_map.analysis.results import CellFigures
from vrp_map.analysis.study import counting
from vrp_map.analysis.study.areas import area_keys
from vrp_map.errors import UserError
from vrp_map.places.gazetteer import label_of


def one_size(cells: Sequence[str]) -> tuple[NDArray[np.uint64], int]:
    """The numbers of some hexagons, and the one resolution that they have.

    Raises:
        UserError: they are not of one size, or a text names no hexagon.
    """
    numbers = grid.from_text(cells)
    sizes = set(grid.resolutions(numbers).tolist())
    if len(sizes) != 1:
        raise UserError(
            "The hexagons are not of one size.", hint="Give hexagons of one resolution."
        )
    return numbers, int(sizes.pop())


def cell_figures(
    question: Question, cells: NDArray[np.uint64], *, within: tuple[str, ...]
) -> CellFigures:
    """Figures of hexagons of the question's size together, and what they are called by.

    Args:
        within: the areas that whoever asks is held to; empty = none. A local authority that is not
            among them is not shown: the selection's own areas are.
    """
    selection = question.selection
    counted = question.reader.counts.by_month_and_category(
        selection, cells=cells, resolution=question.resolution
    )
    label = label_of(cells, question.labels)
    name, lad, npu = label.name, label.lad, label.npu
    around = area_keys([f"lad:{lad}"], question.reader.area_names) if lad else selection.areas
    if within and not set(around) <= set(within):
        around = selection.areas
    in_lad = replace(question, selection=replace(selection, areas=around))
    return CellFigures(
        grid.to_text(cells[:1])[0],
        name,
        lad,
        npu,
        question.protect(counting.by_month(question.reader, counted, selection)),
        question.protect(counting.named_categories(counted), found_only=True),
        counting.shown(in_lad, by="month"),
    )
