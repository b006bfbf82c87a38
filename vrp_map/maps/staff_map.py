"""The map of the Hotspots page, and what it shares with the other maps of the staff pages.

Nothing in here names an address outside this machine, except the tiles an operator chose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vrp_map import grid
from vrp_map.maps.classes import SPACING_M, Palette, ramp_step
from vrp_map.maps.emerging import GROUPS, NO_GROUP
from vrp_map.maps.layers import (
    Hatch,
    WordRank,
    clear_of_names,
    from_zoom,
    hatched,
    hexagons,
    lines,
    lines_by,
    moving,
    points,
    seen_through,
    stroke,
    words,
)
from vrp_map.maps.rows import PLACE_ZOOMS, cells_outline
from vrp_map.maps.snap_areas import SNAP_ZOOM
from vrp_map.maps.streets import NAMED_FROM, OVER_STREETS, street_colours
from vrp_map.maps.view import View

# Names appear half a step earlier than these zooms: before that, they would only cover the
# hexagons.
_UNIT_ZOOM, _WARD_ZOOM = 9, 12
_HIDDEN = Hatch(gap=5)
# From afar a hotspot of one hexagon is an outline too: no line is wider than this share of it, but
# for the least that can be seen. Width, share and least: of the casing and of the line.
_FIRM = ((6.5, 0.65, 2.75), (4, 0.45, 1.75))
_FRAGILE = ((4, 0.45, 1.75), (2, 0.25, 1))
# Of what is picked too, so that its colour is seen: of the line and of its casing.
_PICKED = ((5, 0.2, 2), (10, 0.4, 4.5))
_YELLOW, _BLACK = "#ffdd00", "#0b0c0c"


@dataclass(frozen=True)
class Sources:
    """Where the browser gets the map's data: addresses on this server; "" = it is not drawn.

    Attributes:
        cells: rows by class; hidden: those to be hatched; hotspots: outlines.
        tiles: of an operator's own street map; streets: of the base map, with `first`, the first
            zoom it has, and `credit`, whose it is. Both "" = plain paper.
        places: names of the gazetteer, for maps without streets; TIER stands for a zoom.
        has_wards: whether the areas are wards. snap: the outlines round snap points.
        parts: names of wards, where the base map names no part of a town.
    """

    cells: str = ""
    hidden: str = ""
    hotspots: str = ""
    lads: str = ""
    lad_labels: str = ""
    places: str = ""
    areas: str = ""
    area_labels: str = ""
    has_wards: bool = False
    snap: str = ""
    parts: str = ""
    tiles: str = ""
    streets: str = ""
    first: int = 0
    credit: str = ""


@dataclass(frozen=True)
class StaffMap:
    """What a map shows.

    Attributes:
        layers: the lowest first; of `layers`.
    """

    view: View
    layers: Sequence[Mapping[str, Any]]
    sources: Sources
    palette: Palette

    def spec(self) -> dict[str, Any]:
        """As the browser is told."""
        streets: dict[str, Any] | None = None
        if self.sources.tiles:
            streets = {"raster": self.sources.tiles}
        elif self.sources.streets:
            streets = {
                "address": self.sources.streets,
                "first": self.sources.first,
                "credit": self.sources.credit,
                "names": {kind: zoom - 0.5 for kind, zoom in NAMED_FROM.items()},
            }
        look = {"paper": self.palette.paper, "ink": self.palette.ink}
        return {
            "view": {
                "longitude": self.view.longitude,
                "latitude": self.view.latitude,
                "zoom": self.view.zoom,
                "width": self.view.width,
            },
            "look": look | {"streets": street_colours(self.palette)},
            "streets": streets,
            "layers": [dict(layer) for layer in self.layers],
        }

    def told(  # noqa: PLR0913 - what a browser is told of a map, by keyword
        self,
        *,
        alt: str,
        height: int,
        presses: bool,
        heard: int = 0,
        draw: Mapping[str, Any] | None = None,
        place: str | None = None,
        turn: int = 0,
    ) -> dict[str, Any]:
        """The map and how it behaves, as the browser is told.

        Args:
            alt: what it is, for anyone who does not see it. height: in pixels.
            presses: whether a hexagon can be pressed. heard: the number of the last press that was
                heard.
            draw: what the tools for drawing are told;
                None = there are none.
            place: what the view is kept for; None = it is not kept.
            turn: another number looks at the view again, though it is the same.
        """
        spec = self.spec()
        said = {"alt": alt, "height": height, "presses": presses, "heard": heard, "draw": draw}
        kept = {} if place is None else {"place": place}
        return spec | said | kept | {"view": spec["view"] | {"turn": turn}}


def staff_map(
    sources: Sources,
    view: View,
    hexes: Sequence[Mapping[str, Any]],
    *,
    palette: Palette,
    over: Sequence[Mapping[str, Any]] = (),
) -> StaffMap:
    """A map of hexagons with the boundaries and the names; a layer without data is left out.

    Args:
        hexes: layers under the boundaries. over: layers over them, under the names.
    """
    drawn = [*hexes, *_boundaries(sources, palette), *over]
    names = [*_place_names(sources), *_area_names(sources, zoom=view.zoom)]
    return StaffMap(view, [one for one in (*drawn, *names) if one["data"]], sources, palette)


def hotspot_map(  # noqa: PLR0913 - each is a layer or a look of the map, by keyword
    sources: Sources,
    view: View,
    *,
    palette: Palette,
    limits: Sequence[int],
    resolution: int,
    selected: Sequence[str] = (),
    emerging: bool = False,
    marks: Sequence[Mapping[str, Any]] = (),
) -> StaffMap:
    """The map of the Hotspots page.

    Args:
        limits: of the count classes, to spread the ramp over them. resolution: of the hexagons.
        selected: cell ids to outline.
        emerging: colour by what is new (`cells` then gives the rows of `emerging_rows`), not by how
            many.
        marks: layers of `marks`, drawn over the hexagons and their outlines, under the names.
    """
    alpha = covering(sources)
    hexes = (
        by_group(sources, palette, alpha) if emerging else by_count(sources, palette, limits, alpha)
    )
    over = [
        *hot_lines(sources, palette, SPACING_M[resolution]),
        *_snap_points(sources, palette),
        *marks,
        *selection(selected),
    ]
    return staff_map(sources, view, hexes, palette=palette, over=over)


def covering(sources: Sources) -> int:
    """How much of a hexagon's colour covers what lies beneath it, of 255."""
    return OVER_STREETS if sources.streets else 170 if sources.tiles else 255


def by_count(
    sources: Sources, palette: Palette, limits: Sequence[int], alpha: int
) -> list[dict[str, Any]]:
    """The hexagons coloured by how many incidents they have; hatched where the number is hidden."""
    colours = [
        seen_through(palette.ramp[ramp_step(i, limits)], alpha) for i in range(max(1, len(limits)))
    ]
    says = ("{t}", "Incidents: {n}", "{s}")
    cells = hexagons("cells", sources.cells, colours=colours, by="c", says=says)
    hidden = hexagons("hidden", sources.hidden, says=says)
    return [cells, hatched(hidden, [_HIDDEN], ink=palette.line)]


def by_group(sources: Sources, palette: Palette, alpha: int) -> list[dict[str, Any]]:
    """The hexagons by what is new, each group with its pattern."""
    groups = (NO_GROUP, *GROUPS)
    colours = [seen_through(group.colour(palette), alpha) for group in groups]
    says = ("{t}", "{e}", "Incidents: {n}")
    cells = hexagons("cells", sources.cells, colours=colours, by="g", says=says)
    return [hatched(cells, [group.pattern for group in groups], ink=_BLACK, by="g")]


def hot_lines(sources: Sources, palette: Palette, spacing: float) -> list[dict[str, Any]]:
    """Hotspots outlined: heavy where they are firm, thin and dashed where they are fragile.

    Args:
        spacing: metres from one hexagon to the next.
    """

    def line(
        colour: str, look: tuple[float, float, float], dash: Sequence[float]
    ) -> dict[str, Any]:
        width, share, least = look
        return stroke(colour, width, dash=dash, metres=round(share * spacing), least=least)

    styles = {
        heavy: {"casing": line(palette.casing, wide, ()), "line": line(palette.hot, narrow, dash)}
        for heavy, (wide, narrow), dash in (("false", _FRAGILE, (3, 2)), ("true", _FIRM, ()))
    }
    return [clear_of_names(lines_by("hot", sources.hotspots, "heavy", styles))]


def selection(cells: Sequence[str]) -> list[dict[str, Any]]:
    """The outline of what is chosen."""
    if not cells:
        return []
    data = {"type": "FeatureCollection", "features": [cells_outline(cells, {})]}
    spacing = SPACING_M.get(int(grid.resolutions(grid.from_text(cells[:1]))[0]), 0)
    line, casing = (
        stroke(colour, width, metres=round(share * spacing), least=least)
        for colour, (width, share, least) in ((_YELLOW, _PICKED[0]), (_BLACK, _PICKED[1]))
    )
    return [lines("selected", data, line, casing=casing)]


def _boundaries(sources: Sources, palette: Palette) -> list[dict[str, Any]]:
    thin = lines("areas", sources.areas, stroke(palette.ink, 1.1))
    broad = lines(
        "lads", sources.lads, stroke(palette.ink, 2.4), casing=stroke(palette.casing, 4.5)
    )
    return [thin, broad]


def _place_names(sources: Sources) -> list[dict[str, Any]]:
    """Names for maps without streets, and those of wards where streets have none of parts."""
    if sources.streets:
        # Wards that are outlined have their names from that layer.
        named = "" if sources.has_wards else sources.parts
        parts = words("parts", named, rank=WordRank.PARTS, size=14, bold=True)
        return [from_zoom(parts, _WARD_ZOOM - 0.5)]
    rows = {zoom: sources.places.replace("TIER", str(zoom)) for zoom in PLACE_ZOOMS}
    return [
        from_zoom(words(f"places-{zoom}", data, rank=WordRank.PLACES - i), zoom - 0.5)
        for i, (zoom, data) in enumerate(rows.items())
    ]


def _snap_points(sources: Sources, palette: Palette) -> list[dict[str, Any]]:
    """Snap points and the outlines round them, from the zoom on at which they can be told apart."""
    areas = lines("snap", sources.snap, stroke(palette.ink, 1.6), casing=stroke(palette.casing, 4))
    dots = points(
        "snap-points",
        sources.snap,
        colour=palette.ink,
        casing=palette.casing,
        radius=2.5,
        is_filled=True,
    )
    return [from_zoom(layer, SNAP_ZOOM - 0.5, tiles=SNAP_ZOOM) for layer in (areas, dots)]


def _area_names(sources: Sources, *, zoom: float) -> list[dict[str, Any]]:
    first = _WARD_ZOOM if sources.has_wards else _UNIT_ZOOM
    size = 17 if zoom >= _UNIT_ZOOM else 13
    broad = words("lad-names", sources.lad_labels, rank=WordRank.AREAS, size=size, bold=True)
    narrow = words("area-names", sources.area_labels, rank=WordRank.NARROW_AREAS)
    return [from_zoom(moving(narrow), first - 0.5), moving(broad)]
