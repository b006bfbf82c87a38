"""Incidents in the Home Office's hexagons: counted by point, protected with all other counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pipelines.demo_hexes import hexagon, hexagon_middles, write_hexagons
from tests.made_up import EAST, NORTH, SOUTH, WEST, row, settings_in, write
from tests.pages import html_of, page_at
from tests.staff_maps import layers
from vrp_map.analysis.hotspots import two_grids
from vrp_map.cli import commands
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.maps.offline.grids import bounds_of, grids_html
from vrp_map.server import this_server
from vrp_map.ui.shared import downloads, session
from vrp_map.views.choice import MARKS, default_choice
from vrp_map.warehouse.boundaries.add import add_layer
from vrp_map.warehouse.ingest.build import build
from vrp_map.web.map.routes import routes
from vrp_map.workspace import Workspace, open_workspace

BOX = (WEST, SOUTH, EAST, NORTH)
BUSY, MONTHS = (-1.93, 52.47), ("2024-01", "2024-02")


def points() -> np.ndarray:
    """Where the incidents are: a busy place, and many others by chance (seeded)."""
    rng = np.random.default_rng(11)
    busy = rng.normal(BUSY, (0.003, 0.002), size=(700, 2))
    spread = rng.uniform((WEST, SOUTH), (EAST, NORTH), size=(900, 2))
    # Lonely but full points: the count marks their hexagon, the test does not.
    lonely = np.repeat(rng.uniform((-1.88, 52.445), (-1.845, 52.495), size=(2, 2)), 40, axis=0)
    return np.round(np.concatenate([busy, spread, lonely]), 6)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("hexes")
    settings = settings_in(folder)
    write_hexagons(folder / "hexes.geojson", BOX)
    add_layer(folder / "hexes.geojson", type="ho-hex", settings=settings)
    rows = [
        row(month=MONTHS[i % 2], longitude=f"{x:.6f}", latitude=f"{y:.6f}")
        for i, (x, y) in enumerate(points())
    ]
    build([write(folder / "in" / "2024-02-made-up-street.csv", rows)], settings=settings)
    return settings


@pytest.fixture(scope="module")
def ws(settings: Settings) -> Workspace:
    return open_workspace(settings=settings)


def test_each_incident_is_in_the_hexagon_of_its_point(ws: Workspace) -> None:
    """Against shapely on the hexagons as the grid gives them, before any file was written."""
    turn = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    east, north = turn.transform(*points().T)
    middles = hexagon_middles(BOX)
    rings = shapely.STRtree([shapely.Polygon(hexagon(middle)) for middle in middles])
    found = rings.query(shapely.points(east, north), predicate="within")[1]
    wanted = np.sort(np.bincount(found, minlength=len(middles)))
    shown = ws.counts(ws.select("robbery"), by="ho-hex", audience="analyst").frame
    assert np.array_equal(np.sort(shown["n"].to_numpy(int)), wanted)
    assert shown["n"].sum() == len(points())


@pytest.mark.parametrize(("audience", "k"), [("partner", 5), ("public", 10)])
def test_no_subtraction_of_the_two_grids_tells_a_small_number(
    ws: Workspace, audience: str, k: int
) -> None:
    """The hexagons of the two grids cut each other into slivers. Whoever may subtract one from the
    other must still be left with incidents that stand for k each, in every month.
    """
    for month in (None, *MONTHS):
        chosen = ws.select("robbery", first=month, last=month)
        cells = ws.counts(chosen, by="cell", resolution=10, audience=audience)
        hexes = ws.counts(chosen, by="ho-hex", audience=audience)
        assert (cells.frame["n"].dropna() % k == 0).all()
        assert (hexes.frame["n"].dropna() % k == 0).all()
        # The same drawn incidents in either grid: there is nothing between the sums.
        assert cells.frame["n"].sum() == hexes.frame["n"].sum() == cells.total
    busy = ws.counts(ws.select("robbery"), by="ho-hex", audience=audience).frame.dropna(subset="n")
    one = busy.sort_values("n").iloc[-1]
    chosen = ws.select("robbery", areas=f"ho-hex:{one['code']}")
    slivers = ws.counts(chosen, by="cell", resolution=10, audience=audience).frame
    assert slivers["n"].sum() == one["n"] and (slivers["n"].dropna() % k == 0).all()
    exact = ws.counts(chosen, by="cell", resolution=10, audience="analyst").frame
    assert (exact["n"] < k).any()


def test_the_list_says_where_the_two_differ(ws: Workspace) -> None:
    found = two_grids.grid_differences(ws.question(ws.select("robbery"), audience="analyst"))
    frame = found.table.frame
    marked = set(frame["marked_by"])
    assert {two_grids.ONLY_THEIRS, two_grids.BOTH} <= marked
    ours, theirs = (frame[frame["grid"] == kind] for kind in ("H3", "ho-hex"))
    assert f"{len(ours):,} hexagons" in found.sentence
    counted = ws.counts(ws.select("robbery"), by="ho-hex", audience="analyst").frame
    n = counted.set_index("code")["n"]
    assert (theirs.set_index("code")["n"] == n[theirs["code"]]).all()
    assert n[~n.index.isin(theirs["code"])].max() < theirs["n"].min()
    # As much ground within a hexagon, but for those that tie.
    less = theirs["n"] > theirs["n"].min()
    assert less.sum() * two_grids.HEX_KM2 <= len(ours) * 0.096 + two_grids.HEX_KM2


def test_a_partner_sees_the_list_in_protected_numbers(ws: Workspace) -> None:
    shown = two_grids.grid_differences(ws.question(ws.select("robbery"), audience="partner")).table
    assert len(shown.frame) and (shown.frame["n"].dropna() % 5 == 0).all()


def test_the_map_draws_what_the_list_holds(ws: Workspace) -> None:
    found = two_grids.grid_differences(ws.question(ws.select("robbery"), audience="partner"))
    frame, areas = found.table.frame, ws.areas("lad")
    page = grids_html(found, title="<b>Where</b>", lines=[found.table.note], areas=areas).decode()
    drawn = json.loads(page.split('id="drawn">')[1].split("</script>")[0])
    features = drawn["cells"]["features"]
    assert len(features) == len(frame) and "&lt;b&gt;Where" in page and "http" not in drawn
    outlines = [shapely.geometry.shape(one["geometry"]) for one in features]
    for shape, code in zip(outlines, frame["code"], strict=True):
        assert shape.intersection(found.outlines[code]).area > 0.99 * shape.area
    dashed = [one["properties"]["paint"]["dashArray"] is not None for one in features]
    assert dashed == (frame["grid"] == "ho-hex").tolist()
    west, south, east, north = bounds_of(found, areas)
    assert drawn["bounds"] == [[south, west], [north, east]] and west > WEST - 0.1
    assert "marked by only the busiest hexagons. It is of the busiest" in page
    choice = replace(default_choice(ws), what="robbery", first=date(2024, 1, 1))
    from_page = downloads.grids_map(ws, choice).decode()
    assert escape(found.sentence) in from_page and "2024" in from_page


def test_without_such_a_layer_it_says_how(ws: Workspace, tmp_path: Path) -> None:
    other = replace(settings_in(tmp_path), store=tmp_path / "store")
    build([write(tmp_path / "in" / "2024-01-made-up-street.csv", [row()] * 30)], settings=other)
    without = open_workspace(settings=other)
    with pytest.raises(UserError, match="No layer of the Home Office's hexagons"):
        two_grids.grid_differences(without.question(without.select("robbery"), audience="analyst"))
    with pytest.raises(UserError, match="boundaries add FILE --type ho-hex"):
        without.counts(without.select("robbery"), by="ho-hex", audience="partner")


def test_the_command_lists_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("boundaries", "local_boundaries"):
        monkeypatch.setenv(f"VRP_{name.upper()}", str(getattr(settings, name)))
    given = ["--store", str(settings.store), "--category", "robbery", "--json"]
    assert (
        commands._run(
            lambda: commands.app(["boundaries", "differences", *given], standalone_mode=False)
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    file = settings.store / "differences.html"
    for name, ends in ((file, 0), (file.with_suffix(".png"), 2)):
        words = ["boundaries", "differences", *given[:-1], "-o", str(name)]
        assert commands._run(lambda words=words: commands.app(words, standalone_mode=False)) == ends
    assert escape(told["sentence"]) in file.read_text(encoding="utf-8")
    assert told["sentence"] and {"marked_by", "grid", "code", "n"} <= set(told["rows"][0])


def test_the_page_draws_them_and_counts_those_of_the_chosen_area(
    settings: Settings, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("store", "boundaries", "local_boundaries"):
        monkeypatch.setenv(f"VRP_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setattr(session, "client_address", lambda: "127.0.0.1")
    hexes, lads = ws.areas("ho-hex"), ws.areas("lad")
    middle = hexes.geometry.representative_point()
    counts = {"": len(hexes)}
    for code, ground in zip(lads["code"], lads.geometry, strict=True):
        counts[f"lad:{code}"] = int(middle.within(ground).sum())
    assert len(counts) > 2 and all(0 < many < len(hexes) for many in [*counts.values()][1:])
    for area, many in counts.items():
        page = page_at("hotspots", marks="ho-hex", **({"area": area} if area else {})).run()
        assert not page.exception and MARKS["ho-hex"] in page.multiselect(key="f_marks").options
        assert f"<b>Home Office hexagon (350 m)</b><span>{many:,}</span>" in html_of(page)
        layer = layers(page)["ho-hex"]
        line = layer["styles"]["all"]["line"]
        assert layer["data"].startswith("/map/areas/ho-hex.json?") and line["dash"]
        # From afar a line of one pixel round each would cover the colours.
        assert line["metres"] and line["width"] < 2
    with TestClient(
        Starlette(routes=routes(this_server().summit)),
        base_url="http://localhost",
        client=("127.0.0.1", 50000),
    ) as client:
        drawn = client.get(layer["data"]).json()["features"]
    assert len(drawn) == len(hexes)
    found = [shapely.geometry.shape(one["geometry"]) for one in drawn]
    assert sum(shape.area for shape in found) == pytest.approx(
        shapely.area(hexes.geometry.to_numpy()).sum(), rel=0.02
    )
