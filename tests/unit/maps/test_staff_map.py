"""The maps of the staff pages as their browser is told of them: colours, patterns, lines, words."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.staff_maps import layers_of, spec_of, style_of
from tests.unit.maps.test_maps import some_cells
from vrp_map import grid, maps
from vrp_map.maps.layers import WordRank
from vrp_map.maps.streets import NAMED_FROM
from vrp_map.vocabulary import HotspotClass

FAR, NEAR = maps.View(-1.9, 52.5, 8.2), maps.View(-1.9, 52.5, 9.6)
LIMITS = (5, 10, 20, 40, 80)
LOOKS = pytest.mark.parametrize("look", [maps.LIGHT, maps.DARK], ids=lambda look: look.name)
NAMES = ("cells", "hidden", "hotspots", "lads", "lad_labels", "areas", "area_labels", "snap")


def sources(**more: Any) -> maps.Sources:
    usual = {name: f"/map/{name}.json?x" for name in NAMES} | {"places": "/map/places/TIER.json"}
    return maps.Sources(**usual | more)


def hotspot_map(
    at: maps.Sources | None = None, view: maps.View = FAR, **more: Any
) -> maps.StaffMap:
    wanted = {"palette": maps.LIGHT, "limits": LIMITS, "resolution": 9} | more
    return maps.hotspot_map(at or sources(), view, **wanted)


@LOOKS
@pytest.mark.parametrize("limits", [(5,), (5, 10), (5, 10, 20), LIMITS])
def test_each_class_of_counts_has_the_colour_of_the_legend(
    look: maps.Palette, limits: tuple[int, ...]
) -> None:
    fill = layers_of(hotspot_map(palette=look, limits=limits))["cells"]["fill"]
    rows = maps.cell_rows(some_cells([1, 5, 10, 20, 40, 85]), limits)
    shown = {row["c"]: fill["colours"][row[fill["by"]]] for row in rows}
    assert shown == {i: look.ramp[maps.ramp_step(i, limits)] for i in range(len(limits))}


def test_without_any_class_a_map_is_still_drawn() -> None:
    assert layers_of(hotspot_map(limits=()))["cells"]["fill"]["colours"]


@pytest.mark.parametrize("emerging", [False, True])
def test_streets_show_through_hexagons_and_paper_does_not(*, emerging: bool) -> None:
    covers = []
    for more in ({}, {"tiles": "https://tiles.example/{z}/{x}/{y}.png"}, {"streets": "/basemap"}):
        at = sources(**more)
        colours = layers_of(hotspot_map(at, emerging=emerging))["cells"]["fill"]["colours"]
        # CSS: the last two of eight digits say how much of it covers.
        (alpha,) = {int(colour[7:] or "ff", 16) for colour in colours}
        assert alpha == maps.covering(at)
        covers.append(alpha)
    assert covers == sorted(covers, reverse=True) and covers[0] == 255


def test_hidden_numbers_are_hatched_without_a_colour_and_say_that_they_are_hidden() -> None:
    layers = layers_of(hotspot_map())
    hidden = layers["hidden"]
    assert hidden["data"] == "/map/hidden.json?x" and "fill" not in hidden
    assert [kind["kind"] for kind in hidden["pattern"]["kinds"]] == ["lines"]
    (row,) = maps.hidden_rows(some_cells([2], [HotspotClass.HOT_95], names=["near Fox Street"]))
    says = [line.format(**row) for line in hidden["says"]]
    assert says == ["Near Fox Street", "Incidents: few, or none", "Hotspot, clear"]
    assert hidden["says"] == layers["cells"]["says"]


@LOOKS
def test_each_group_of_what_is_new_has_its_colour_and_its_pattern(look: maps.Palette) -> None:
    layers = layers_of(hotspot_map(palette=look, emerging=True))
    assert "hidden" not in layers, "its hexagons are among those with a pattern"
    fill, pattern = layers["cells"]["fill"], layers["cells"]["pattern"]
    assert fill["by"] == pattern["by"] == "g"
    # A row without a group counts as 0.
    drawn = zip(fill["colours"], pattern["kinds"], strict=True)
    for group, (colour, kind) in zip((maps.NO_GROUP, *maps.GROUPS), drawn, strict=True):
        assert colour == group.colour(look)
        assert kind == (group.pattern.spec() if group.pattern else None)
    assert "{e}" in layers["cells"]["says"]


def test_the_legend_has_the_patterns_of_the_map() -> None:
    for group in (maps.NO_GROUP, *maps.GROUPS):
        kind = group.pattern.kind if group.pattern else ""
        assert ("radial" in group.css) == (kind == "dots")
        if group.pattern and kind == "lines":
            # CSS names the way across the lines, clockwise; the map the lines, the other way round.
            assert f"({180 - group.pattern.angle}deg," in group.css


@LOOKS
def test_fragile_hotspots_are_thinner_and_dashed_over_a_line_that_keeps_them_apart(
    look: maps.Palette,
) -> None:
    hot = layers_of(hotspot_map(palette=look))["hot"]
    firm, fragile = (style_of(hot, heavy=heavy) for heavy in (True, False))
    assert firm["line"]["colour"] == fragile["line"]["colour"] == look.hot
    assert "dash" not in firm["line"] and len(fragile["line"]["dash"]) == 2
    assert firm["line"]["width"] > fragile["line"]["width"]
    for style in (firm, fragile):
        assert style["casing"]["width"] > style["line"]["width"] and "dash" not in style["casing"]
        assert style["casing"]["colour"] == look.casing


@pytest.mark.parametrize("resolution", maps.SPACING_M)
def test_from_afar_a_hotspot_of_one_hexagon_is_an_outline(resolution: int) -> None:
    spacing = maps.SPACING_M[resolution]
    hot = layers_of(hotspot_map(resolution=resolution))["hot"]
    firm, fragile = (style_of(hot, heavy=heavy) for heavy in (True, False))
    for style in (firm, fragile):
        line, casing = style["line"], style["casing"]
        # Half of each line lies within the hexagon that it goes round.
        assert line["metres"] < spacing / 2 and casing["metres"] < 2 * spacing / 3
        assert line["metres"] < casing["metres"] and line["least"] < casing["least"]
    # At every zoom firm ones are the heavier.
    assert all(firm["line"][of] > fragile["line"][of] for of in ("width", "metres", "least"))


@pytest.mark.parametrize("emerging", [False, True])
def test_light_and_dark_differ_in_colours_alone(*, emerging: bool) -> None:
    light, dark = (
        re.sub(
            r"#[0-9a-f]{6,8}", "colour", str(spec_of(hotspot_map(palette=look, emerging=emerging)))
        )
        for look in (maps.LIGHT, maps.DARK)
    )
    assert light == dark
    colours = [spec_of(hotspot_map(palette=look))["look"] for look in (maps.LIGHT, maps.DARK)]
    assert colours[0]["streets"].keys() == colours[1]["streets"].keys()
    assert colours[0]["paper"] != colours[1]["paper"]


def test_data_are_asked_for_by_address_and_only_of_this_server() -> None:
    spec = spec_of(hotspot_map(sources(streets="/basemap/{z}/{x}/{y}?v=1", parts="/map/parts")))
    text = str(spec)
    assert "http" not in text
    assert len(text) < 10_000, "as small with ten thousand hexagons as with ten"
    assert all(layer["data"].startswith("/map/") for layer in spec["layers"])


def test_what_has_no_data_is_not_drawn() -> None:
    assert spec_of(hotspot_map(maps.Sources()))["layers"] == []
    few = layers_of(hotspot_map(sources(areas="", area_labels="", snap="", hidden="")))
    assert {"areas", "area-names", "snap", "snap-points", "hidden"}.isdisjoint(few)
    assert "numbers" not in layers_of(hotspot_map(marks=[maps.number_layer([])]))


def test_what_is_drawn_lies_in_the_order_of_its_weight() -> None:
    (cell,) = grid.to_text(grid.cells_at(np.array([-1.9]), np.array([52.5]), resolution=9))
    marks = maps.ho_hex_layers("/map/areas/ho-hex.json", maps.LIGHT)
    order = list(layers_of(hotspot_map(selected=[cell], marks=marks)))
    drawn = ["cells", "hidden", "areas", "lads", "hot", "snap", "snap-points", "ho-hex", "selected"]
    assert order[: len(drawn)] == drawn
    kinds = [layer["kind"] for layer in spec_of(hotspot_map())["layers"]]
    assert set(kinds) == {"hexagons", "lines", "points", "words"}
    assert set(kinds[kinds.index("words") :]) == {"words"}, "names are over everything"


def test_what_is_picked_is_outlined_and_the_view_stays() -> None:
    (cell,) = grid.to_text(grid.cells_at(np.array([-1.9]), np.array([52.5]), resolution=9))
    plain, picked = (hotspot_map(selected=chosen) for chosen in ([], [cell]))
    assert set(layers_of(picked)) - set(layers_of(plain)) == {"selected"}
    line = style_of(layers_of(picked)["selected"])
    assert line["casing"]["width"] > line["line"]["width"] >= 4
    # From afar it covers no more than half of its hexagon.
    assert line["line"]["metres"] < line["casing"]["metres"] < maps.SPACING_M[9] / 2
    assert spec_of(plain)["view"] == spec_of(picked)["view"]


def test_names_of_areas_stay_off_hotspots_and_numbers_stay_on_theirs() -> None:
    layers = layers_of(hotspot_map(marks=[maps.number_layer([{"t": "1", "p": [-1.9, 52.5]}])]))
    assert layers["hot"]["clear"]
    assert [name for name, layer in layers.items() if layer.get("moves")] == [
        "area-names",
        "lad-names",
    ]
    assert "moves" not in layers["numbers"]


def test_names_of_areas_leave_no_room_to_names_of_streets() -> None:
    layers = layers_of(hotspot_map(marks=[maps.number_layer([{"t": "1", "p": [-1.9, 52.5]}])]))
    ranks = [
        layers[name]["rank"]
        for name in ("lad-names", "numbers", "area-names", "places-9", "places-11", "places-13")
    ]
    assert all(one > next_ for one, next_ in pairwise(ranks))
    assert ranks[2] > WordRank.MARKS > WordRank.PARTS > WordRank.STREETS > ranks[3]


@pytest.mark.parametrize(("has_wards", "zoom"), [(False, 9), (True, 12)])
def test_names_show_half_a_step_before_their_zoom(*, has_wards: bool, zoom: float) -> None:
    layers = layers_of(hotspot_map(sources(has_wards=has_wards)))
    assert layers["area-names"]["from"] == zoom - 0.5
    assert "from" not in layers["lad-names"]
    for tier in (9, 11, 13):
        assert layers[f"places-{tier}"]["from"] == tier - 0.5
        assert layers[f"places-{tier}"]["data"] == f"/map/places/{tier}.json"


def test_names_of_council_areas_are_larger_from_close_by() -> None:
    far, near = (layers_of(hotspot_map(view=view))["lad-names"] for view in (FAR, NEAR))
    assert near["size"] > far["size"]


def test_snap_points_come_by_tile_from_street_level_on() -> None:
    layers = layers_of(hotspot_map())
    for name in ("snap", "snap-points"):
        assert (layers[name]["from"], layers[name]["tiles"]) == (13.5, 14)
        assert layers[name]["data"] == layers["snap"]["data"]
    assert layers["snap"]["kind"] == "lines" and layers["snap-points"]["kind"] == "points"


def test_streets_bring_their_names_and_say_whose_they_are() -> None:
    said = "<img src=x onerror=alert(1)> & Sons"
    spec = spec_of(hotspot_map(sources(streets="/basemap/{z}/{x}/{y}?v=1", first=6, credit=said)))
    streets = spec["streets"]
    assert streets["address"] == "/basemap/{z}/{x}/{y}?v=1" and streets["first"] == 6
    # As words: the browser puts them on the page as text.
    assert streets["credit"] == said
    assert streets["names"] == {kind: zoom - 0.5 for kind, zoom in NAMED_FROM.items()}
    assert not [one for one in spec["layers"] if one["id"].startswith("places-")]


def test_an_operators_own_tiles_stand_in_for_streets() -> None:
    own = "https://tiles.example/{z}/{x}/{y}.png"
    spec = spec_of(hotspot_map(sources(tiles=own, streets="/basemap/{z}/{x}/{y}")))
    assert spec["streets"] == {"raster": own}
    assert spec_of(hotspot_map())["streets"] is None


@pytest.mark.parametrize("has_wards", [False, True])
def test_wards_that_are_outlined_are_not_named_twice(*, has_wards: bool) -> None:
    at = sources(streets="/b", parts="/map/labels/ward.json?x", has_wards=has_wards)
    assert ("parts" in layers_of(hotspot_map(at))) is not has_wards


def group(name: str, cells: tuple[str, ...], **more: Any) -> maps.CellGroup:
    return maps.CellGroup(name, f"The {name}", cells, "#b10e1e", **more)


@LOOKS
def test_groups_of_hexagons_have_a_colour_an_outline_or_lines(look: maps.Palette) -> None:
    cells = tuple(some_cells([5] * 9).frame["cell"])
    groups = (
        group("area", cells[:3], is_outlined=True),
        group("ring", cells[3:6], is_hatched=True),
        group("none", ()),
    )
    drawn = maps.group_map(groups, sources(), FAR, palette=look, candidates=cells[6:])
    layers = layers_of(drawn)
    assert "none" not in layers and "cells" not in layers
    area, ring, candidates = (layers[name] for name in ("area", "ring", "candidates"))
    assert area["fill"]["colours"][0].startswith("#b10e1e") and "pattern" not in area
    assert "fill" not in ring and ring["pattern"]["ink"].startswith("#b10e1e")
    assert [row["h"] for row in area["data"]["rows"]] == list(cells[:3])
    assert area["says"] == ["{w}"] and area["data"]["rows"][0]["w"] == "The area"
    assert style_of(layers["area-line"])["casing"]["colour"] == look.casing
    assert "ring-line" not in layers
    # There to be pressed, over all the others, and not seen.
    assert candidates["pick"] and not {"fill", "pattern", "edge"} & set(candidates)
    order = list(layers)
    assert order.index("ring") < order.index("candidates") < order.index("area-line")


@LOOKS
def test_a_group_without_a_colour_leaves_the_streets_as_they_are(look: maps.Palette) -> None:
    cells = tuple(some_cells([5] * 2).frame["cell"])
    plain = maps.CellGroup("around", "", cells, "")
    around = layers_of(maps.group_map([plain], sources(), FAR, palette=look))["around"]
    assert around["edge"] == look.line and not {"fill", "pattern"} & set(around)
