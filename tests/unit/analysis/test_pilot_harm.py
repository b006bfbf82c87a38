"""The harm in a pilot's place, offence by offence, and when it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.grade_stores import HEADER, store_of, workspace_of
from tests.made_up import settings_in, write
from vrp_map import grid
from vrp_map.analysis.pilot_harm import PilotHarm, pilot_harm
from vrp_map.errors import MethodRefused, UserError
from vrp_map.vocabulary import Grade
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

PILOT, OTHER = (-1.93012, 52.47012), (-1.88012, 52.47012)
PLACES = [grid.cells_at([lon], [lat], resolution=9) for lon, lat in (PILOT, OTHER)]
START = date(2024, 3, 1)
# Offence code -> incidents of the pilot's place and of the other, each before (two months)
# and after (one).
COUNTS = {"34": (20, 4, 20, 10), "8N": (60, 40, 60, 30), "99": (6, 3, 6, 3), "": (4, 2, 4, 2)}


def filed(folder: Path, counts: dict[str, tuple[int, int, int, int]]) -> Workspace:
    rows = []
    for code, (*pilot, c0, c1) in counts.items():
        for (lon, lat), before, after in ((PILOT, *pilot), (OTHER, c0, c1)):
            months = ["2024-01", "2024-02"] * (before // 2) + ["2024-03"] * after
            rows += [
                [
                    f"{month}-{1 + i // 50:02d} 12:{i % 50:02d}",
                    "",
                    str(lon),
                    str(lat),
                    "",
                    "robbery",
                    code,
                    "",
                ]
                for i, month in enumerate(months)
            ]
    settings = settings_in(folder)
    file = write(folder / "in" / "few.csv", rows, header=HEADER)
    build([file], settings=settings, source="incidents")
    settings = replace(settings, harm_weights=store_of(Grade.A).harm_weights)
    return open_workspace(settings=settings)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return filed(tmp_path_factory.mktemp("harm"), COUNTS)


def found_in(ws: Workspace, *, start: date = START, **more: float) -> PilotHarm:
    asked = ws.question(ws.select("robbery"), resolution=9, audience="analyst")
    return pilot_harm(asked, PLACES, start=start, **more)


def test_differences_are_weighted_and_added_up(ws: Workspace) -> None:
    """In incidents of one month: 34 has (4 - 10) - (10 - 10), 8N (40 - 30) - (30 - 30)."""
    found = found_in(ws)
    table = found.offences.set_index("offence")
    assert table["wdd"].to_dict() == {"34": -6, "8N": 10}
    assert found.difference.wdd == -6 * 365 + 10 * 10
    variances = {"34": 4 + 10 + 20 / 4 + 20 / 4, "8N": 40 + 30 + 60 / 4 + 60 / 4}
    assert (table["se"] ** 2).to_dict() == pytest.approx(variances)
    whole = 365**2 * variances["34"] + 10**2 * variances["8N"]
    assert found.difference.se**2 == pytest.approx(whole)
    assert table["part"].sum() == pytest.approx(1)
    assert found.unit == "days of imprisonment" and "Cambridge Crime Harm Index" in found.index
    assert found_in(ws, dispersion=4).difference.se == pytest.approx(2 * found.difference.se)


def test_what_decides_it_and_what_took_no_part_is_said(ws: Workspace) -> None:
    found = found_in(ws)
    assert found.unweighted == 18 + 12
    assert "30 of 274 incidents have no weight" in found.sentence
    assert "Offence 34 decides it nearly alone" in found.sentence
    assert "-2,090 days of imprisonment" in found.sentence
    assert "This could be chance." in found.sentence


def test_it_is_refused_where_it_cannot_be_known(ws: Workspace, tmp_path: Path) -> None:
    without = replace(ws, settings=replace(ws.settings, harm_weights=""))
    with pytest.raises(UserError, match="no table of harm weights"):
        found_in(without)
    with pytest.raises(UserError, match="months before and after"):
        found_in(ws, start=date(2024, 1, 1))
    with pytest.raises(UserError, match="Only analysts"):
        pilot_harm(ws.question(audience="partner", resolution=9), PLACES, start=START)
    with pytest.raises(MethodRefused, match="no incident of these places has an offence code"):
        found_in(filed(tmp_path / "no codes", {"": (4, 4, 4, 4)}))
    with pytest.raises(UserError, match="No offence of these places is in the table"):
        found_in(filed(tmp_path / "other codes", {"99": (4, 4, 4, 4)}))
    months_only = workspace_of(Grade.D)
    with pytest.raises(MethodRefused, match="offence"):
        pilot_harm(months_only.question(audience="analyst"), PLACES, start=date(2022, 6, 1))


def test_places_without_incidents_are_refused(ws: Workspace) -> None:
    asked = ws.question(ws.select("robbery"), resolution=9, audience="analyst")
    nowhere = [np.array([1], dtype=np.uint64)] * 2
    with pytest.raises(MethodRefused, match="no incident of these places"):
        pilot_harm(asked, nowhere, start=START)
