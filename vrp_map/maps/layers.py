"""The kinds of layer that a map of the staff pages is put together from; `staff_map.js` draws them.

A layer names its data, where the browser gets them or they themselves, and how they look. Colours
are CSS, lengths are pixels unless their name says metres, zooms count a world of 512 pixels as 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

Data = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]


class WordRank(IntEnum):
    """Where two words would cover each other, those of the higher rank stay."""

    AREAS = 900
    NUMBERS = 890
    NARROW_AREAS = 500
    MARKS = 300
    PARTS = 110
    # `words.js` gives it to the names that come with the streets.
    STREETS = 100
    PLACES = 50


def hexagons(  # noqa: PLR0913 - looks of a layer, by keyword
    name: str,
    data: Data,
    *,
    colours: Sequence[str] = (),
    by: str = "",
    edge: str = "",
    says: Sequence[str] = (),
) -> dict[str, Any]:
    """Hexagons, filled.

    Args:
        data: of `rows.with_outlines`. colours: one for all, or one for each number in the rows'
            field `by`, from 0; () = only there to be picked.
        edge: a fine line round each. says: lines about the one under the pointer, the first in
            bold, with fields of its row in braces; () = it cannot be picked.
    """
    layer: dict[str, Any] = {"kind": "hexagons", "id": name, "data": data}
    if colours:
        layer["fill"] = {"by": by, "colours": list(colours)}
    if edge:
        layer["edge"] = edge
    return layer | ({"pick": True, "says": list(says)} if says else {})


@dataclass(frozen=True)
class Hatch:
    """A pattern over a colour, so that the colour is not the only cue.

    Attributes:
        kind: "lines" or "dots". angle: of the lines, 0, 45, 90 or 135 degrees. gap: from one to the
            next.
    """

    kind: str = "lines"
    angle: int = 45
    gap: int = 5
    width: float = 1

    def spec(self) -> dict[str, Any]:
        return {"kind": self.kind, "angle": self.angle, "gap": self.gap, "width": self.width}


def hatched(
    layer: dict[str, Any], patterns: Sequence[Hatch | None], *, ink: str, by: str = ""
) -> dict[str, Any]:
    """Hexagons with a pattern over their colour: one for all, or one for each number in `by`."""
    kinds = [one.spec() if one else None for one in patterns]
    return layer | {"pattern": {"by": by, "kinds": kinds, "ink": ink}}


def stroke(
    colour: str,
    width: float,
    *,
    dash: Sequence[float] = (),
    metres: float = 0,
    least: float = 0,
) -> dict[str, Any]:
    """How a line looks.

    Args:
        dash: dash and gap in widths of the line. metres: no wider than this much ground, but for
            `least` pixels.
    """
    look: dict[str, Any] = {"colour": colour, "width": width}
    if dash:
        look["dash"] = list(dash)
    return look | ({"metres": metres, "least": least} if metres else {})


def lines(
    name: str, data: Data, look: dict[str, Any], *, casing: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Lines and outlines of GeoJSON, over a wider line that keeps them apart from what is below."""
    style = {"line": look} | ({"casing": casing} if casing else {})
    return {"kind": "lines", "id": name, "data": data, "styles": {"all": style}}


def lines_by(
    name: str, data: Data, by: str, styles: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Lines whose look follows from a property of theirs.

    Args:
        styles: value of the property, as JSON writes it -> line and casing.
    """
    return {"kind": "lines", "id": name, "data": data, "by": by, "styles": dict(styles)}


def points(  # noqa: PLR0913 - looks of a layer, by keyword
    name: str, data: Data, *, colour: str, casing: str, radius: float, is_filled: bool = False
) -> dict[str, Any]:
    """Points of GeoJSON as rings, or as dots."""
    look = {"colour": colour, "casing": casing, "radius": radius, "width": 2, "filled": is_filled}
    return {"kind": "points", "id": name, "data": data} | look


def words(  # noqa: PLR0913 - looks of a layer, by keyword
    name: str, data: Data, *, rank: int, size: int = 13, bold: bool = False, metres: float = 0
) -> dict[str, Any]:
    """Words at places.

    Args:
        data: rows with t the text and p [lon, lat], the most important first.
        rank: a `WordRank`, or between two.
        metres: no taller than so much ground, and not written where that is too small to read.
    """
    layer = {"kind": "words", "id": name, "data": data, "rank": int(rank)}
    layer |= {"size": size, "bold": bold}
    return layer | ({"metres": metres} if metres else {})


def clear_of_names(
    layer: dict[str, Any], *, by: str = "", of: Sequence[int] = ()
) -> dict[str, Any]:
    """A layer that names of areas and towns stay off, where it is so small that they would hide it.

    Args:
        by: of hexagons, those alone that have one of `of` in this field of their rows.
    """
    return layer | {"clear": {"by": by, "of": list(of)}}


def moving(layer: dict[str, Any]) -> dict[str, Any]:
    """Words that may stand a little above or below their place, off what is kept clear."""
    return layer | {"moves": True}


def from_zoom(layer: dict[str, Any], zoom: float, *, tiles: int = 0) -> dict[str, Any]:
    """A layer that shows from a zoom on.

    Args:
        tiles: the zoom of the tiles that its data come in; 0 = they come as a whole.
    """
    return layer | {"from": zoom} | ({"tiles": tiles} if tiles else {})


def seen_through(colour: str, alpha: int) -> str:
    """A colour of six digits that lets what lies beneath through; `alpha` of 255 covers all."""
    return colour if alpha == 255 else f"{colour}{alpha:02x}"
