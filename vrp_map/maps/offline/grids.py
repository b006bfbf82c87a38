"""An HTML map of where our hotspots and the busiest of the Home Office's hexagons differ."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from vrp_map.analysis.hotspots.two_grids import BOTH, ONLY_OURS, ONLY_THEIRS, GridDifferences
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps.classes import LIGHT
from vrp_map.maps.offline.page import offline_page, path_line
from vrp_map.maps.offline.street_lines import street_labels, street_lines
from vrp_map.maps.rows import area_outlines, rounded
from vrp_map.places.basemap.shapes import StreetShapes

# Two colours and a grey that people of every colour vision tell apart; the line says which grid.
_COLOURS = {ONLY_OURS: "#1d70b8", ONLY_THEIRS: "#e0701c", BOTH: "#505a5f"}
_GRIDS = {"H3": (None, "our hexagons: whole line"), "ho-hex": ("5 4", "theirs: dashed line")}


def grids_html(
    found: GridDifferences,
    *,
    title: str,
    lines: Sequence[str],
    areas: gpd.GeoDataFrame,
    streets: StreetShapes | None = None,
) -> bytes:
    """The map as one HTML file that asks for nothing from outside.

    Args:
        title, lines: the headline, and what must always be said with it.
        areas: outlined beneath. streets: drawn beneath all.
    """
    frame = found.table.frame
    west, south, east, north = bounds_of(found, areas)
    drawn = {
        "bounds": [[float(south), float(west)], [float(north), float(east)]],
        "streets": street_lines(streets),
        "streetNames": street_labels(streets),
        "cells": {
            "type": "FeatureCollection",
            "features": [_feature(row, found.outlines) for row in frame.to_dict("records")],
        },
        "lines": [path_line(area_outlines(areas), colour=LIGHT.ink, weight=1.5)],
        "names": [],
    }
    said = [*lines, *([streets.attribution] if streets else [])]
    return offline_page(title, list(dict.fromkeys(said)), key=_key(frame), drawn=drawn)


def bounds_of(found: GridDifferences, areas: gpd.GeoDataFrame) -> tuple[float, ...]:
    """West, south, east, north of what is marked; where nothing is, of the areas."""
    shapes = gpd.GeoSeries([*found.outlines.values()] or [*areas.geometry])
    return tuple(map(float, shapes.total_bounds))


def _feature(row: Mapping[str, Any], outlines: Mapping[str, BaseGeometry]) -> dict[str, Any]:
    n = FEW_OR_NONE if pd.isna(row["n"]) else f"{int(row['n']):,} incidents"
    name = str(row["code"] if pd.isna(row["name"]) else row["name"])
    whose = "Ours" if row["grid"] == "H3" else "The Home Office's"
    words = f"{name[:1].upper()}{name[1:]}: {n}. {whose}, marked by {row['marked_by']}."
    if row["why"]:
        words += f" {row['why']}"
    colour = _COLOURS[row["marked_by"]]
    paint = {"fillColor": colour, "fillOpacity": 0.35, "color": colour, "weight": 2}
    return {
        "type": "Feature",
        "properties": {"words": words, "paint": paint | {"dashArray": _GRIDS[row["grid"]][0]}},
        "geometry": rounded(outlines[row["code"]]),
    }


def _key(frame: pd.DataFrame) -> str:
    counted = frame.groupby(["marked_by", "grid"]).size()
    steps = [
        f"<li><i style='background:{_COLOURS[by]}'></i>{html.escape(by)}"
        f" ({', '.join(_many(int(counted.get((by, grid), 0)), grid) for grid in _GRIDS)})</li>"
        for by in _COLOURS
        if by in set(frame["marked_by"])
    ]
    said = "; ".join(words for _, words in _GRIDS.values())
    return (
        f"<details class='key' open><summary>Marked by ({said})</summary>"
        f"<ul>{''.join(steps)}</ul></details>"
    )


def _many(n: int, grid: str) -> str:
    return f"{n:,} {'ours' if grid == 'H3' else 'theirs'}"
