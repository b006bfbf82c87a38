"""The map on the form: outlines of local authorities, and the hexagon of a tap.

The point of a tap is not kept: the answer is the hexagon that holds it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.principal import Principal
from vrp_map.responses.service import Responses
from vrp_map.summit.pins.event_area import area_lines, named_areas

_NO_STORE = {"Cache-Control": "no-store"}


def outlines(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    """Bounds, outlines and names of the local authorities, as the pin page has them."""
    lads = responses.places.lads
    if not len(lads):
        return JSONResponse({"bounds": [[49.8, -6.5], [55.9, 1.8]], "lines": [], "big": []})
    west, south, east, north = (round(float(edge), 4) for edge in lads.total_bounds)
    said = {
        "bounds": [[south, west], [north, east]],
        "lines": area_lines(lads),
        "big": named_areas(lads),
    }
    return JSONResponse(said, headers=_NO_STORE)


def hexagon_at(request: Request, responses: Responses, who: Principal, body: bytes) -> Response:
    """The hexagon of a point or of a code: its code, its name and its corners.

    Query: lat, lon, size (7 to 10); or cell.
    """
    asked = request.query_params
    try:
        if cell := asked.get("cell"):
            place = responses.places.at("", cell=cell)
        else:
            point = _number(asked.get("lon"), 180), _number(asked.get("lat"), 90)
            size = int(_number(asked.get("size"), 10))
            place = responses.places.at("", point=point, size=size)
    except UserError as trouble:
        said = {"message": trouble.message, "hint": trouble.hint}
        return JSONResponse(said, status_code=422, headers=_NO_STORE)
    corners = grid.polygons(grid.from_text([place.cell])).iloc[0].exterior.coords[:6]
    shape = [[round(lat, 6), round(lon, 6)] for lon, lat in corners]
    found = {"cell": place.cell, "name": place.words, "lad": place.lad, "outline": shape}
    return JSONResponse(found, headers=_NO_STORE)


def _number(text: str | None, most: float) -> float:
    try:
        number = float(text or "")
    except ValueError:
        number = float("nan")
    if not -most <= number <= most:
        raise UserError("This is no place on the map.", hint="Tap the map again.")
    return number
