"""The coordinate reference system (CRS) of a boundary file: what it says, and the way to longitude
and latitude.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyproj
from pyproj.exceptions import CRSError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from vrp_map.errors import FileRefused, UserError
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84

# Metres that a conversion may be off: British National Grid without the OSTN15 grid is about 2 m
# off.
_EXACT_ENOUGH_M = 5.0
_UNITED_KINGDOM = AreaOfInterest(-9.5, 49.0, 2.5, 61.5)
_SAY_IT = (
    "Say it with --crs EPSG:27700 (British National Grid, metres) or --crs EPSG:4326 (longitude and"
    " latitude)."
)
_SAVE_AGAIN = (
    "Save it from your mapping program as EPSG:4326 (in QGIS: Export, Save Features As, CRS"
    " EPSG:4326)."
)
# The ways in which files write an authority and a code. Only these are understood: a name is never
# looked up.
_NAMES = (
    r"urn:(?:x-)?ogc:def:crs:(?P<authority>EPSG|OGC):[\w.]*:(?P<code>\w+)",
    r"https?://www\.opengis\.net/def/crs/(?P<authority>EPSG|OGC)/[\w.]+/(?P<code>\w+)",
    r"(?P<authority>EPSG|OGC):{1,2}(?P<code>\w+)",
)


def named_crs(text: str) -> pyproj.CRS | None:
    """The CRS of a name such as "EPSG:27700" or a URN; None where it is no name that is known.

    >>> named_crs("urn:ogc:def:crs:EPSG::27700").to_epsg()
    27700
    >>> named_crs("http://example.org/crs.prj") is None
    True
    """
    for pattern in _NAMES:
        if match := re.fullmatch(pattern, text.strip(), re.IGNORECASE):
            try:
                return pyproj.CRS.from_authority(match["authority"].upper(), match["code"].upper())
            except CRSError:
                return None
    return None


def stated_crs(text: str) -> pyproj.CRS:
    """What a person says a file's CRS is.

    Raises:
        UserError: it is not the name of a CRS.
    """
    crs = named_crs(text)
    if crs is None:
        raise UserError(f"{text!r} is not the name of a coordinate reference system.", hint=_SAY_IT)
    return crs


def geojson_crs(file: Path, content: dict[str, Any]) -> pyproj.CRS | None:
    """The CRS that a GeoJSON file states; WGS 84 where it states none, as the standard has it.

    A link is never followed: it would let a file make this computer ask an address of the file's
    choice.

    Returns:
        None where the file says that its CRS is unknown (`"crs": null`).

    Raises:
        FileRefused: the CRS is a link, or has a name that is not known.
    """
    if "crs" not in content:
        return pyproj.CRS(WGS84)
    stated = content["crs"]
    if stated is None:
        return None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    name = properties.get("name", f"EPSG:{properties['code']}" if "code" in properties else None)
    if isinstance(name, str) and (crs := named_crs(name)) is not None:
        return crs
    what = "a link, which is not followed" if name is None else "not the name of a known one"
    raise FileRefused(str(file), f"its coordinate reference system (crs) is {what}.", hint=_SAY_IT)


def in_known_crs(file: Path, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame in EPSG:27700 where it is, and in EPSG:4326 from any other CRS.

    Heights are gone by now: of a CRS with heights its part without them counts.

    Raises:
        FileRefused: no CRS is stated, or the way to EPSG:4326 is not exact enough.
    """
    if frame.crs is None:
        missing = (
            "Put its .prj file beside it, or say it"
            if file.suffix.casefold() == ".shp"
            else "Say it"
        )
        problem = "it does not say its coordinate reference system (CRS)."
        raise FileRefused(str(file), problem, hint=_SAY_IT.replace("Say it", missing, 1))
    crs = _flat(frame.crs)
    number = crs.to_epsg()
    if number == 27700:
        return frame.set_crs(BRITISH_NATIONAL_GRID, allow_override=True)
    if number == 4326 or crs.to_authority() == ("OGC", "CRS84"):
        return frame.set_crs(WGS84, allow_override=True)
    if not _is_exact_enough(crs):
        problem = (
            f"its coordinate reference system is {crs.name}, which cannot be converted exactly"
            " enough here."
        )
        raise FileRefused(str(file), problem, hint=_SAVE_AGAIN)
    return frame.set_crs(crs, allow_override=True).to_crs(WGS84)


def _flat(crs: pyproj.CRS) -> pyproj.CRS:
    """The part of a CRS without heights: EPSG:4326 of 4979, 27700 of 7405."""
    while crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    return crs.to_2d() if crs.is_geographic or crs.is_projected else crs


def _is_exact_enough(crs: pyproj.CRS) -> bool:
    """Whether the best conversion to EPSG:4326 that works without asking the network is known to be
    exact.
    """
    if not (crs.is_geographic or crs.is_projected):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # of grids that are not installed: the accuracy says it
        ways = TransformerGroup(
            crs, WGS84, always_xy=True, area_of_interest=_UNITED_KINGDOM
        ).transformers
    return bool(ways) and 0 <= ways[0].accuracy <= _EXACT_ENOUGH_M
