"""Several hexagons chosen together: what the rows of a list hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from vrp_map.views.hotspots import HotspotView


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
