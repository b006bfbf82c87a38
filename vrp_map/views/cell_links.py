"""Hexagons of one size in an address, as short as can be: "9.8819488a1b.8919488a1b7".

First their resolution, then their ids without what every id of its size ends with. Seven that fill
a larger one are written as that one, so that what a line was drawn round takes little more than its
edge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.vocabulary import RESOLUTION_WORDS

# An address has an end: so many take at most 6,000 letters, and mostly a quarter of that.
MOST_LINKED = 500
_SHORT = re.compile(r"\d{1,2}(\.[0-9a-f]{1,15})+")
_LETTERS = 15


def short_text(cells: Sequence[str]) -> str:
    """The hexagons as they stand in an address, in an order of their own; "" for none."""
    if not cells:
        return ""
    found = grid.from_text(list(cells))
    ids = sorted(text.rstrip("f") for text in grid.to_text(grid.compacted(found)))
    return ".".join([str(grid.resolutions(found)[0]), *ids])


def cells_of_short(text: str) -> tuple[str, ...]:
    """The hexagons of an address, sorted, each once; none for "".

    Raises:
        UserError: the text names no hexagons, or more than `MOST_LINKED`.
    """
    if not text:
        return ()
    if not _SHORT.fullmatch(text):
        raise _nowhere()
    size, *ids = text.split(".")
    if int(size) not in RESOLUTION_WORDS:
        raise _nowhere()
    try:
        found = grid.from_text([id.ljust(_LETTERS, "f") for id in ids])
    except UserError:
        raise _nowhere() from None
    steps = int(size) - grid.resolutions(found)
    if (steps < 0).any():
        raise _nowhere()
    if sum(7 ** int(step) for step in steps) > MOST_LINKED:
        raise UserError(f"The link names more than {MOST_LINKED:,} hexagons.")
    return tuple(sorted(set(grid.to_text(grid.children(found, resolution=int(size))))))


def cells_of_link(text: str) -> tuple[str, ...]:
    """The hexagons that a link to a form brings with it, short or written out; none where the text
    names none.
    """
    try:
        if "." in text:
            return cells_of_short(text)
        return tuple(grid.to_text(grid.from_text(text.replace(",", " ").split())))
    except UserError:
        return ()


def _nowhere() -> UserError:
    return UserError("The link names hexagons that are not on the map.")
