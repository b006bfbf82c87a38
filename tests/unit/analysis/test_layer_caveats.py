"""Boundaries that were not in force in all the months shown say so."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from vrp_map.analysis.method_card import brief_layer_caveats, layer_caveats

LAYERS = pd.DataFrame(
    {
        "type": ["npu", "lpa", "ward"],
        "name": ["Units", "Areas", "Wards"],
        "basis": ["official"] * 3,
        "basis_note": [""] * 3,
        "valid_from": pd.to_datetime(["2016-01-01", "2023-04-03", "2025-05-01"]),
        "valid_to": pd.to_datetime(["2023-04-02", None, None]),
    }
)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (
            date(2014, 1, 1),
            date(2014, 1, 1),
            [
                "NPU boundaries are not in force before 1 January 2016.",
                "LPA boundaries are not in force before 3 April 2023.",
            ],
        ),
        (
            date(2017, 1, 1),
            date(2017, 12, 1),
            ["LPA boundaries are not in force before 3 April 2023."],
        ),
        (
            date(2024, 1, 1),
            date(2026, 1, 1),
            ["NPU boundaries are not in force after 2 April 2023."],
        ),
    ],
)
def test_what_is_said(first: date, last: date, said: list[str]) -> None:
    assert brief_layer_caveats(LAYERS, period=(first, last)) == said
    assert len(layer_caveats(LAYERS, period=(first, last))) == len(said)
