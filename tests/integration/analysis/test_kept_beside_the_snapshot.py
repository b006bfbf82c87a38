"""Names of hexagons and default locations are read as they were made, whoever asks for them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.integration.conftest import Demo
from vrp_map import grid
from vrp_map.analysis.hotspots.default_locations import default_points
from vrp_map.analysis.study.lattice import labels
from vrp_map.places.naming import KnownPlaces, known_places
from vrp_map.warehouse.kept_table import SUFFIX
from vrp_map.warehouse.reader import Reader


def test_a_second_process_reads_what_the_first_one_made(demo: Demo) -> None:
    reader, known = demo.workspace.reader, known_places(demo.settings)
    made = labels(reader, 8, known), default_points(reader)
    kept = {file.name.rpartition("-")[2] for file in reader.path.parent.glob(f"*{SUFFIX}")}
    assert {f"names8{SUFFIX}", f"defaults{SUFFIX}"} <= kept
    # Another reader and other places of the same state: nothing is held in memory for them.
    later, same = Reader(reader.path), known_places(demo.settings)
    read = labels(later, 8, same), default_points(later)
    for one, other in zip(made, read, strict=True):
        assert len(one)
        pd.testing.assert_frame_equal(one, other)


def test_another_list_of_places_gives_other_names(demo: Demo, tmp_path: Path) -> None:
    reader, none = demo.workspace.reader, known_places(demo.settings)
    cell = labels(reader, 8, none).index[:1].to_numpy()
    lon, lat = (float(one[0]) for one in grid.centres(cell))
    station = {"kind": "station", "name": "Elm Road", "town": "", "lon": lon, "lat": lat}
    pd.DataFrame([station]).to_parquet(tmp_path / "stations.parquet")
    added = KnownPlaces(None, ((tmp_path / "stations.parquet", 1),))
    for known, name in ((added, "Elm Road station"), (none, None), (added, "Elm Road station")):
        landmark = labels(Reader(reader.path), 8, known)["landmark"].iloc[0]
        assert landmark == name if name else pd.isna(landmark)
