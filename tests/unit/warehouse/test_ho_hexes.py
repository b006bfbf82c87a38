"""A file of the Home Office's hexagons is taken whole and exact, or refused with the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipelines.demo_hexes import (
    FLAT_TO_FLAT_M,
    SIDE_M,
    hexagon,
    hexagon_middles,
    write_hexagons,
    write_rings,
)
from vrp_map.config import Settings
from vrp_map.errors import FileRefused, UserError
from vrp_map.warehouse.boundaries.add import add_layer

BOX = (-1.95, 52.45, -1.91, 52.47)
MIDDLE = np.array([407_000.0, 287_000.0])


def rings(*, turn: float = 0.0, side_m: float = SIDE_M) -> list[list[list[float]]]:
    """A hexagon and its neighbour across a flat side."""
    across = np.radians(turn + 30)
    step = side_m * np.sqrt(3) * np.array([np.cos(across), np.sin(across)])
    return [hexagon(MIDDLE + i * step, side_m=side_m, turn=turn) for i in (0, 1)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(local_boundaries=tmp_path / "local")


def test_a_grid_is_taken_without_names_or_days(tmp_path: Path, settings: Settings) -> None:
    many = write_hexagons(tmp_path / "hexes.geojson", BOX)
    layer, _ = add_layer(tmp_path / "hexes.geojson", type="ho-hex", settings=settings)
    assert len(layer.areas) == many == layer.areas["code"].nunique()
    middles = hexagon_middles(BOX)
    told = layer.areas["code"].str.split("-", expand=True)[[1, 2]].astype(int).to_numpy()
    order = np.lexsort(middles.T)
    assert np.abs(told[np.lexsort(told.T)] - middles[order]).max() <= 1
    assert layer.areas.to_crs(27700).area.between(106_060, 106_116).all()


@pytest.mark.parametrize("turn", [0.0, 30.0, 7.0])
def test_any_turn_and_a_code_of_the_file_will_do(
    tmp_path: Path, settings: Settings, turn: float
) -> None:
    file = write_rings(tmp_path / "hexes.geojson", rings(turn=turn))
    layer, _ = add_layer(file, type="ho-hex", code_field="hex_id", settings=settings)
    assert list(layer.areas["code"]) == list(layer.areas["name"]) == ["H00001", "H00002"]


def _square() -> list[list[float]]:
    x, y = MIDDLE + 2000
    return [[x, y], [x + 326, y], [x + 326, y + 326], [x, y + 326], [x, y]]


_AWAY = MIDDLE + np.array([5000.0, 0.0])
WRONG = {
    "is 300 m from flat side to flat side": rings(side_m=300 / np.sqrt(3)),
    # The side instead of the width: a common mistake.
    "is 606 m from flat side": rings(side_m=FLAT_TO_FLAT_M),
    "has 4 corners": [*rings(), _square()],
    "is turned by 30 degrees": [*rings(), hexagon(_AWAY, turn=30)],
    "m off the grid": [*rings(), hexagon(MIDDLE + np.array([5000.0, 60.0]))],
}


@pytest.mark.parametrize("says", WRONG)
def test_what_is_no_such_grid_is_refused(tmp_path: Path, settings: Settings, says: str) -> None:
    file = write_rings(tmp_path / "hexes.geojson", WRONG[says])
    with pytest.raises(FileRefused, match=says):
        add_layer(file, type="ho-hex", settings=settings)
    assert not settings.local_boundaries.exists()


def test_other_types_still_need_their_fields(tmp_path: Path, settings: Settings) -> None:
    file = write_rings(tmp_path / "wards.geojson", rings())
    with pytest.raises(UserError, match="need the fields of their names and codes"):
        add_layer(file, type="ward", valid_from=date(2020, 1, 1), settings=settings)
