"""Boundary files in, layers out: on made-up towns, and on the real files against the layers that
are committed.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from pipelines.boundaries import build, main
from vrp_map.config import Settings
from vrp_map.errors import BuildFailed, FileRefused
from vrp_map.resources import resource
from vrp_map.warehouse.boundaries.layers import Layer, load_layers

EAST, NORTH = 407_000, 287_000
POPULATION = "population/population_2024_lsoa21_wm.csv"
WARD_LOOKUP = "boundaries/lookup_lsoa21_ward25_pcon_lad25_wm.csv"
RECIPE = """
[topology]
file = "small.geojson"
code = "CD"
name = "NM"
tolerance_m = 20
[population]
file = "people.csv"
key = "CD"
value = "N"
[[lookup]]
file = "lookup.csv"
key = "CD"
[defaults]
licence = "OGL"
attribution = "ONS"
source = "made up"
population_source = "made up"
vintage = "2024"
basis = "derived"
basis_note = "test"
valid_from = 2020-01-01
[[layer]]
id = "lad"
type = "lad"
name = "Towns"
code_prefix = "town-"
group_name = "town"
[[layer]]
id = "lsoa"
type = "lsoa"
name = "Small areas"
"""


def wavy(column: int, row: int) -> shapely.Polygon:
    """A square of 1 km whose edges wave by 5 m, alike on both sides of each edge."""
    steps = np.arange(0, 1000, 50.0)

    def wave(at: np.ndarray) -> np.ndarray:
        return np.asarray(5 * np.sin(at / 30) * (at % 1000 != 0))

    x, y = column * 1000, row * 1000
    south = np.column_stack([x + steps, y + wave(x + steps)])
    east = np.column_stack([x + 1000 + wave(y + steps), y + steps])
    north = np.column_stack([x + 1000 - steps, y + 1000 + wave(x + 1000 - steps)])
    west = np.column_stack([x + wave(y + 1000 - steps), y + 1000 - steps])
    return shapely.Polygon(np.vstack([south, east, north, west]) + np.array([EAST, NORTH]))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Nine small areas in two towns."""
    folder = tmp_path / "sources"
    folder.mkdir()
    codes = [f"S{column}{row}" for column in range(3) for row in range(3)]
    shapes = [wavy(column, row) for column in range(3) for row in range(3)]
    gpd.GeoDataFrame({"CD": codes, "NM": codes}, geometry=shapes, crs=27700).to_file(
        folder / "small.geojson"
    )
    (folder / "people.csv").write_text(
        "CD,N\n" + "".join(f"{code},{n + 1}\n" for n, code in enumerate(codes))
    )
    towns = "".join(f"{code},{'Old Town' if code < 'S1' else 'New Town'}\n" for code in codes)
    (folder / "lookup.csv").write_text("CD,town\n" + towns)
    (folder / "recipe.toml").write_text(RECIPE)
    return folder


def make(sources: Path, out: Path) -> dict[str, Layer]:
    return {layer.id: layer for layer in build(sources, out=out, recipe=sources / "recipe.toml")}


def reshape(sources: Path, change: Any) -> None:
    areas = gpd.read_file(sources / "small.geojson").to_crs(27700)
    areas.geometry = change(areas.geometry.to_numpy().copy())
    areas.to_file(sources / "small.geojson")


def test_towns_nest_exactly_in_what_they_are_made_of(sources: Path, tmp_path: Path) -> None:
    layers = make(sources, tmp_path / "out")
    assert list(layers["lad"].areas["code"]) == ["town-new-town", "town-old-town"]
    assert list(layers["lad"].areas["population"]) == [4 + 5 + 6 + 7 + 8 + 9, 1 + 2 + 3]
    small = layers["lsoa"].areas
    assert shapely.coverage_is_valid(small.geometry.to_numpy())
    assert shapely.get_num_coordinates(small.geometry.to_numpy()).sum() < 9 * 81 * 0.6
    old = shapely.coverage_union_all(small.geometry.to_numpy()[:3])
    assert old.equals(layers["lad"].areas.geometry.iloc[1])
    read = load_layers(Settings(boundaries=tmp_path / "out", local_boundaries=tmp_path / "none"))
    assert [layer.id for layer in read] == ["lad", "lsoa"]
    assert read[1].areas.geometry.equals(small.geometry) and read[1].tolerance_m == 20


@pytest.mark.parametrize("suffix", ["gpkg", "shp"])
def test_any_format_gives_the_same_layers(sources: Path, tmp_path: Path, suffix: str) -> None:
    make(sources, tmp_path / "one")
    gpd.read_file(sources / "small.geojson").to_file(sources / f"small.{suffix}")
    recipe = sources / "recipe.toml"
    recipe.write_text(recipe.read_text().replace("small.geojson", f"small.{suffix}"))
    make(sources, tmp_path / "two")
    for name in ("lad.geojson", "lsoa.geojson", "SOURCES.toml"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_slivers_between_neighbours_are_mended_and_said(
    sources: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def nudge(shapes: np.ndarray) -> np.ndarray:
        shapes[4] = shapely.transform(
            shapes[4], lambda xy: xy + 0.4
        )  # a gap on two sides, an overlap on the others
        return shapes

    reshape(sources, nudge)
    shapes = make(sources, tmp_path / "out")["lsoa"].areas.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    union = shapely.union_all(shapes)
    assert isinstance(union, shapely.Polygon) and len(union.interiors) == 0
    assert "slivers between neighbours mended" in caplog.text


def test_gaps_wider_than_slivers_are_refused(sources: Path, tmp_path: Path) -> None:
    def part(shapes: np.ndarray) -> np.ndarray:
        shapes[4] = shapely.union(
            shapes[4], box(EAST + 1900, NORTH + 1300, EAST + 2018, NORTH + 1700)
        )
        return shapes

    reshape(sources, part)
    with pytest.raises(FileRefused, match=r"overlap|slivers"):
        make(sources, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("people.csv", "S11,5\n", "", r"people\.csv: there is no number for S11"),
        ("people.csv", "S11,5\n", "S11,many\n", "there is no number for S11"),
        ("people.csv", "S11,5\n", "S12,5\n", "CD S12 is there twice"),
        ("people.csv", "CD,N", "CODE,N", "there is no column CD.*Did you mean CODE"),
        ("people.csv", "CD,N", "CD,M", "the recipe lacks.*N"),
        ("lookup.csv", "S11,New Town\n", "", "no lookup has a value for S11"),
        ("recipe.toml", "lookup.csv", "absent.csv", r"absent\.csv: cannot be read as CSV"),
        ("recipe.toml", "small.geojson", "absent.geojson", "no such file"),
        ("recipe.toml", 'name = "NM"', "", "the recipe lacks 'name'"),
        ("recipe.toml", 'name = "NM"', "name = NM", "the recipe cannot be read"),
    ],
)
def test_sources_that_do_not_fit_are_refused_and_nothing_is_written(
    sources: Path, tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    text = (sources / file).read_text()
    assert old in text
    (sources / file).write_text(text.replace(old, new))
    with pytest.raises(FileRefused, match=says):
        make(sources, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_layer_that_comes_out_broken_is_not_written(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.boundaries.DECIMALS", 1)
    with pytest.raises(BuildFailed, match="simplified and rounded, its areas overlap"):
        make(sources, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_it_built_and_what_is_wrong(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(sources), "--out", str(tmp_path / "out"), "--recipe", str(sources / "recipe.toml")]
    assert main(given) == 0
    assert "lsoa           9 areas         45 residents" in capsys.readouterr().out
    (sources / "small.geojson").write_text("not a map")
    assert main(given) == 3
    assert "small.geojson: this is not a boundary file" in capsys.readouterr().err


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.boundaries", "nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        done.returncode == 3
        and "cannot be read as CSV" in done.stderr
        and "Traceback" not in done.stderr
    )


@pytest.fixture(scope="module")
def built(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layers built afresh from the real files."""
    out = tmp_path_factory.mktemp("built")
    assert main([str(real_data), "--out", str(out)]) == 0
    return out


@pytest.mark.real
class TestRealFiles:
    """The committed layers against the files they come from."""

    def test_the_committed_layers_are_what_the_pipeline_builds(self, built: Path) -> None:
        for file in sorted(resource("boundaries").glob("*.geojson")):
            old, new = gpd.read_file(file), gpd.read_file(built / file.name)
            assert old[["code", "name", "population"]].equals(
                new[["code", "name", "population"]]
            ), file.name
            moved = shapely.symmetric_difference(old.geometry.to_numpy(), new.geometry.to_numpy())
            assert shapely.area(moved).sum() < 1e-12, file.name
        catalogue = "SOURCES.toml"
        assert (built / catalogue).read_text() == (resource("boundaries") / catalogue).read_text()

    def test_population_and_units_follow_the_tables(self, real_data: Path, built: Path) -> None:
        people = {row["LSOA21CD"]: int(row["2024POP"]) for row in _rows(real_data / POPULATION)}
        wards: Counter[str] = Counter()
        for row in _rows(real_data / WARD_LOOKUP):
            wards[row["wd25cd"]] += people[row["lsoa21cd"]]
        units: Counter[str] = Counter()
        for row in _rows(real_data / "boundaries/lookup_lsoa21_npu_indicative.csv"):
            units[row["npu_2016_2023"]] += people[row["lsoa21cd"]]
        assert _figures(built / "lsoa_2021.geojson", "code") == people
        assert _figures(built / "ward_2025.geojson", "code") == dict(wards)
        assert _figures(built / "npu_2016.geojson", "name") == dict(units)

    def test_the_note_on_ward_population_is_true(self, real_data: Path) -> None:
        rows = {row["LSOA21CD"]: row for row in _rows(real_data / POPULATION)}
        one: Counter[str] = Counter()
        two: Counter[str] = Counter()
        differ = 0
        for row in _rows(real_data / WARD_LOOKUP):
            other, people = rows[row["lsoa21cd"]]["WD25CD"], int(rows[row["lsoa21cd"]]["2024POP"])
            differ += other != row["wd25cd"]
            one[row["wd25cd"]] += people
            two[other] += people
        wards = sum(one[ward] != two[ward] for ward in one)
        note = (resource("boundaries") / "SOURCES.toml").read_text(encoding="utf-8")
        assert f"puts {differ} of the 1,719 LSOAs in another ward" in note
        assert f"the population of {wards} of the 192 wards" in note
        assert 0.45 < max(abs(two[ward] / one[ward] - 1) for ward in one) < 0.55

    def test_simplifying_moved_nothing_far(self, real_data: Path, built: Path) -> None:
        for ours, theirs, code in (
            ("lsoa_2021", "lsoa21_wm", "LSOA21CD"),
            ("ward_2025", "wards_2025_wm", "WD25CD"),
        ):
            new = gpd.read_file(built / f"{ours}.geojson").to_crs(27700).set_index("code").geometry
            old = (
                gpd.read_file(real_data / f"boundaries/{theirs}.geojson")
                .to_crs(27700)
                .set_index(code)
                .geometry
            )
            assert set(new.index) == set(old.index)
            old = old.loc[new.index]
            assert shapely.hausdorff_distance(new.to_numpy(), old.to_numpy()).max() < 5
            assert (new.area / old.area - 1).abs().max() < 0.001

    def test_units_match_the_outlines_that_others_drew(self, real_data: Path, built: Path) -> None:
        pairs = (
            ("lad_2024", "lad_2024_wm", "LAD24NM"),
            ("npu_2016", "npu_2016_2023_indicative", "NPU"),
        )
        for ours, theirs, name in pairs:
            new = gpd.read_file(built / f"{ours}.geojson").to_crs(27700).set_index("name").geometry
            old = (
                gpd.read_file(real_data / f"boundaries/{theirs}.geojson")
                .to_crs(27700)
                .set_index(name)
                .geometry
            )
            differ = shapely.area(
                shapely.symmetric_difference(new.to_numpy(), old.loc[new.index].to_numpy())
            )
            assert (differ / new.area).max() < 0.001
        force = gpd.read_file(built / "force.geojson").to_crs(27700).geometry.iloc[0]
        police = (
            gpd.read_file(real_data / "boundaries/force_west_midlands.geojson")
            .to_crs(27700)
            .geometry.iloc[0]
        )
        assert force.symmetric_difference(police).area / police.area < 0.005


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _figures(file: Path, key: str) -> dict[str, int]:
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return {feature["properties"][key]: feature["properties"]["population"] for feature in features}
