"""The script that makes a picture of the map in the browser, for the frame of the staff pages."""

from __future__ import annotations

from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vrp_map.principal import Principal
from vrp_map.server import Server
from vrp_map.web.briefs.sheet import sheet_endpoint
from vrp_map.web.summit.pin_page import files_in, static_file, version_of


def picture_route(server: Server) -> Route:
    """The route of the script, for everybody who may see the map."""

    def file(request: Request, who: Principal) -> Response:
        return static_file(request, _files(), _version())

    return Route("/map/static/{version}/{name}", sheet_endpoint(server, file))


def picture_script() -> str:
    """The address of the script."""
    return f"/map/static/{_version()}/picture.js"


@cache
def _files() -> dict[str, bytes]:
    return files_in("map_static")


@cache
def _version() -> str:
    return version_of(_files())
