"""Firm or fragile: does a hotspot stay one when the hexagons or the months are chosen a little
differently?

Where lines are drawn, in space and in time, is our choice and not a fact of the place (S. Openshaw,
"The Modifiable Areal Unit Problem", 1984). The rule is ours: a hotspot is firm if it is hot in
every other choice that could be tried.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vrp_map.errors import UserError

FIRM, FRAGILE, NOT_KNOWN = "firm", "fragile", ""
# What a check says of a cell.
HELD, LOST, NOT_CHECKED = 1, 0, -1

Cells = NDArray[np.uint64]
Check = NDArray[np.int8]


def in_parent(parents: Cells, coarser: Cells, coarser_hot: ArrayLike) -> Check:
    """Whether the larger cell around each cell is hot.

    Args:
        parents: (n,) the larger cell of each cell.
        coarser: (m,) the larger cells that were tested, sorted. coarser_hot: (m,) whether each is
            hot.

    Returns:
        (n,) HELD or LOST; NOT_CHECKED where the larger cell is not among those tested.

    Raises:
        UserError: `coarser` and `coarser_hot` differ in length.
    """
    hot = _fitting(coarser, coarser_hot)
    if not len(coarser):
        return np.full(len(parents), NOT_CHECKED, dtype=np.int8)
    at = np.minimum(np.searchsorted(coarser, parents), len(coarser) - 1)
    return np.where(coarser[at] == parents, hot[at], NOT_CHECKED).astype(np.int8)


def in_a_child(cells: Cells, parents_of_finer: Cells, finer_hot: ArrayLike) -> Check:
    """Whether any smaller cell within each cell is hot.

    Args:
        cells: (n,) cells.
        parents_of_finer: (m,) for each smaller cell that was tested, the cell it lies in.
            finer_hot: (m,) whether hot.

    Returns:
        (n,) HELD or LOST; NOT_CHECKED where no smaller cell of it was tested.

    Raises:
        UserError: `parents_of_finer` and `finer_hot` differ in length.
    """
    hot = _fitting(parents_of_finer, finer_hot)
    tested = np.isin(cells, parents_of_finer)
    held = np.isin(cells, parents_of_finer[hot])
    return np.where(tested, held, NOT_CHECKED).astype(np.int8)


def firm_or_fragile(hot: ArrayLike, checks: Sequence[ArrayLike]) -> NDArray[np.object_]:
    """What to call each cell.

    Args:
        hot: (n,) whether it is a hotspot.
        checks: any number of (n,) arrays of HELD, LOST or NOT_CHECKED.

    Returns:
        (n,) plain text: "firm" if hot and no check lost it, "fragile" if hot and one did, "" if not
        hot, or if hot and no check could be made.

    Raises:
        UserError: a check that does not fit, or has other values.
    """
    chosen = np.asarray(hot, dtype=bool)
    known = np.zeros(len(chosen), dtype=bool)
    lost = np.zeros(len(chosen), dtype=bool)
    for check in checks:
        found = np.asarray(check)
        if found.shape != chosen.shape or not np.isin(found, (HELD, LOST, NOT_CHECKED)).all():
            raise UserError(
                "A check does not fit the cells.", hint="Give 1, 0 or -1 for each cell."
            )
        known |= found != NOT_CHECKED
        lost |= found == LOST
    out = np.full(len(chosen), NOT_KNOWN, dtype=object)
    out[chosen & known] = FIRM
    out[chosen & lost] = FRAGILE
    return out


def firm_or_fragile_groups(
    cells: ArrayLike, groups: ArrayLike, incidents: ArrayLike, *, number: int
) -> NDArray[np.object_]:
    """What to call hotspots of several cells: firm if more of the incidents lie in firm cells than
    in fragile ones.

    Args:
        cells: (m,) "firm", "fragile" or "" of each cell. groups: (m,) which hotspot it is in, 0 to
            number - 1.
        incidents: (m,) in each cell; cells without any have no say.

    Returns:
        (number,) plain text; "" where no cell with incidents could be checked.
    """
    words, which = np.asarray(cells, dtype=object), np.asarray(groups, dtype=np.intp)
    weight = np.asarray(incidents, dtype=float)
    firm, fragile = (
        np.bincount(which, weights=weight * (words == word), minlength=number)
        for word in (FIRM, FRAGILE)
    )
    out = np.full(number, NOT_KNOWN, dtype=object)
    out[firm + fragile > 0] = FRAGILE
    out[firm > fragile] = FIRM
    return out


def _fitting(cells: Cells, hot: ArrayLike) -> NDArray[np.bool_]:
    marks = np.asarray(hot, dtype=bool)
    if len(marks) != len(cells):
        raise UserError(
            "The cells and their marks differ in number.", hint="Give one mark for each cell."
        )
    return marks
