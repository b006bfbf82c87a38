"""What the partnership does, over the hexagons and in words: by role, as the lists give it."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shapely.geometry.base import BaseGeometry

from vrp_map import maps
from vrp_map.permissions import Action
from vrp_map.pilots.pilot import PilotKind, PilotState
from vrp_map.pilots.store import PilotRecord
from vrp_map.places.place_lists import list_versions
from vrp_map.responses import ring
from vrp_map.responses.places import PARTNER_RESOLUTION
from vrp_map.ui.shared import session
from vrp_map.views.choice import MARKS, Choice
from vrp_map.views.inside import any_cell_inside, chosen_ground, middles, points_inside
from vrp_map.vocabulary import AreaType
from vrp_map.workspace import Workspace

_MOST_LINKS = 6
Ground = BaseGeometry | None


@dataclass(frozen=True)
class ShownMark:
    """One kind of thing on the map.

    Attributes:
        words: what its lines are, for the legend. many: how many the chosen area has.
        links: those as HTML; "" = none.
    """

    kind: str
    words: str
    many: int
    layers: Sequence[dict[str, Any]]
    links: str = ""


def offered(ws: Workspace) -> list[str]:
    """The kinds of `MARKS` that this person may see in a list, where there can be any."""
    who = session.principal()
    has_records = session.responses_if_open() is not None
    may = {
        "pilots": has_records and who.may(Action.READ_PILOTS),
        "routes": has_records and who.may(Action.READ_PILOTS),
        "responses": has_records and who.may(Action.SEE_RESPONSES),
        "schools": who.may(Action.READ_SCHOOLS) and bool(list_versions(ws.settings)),
        "ho-hex": bool((ws.areas()["type"] == AreaType.HO_HEX).any()),
    }
    return [kind for kind in MARKS if may[kind]]


def shown(ws: Workspace, choice: Choice, look: maps.Palette) -> list[ShownMark]:
    """What is chosen and may be seen, each kind with its layers."""
    ground = chosen_ground(ws, choice)
    of: Mapping[str, Callable[[Workspace, Choice, maps.Palette, Ground], ShownMark]] = {
        "pilots": _pilots,
        "routes": _routes,
        "responses": _responses,
        "schools": _schools,
        "ho-hex": _ho_hexes,
    }
    chosen = choice.marks.split(",")
    return [of[kind](ws, choice, look, ground) for kind in offered(ws) if kind in chosen]


def legend(marks: Sequence[ShownMark], look: maps.Palette, *, where: str) -> str:
    """The lines of the marks, and under them links to what is drawn: the map's equal in words.

    Args:
        where: the place that the numbers are of; the map may show more around it.
    """
    entries = "".join(
        f"<li><i class='mark-{one.kind}' style='color:{maps.mark_colour(one.kind, look)}'></i>"
        f"<b>{one.words}</b><span>{one.many:,}</span></li>"
        for one in marks
    )
    links = "".join(f"<p>{MARKS[one.kind]}: {one.links}</p>" for one in marks if one.links)
    of = f"<p>The numbers are of {html.escape(where)}.</p>"
    return f"<div class='legend'><ul>{entries}</ul>{of}{links}</div>"


def _pilots(ws: Workspace, choice: Choice, look: maps.Palette, ground: Ground) -> ShownMark:
    found = [one for one in _approved() if one.pilot.kind != PilotKind.ROUTE]
    areas = [
        maps.MarkedArea(one.reference, one.pilot.places.area, one.pilot.places.ring)
        for one in found
    ]
    words = "pilot; its ring in dashes"
    inside = [one for one in found if any_cell_inside(ground, one.pilot.places.area)]
    return ShownMark("pilots", words, len(inside), maps.pilot_layers(areas, look), _links(inside))


def _approved() -> list[PilotRecord]:
    known = session.pilots().all(session.principal())
    return [one for one in known if one.pilot.state != PilotState.DRAFT]


def _routes(ws: Workspace, choice: Choice, look: maps.Palette, ground: Ground) -> ShownMark:
    found = [
        (one, one.pilot.route.line)
        for one in session.routes().all(session.principal())
        if one.pilot.route and len(one.pilot.route.line) > 1
    ]
    lines = [maps.MarkedLine(one.reference, line) for one, line in found]
    words = "school route"
    inside = [one for one, line in found if points_inside(ground, *zip(*line, strict=True)).any()]
    return ShownMark("routes", words, len(inside), maps.route_layers(lines, look), _links(inside))


def _links(found: Sequence[PilotRecord]) -> str:
    links = [
        f"<a href='/pilots?pilot={one.reference}'>{one.reference}</a> {html.escape(one.pilot.name)}"
        for one in found[:_MOST_LINKS]
    ]
    rest = ["<a href='/pilots'>all pilots</a>"] if len(found) > _MOST_LINKS else []
    return ", ".join([*links, *rest])


def _responses(ws: Workspace, choice: Choice, look: maps.Palette, ground: Ground) -> ShownMark:
    """For those who read responses, how many each hexagon has; for others, as in their list, large
    hexagons without a number.
    """
    who, desk = session.principal(), session.responses()
    cells: dict[str, int | None]
    size, words = choice.resolution, "hexagon with responses"
    if who.may(Action.READ_RESPONSES):
        cells = dict(ring.by_hexagon(desk.all(who), resolution=size))
    else:
        cells = {one.cell: None for one in desk.outlines(who)}
        size, words = PARTNER_RESOLUTION, "where the partnership responded (0.7 km²)"
    layers = maps.response_layers(cells, look, resolution=size)
    links = "<a href='/responses'>the list of responses</a>"
    many = sum(any_cell_inside(ground, [cell]) for cell in cells)
    return ShownMark("responses", words, many, layers, links)


def _schools(ws: Workspace, choice: Choice, look: maps.Palette, ground: Ground) -> ShownMark:
    found = session.schools().listed(session.principal(), ws)
    links = "<a href='/schools'>the list of schools</a>"
    many = int(points_inside(ground, found["lon"], found["lat"]).sum())
    return ShownMark("schools", "school", many, maps.school_layers(found, look), links)


def _ho_hexes(ws: Workspace, choice: Choice, look: maps.Palette, ground: Ground) -> ShownMark:
    address = f"/map/areas/{AreaType.HO_HEX}.json?{urlencode({'snapshot': ws.snapshot.id})}"
    many = int(points_inside(ground, *middles(ws, AreaType.HO_HEX)).sum())
    words = "Home Office hexagon (350 m)"
    return ShownMark("ho-hex", words, many, maps.ho_hex_layers(address, look))
