"""The scripts of the staff pages' maps, and of the picture that is made of one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vrp_map.principal import Principal
from vrp_map.server import Server
from vrp_map.web.briefs.sheet import sheet_endpoint
from vrp_map.web.summit.pin_page import files as phone_files
from vrp_map.web.summit.pin_page import files_in, static_file, version_of

# What the maps of the staff pages share with those of the phones.
_SHARED = ("leaflet.js", "ask.js", "streets.js", "names.js")
_STAFF_MAP, _FIRST_MAP = "staff_map.js", "first_map.js"
# No modules: they run before Streamlit's.
_FIRST = ("steps.js", "picture.js")
_STYLE = "staff_map.css"
_FRAME = Path(__file__).parents[1] / "map_static" / "frame.html"


def map_script_route(server: Server) -> Route:
    """The route of the scripts, for everybody who may see the map."""

    def file(request: Request, who: Principal) -> Response:
        return static_file(request, _files(), _version())

    return Route("/map/static/{version}/{name}", sheet_endpoint(server, file))


def page_scripts() -> list[str]:
    """The addresses of the scripts of every page: its steps back, and the picture of its map."""
    return [_address(name) for name in _FIRST]


def staff_map_script() -> str:
    """The address of the module that draws a map."""
    return _address(_STAFF_MAP)


def first_map_scripts() -> list[str]:
    """The addresses of the modules that draw the map of the first page, the one that asks for the
    others first.
    """
    others = [name for name in _files() if name.endswith(".js")]
    others = [name for name in others if name not in (_FIRST_MAP, *_FIRST)]
    return [_address(name) for name in (_FIRST_MAP, *others)]


def map_frame() -> str:
    """The parts round a map, which its scripts take from the page."""
    return f"<template id='map-frame'>{_FRAME.read_text(encoding='utf-8')}</template>"


def staff_map_style() -> str:
    """The style sheet of a map, Leaflet's first."""
    return phone_files()["leaflet.css"].decode() + _files()[_STYLE].decode()


def _address(name: str) -> str:
    return f"/map/static/{_version()}/{name}"


@cache
def _files() -> dict[str, bytes]:
    return files_in("map_static") | {name: phone_files()[name] for name in _SHARED}


@cache
def _version() -> str:
    return version_of(_files())
