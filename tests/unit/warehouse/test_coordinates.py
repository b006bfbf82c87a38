"""Grid references, against places whose references are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vrp_map.warehouse.ingest.coordinates import given_metres, grid_references


@pytest.mark.parametrize(
    ("written", "east", "north", "size"),
    [
        ("TQ 30080 80050", 530080, 180050, 1),  # Trafalgar Square
        ("NN 166 712", 216650, 771250, 100),  # Ben Nevis
        ("SP0686", 406500, 286500, 1000),
        ("sv 9 1", 95000, 15000, 10_000),
        ("HY 44 10", 344500, 1010500, 1000),
    ],
)
def test_the_middle_of_the_square(written: str, east: float, north: float, size: float) -> None:
    assert [float(v[0]) for v in grid_references(pd.Series([written]))] == [east, north, size]


@pytest.mark.parametrize(
    "written", ["", "SP", "SP 123 45", "SI 12 34", "12345 67890", "ZZ 12 34", "SP 1234567 1234567"]
)
def test_what_is_no_reference(written: str) -> None:
    assert np.isnan([v[0] for v in grid_references(pd.Series([written]))]).all()


def test_metres_of_the_last_digit() -> None:
    x = pd.Series(["-1.9", "-1.90", "-1.903412", "-2", "x", "1e3"])
    y = pd.Series(["52.4", "52.47", "52.5", "52", "52.1", "52.1"])
    assert given_metres(x, y, degrees=True)[:4].tolist() == pytest.approx(
        [11_100, 1_110, 0.111, 111_000]
    )
    assert np.isfinite(given_metres(x, y, degrees=True)[4])
    east, north = (
        pd.Series(["406000", "406812", "406800.0", "406812.5"]),
        pd.Series(["286000", "286000", "286800", "1"]),
    )
    assert given_metres(east, north, degrees=False).tolist() == pytest.approx([1000, 1, 100, 0.1])
