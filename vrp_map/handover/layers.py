"""The layers that are handed on, each made of what its audience may see and of nothing else.

Counts come from sealed tables of one draw, so no layer can be subtracted from another. Responses
and pilots have no number here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.analysis.study.areas import study_cells
from vrp_map.disclosure.sealed import Sealed
from vrp_map.export import tables as report
from vrp_map.export.layers import ExportLayer, hexagon_shapes, sealed_layer, text_layer
from vrp_map.export.qgis_style import style_by_class, style_by_value, style_of_one
from vrp_map.maps.classes import LIGHT, class_limits, ramp_step
from vrp_map.permissions import Action
from vrp_map.pilots.service import Pilots
from vrp_map.responses.service import Responses
from vrp_map.selection import Selection
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap.released import released_for
from vrp_map.vocabulary import AREA_WORDS, AreaType, Audience, HotspotClass
from vrp_map.workspace import Workspace

_HOT = {
    HotspotClass.HOT_99: "#b3300b",
    HotspotClass.HOT_95: "#d9765a",
    HotspotClass.HOT_90: "#efb9a5",
    HotspotClass.NONE: "#e5e6e7",
    HotspotClass.COLD_90: "#c6d9ec",
    HotspotClass.COLD_95: "#8fb3d6",
    HotspotClass.COLD_99: "#4f81b5",
}
_PEOPLE, _WORK, _AREA, _RING, _COMPARED = "#5694ca", "#85994b", "#4c2c92", "#b7a6d6", "#b1b4b6"
_PARTS = {"pilot": _AREA, "ring": _RING, "comparison": _COMPARED}


@dataclass(frozen=True)
class HandoverSources:
    """What the layers are made of, for one audience; records are None where there are none."""

    workspace: Workspace
    selection: Selection
    audience: Audience
    about: Mapping[str, Any]
    resolution: int
    responses: Responses | None = None
    pilots: Pilots | None = None
    summit: Summit | None = None

    @property
    def is_public(self) -> bool:
        return self.audience is Audience.PUBLIC


def hexagons(asked: HandoverSources) -> list[ExportLayer]:
    """Every hexagon with its number and class, and the hotspots they form."""
    found = asked.workspace.hotspots(
        asked.selection, resolution=asked.resolution, audience=asked.audience
    )
    about = {**asked.about, "sentence": found.sentence, "method": found.method}
    title = "Hexagons: incidents and hotspot class"
    style = style_by_value("hotspot_class", {str(name): colour for name, colour in _HOT.items()})
    layers = [sealed_layer("hexagons", title, found.cells, about=about, style=style)]
    if len(found.clusters):
        layers.append(
            sealed_layer(
                "hotspots",
                "Hotspots",
                found.clusters,
                about=about,
                areas=report.cluster_outlines(found.cells),
                style=style,
            )
        )
    return layers


def areas(asked: HandoverSources) -> list[ExportLayer]:
    """Each kind of area with its incidents and rate."""
    ws, layers = asked.workspace, []
    held = set(ws.reader.area_names["type"])
    for kind in (k for k in AreaType if k in held):
        table = ws.rates(asked.selection, by=str(kind), audience=asked.audience)
        title = f"Incidents by {AREA_WORDS[kind]}"
        about = {**asked.about, "method": f"{title}; rate per 1,000 residents, exact 95% interval"}
        shapes = ws.areas(str(kind))
        current = shapes[shapes["is_current"]]
        style = _classes("n", table)
        name = f"areas_{kind}"
        if len(table):
            layers.append(sealed_layer(name, title, table, about=about, areas=current, style=style))
    return layers


def voices(asked: HandoverSources) -> list[ExportLayer]:
    """Where young people feel unsafe or safe, as released."""
    if asked.summit is None:
        return []
    table, layers = released_for(asked.audience, asked.summit), []
    frame = table.frame
    mine = frame["what"].isin(_here(asked, asked.workspace.settings.wall_resolution))
    for kind, words in (("unsafe", "feel unsafe"), ("safe", "feel safe")):
        rows = np.asarray(mine & (frame["kind"] == kind), dtype=bool)
        told = table.where(rows)
        told = told.deriving(cell=told.frame["what"]).without("what", "kind")
        if len(told):
            title = f"People who {words}"
            about = {**asked.about, "method": f"{title}, distinct contributors as released"}
            style = style_of_one(_PEOPLE)
            layers.append(sealed_layer(f"voices_{kind}", title, told, about=about, style=style))
    return layers


def responses(asked: HandoverSources) -> list[ExportLayer]:
    """Where the partnership responded, by large hexagon: kinds of incident and of work."""
    if asked.responses is None or asked.is_public:
        return []
    found = asked.responses.outlines(asked.workspace.principal)
    size = int(grid.resolutions(grid.from_text([found[0].cell]))[0]) if found else 8
    here = _here(asked, size)
    found = [one for one in found if one.cell in here]
    if not found:
        return []
    rows = pd.DataFrame(
        {
            "cell": [one.cell for one in found],
            "lad": [one.lad for one in found],
            "kinds": ["; ".join(one.kinds) for one in found],
            "work": ["; ".join(one.interventions) for one in found],
        }
    )
    return [
        text_layer(
            "responses",
            "Where the partnership responded",
            rows,
            about={**asked.about, "method": "Hexagons of size 8 with any response, each once"},
            shapes=hexagon_shapes(list(rows["cell"])),
            style=style_of_one(_WORK),
        )
    ]


def pilots(asked: HandoverSources) -> list[ExportLayer]:
    """Pilots that were signed off, as a table; for analysts also where each one is."""
    if asked.pilots is None or asked.is_public:
        return []
    service, who = asked.pilots, asked.workspace.principal
    outlines = service.outlines(who)
    names = ("reference", "name", "start", "end", "decision", "verdict", "learning")
    rows = pd.DataFrame(
        [[str(getattr(one, name)) for name in names] for one in outlines], columns=list(names)
    )
    layers = []
    if len(rows):
        about = {**asked.about, "method": "Pilots that a lead signed off: no place, no count"}
        layers.append(text_layer("pilots", "Pilots", rows, about=about))
    if asked.audience is Audience.ANALYST and who.may(Action.READ_PILOTS):
        layers += _pilot_places(asked, service)
    return layers


def _pilot_places(asked: HandoverSources, service: Pilots) -> list[ExportLayer]:
    """The hexagons of every pilot and the lines of its routes, for analysts alone."""
    from shapely.geometry import LineString

    told = {**asked.about, "method": "Pilots as recorded, for analysts alone: not for others"}
    parts, lines = [], []
    for record in service.all(asked.workspace.principal):
        pilot = record.pilot
        held = (pilot.places.area, pilot.places.ring, pilot.places.comparison)
        groups = zip(_PARTS, held, strict=True)
        parts += [(record.reference, pilot.name, part, c) for part, cells in groups for c in cells]
        if pilot.route and len(pilot.route.line) > 1:
            schools = "; ".join(pilot.route.schools)
            lines.append((record.reference, pilot.name, schools, LineString(pilot.route.line)))
    layers = []
    if parts:
        rows = pd.DataFrame(parts, columns=["reference", "name", "part", "cell"])
        shapes = hexagon_shapes(list(rows["cell"]))
        title, style = "Places of pilots", style_by_value("part", _PARTS)
        layers.append(
            text_layer("pilot_places", title, rows, about=told, shapes=shapes, style=style)
        )
    if lines:
        rows = pd.DataFrame([one[:3] for one in lines], columns=["reference", "name", "schools"])
        shapes = [one[3] for one in lines]
        layers.append(text_layer("routes", "Routes to school", rows, about=told, shapes=shapes))
    return layers


LAYERS: Mapping[str, Callable[[HandoverSources], list[ExportLayer]]] = {
    "hexagons": hexagons,
    "areas": areas,
    "voices": voices,
    "responses": responses,
    "pilots": pilots,
}


def _here(asked: HandoverSources, size: int) -> set[str]:
    """The hexagons of the areas chosen; of the whole place without a choice."""
    study = asked.workspace.question(asked.selection, audience=asked.audience).study
    shapes = asked.workspace.reader.current_areas
    return set(grid.to_text(study_cells(study.areas, shapes, resolution=size)))


def _classes(column: str, table: Sealed) -> str:
    """The colours of the map for the classes of a number."""
    numbers = table.frame[column]
    limits: Sequence[int] = class_limits(numbers)
    if not limits:
        return style_of_one(_COMPARED)
    colours = [LIGHT.ramp[ramp_step(at, limits)] for at in range(len(limits))]
    return style_by_class(column, [*limits, int(numbers.max())], colours)
