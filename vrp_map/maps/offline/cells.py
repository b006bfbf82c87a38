"""An HTML map of protected hexagons to mail round: one file, opened without the internet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from vrp_map import grid
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps.classes import LIGHT, class_words, count_class, ramp_step
from vrp_map.maps.offline.page import offline_page, path_line
from vrp_map.maps.offline.street_lines import FILL_OPACITY, street_labels, street_lines
from vrp_map.maps.rows import (
    area_labels,
    area_outlines,
    hotspot_counts,
    hotspot_outlines,
    hotspot_words,
    is_hatched,
    rounded,
)

if TYPE_CHECKING:
    import geopandas as gpd

    from vrp_map.places.basemap.shapes import StreetShapes

# A mailed file must open anywhere: more hexagons than this make it slow, and the ranked list holds
# the rest.
MOST_CELLS = 12_000


def offline_html(  # noqa: PLR0913 - each is a layer or a look of the map, by keyword
    cells: Protected,
    *,
    limits: Sequence[int],
    areas: Mapping[str, gpd.GeoDataFrame],
    title: str,
    lines: Sequence[str],
    bounds: Sequence[float] | None = None,
    streets: StreetShapes | None = None,
) -> bytes:
    """A folium map of protected cells as one HTML file that asks for nothing from outside.

    Args:
        areas: layers to outline, the broadest first (drawn strongest).
        title, lines: the headline, and what must always be said with the figures.
        bounds: west, south, east, north; without it, those of the broadest layer.
        streets: those of the bounds, drawn beneath the hexagons.
    """
    everything = cells.frame.assign(c=count_class(cells.frame["n"], limits))
    drawable = everything[everything["c"].notna() | is_hatched(cells)]
    west, south, east, north = (
        bounds if bounds is not None else next(iter(areas.values())).total_bounds
    )
    drawn = {
        "bounds": [[float(south), float(west)], [float(north), float(east)]],
        "streets": street_lines(streets),
        "streetNames": street_labels(streets),
        "cells": _features(
            drawable.head(MOST_CELLS), limits, opacity=FILL_OPACITY if streets else 0.9
        ),
        "lines": [*_borders(areas), *_hot_lines(hotspot_outlines(cells))],
        "names": _names(areas),
    }
    more = (
        f"The first {MOST_CELLS:,} of {len(drawable):,} hexagons are drawn; the key counts all of"
        " them."
    )
    said = [*lines, more] if len(drawable) > MOST_CELLS else lines
    if streets is not None:
        said = [*said, streets.attribution]
    return offline_page(
        title, list(dict.fromkeys(said)), key=_key(everything, limits, cells), drawn=drawn
    )


def _features(frame: pd.DataFrame, limits: Sequence[int], *, opacity: float) -> dict[str, Any]:
    shapes = grid.polygons(grid.from_text(frame["cell"].astype(str).tolist()))
    features = []
    for shape, row in zip(shapes, frame.to_dict("records"), strict=True):
        n = FEW_OR_NONE if pd.isna(row["n"]) else f"{int(row['n']):,} incidents"
        colour = None if pd.isna(row["c"]) else LIGHT.ramp[ramp_step(int(row["c"]), limits)]
        name = (
            ""
            if pd.isna(row["name"])
            else f"{str(row['name'])[:1].upper()}{str(row['name'])[1:]}: "
        )
        words = f"{name}{n}; {row['hotspot_class']}"
        features.append(
            {
                "type": "Feature",
                "properties": {"words": words, "paint": _paint(colour, opacity)},
                "geometry": rounded(shape),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _paint(colour: str | None, opacity: float) -> dict[str, Any]:
    """Leaflet's path options of a hexagon; without a colour its number is hidden."""
    if colour is None:
        faint = {
            "fillColor": LIGHT.hidden,
            "fillOpacity": 0.25,
            "color": LIGHT.hidden,
            "weight": 0.6,
        }
        return faint | {"dashArray": "2 3"}
    return {"fillColor": colour, "fillOpacity": opacity, "weight": 0}


def _borders(areas: Mapping[str, gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    """The outlines of the layers, the broadest first and strongest."""
    weighted = zip((2.5, 1.0), areas.values(), strict=False)
    return [
        path_line(area_outlines(layer), colour=LIGHT.ink, weight=weight)
        for weight, layer in weighted
    ]


def _hot_lines(outlines: dict[str, Any]) -> list[dict[str, Any]]:
    """Hotspots outlined as on the page: heavy where they are firm, thin and dashed where they are
    fragile.
    """
    lines = []
    for heavy, weight, dash in ((False, 2.0, "6 4"), (True, 4.0, None)):
        chosen = [
            feature for feature in outlines["features"] if feature["properties"]["heavy"] is heavy
        ]
        if chosen:
            drawn = {"type": "FeatureCollection", "features": chosen}
            lines.append(path_line(drawn, colour=LIGHT.hot, weight=weight, dash=dash))
    return lines


def _names(areas: Mapping[str, gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    """The names of the areas, each with the place inside its area where it is written: at (lat,
    lon), words, broad.
    """
    layers = list(areas.values())
    broadest = tuple(layers[0]["name"]) if layers else ()
    return [
        {"at": label["p"][::-1], "words": label["t"], "broad": broad}
        for broad, layer in zip((True, False), layers, strict=False)
        for label in area_labels(layer, besides=() if broad else broadest)
    ]


def _key(frame: pd.DataFrame, limits: Sequence[int], cells: Protected) -> str:
    largest = 0 if frame.empty or frame["n"].isna().all() else int(frame["n"].max())
    steps = [
        f"<li><i style='background:{LIGHT.ramp[ramp_step(i, limits)]}'></i>{words}"
        f" ({_many(frame['c'] == i)})</li>"
        for i, words in enumerate(class_words(limits, largest=largest, step=cells.k))
    ]
    if hatched := int(is_hatched(cells).sum()):
        steps.append(f"<li><i class='small'></i>{FEW_OR_NONE} ({hatched:,})</li>")
    for css, words, many in zip(
        ("hot", "warm"), hotspot_words(cells), hotspot_counts(cells), strict=True
    ):
        steps += [f"<li><i class='{css}'></i>{words} ({many:,})</li>"] if many else []
    return (
        "<details class='key' open><summary>Incidents"
        f" (hexagons)</summary><ul>{''.join(steps)}</ul></details>"
    )


def _many(member: pd.Series) -> str:
    return f"{int(member.sum()):,}"
