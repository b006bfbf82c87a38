"""Several hexagons chosen together: what a click means, and what the rows of a list hold.

A browser says which hexagons it holds as clicked, not which one was clicked last. It may hold some
of a picture that was there before the filters changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from vrp_map.views.hotspots import HotspotView

GROUND = ""


def clicked_cell(seen: Mapping[str, str], held: Collection[str], *, of: str) -> str | None:
    """The hexagon of the last click; `GROUND` = beside all of them; None = it cannot be told.

    Args:
        seen: hexagon -> the picture in which it was clicked, as the browser held them before.
        held: as the browser holds them now. of: the picture that is there now.
    """
    added = [cell for cell in held if cell not in seen]
    if added:
        return added[-1]
    gone = [cell for cell in seen if cell not in held]
    if len(gone) > 1:
        return GROUND
    # The second click on a hexagon; or on whatever stands now where it stood in an older picture.
    return gone[0] if gone and seen[gone[0]] == of else None


def cells_of(view: HotspotView, at: str) -> tuple[str, ...]:
    """The hexagons of a row of the list: "cell:<id>", or "hotspot:<id of a cell in it>"."""
    kind, _, cell = at.partition(":")
    if kind != "hotspot":
        return (cell,)
    frame = view.hotspots.cells.frame
    number = frame.loc[frame["cell"] == cell, "cluster"]
    same = frame["cluster"].isin(number[number > 0])
    return tuple(frame.loc[same, "cell"].astype(str)) or (cell,)


def chosen_rows(rows: Mapping[str, Sequence[str]], cells: Collection[str]) -> list[str]:
    """The rows whose hexagons are all chosen.

    Args:
        rows: row -> its hexagons.
    """
    held = set(cells)
    return [at for at, own in rows.items() if held.issuperset(own)]


def with_rows(
    cells: Sequence[str], rows: Mapping[str, Sequence[str]], wanted: Collection[str]
) -> tuple[str, ...]:
    """The chosen hexagons once exactly these rows are wanted; those of no row stay.

    A row that was chosen and is not wanted takes its hexagons with it, unless a wanted one has
    them too.
    """
    was = set(chosen_rows(rows, cells))
    kept = {cell for at in wanted for cell in rows[at]}
    gone = {cell for at in was - set(wanted) for cell in rows[at]} - kept
    added = (cell for at in wanted if at not in was for cell in rows[at])
    return tuple(dict.fromkeys([*(cell for cell in cells if cell not in gone), *added]))
