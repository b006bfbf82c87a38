"""What young people said in each local authority, as it was released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from vrp_map import grid
from vrp_map.briefs.service import lads_of_cells
from vrp_map.errors import UserError
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap.released import EventVoices, cells_together, heard
from vrp_map.workspace import Workspace


def unsafe_by_area(workspace: Workspace, summit: Callable[[], Summit]) -> dict[str, int]:
    """Name of an authority -> people who feel unsafe in it, added over its released places; {}
    where no event was released.
    """
    try:
        voices: Sequence[EventVoices] = [one for one in heard(summit()) if one.is_out]
    except UserError:
        return {}
    cells = cells_together(voices, "unsafe", resolution=workspace.settings.wall_resolution)
    found: Counter[str] = Counter()
    for cell, people in cells.items():
        for lad in lads_of_cells(workspace, [grid.to_text([cell])[0]]):
            found[lad] += people
    return dict(found)
