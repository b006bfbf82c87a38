"""The kinds of layer that the picture is put together from, in deck.gl's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vrp_map.maps.classes import Palette

# For what is only there to be clicked; deck.gl draws nothing, and so picks nothing, at 0.
UNSEEN = [0, 0, 0, 1]
_SLANT_M = 18


def rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [255]


def either(values: Mapping[int, Any], name: str, otherwise: Any) -> str:
    """A deck.gl expression: the value of the number in a row's field (function calls are not
    allowed in them).
    """
    expression = str(otherwise)
    for i, value in reversed(list(values.items())):
        expression = f"{name} == {i} ? {value} : ({expression})"
    return f"@@={expression}"


def hexagons(name: str, data: str, *, fill: Any) -> dict[str, Any]:
    # Streamlit dims every layer's own `getFillColor` and `getColor` while something is selected;
    # what is set on the sublayers it leaves alone, and the selection has its own outline here.
    paint = {"getFillColor": fill, "opacity": 1}
    return {
        "@@type": "H3HexagonLayer",
        "id": name,
        "data": data,
        "getHexagon": "@@=h",
        "pickable": True,
        "extruded": False,
        "stroked": False,
        "_subLayerProps": {"hexagon-cell": paint, "hexagon-cell-hifi": paint},
    }


# Drawn in the browser in pixels, so that the lines are as far apart at every zoom.
PATTERNED = {
    "extensions": [{"@@type": "FillStyleExtension", "proceduralPattern": True}],
    "fillPatternSizeUnits": "pixels",
}


HATCHED = PATTERNED | {
    "fillPatternMapping": {"hidden": {"type": "hatch", "strokeWidth": 1, "gap": 4, "angle": 45}},
    "getFillPattern": "@@='hidden'",
}


# For hexagons without a pattern, whose colour is then clear: deck.gl has no word for "none".
NOTHING = {"type": "hatch", "strokeWidth": 1, "gap": 1000}


def outline(
    name: str, data: str | dict[str, Any], *, colour: str, width: float | str
) -> dict[str, Any]:
    return {
        "@@type": "GeoJsonLayer",
        "id": name,
        "data": data,
        "filled": False,
        "stroked": True,
        "pickable": False,
        "getLineColor": rgb(colour),
        "getLineWidth": width,
        "lineWidthUnits": "pixels",
        "lineJointRounded": True,
    }


def slants(name: str, data: str, *, colour: str) -> dict[str, Any]:
    """The hatching of `hidden_rows`; from afar it covers no more of a hexagon than from close
    by.
    """
    return {
        "@@type": "PathLayer",
        "id": name,
        "data": data,
        "getPath": "@@=l",
        "pickable": False,
        "getColor": rgb(colour),
        "getWidth": _SLANT_M,
        "widthUnits": "meters",
        "widthMaxPixels": 1.5,
    }


def text(name: str, appearance: Palette, *, size: int, bold: bool) -> dict[str, Any]:
    paint = {
        "getColor": rgb(appearance.ink),
        "outlineColor": [*rgb(appearance.paper)[:3], 235],
        "outlineWidth": 5,
        "fontSettings": {"sdf": True, "fontSize": 48, "buffer": 8, "radius": 14},
    }
    return {
        "@@type": "TextLayer",
        "id": name,
        "pickable": False,
        "getPosition": "@@=p",
        "getText": "@@=t",
        "getSize": size,
        "sizeUnits": "pixels",
        "fontFamily": "system-ui, Arial, sans-serif",
        "fontWeight": 700 if bold else 400,
        "characterSet": "auto",
        **{k: v for k, v in paint.items() if k != "getColor"},
        "_subLayerProps": {"characters": {"getColor": paint["getColor"]}},
    }


def no_overlap() -> dict[str, Any]:
    return {
        "extensions": [{"@@type": "CollisionFilterExtension"}],
        "collisionEnabled": True,
        "collisionGroup": "names",
        "collisionTestProps": {"sizeScale": 1.2},
    }


def overlap() -> dict[str, Any]:
    """For words that stand whatever else does; in the same program for the graphics card as those
    of `no_overlap`, so that the browser prepares one and not two.
    """
    return {"extensions": no_overlap()["extensions"], "collisionEnabled": False}


def names_from(zoom: int, name: str, data: str, appearance: Palette) -> dict[str, Any]:
    """Names that show from half a step below this zoom on.

    deck.gl has no minimum zoom for a text layer; a tile layer has. Its tiles are made so large that
    one or two hold the whole region: names are fetched once, when first needed, and panning asks
    for nothing.
    """
    paint = text("", appearance, size=13, bold=False)
    return {
        "@@type": "TileLayer",
        "id": name,
        "data": data,
        "tileSize": 512 * 2 ** (zoom - 5),
        "minZoom": 5,
        "maxZoom": 5,
        "pickable": False,
        "pointType": "text",
        "getText": "@@=properties.name",
        "getTextSize": 13,
        # deck.gl takes a name for covered where its middle is the gap between two words: the plate
        # fills it.
        "textBackground": True,
        "getTextBackgroundColor": [*rgb(appearance.paper)[:3], 140],
        "textBackgroundPadding": [2, 0],
        "getTextColor": rgb(appearance.ink),
        "textFontFamily": paint["fontFamily"],
        "textCharacterSet": "auto",
        "textOutlineColor": paint["outlineColor"],
        "textOutlineWidth": paint["outlineWidth"],
        "textFontSettings": paint["fontSettings"],
        "getCollisionPriority": "@@=-properties.w",
        **no_overlap(),
    }
