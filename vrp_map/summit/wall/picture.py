"""A release as the wall and `GET /api/wall/<code>` show it: nothing below k.

The words of settings and reasons stand beside their codes, and the outline and name of a hexagon
beside its cell, so that whoever reads it needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely

from vrp_map import grid
from vrp_map.disclosure.releases import CELLS, Release, narrowed
from vrp_map.summit.event_store import Event
from vrp_map.summit.wall.service import CurrentRelease
from vrp_map.summit.wall.themes import Theme, ThemeCounts, spoken_of
from vrp_map.vocabulary import pins as words

Names = Callable[[Iterable[str]], Mapping[str, str]]
_CORNERS = 6
_PLACES = 6  # decimals of a degree: 11 cm
REASONS = words.REASONS_UNSAFE | words.REASONS_SAFE
# As they are read across a hall.
SHORT_SETTINGS = {
    "neighbourhood": "Where I live",
    "school-journey": "Way to school or college",
    "work-journey": "Way to work",
    "public-realm": "Town, park or shop",
    "public-transport": "Bus, tram or train",
}


def picture(  # noqa: PLR0913 - what one picture shows
    event: Event,
    shown: CurrentRelease,
    *,
    k: int,
    resolution: int,
    every_s: int,
    names: Names,
    themes: Mapping[str, Theme],
) -> dict[str, Any]:
    """The release as plain values for JSON.

    Args:
        themes: what speaks of a theme, as `themes.load_themes` gives it.
        k: what is shown must reach this, also if the release was made with a smaller one.
        resolution: of the hexagons to come, where none shows yet. names: cells -> what to call
            them.
    """
    release = narrowed(shown.release, k=k)
    found = hexagons(release)
    sizes = grid.resolutions(grid.from_text(list(found))) if found else np.array([resolution])
    return {
        "event": {"code": event.code, "name": event.name, "place": event.place},
        "state": str(event.state),
        "release": release.number,
        "released_at": None
        if shown.at is None
        else f"{release_time(shown.at, every_s).isoformat()}Z",
        "k": k,
        "resolution": int(sizes.max()),
        "every_s": every_s,
        "contributors": release.contributors,
        "themes": [_theme(one) for one in spoken_of(event.themes, release.counts, known=themes)],
        "settings": [
            row | {"short": SHORT_SETTINGS[row["code"]]}
            for row in counted(release, "setting", words.SETTINGS)
        ],
        "reasons": [
            row | {"feeling": "safe" if row["code"] in words.REASONS_SAFE else "unsafe"}
            for row in counted(release, "reason", REASONS)
        ],
        "hexagons": _drawn(found, names),
    }


def _theme(one: ThemeCounts) -> dict[str, Any]:
    said = [
        {"kind": kind, "code": code, "words": said, "people": n}
        for kind, code, said, n in one.answers
    ]
    return {"name": one.name, "words": one.words, "at_least": one.at_least, "said": said}


def hexagons(release: Release) -> dict[str, dict[str, int]]:
    """Cell -> its counts: unsafe, safe, corridor; the cells in the order of their text."""
    found: dict[str, dict[str, int]] = {}
    for kind in CELLS:
        for cell, n in release.counts.get(kind, {}).items():
            found.setdefault(str(cell), {})[kind] = n
    return dict(sorted(found.items()))


def counted(release: Release, kind: str, known: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was said, the most first: code, words, people."""
    rows = [(n, str(what)) for what, n in release.counts.get(kind, {}).items() if what in known]
    rows.sort(key=lambda row: (-row[0], list(known).index(row[1])))
    return [{"code": what, "words": known[what], "people": n} for n, what in rows]


def release_time(at: datetime, every_s: int) -> datetime:
    """A time rounded down to the wall's interval, counted from midnight UTC."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    interval = timedelta(seconds=every_s)
    return midnight + (at - midnight) // interval * interval


def _drawn(found: Mapping[str, Mapping[str, int]], names: Names) -> list[dict[str, Any]]:
    """Each hexagon with counts, name and outline (latitude, longitude); most first."""
    if not found:
        return []
    called = names(found)
    outlines = outlines_of(found)
    ordered = sorted(found, key=lambda cell: (-max(found[cell].values()), cell))
    return [
        {"cell": cell, "name": called[cell], **found[cell], "outline": outlines[cell]}
        for cell in ordered
    ]


def outlines_of(cells: Iterable[str]) -> dict[str, list[list[float]]]:
    """Cell -> its corners as [latitude, longitude] in degrees."""
    listed = list(cells)
    shapes = grid.polygons(grid.from_text(listed))
    return {
        cell: [
            [round(y, _PLACES), round(x, _PLACES)]
            for x, y in shapely.get_coordinates(shape)[:_CORNERS].tolist()
        ]
        for cell, shape in zip(listed, shapes, strict=True)
    }
