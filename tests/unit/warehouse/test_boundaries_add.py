"""Adding a user's own layer: wholly, once, and in the packaged layer's place."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from vrp_map.config import Settings
from vrp_map.errors import FileRefused, UserError
from vrp_map.vocabulary import AreaType
from vrp_map.warehouse.boundaries import add as boundary_add
from vrp_map.warehouse.boundaries import catalog as boundary_catalog
from vrp_map.warehouse.boundaries.add import add_layer
from vrp_map.warehouse.boundaries.layers import Layer, load_layers, locate

EAST, NORTH = 407_000, 287_000
DAY = date(2018, 5, 3)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(local_boundaries=tmp_path / "local")


def wards(path: Path, *, names: tuple[str, str] = ("Aston", "Nechells"), shift: int = 0) -> Path:
    x = EAST + shift
    shapes = [box(x + 1000, NORTH, x + 2000, NORTH + 1000), box(x, NORTH, x + 1000, NORTH + 1000)]
    gpd.GeoDataFrame({"CD": ["W2", "W1"], "NM": list(names)}, geometry=shapes, crs=27700).to_file(
        path
    )
    return path


def add(path: Path, settings: Settings, **more: Any) -> tuple[Layer, list[str]]:
    given: dict[str, Any] = {
        "type": "ward",
        "name_field": "NM",
        "code_field": "CD",
        "valid_from": DAY,
    } | more
    return add_layer(path, settings=settings, **given)


def test_an_added_layer_takes_the_packaged_ones_place(tmp_path: Path, settings: Settings) -> None:
    layer, notes = add(wards(tmp_path / "wards.shp"), settings, name="Wards of 2018")
    assert any(
        "takes the place of the packaged layer Electoral wards 2025" in note for note in notes
    )
    assert any("no population" in note for note in notes)
    held = load_layers(settings)
    assert [one.type for one in held] == [one for one in AreaType if one is not AreaType.HO_HEX]
    ward = next(one for one in held if one.type is AreaType.WARD)
    assert (ward.id, ward.name, ward.basis, ward.valid_from, ward.valid_to) == (
        "local_ward_20180503",
        "Wards of 2018",
        "local",
        DAY,
        None,
    )
    assert list(ward.areas["code"]) == ["W1", "W2"] and list(ward.areas["name"]) == [
        "Nechells",
        "Aston",
    ]
    assert ward.areas["population"].dtype == "Int64" and ward.areas["population"].isna().all()
    assert ward.areas.geometry.equals(layer.areas.geometry)
    middle = layer.areas.representative_point()
    assert list(locate(middle.x.to_numpy(), middle.y.to_numpy(), ward)) == ["W1", "W2"]


def test_a_name_is_made_when_none_is_given(tmp_path: Path, settings: Settings) -> None:
    layer, _ = add(
        wards(tmp_path / "mine.geojson"), settings, type="npu", valid_to=date(2019, 1, 1)
    )
    assert layer.name == "Neighbourhood Policing Unit areas from mine"


def test_awkward_texts_come_back_as_they_went_in(tmp_path: Path, settings: Settings) -> None:
    names = ('Ty "Coch" \\ 東', "tab\tnew\nline \x7f 🏠")
    add(wards(tmp_path / "wards.gpkg", names=names), settings, name=names[0] + names[1])
    ward = next(one for one in load_layers(settings) if one.type is AreaType.WARD)
    assert ward.name == names[0] + names[1]
    # What cannot be seen in the name of an area is a space.
    assert list(ward.areas["name"]) == ["tab new line 🏠", names[0]]


def test_overlapping_days_are_refused_and_others_are_not(
    tmp_path: Path, settings: Settings
) -> None:
    file = wards(tmp_path / "wards.gpkg")
    add(file, settings, valid_to=date(2024, 12, 31), name="First")
    with pytest.raises(
        UserError, match="already a ward layer for those days: First, 2018-05-03 to 2024-12-31"
    ):
        add(file, settings, valid_from=date(2024, 12, 31))
    with pytest.raises(UserError, match="already a ward layer"):
        add(file, settings, valid_from=date(2000, 1, 1))
    add(file, settings, valid_from=date(2025, 1, 1), name="Second")
    add(file, settings, type="npu")
    assert [one.name for one in load_layers(settings) if one.type is AreaType.WARD] == [
        "First",
        "Second",
    ]


def test_replace_puts_the_new_one_in_its_place(tmp_path: Path, settings: Settings) -> None:
    add(wards(tmp_path / "old.gpkg"), settings, name="Old")
    layer, notes = add(wards(tmp_path / "new.gpkg", shift=50), settings, name="New", replace=True)
    assert "It replaces the local layer Old, 2018-05-03 to today." in notes
    held = [one for one in load_layers(settings) if one.type is AreaType.WARD]
    assert [one.name for one in held] == ["New"]
    assert held[0].areas.geometry.equals(layer.areas.geometry)
    assert len(list(settings.local_boundaries.glob("*.geojson"))) == 1


def test_adding_the_same_again_with_replace_keeps_it(tmp_path: Path, settings: Settings) -> None:
    file = wards(tmp_path / "old.gpkg")
    add(file, settings)
    add(file, settings, replace=True)
    assert len([one for one in load_layers(settings) if one.type is AreaType.WARD]) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"type": "wards"}, "no area type 'wards'. Did you mean ward"),
        ({"type": "zzz"}, "no area type 'zzz'. Known: force"),
        ({"valid_to": date(2018, 5, 2)}, "ends .2018-05-02. before it begins"),
    ],
)
def test_wrong_options_are_named(
    tmp_path: Path, settings: Settings, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(UserError, match=says):
        add(wards(tmp_path / "wards.gpkg"), settings, **given)
    assert not settings.local_boundaries.exists()


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path, settings: Settings) -> None:
    add(wards(tmp_path / "good.gpkg"), settings)
    before = {path.name: path.read_bytes() for path in settings.local_boundaries.iterdir()}
    with pytest.raises(FileRefused, match="no field NAME"):
        add(wards(tmp_path / "wards.gpkg"), settings, replace=True, name_field="NAME")
    assert {path.name: path.read_bytes() for path in settings.local_boundaries.iterdir()} == before


@pytest.mark.parametrize("step", ["write_areas", "write_catalog"])
def test_a_stop_at_any_step_leaves_the_layers_as_they_were(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old, _ = add(wards(tmp_path / "old.gpkg"), settings, name="Old")
    new = wards(tmp_path / "new.gpkg", shift=50)

    class Killed(BaseException):
        pass

    real = getattr(boundary_add, step)

    def stop(*given: Any, **named: Any) -> None:
        if step == "write_areas":
            given[0].with_suffix(".part").write_text("half")
        raise Killed

    monkeypatch.setattr(boundary_add, step, stop)
    with pytest.raises(Killed):
        add(new, settings, name="New", replace=True)
    held = [one for one in load_layers(settings) if one.type is AreaType.WARD]
    assert [one.name for one in held] == ["Old"]
    assert held[0].areas.geometry.equals(old.areas.geometry)

    monkeypatch.setattr(boundary_add, step, real)
    add(new, settings, name="New", replace=True)
    assert [one.name for one in load_layers(settings) if one.type is AreaType.WARD] == ["New"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="cannot be written"):
        add(wards(tmp_path / "wards.gpkg"), Settings(local_boundaries=tmp_path / "file" / "local"))


def test_replace_text_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.txt"
    boundary_catalog.replace_text(path, "one")
    with pytest.raises(UnicodeEncodeError):
        boundary_catalog.replace_text(path, "two \ud800")
    assert path.read_text() == "one"
    assert [one.name for one in tmp_path.iterdir()] == ["x.txt"]


def test_the_catalogue_is_plain_toml_with_dates(tmp_path: Path, settings: Settings) -> None:
    add(wards(tmp_path / "wards.gpkg"), settings, valid_to=date(2024, 1, 1))
    entry = tomllib.loads((settings.local_boundaries / "SOURCES.toml").read_text())["layer"][0]
    assert (entry["valid_from"], entry["valid_to"]) == (DAY, date(2024, 1, 1))
    assert (settings.local_boundaries / entry["file"]).exists()


def test_rounding_does_not_open_the_shared_edge(tmp_path: Path, settings: Settings) -> None:
    layer, _ = add(wards(tmp_path / "wards.gpkg", shift=123), settings)
    west, east = (np.round(shape.exterior.coords, 7) for shape in layer.areas.geometry)
    assert len({tuple(xy) for xy in west} & {tuple(xy) for xy in east}) == 2
