"""What is known around a place beside the incidents: what the partnership did, what young people
said, what the data lack. Each by its own rule of release.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from vrp_map import grid, wording
from vrp_map.analysis.question import Question
from vrp_map.pilots.service import PilotOutline
from vrp_map.responses.places import PARTNER_RESOLUTION, ResponseOutline
from vrp_map.selection import Selection
from vrp_map.summit.voice_gap.beside import NOT_ENOUGH, beside
from vrp_map.summit.voice_gap.released import EventVoices, cells_together
from vrp_map.vocabulary import GRADE_WORDS, Audience
from vrp_map.workspace import Workspace

_MOST_PLACES = 3
_FOR_THE_PUBLIC = "What young people said is on the page of each event, under /voices."


def done_in(outlines: Sequence[ResponseOutline], lads: Collection[str]) -> tuple[str, ...]:
    """What was done in these local authorities, without any number."""
    return tuple(
        sorted({what for one in outlines if one.lad in lads for what in one.interventions})
    )


def done_near(outlines: Sequence[ResponseOutline], cells: Sequence[str]) -> tuple[str, ...]:
    """What was done in the large hexagons that partners see around some hexagons."""
    numbers = grid.from_text(list(cells))
    if len(numbers) and int(grid.resolutions(numbers[:1])[0]) >= PARTNER_RESOLUTION:
        numbers = np.unique(grid.parents(numbers, resolution=PARTNER_RESOLUTION))
    near = [one for one in outlines if np.isin(_at(one.cell, numbers), numbers).any()]
    return tuple(sorted({what for one in near for what in one.interventions}))


def one_line(done: Sequence[str]) -> tuple[str, ...]:
    """Kinds of work as one line; none where there are none."""
    return (f"{'; '.join(done)}.",) if done else ()


def _at(cell: str, numbers: np.ndarray) -> np.ndarray:
    """The hexagon of an outline at the size of the others, where they are larger."""
    here = grid.from_text([cell])
    if not len(numbers):
        return here
    size = int(grid.resolutions(numbers[:1])[0])
    return grid.parents(here, resolution=min(size, PARTNER_RESOLUTION))


def pilot_words(pilots: Sequence[PilotOutline]) -> tuple[str, ...]:
    """The pilots that were signed off, one line each, the latest first."""
    latest = sorted(pilots, key=lambda one: one.start, reverse=True)
    return tuple(
        f"{one.reference}, {one.name} ({one.start:%b %Y} to {one.end:%b %Y}): {one.verdict}"
        for one in latest[:_MOST_PLACES]
    )


def voices_in(asked: Question, voices: Sequence[EventVoices]) -> tuple[str, ...]:
    """Where in an area most young people feel unsafe, as it was released.

    Args:
        asked: the area, with the hexagons of the wall's size.
    """
    if asked.audience is Audience.PUBLIC:
        return (_FOR_THE_PUBLIC,)
    unsafe = cells_together(voices, "unsafe", resolution=asked.resolution)
    here = set(asked.grid.cells.tolist())
    most = sorted(((n, cell) for cell, n in unsafe.items() if cell in here), reverse=True)
    if not most:
        return ("Too few voices to say how people feel here. That does not mean it feels safe.",)
    names = asked.labels["name"]
    said = [f"{names.get(cell, 'no named place')}: {n:,}" for n, cell in most[:_MOST_PLACES]]
    return (f"People at events who feel unsafe, by place: {'; '.join(said)}.",)


def voices_at(
    cells: Sequence[str], voices: Sequence[EventVoices], *, resolution: int, audience: Audience
) -> tuple[str, ...]:
    """How many people feel unsafe around some hexagons, as it was released.

    Args:
        resolution: of the wall.
    """
    if audience is Audience.PUBLIC:
        return (_FOR_THE_PUBLIC,)
    unsafe = cells_together(voices, "unsafe", resolution=resolution)
    found = beside(cells, unsafe, resolution=resolution, groups=[1] * len(cells))
    words = str(found.iloc[0]) if len(found) else NOT_ENOUGH
    if words == NOT_ENOUGH:
        return ("Too few voices to say how people feel here. That does not mean it feels safe.",)
    return (f"{words.capitalize()} people at events feel unsafe around here.",)


def unknown(workspace: Workspace, selection: Selection, *, audience: Audience) -> tuple[str, ...]:
    """What the data cannot say."""
    grade = workspace.carried_by(selection, audience=audience).grade
    said = [f"The data know {GRADE_WORDS[grade]}."]
    missing = workspace.gaps(selection, audience=audience)
    said += [
        f"{source}: {wording.listed([wording.month_words(m) for m in months])} not delivered."
        for source, months in missing.items()
    ]
    said.append("Police data hold what was reported. Hospitals and young people know of more.")
    return tuple(said)
