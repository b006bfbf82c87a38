"""The default location that the demo plants is found, and nothing else.

On real files the flagged points are plausible.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from tests.made_up import loaded, row
from vrp_map import grid
from vrp_map.analysis.hotspots import default_locations
from vrp_map.config import Settings
from vrp_map.selection import Selection
from vrp_map.statistics.default_locations import DefaultLocationReason
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import open_workspace

if TYPE_CHECKING:
    from tests.integration.conftest import Demo

EVERYTHING = Selection(categories=())


def cell_of(lon: float, lat: float) -> np.uint64:
    return np.uint64(grid.cells_at(np.array([lon]), np.array([lat]), resolution=9)[0])


def test_the_planted_stand_in_is_found_and_no_other(demo: Demo) -> None:
    planted = demo.planted.default_location
    shown = default_locations.table(
        demo.workspace.reader, audience=Audience.ANALYST, settings=demo.settings
    ).frame
    assert shown[["name", "n"]].values.tolist() == [["Police Station", planted["incidents"]]]
    assert shown["lad"].tolist() == ["Sandwell"]
    assert shown["why"].tolist() == [default_locations.WHY[DefaultLocationReason.DESK]]


def test_partners_get_a_rounded_number(demo: Demo) -> None:
    shown = default_locations.table(
        demo.workspace.reader, audience=Audience.PARTNER, settings=demo.settings
    )
    assert shown.frame["n"].iloc[0] % demo.settings.partner_k == 0
    assert "key" not in shown.frame


def test_cells_know_how_much_of_them_is_at_a_stand_in(demo: Demo) -> None:
    planted = demo.planted.default_location
    here = cell_of(float(str(planted["lon"])), float(str(planted["lat"])))
    cells = np.array([here, here + np.uint64(1)], dtype=np.uint64)
    marked = default_locations.mark(
        pd.DataFrame({"cell": cells}), demo.workspace.reader, EVERYTHING, resolution=9
    )
    assert marked["n_stand_in"].tolist() == [planted["incidents"], 0]
    assert marked["stand_in"].iloc[0] == "Police Station" and pd.isna(marked["stand_in"].iloc[1])


def test_the_selection_is_counted_and_agrees_with_the_counts_of_the_point(demo: Demo) -> None:
    reader = demo.workspace.reader
    selection = demo.workspace.select("violence", first="2026-01", last="2026-06")
    location = default_locations.default_points(reader)["location_id"].iloc[0]
    points = reader.count("timed_points", selection)["location_id"].value_counts()
    planted = demo.planted.default_location
    cells = pd.DataFrame(
        {"cell": [cell_of(float(str(planted["lon"])), float(str(planted["lat"])))]}
    )
    marked = default_locations.mark(cells, reader, selection, resolution=9)
    assert marked["n_stand_in"].iloc[0] == points[location] < float(str(planted["incidents"]))
    there = demo.workspace.select(
        "violence", first="2026-01", last="2026-06", areas="Sandwell", sources="synthetic"
    )
    assert (
        default_locations.mark(cells, reader, there, resolution=9)["n_stand_in"].iloc[0]
        == points[location]
    )
    elsewhere = Selection(categories=(), areas=demo.workspace.select(areas="Coventry").areas)
    assert default_locations.mark(cells, reader, elsewhere, resolution=9)["n_stand_in"].iloc[0] == 0


def test_the_hotspot_that_holds_the_planted_stand_in_says_so_and_no_other(demo: Demo) -> None:
    planted = demo.planted.default_location
    here = grid.to_text(
        np.array([cell_of(float(str(planted["lon"])), float(str(planted["lat"])))], dtype=np.uint64)
    )[0]
    for audience in (Audience.ANALYST, Audience.PARTNER):
        found = demo.workspace.hotspots(demo.workspace.select("all"), audience=audience)
        cells, clusters = found.cells.frame, found.clusters.frame
        said = cells[cells["stand_in"] != ""]
        assert said["cell"].tolist() == [here]
        assert "(Police Station)" in said["stand_in"].iloc[0]
        assert (
            clusters.loc[clusters["stand_in"] != "", "cluster"].tolist() == said["cluster"].tolist()
        )
        assert not {"n_stand_in", "key_stand_in"} & {*cells, *clusters}


def test_a_store_without_default_locations_marks_nothing(tmp_path: Path) -> None:
    _, ws = loaded(tmp_path, [row(), row(location="On or near Police Station")])
    assert default_locations.table(
        ws.reader, audience=Audience.PARTNER, settings=ws.settings
    ).frame.empty
    cells = pd.DataFrame({"cell": [cell_of(-1.93, 52.47)]})
    assert default_locations.mark(cells, ws.reader, EVERYTHING, resolution=9)[
        "n_stand_in"
    ].tolist() == [0]


def test_what_is_said_of_a_hotspot_with_a_stand_in() -> None:
    said = default_locations.sentence("Police Station", 2145, 180)
    assert said.startswith(
        "180 of these 2,145 incidents are recorded at one point (Police Station)"
    )
    # Each number has noise of its own, so the part may show as more than the whole.
    assert default_locations.sentence("Prison", 20, 25).startswith("20 of these 25")
    assert default_locations.sentence("Prison", 20, 20).startswith("All 20 incidents")


@pytest.mark.parametrize(
    ("name", "n", "at_point"),
    [
        (None, 100, 50),
        ("Prison", pd.NA, 50),
        ("Prison", 100, pd.NA),
        ("Prison", 1000, 40),
        ("Prison", 0, 0),
    ],
)
def test_nothing_is_said_where_there_is_none_or_it_is_hidden_or_too_little(
    name: object, n: object, at_point: object
) -> None:
    assert default_locations.sentence(name, n, at_point) == ""


@pytest.mark.real
def test_on_real_files_few_points_are_flagged_and_all_are_desks(
    real_data: Path, tmp_path: Path
) -> None:
    names = {}
    for file in ("west-midlands-2014-01-street.zip", "city-of-london-2024-street.zip"):
        settings = Settings(store=tmp_path / file[:4], local_boundaries=tmp_path / "local")
        build([real_data / "police_uk" / file], settings=settings)
        reader = open_workspace(settings=settings).reader
        names[file[:4]] = sorted(default_locations.default_points(reader)["name"])
    assert names == {"west": ["Police Station", "Police Station"], "city": []}
