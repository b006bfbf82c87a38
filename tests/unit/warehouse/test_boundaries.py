"""The layers that travel with the package, and where points fall in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.config import Settings
from vrp_map.errors import FileRefused, UserError
from vrp_map.resources import resource
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84, AreaType
from vrp_map.warehouse.boundaries.layers import Layer, load_layers, locate

RESIDENTS = 3_036_605


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Layer]:
    nowhere = tmp_path_factory.mktemp("local")
    return {layer.id: layer for layer in load_layers(Settings(local_boundaries=nowhere))}


def test_six_layers_broadest_first(layers: dict[str, Layer]) -> None:
    assert list(layers) == ["force", "lad_2024", "npu_2016", "lpa_2023", "ward_2025", "lsoa_2021"]
    assert {key: len(layer.areas) for key, layer in layers.items()} == {
        "force": 1,
        "lad_2024": 7,
        "npu_2016": 8,
        "lpa_2023": 7,
        "ward_2025": 192,
        "lsoa_2021": 1719,
    }


def test_names_and_codes(layers: dict[str, Layer]) -> None:
    authorities = [
        "Birmingham",
        "Coventry",
        "Dudley",
        "Sandwell",
        "Solihull",
        "Walsall",
        "Wolverhampton",
    ]
    assert list(layers["lad_2024"].areas["name"]) == authorities
    assert list(layers["lad_2024"].areas["code"]) == [f"E080000{n}" for n in range(25, 32)]
    assert list(layers["lpa_2023"].areas["code"]) == [f"lpa-{name.lower()}" for name in authorities]
    assert list(layers["npu_2016"].areas["name"]) == [
        "Birmingham East",
        "Birmingham West",
        *authorities[1:],
    ]
    assert layers["npu_2016"].areas["code"].iloc[0] == "npu-birmingham-east"
    assert list(layers["force"].areas["code"]) == ["west-midlands"]
    assert layers["ward_2025"].areas["name"].eq("Acocks Green").sum() == 1
    assert layers["lsoa_2021"].areas["name"].eq("Birmingham 067A").sum() == 1


def test_every_layer_counts_every_resident(layers: dict[str, Layer]) -> None:
    for layer in layers.values():
        assert layer.areas["population"].dtype == "Int64"
        assert layer.areas["population"].sum() == RESIDENTS, layer.id


def test_every_layer_says_where_it_comes_from_and_when_it_holds(layers: dict[str, Layer]) -> None:
    for layer in layers.values():
        assert "Open Government Licence v3.0" in layer.licence
        assert "Crown copyright" in layer.attribution
        assert layer.source and layer.population_source and layer.basis_note and layer.vintage
        assert layer.tolerance_m == 5
        assert layer.areas.crs.to_epsg() == 4326
        assert layer.areas["code"].is_monotonic_increasing and layer.areas["code"].is_unique
    assert layers["npu_2016"].basis == "indicative"
    assert layers["npu_2016"].valid_to == date(2023, 4, 2)
    assert layers["lpa_2023"].valid_from == date(2023, 4, 3)
    assert layers["npu_2016"].valid_on(date(2023, 4, 2)) and not layers["npu_2016"].valid_on(
        date(2023, 4, 3)
    )


def test_files_are_small_and_no_finer_than_six_decimals() -> None:
    files = sorted(resource("boundaries").glob("*.geojson"))
    assert sum(file.stat().st_size for file in files) < 3_000_000
    for file in files:
        xy = shapely.get_coordinates(gpd.read_file(file).geometry.to_numpy())
        assert np.array_equal(xy, np.round(xy, 6))


def test_no_overlap_and_no_gap(layers: dict[str, Layer]) -> None:
    for layer in layers.values():
        shapes = layer.areas.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        union = shapely.union_all(shapes)
        assert union.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-9)
        assert isinstance(union, shapely.Polygon) and len(union.interiors) == 0
    metric = layers["force"].areas.to_crs(BRITISH_NATIONAL_GRID)
    assert metric.area.sum() / 1e6 == pytest.approx(901.6, abs=0.2)


@pytest.mark.parametrize("wider", ["force", "lad_2024", "npu_2016", "lpa_2023"])
def test_wider_layers_are_made_of_whole_lsoas(layers: dict[str, Layer], wider: str) -> None:
    lsoas = layers["lsoa_2021"].areas
    inside = lsoas.representative_point()
    codes = locate(inside.x.to_numpy(), inside.y.to_numpy(), layers[wider])
    assert not pd.isna(codes).any()
    for code, shape in zip(layers[wider].areas["code"], layers[wider].areas.geometry, strict=True):
        parts = lsoas.geometry.to_numpy()[codes == code]
        assert shape.equals(shapely.coverage_union_all(parts))
        assert (
            lsoas["population"][codes == code].sum()
            == layers[wider].areas.set_index("code")["population"][code]
        )


def by_sjoin(lon: np.ndarray, lat: np.ndarray, layer: Layer) -> list[str | None]:
    """The same question put to geopandas: the first code, in order, that a point touches."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=WGS84)
    joined = gpd.sjoin(points, layer.areas, predicate="intersects")
    first = joined.groupby(joined.index)["code"].min()
    return [first.get(row) for row in range(len(lon))]


@pytest.mark.parametrize("layer", ["force", "lad_2024", "npu_2016", "ward_2025", "lsoa_2021"])
def test_locate_agrees_with_a_spatial_join(layers: dict[str, Layer], layer: str) -> None:
    rng = np.random.default_rng(20240614)
    west, south, east, north = layers["force"].areas.total_bounds
    lon, lat = (
        rng.uniform(west - 0.05, east + 0.05, 4000),
        rng.uniform(south - 0.02, north + 0.02, 4000),
    )
    found = locate(lon, lat, layers[layer])
    assert list(found) == by_sjoin(lon, lat, layers[layer])
    assert 0.3 < np.mean([code is not None for code in found]) < 0.7


@pytest.mark.parametrize("layer", ["lad_2024", "ward_2025", "lsoa_2021"])
def test_a_point_on_a_shared_corner_belongs_to_the_first_code(
    layers: dict[str, Layer], layer: str
) -> None:
    corners = np.unique(shapely.get_coordinates(layers[layer].areas.geometry.to_numpy()), axis=0)
    lon, lat = corners[:: max(1, len(corners) // 2000)].T
    found = locate(lon, lat, layers[layer])
    assert list(found) == by_sjoin(lon, lat, layers[layer])
    shuffle = np.random.default_rng(3).permutation(len(lon))
    assert list(locate(lon[shuffle], lat[shuffle], layers[layer])) == list(found[shuffle])
    assert all(code is not None for code in found)


def test_no_place_and_no_points(layers: dict[str, Layer]) -> None:
    lon, lat = np.array([np.nan, -1.9, np.nan, -1.9]), np.array([np.nan, np.nan, 52.48, 52.48])
    assert list(locate(lon, lat, layers["lad_2024"])) == [None, None, None, "E08000025"]
    assert locate(np.array([]), np.array([]), layers["lad_2024"]).shape == (0,)


@st.composite
def _case(draw: st.DrawFn) -> tuple[Layer, np.ndarray, np.ndarray]:
    """A mesh of rectangles whose inner corners all touch, some taken out, some points exactly on
    the lines.
    """
    xs = sorted(draw(st.sets(st.integers(0, 12), min_size=2, max_size=5)))
    ys = sorted(draw(st.sets(st.integers(0, 12), min_size=2, max_size=5)))
    boxes = [shapely.box(a, c, b, d) for a, b in pairwise(xs) for c, d in pairwise(ys)]
    kept = [box for box in boxes if draw(st.booleans())] or boxes[:1]
    codes = draw(st.permutations([f"A{n:02}" for n in range(len(kept))]))
    areas = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=kept, crs=WGS84)
    step = st.integers(-2, 26).map(lambda n: n / 2)
    points = draw(st.lists(st.tuples(step, step), max_size=30))
    lon, lat = (
        np.array([p[0] for p in points], dtype=float),
        np.array([p[1] for p in points], dtype=float),
    )
    day = date(2020, 1, 1)
    layer = Layer("x", AreaType.WARD, "x", day, None, "local", "", "x", "x", "x", areas=areas)
    return layer, lon, lat


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_case())
def test_locate_is_the_first_code_that_covers_the_point(
    case: tuple[Layer, np.ndarray, np.ndarray],
) -> None:
    layer, lon, lat = case
    rows = sorted(
        zip(layer.areas["code"], layer.areas.geometry.bounds.itertuples(index=False), strict=True)
    )
    expected = [
        next((code for code, b in rows if b.minx <= x <= b.maxx and b.miny <= y <= b.maxy), None)
        for x, y in zip(lon, lat, strict=True)
    ]
    assert list(locate(lon, lat, layer)) == expected


def _broken_catalogue(folder: Path, old: str, new: str) -> Settings:
    """A copy of one packaged layer with a fault in its catalogue."""
    source = resource("boundaries")
    (folder / "force.geojson").write_bytes((source / "force.geojson").read_bytes())
    text = (source / "SOURCES.toml").read_text(encoding="utf-8").split("[[layer]]")[1]
    assert old in text
    (folder / "SOURCES.toml").write_text("[[layer]]" + text.replace(old, new), encoding="utf-8")
    return Settings(boundaries=folder, local_boundaries=folder / "none")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "force"', 'id = ""', "has no id"),
        ('type = "force"', 'type = "province"', "unknown type province"),
        ('basis = "derived"', 'basis = "guess"', "unknown basis guess"),
        ("valid_from = 1974-04-01", 'valid_from = "1974"', "no usable valid_from"),
        ("valid_from = 1974-04-01", "valid_from = 1974-04-01T00:00:00", "no usable valid_from"),
        ('file = "force.geojson"', 'file = "../force.geojson"', "outside its folder"),
        ('file = "force.geojson"', 'file = "absent.geojson"', "missing or damaged"),
        ("[[layer]]", "[[layer", "cannot be read"),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    if old == "[[layer]]":
        (tmp_path / "SOURCES.toml").write_text(new, encoding="utf-8")
        bad = Settings(boundaries=tmp_path, local_boundaries=tmp_path / "none")
    else:
        bad = _broken_catalogue(tmp_path, old, new)
    with pytest.raises(FileRefused, match=says):
        load_layers(bad)


def test_a_layer_file_that_is_not_as_built_is_refused(tmp_path: Path) -> None:
    bad = _broken_catalogue(tmp_path, 'id = "force"', 'id = "force"')
    (layer,) = load_layers(bad)
    # A file that has not changed is read once, and nobody's changes show to the next.
    layer.areas["name"] = "changed"
    assert "changed" not in set(load_layers(bad)[0].areas["name"])
    file = tmp_path / "force.geojson"
    damage: list[Callable[[str], str]] = [
        lambda t: t[: len(t) // 2],
        lambda t: t.replace('"code"', '"kode"'),
    ]
    whole = file.read_text(encoding="utf-8")
    for spoil in damage:
        file.write_text(spoil(whole), encoding="utf-8")
        with pytest.raises(FileRefused, match=r"force\.geojson: the boundary layer is"):
            load_layers(bad)


def test_no_layers_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no boundary layers"):
        load_layers(Settings(boundaries=tmp_path, local_boundaries=tmp_path))
