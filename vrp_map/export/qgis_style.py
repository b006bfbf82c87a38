"""QGIS styles (QML) of polygons: a colour for each value, or for each class of a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from xml.etree import ElementTree

_EDGE = "80,90,95,255"
_VERSION = "3.28.0"


def style_by_value(column: str, colours: Mapping[str, str]) -> str:
    """A colour for each text of a column, in their order.

    Args:
        colours: value -> "#rrggbb".
    """
    root, renderer = _root("categorizedSymbol", column)
    categories = ElementTree.SubElement(renderer, "categories")
    for at, value in enumerate(colours):
        told = {
            "value": value,
            "label": value,
            "symbol": str(at),
            "render": "true",
            "type": "string",
        }
        ElementTree.SubElement(categories, "category", told)
    _symbols(renderer, colours.values())
    return _text(root)


def style_by_class(column: str, limits: Sequence[float], colours: Sequence[str]) -> str:
    """A colour for each class of a number; rows without a number are not drawn.

    Args:
        limits: the lower limit of each class, and behind them the largest number.
    """
    if len(limits) != len(colours) + 1:
        raise ValueError("A class needs a colour, and the last one an end.")
    root, renderer = _root("graduatedSymbol", column)
    renderer.set("graduatedMethod", "GraduatedColor")
    ranges = ElementTree.SubElement(renderer, "ranges")
    for at, (low, high) in enumerate(pairwise(limits)):
        told = {"lower": f"{low}", "upper": f"{high}", "label": f"{low:,} to {high:,}"}
        ElementTree.SubElement(ranges, "range", {**told, "symbol": str(at), "render": "true"})
    _symbols(renderer, colours)
    return _text(root)


def style_of_one(colour: str) -> str:
    """The same colour for every polygon."""
    root, renderer = _root("singleSymbol", "")
    _symbols(renderer, [colour])
    return _text(root)


def _root(kind: str, column: str) -> tuple[ElementTree.Element, ElementTree.Element]:
    root = ElementTree.Element("qgis", {"version": _VERSION, "styleCategories": "Symbology"})
    told = {"type": kind, "symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    renderer = ElementTree.SubElement(root, "renderer-v2", told)
    if column:
        renderer.set("attr", column)
    return root, renderer


def _symbols(renderer: ElementTree.Element, colours: Iterable[str]) -> None:
    symbols = ElementTree.SubElement(renderer, "symbols")
    for at, colour in enumerate(colours):
        symbol = ElementTree.SubElement(
            symbols, "symbol", {"type": "fill", "name": str(at), "alpha": "0.8"}
        )
        layer = ElementTree.SubElement(
            symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
        )
        options = ElementTree.SubElement(layer, "Option", {"type": "Map"})
        values = {
            "color": _rgba(colour),
            "outline_color": _EDGE,
            "outline_width": "0.1",
            "outline_width_unit": "MM",
            "style": "solid",
        }
        for name, value in values.items():
            ElementTree.SubElement(
                options, "Option", {"name": name, "type": "QString", "value": value}
            )


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},255"


def _text(root: ElementTree.Element) -> str:
    body = ElementTree.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}\n"
