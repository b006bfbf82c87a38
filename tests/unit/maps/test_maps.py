"""Maps: classes, rows for the browser, outlines, the first view and the offline file."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box, shape

from vrp_map import grid, maps
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.errors import UserError
from vrp_map.maps.classes import CLASSES
from vrp_map.maps.rows import PLACE_ZOOMS
from vrp_map.vocabulary import Audience, HotspotClass

CITY = (-1.9027, 52.4797)


def some_cells(
    counts: list[int],
    classes: list[HotspotClass] | None = None,
    *,
    audience: Audience = Audience.PARTNER,
    names: list[str] | None = None,
) -> Protected:
    """Neighbouring cells with these counts, as `Workspace.hotspots` gives them."""
    centre = grid.cells_at(np.array([CITY[0]]), np.array([CITY[1]]), resolution=9)
    around = gpd.GeoSeries([Point(CITY).buffer(0.03)], crs="EPSG:4326")
    cells = np.unique(np.concatenate([centre, grid.lattice(around, resolution=9)]))[: len(counts)]
    frame = pd.DataFrame(
        {
            "rank": range(1, len(counts) + 1),
            "cell": grid.to_text(cells),
            "name": names or [f"near {i}, <b>" for i in range(len(counts))],
            "n": counts,
            "hotspot_class": [c.value for c in classes or [HotspotClass.NONE] * len(counts)],
        }
    )
    return protect(frame, audience=audience, settings=Settings())


def test_limits_are_quantiles_of_the_shown_counts_and_merge_when_equal() -> None:
    assert maps.class_limits(pd.Series([5] * 10, dtype="Int64")) == (5,)
    assert maps.class_limits(pd.Series([None, 0], dtype="Int64")) == ()
    assert maps.class_limits(pd.Series(range(1, 101), dtype="Int64")) == (1, 51, 76, 91, 98)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10_000)), max_size=60))
def test_every_shown_count_has_a_class_whose_limits_hold_it(values: list[int | None]) -> None:
    counts = pd.Series(values, dtype="Int64")
    limits = maps.class_limits(counts)
    classes = maps.count_class(counts, limits)
    assert len(limits) <= CLASSES
    for n, c in zip(counts, classes, strict=True):
        if pd.isna(n) or n == 0:
            assert pd.isna(c)
        else:
            assert limits[c] <= n
            assert c == len(limits) - 1 or n < limits[c + 1]
    assert set(classes.dropna()) == set(range(len(limits)))  # no class is empty


def test_class_words_meet_without_gap_or_overlap() -> None:
    assert maps.class_words((5, 20, 60), largest=1155, step=5) == [
        "5 to 15",
        "20 to 55",
        "60 to 1,155",
    ]
    assert maps.class_words((5, 10), largest=10, step=5) == ["5", "10"]
    assert maps.class_words((), largest=0) == []


def test_few_classes_are_spread_over_the_whole_ramp() -> None:
    assert [maps.ramp_step(i, (1, 2, 3)) for i in range(3)] == [0, 2, 4]
    assert maps.ramp_step(0, (1,)) == 4


def test_the_ramp_gets_darker_on_white_and_lighter_on_black() -> None:
    assert maps.LIGHT.ramp == maps.DARK.ramp[::-1]
    light = [_luminance(colour) for colour in maps.LIGHT.ramp]
    assert light == sorted(light, reverse=True)
    # Neighbouring steps differ by lightness alone, so that they are told apart without colour
    # vision.
    assert all(
        high / low > 1.25
        for high, low in zip([x + 0.05 for x in light], [x + 0.05 for x in light[1:]], strict=False)
    )


@pytest.mark.parametrize("look", [maps.LIGHT, maps.DARK], ids=lambda look: look.name)
def test_lines_and_words_stand_out_from_the_background(look: maps.Palette) -> None:
    assert _contrast(look.ink, look.paper) > 12
    assert _contrast(look.line, look.paper) >= 4.5
    assert _contrast(look.hot, look.paper) >= 3


def test_the_browser_never_gets_a_hidden_number() -> None:
    cells = some_cells([1, 4, 5, 12, 300], [HotspotClass.HOT_95] * 5)
    rows = maps.cell_rows(cells, maps.class_limits(cells.frame["n"]))
    assert [row["n"] for row in rows] == ["5", "10", "300"]
    hidden = maps.hidden_rows(cells)
    assert [row["n"] for row in hidden] == [FEW_OR_NONE] * 2
    assert {*(row["h"] for row in rows), *(row["h"] for row in hidden)} == set(cells.frame["cell"])
    assert all(set(row) <= {"h", "c", "n", "t", "s"} for row in rows)


def test_a_hexagon_says_its_name_and_how_sure_it_is_in_the_words_of_the_list() -> None:
    hot, none = HotspotClass.HOT_99, HotspotClass.NONE
    cells = some_cells([50, 20, 4], [hot, none, hot], names=["St Mary's", "<img src=x>", "near A"])
    cells = cells.deriving(stability=["firm", "", "fragile"])
    said = [
        (row["t"], row["s"]) for row in (*maps.cell_rows(cells, (10,)), *maps.hidden_rows(cells))
    ]
    assert said == [
        ("St Mary's", "Hotspot, very clear, firm"),
        # The browser writes it as text.
        ("<img src=x>", "Does not stand out"),
        ("Near A", "Hotspot, very clear, fragile"),
    ]


def test_the_number_of_a_hotspot_lies_in_it_and_the_first_of_the_list_wins() -> None:
    cells = some_cells([9] * 8).frame.assign(cluster=[1, 1, 1, 0, 2, 2, 0, 0])
    places = pd.DataFrame({"cluster": [2, 1], "rank": [1, 2]})
    rows = maps.hotspot_numbers(cells, places)
    assert [row["t"] for row in rows] == ["1", "2"]
    at = grid.to_text(
        grid.cells_at(*(np.array([row["p"][i] for row in rows]) for i in (0, 1)), resolution=9)
    )
    assert [cells.set_index("cell")["cluster"][cell] for cell in at] == [2, 1]
    # Words that come first in a layer stay where two would cover each other.
    assert maps.number_layer(rows)["data"] == rows
    assert maps.hotspot_numbers(cells, places.iloc[:0]) == []


def test_a_hidden_number_is_hatched_only_where_the_neighbours_are_hot() -> None:
    hot, cold = HotspotClass.HOT_90, HotspotClass.COLD_99
    cells = some_cells([0, 4, 0, 50], [hot, hot, cold, cold])
    assert maps.is_hatched(cells).tolist() == [True, True, False, False]


def test_hot_cells_are_joined_into_one_outline_by_how_sure_they_are() -> None:
    classes = [
        HotspotClass.HOT_99,
        HotspotClass.HOT_95,
        HotspotClass.HOT_90,
        HotspotClass.NONE,
        HotspotClass.COLD_99,
    ]
    cells = some_cells([50, 40, 30, 20, 10], classes)
    outlines = maps.hotspot_outlines(cells)
    assert [f["properties"]["heavy"] for f in outlines["features"]] == [True, False]
    texts = cells.frame["cell"].tolist()
    sizes = pd.Series([polygon.area for polygon in grid.polygons(grid.from_text(texts))])
    assert shape(outlines["features"][0]["geometry"]).area == pytest.approx(
        sizes.iloc[:2].sum(), rel=1e-3
    )
    assert shape(outlines["features"][1]["geometry"]).area == pytest.approx(sizes.iloc[2], rel=1e-3)


def checked(cells: Protected, stability: list[str]) -> Protected:
    return cells.deriving(stability=stability)


def test_firm_and_fragile_hotspots_are_outlined_by_what_the_checks_found() -> None:
    classes = [
        HotspotClass.HOT_99,
        HotspotClass.HOT_90,
        HotspotClass.HOT_99,
        HotspotClass.NONE,
        HotspotClass.COLD_99,
    ]
    plain = some_cells([50, 40, 30, 20, 10], classes)
    assert not maps.is_checked(plain)
    assert maps.hotspot_counts(plain) == (2, 1)
    assert maps.hotspot_words(plain) == ("hotspot, clear", "hotspot, less clear")
    cells = checked(
        plain, ["fragile", "firm", "firm", "", "firm"]
    )  # a cold cell is no hotspot, whatever it is called, and one that is 90% sure is in none
    assert maps.hotspot_counts(cells) == (1, 1)
    assert maps.hotspot_words(cells) == ("firm hotspot", "fragile hotspot")
    heavy, light = (shape(f["geometry"]) for f in maps.hotspot_outlines(cells)["features"])
    inside = [
        polygon.representative_point()
        for polygon in grid.polygons(grid.from_text(cells.frame["cell"].tolist()))
    ]
    assert [heavy.contains(point) for point in inside] == [False, False, True, False, False]
    assert [light.contains(point) for point in inside] == [True, False, False, False, False]


def test_fragile_hotspots_of_the_offline_map_are_dashed_and_firm_ones_are_not() -> None:
    cells = checked(
        some_cells([50, 40], [HotspotClass.HOT_99, HotspotClass.HOT_95]), ["firm", "fragile"]
    )
    page = offline(cells)
    dashes = [
        line["paint"]["dashArray"]
        for line in drawn_in(page)["lines"]
        if line["paint"]["color"] == maps.LIGHT.hot
    ]
    assert dashes == ["6 4", None]
    assert "firm hotspot (1)" in page and "fragile hotspot (1)" in page


def test_labels_lie_inside_their_area() -> None:
    horseshoe = box(0, 0, 3, 3).difference(box(1, 1, 2, 3))
    areas = gpd.GeoDataFrame(
        {"code": ["a"], "name": ["Bend"]}, geometry=[horseshoe], crs="EPSG:4326"
    )
    (label,) = maps.area_labels(areas)
    assert label["t"] == "Bend"
    assert horseshoe.contains(Point(label["p"]))


def some_places() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["Fox Street", "Parking Area", "Next Door", "Far Road"],
            "is_generic": [False, True, False, False],
            "lon": [-1.9, -1.9, -1.9, 151.0],
            "lat": [52.5, 52.5, 52.503, -33.0],
        }
    )


def names_of(rows: list[dict[str, Any]]) -> list[str]:
    return [row["t"] for row in rows]


def test_places_come_without_the_generic_names_and_by_zoom() -> None:
    rows = [maps.place_rows(some_places(), tier=tier) for tier in PLACE_ZOOMS]
    # A name that is 330 m from an earlier one waits until the streets are far enough apart.
    assert [names_of(one) for one in rows] == [["Far Road"], ["Next Door"], ["Fox Street"]]
    assert rows[2] == [{"t": "Fox Street", "p": [-1.9, 52.5]}]
    with pytest.raises(UserError, match="no names for that zoom"):
        maps.place_rows(some_places(), tier=10)


def test_streets_leave_room_for_the_names_of_areas() -> None:
    label = [{"t": "Somewhere", "p": [-1.9, 52.5]}]
    first, second, last = (
        maps.place_rows(some_places(), tier=tier, labels=label) for tier in PLACE_ZOOMS
    )
    assert names_of(first) == ["Far Road"] and names_of(second) == []
    assert names_of(last) == ["Next Door", "Fox Street"]


@given(st.lists(st.tuples(st.floats(-2.2, -1.4), st.floats(52.3, 52.7)), max_size=60))
def test_every_name_is_in_one_tier_and_main_names_never_crowd(
    where: list[tuple[float, float]],
) -> None:
    places = pd.DataFrame(
        {
            "name": [str(i) for i in range(len(where))],
            "is_generic": False,
            "lon": [x for x, _ in where],
            "lat": [y for _, y in where],
        }
    ).astype({"lon": float, "lat": float, "is_generic": bool})
    tiers = [maps.place_rows(places, tier=tier) for tier in PLACE_ZOOMS]
    assert sorted(int(name) for rows in tiers for name in names_of(rows)) == [*range(len(where))]
    for zoom, rows in zip(PLACE_ZOOMS[:-1], tiers, strict=False):
        pixels = [
            (512 * 2**zoom * x / 360, 512 * 2**zoom * y / 360 / np.cos(np.radians(52.5)))
            for x, y in (row["p"] for row in rows)
        ]
        apart = [
            np.hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(pixels) for b in pixels[:i]
        ]
        assert min(apart, default=1e9) > 100


def test_the_first_view_holds_the_bounds() -> None:
    west, south, east, north = -2.21, 52.35, -1.42, 52.66
    view = maps.fit((west, south, east, north), width=800, height=600)
    degrees_across = 360 * 800 / (512 * 2**view.zoom)
    assert degrees_across > east - west
    assert degrees_across < 1.2 * (east - west)
    assert maps.fit((west, south, east, north), width=350, height=600).zoom < view.zoom


def test_a_map_that_looks_at_a_hexagon_shows_it_in_the_middle_with_its_neighbours() -> None:
    cells = grid.cells_at(np.array([-1.9]), np.array([52.48]), resolution=9)
    view = maps.around(grid.to_text(cells)[0], width=800, height=600)
    (lon,), (lat,) = grid.centres(cells)
    assert (view.longitude, view.latitude) == pytest.approx((lon, lat), abs=1e-3)
    assert view.zoom > 13, "near enough for the names of streets"


def test_hotspots_are_counted_with_those_that_have_no_incident_of_their_own() -> None:
    classes = [
        HotspotClass.HOT_99,
        HotspotClass.HOT_95,
        HotspotClass.HOT_90,
        HotspotClass.NONE,
        HotspotClass.COLD_99,
    ]
    assert maps.hotspot_counts(some_cells([50, 0, 0, 20, 10], classes)) == (2, 1)


def offline(cells: Protected) -> str:
    areas = gpd.GeoDataFrame(
        {"code": ["x"], "name": ["Somewhere"]},
        geometry=[box(-2.0, 52.4, -1.8, 52.6)],
        crs="EPSG:4326",
    )
    limits = maps.class_limits(cells.frame["n"])
    return maps.offline_html(
        cells, limits=limits, areas={"lad": areas}, title="A <title>", lines=["Made-up & small"]
    ).decode()


def drawn_in(page: str) -> Any:
    """What the offline map draws, as its script reads it."""
    return json.loads(
        page.split('<script type="application/json" id="drawn">')[1].split("</script>")[0]
    )


def test_the_offline_map_holds_everything_it_needs() -> None:
    page = offline(
        some_cells([2, 5, 300], [HotspotClass.HOT_90, HotspotClass.NONE, HotspotClass.HOT_99])
    )
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=", page)
    assert not re.search(r"url\((?!data:|#)", page)
    assert "default-src 'none'" in page
    assert "L.map(" in page
    assert "A &lt;title&gt;" in page
    assert "Made-up &amp; small" in page
    assert FEW_OR_NONE in page


def test_the_offline_map_escapes_names_and_hides_small_numbers() -> None:
    page = offline(some_cells([2, 5, 300]))
    assert "<b>" not in page
    assert "2 incidents" not in page
    assert "300 incidents" in page


def test_the_key_of_the_offline_map_counts_as_the_page_does() -> None:
    classes = [
        HotspotClass.HOT_99,
        HotspotClass.HOT_95,
        HotspotClass.HOT_90,
        HotspotClass.NONE,
        HotspotClass.NONE,
    ]
    cells = some_cells([50, 0, 2, 20, 20], classes)
    page = offline(cells)
    key = re.sub(
        r"<[^>]+>", " ", page[page.index("<details class='key'") : page.index("</details>")]
    )
    firm, fragile = maps.hotspot_counts(cells)
    assert f"hotspot, clear ({firm})" in key and firm == 2
    assert f"hotspot, less clear ({fragile})" in key and fragile == 1
    assert f"{FEW_OR_NONE} (2)" in key
    limits = maps.class_limits(cells.frame["n"])
    shown = maps.count_class(cells.frame["n"], limits).value_counts()
    assert [int(n) for n in re.findall(r"\((\d+)\)", key)] == [*shown.sort_index(), 2, 2, 1]


def test_the_key_counts_all_hexagons_though_not_all_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vrp_map.maps.offline.cells.MOST_CELLS", 2)
    page = offline(some_cells([50, 0, 20, 20, 20]))
    assert "The first 2 of 4 hexagons are drawn" in page
    assert len(drawn_in(page)["cells"]["features"]) == 2
    assert "20 to" in page and "(3)" in page


def test_the_offline_map_names_areas_once_and_opens_where_it_is_told() -> None:
    names = ["<Somewhere>", "Elsewhere"]
    lads = gpd.GeoDataFrame(
        {"code": ["x", "y"], "name": names},
        geometry=[box(-2.0, 52.4, -1.8, 52.6), box(-1.8, 52.4, -1.6, 52.6)],
        crs="EPSG:4326",
    )
    units = lads.assign(name=["<Somewhere>", "Unit East"])
    page = maps.offline_html(
        some_cells([50]),
        limits=(50,),
        areas={"lad": lads, "npu": units},
        title="t",
        lines=[],
        bounds=(-1.8, 52.4, -1.6, 52.6),
    ).decode()
    drawn = drawn_in(page)
    assert [(name["words"], name["broad"]) for name in drawn["names"]] == [
        ("<Somewhere>", True),
        ("Elsewhere", True),
        ("Unit East", False),
    ]
    assert "<Somewhere>" not in page
    assert drawn["bounds"] == [[52.4, -1.8], [52.6, -1.6]]


# Names that would be code to a template engine, to JavaScript or to a browser, were they ever read
# as such.
CODE_AS_NAMES = (
    "{{cycler.__init__.__globals__.os.popen('echo ran').read()}}",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "{# gone #}",
    "${alert(1)}",
    "</script><img src=x onerror=alert(1)>",
    "<!-- <script>",
    "`'\"\\u2028",
    "the_map",
    "<head>",
    "</html>",
)


@pytest.mark.parametrize("name", CODE_AS_NAMES)
def test_the_offline_map_runs_no_name(name: str) -> None:
    areas = gpd.GeoDataFrame(
        {"code": ["x"], "name": [name]}, geometry=[box(-2.0, 52.4, -1.8, 52.6)], crs="EPSG:4326"
    )
    cells = some_cells([50], names=[name])
    page = maps.offline_html(
        cells, limits=(50,), areas={"lad": areas}, title=name, lines=[name]
    ).decode()
    drawn = drawn_in(page)
    assert drawn["names"][0]["words"] == name
    assert name[1:] in drawn["cells"]["features"][0]["properties"]["words"]
    assert (
        page.count(f"<p>{html.escape(name)}</p>") == 1
    )  # nothing was computed from it, and no tag was made of it
    assert page.count("<script") == 5 and page.count("</html>") == 1


def test_the_offline_map_draws_an_empty_table() -> None:
    assert "L.map(" in offline(some_cells([]))


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)
