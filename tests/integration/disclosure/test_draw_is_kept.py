"""Files in another order, in parts, or sent again: the same incidents are drawn, so nobody gets a
second look.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.grade_stores import HEADER
from tests.made_up import seen_by, settings_in, write
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import open_workspace

PARTS = {"2023-01": 0, "2023-02": 1}


def lines(month: str) -> list[list[str]]:
    """Many incidents of a month at few places, every hour of the day, some without a number of
    their own.
    """
    random = np.random.default_rng(PARTS[month])
    found = []
    for i in range(300):
        day, hour, place = random.integers(1, 28), random.integers(24), i % 6
        at = f"{month}-{day:02d} {hour:02d}:15"
        code = f"{month}-{i}" if i % 2 else ""
        found.append(
            [
                at,
                f"{at[:-2]}45",
                f"{-1.95 + 0.01 * place:.6f}",
                "52.470000",
                "",
                "robbery",
                "8N",
                code,
            ]
        )
    return found


def drawn(
    folder: Path, *builds: tuple[str, ...], secret: Path, again: bool = False
) -> dict[str, pd.DataFrame]:
    """What partners and the public are shown, incident by incident, after these builds one after
    the other.
    """
    settings = replace(settings_in(folder), secret_file=str(secret))
    for number, months in enumerate(builds):
        files = [
            write(folder / "in" / f"{number}-{i}.csv", lines(m), header=HEADER)
            for i, m in enumerate(months)
        ]
        assert not build(files, settings=settings, source="incidents", replace=again).refused
    ws = open_workspace(settings=settings)
    columns = ["occurred_from", "category", "lon", "lat"]
    found = {}
    for audience in (Audience.PARTNER, Audience.PUBLIC):
        rows = seen_by(ws, audience).incidents(ws.select("robbery"))[columns]
        found[str(audience)] = rows.sort_values(columns, ignore_index=True)
    return found


@pytest.mark.parametrize(
    "way", ["other order", "one build a month", "last month first", "sent again"]
)
def test_another_way_of_loading_draws_the_same_incidents(tmp_path: Path, way: str) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(hashlib.sha256(b"made up").digest())
    first, second = PARTS
    once = drawn(tmp_path / "once", (first, second), secret=secret)
    builds = {
        "other order": ((second, first),),
        "one build a month": ((first,), (second,)),
        "last month first": ((second,), (first,)),
        "sent again": ((first, second), (second, first)),
    }[way]
    other = drawn(tmp_path / "other", *builds, secret=secret, again=way == "sent again")
    for audience, rows in once.items():
        assert len(rows) and rows.equals(other[audience]), audience
