"""What happened after, from a store whose data knows days: who sees which answer."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.made_up_responses import a_response
from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.principal import Principal
from vrp_map.responses.response import IncidentTime, Response, ResponsePlace
from vrp_map.responses.ring import after_of
from vrp_map.vocabulary import Role
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

LON, LAT = -1.8998, 52.4797
CELL = grid.to_text(grid.cells_at([LON], [LAT], resolution=9))[0]  # type: ignore[arg-type]
FIRST, DAYS, HAPPENED = date(2024, 1, 1), 600, date(2025, 6, 10)


def incidents() -> list[tuple[date, float, float]]:
    """One every day here and three in the 28 days after; five every day five kilometres away."""
    here = [FIRST + timedelta(days=n) for n in range(DAYS) for _ in range(3 if _after(n) else 1)]
    far = [FIRST + timedelta(days=n) for n in range(DAYS) for _ in range(5)]
    return [(day, LON, LAT) for day in here] + [(day, LON, LAT + 0.05) for day in far]


def _after(number: int) -> bool:
    return 0 < number - (HAPPENED - FIRST).days <= 28


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("days")
    names = ("id", "occurred_from", "latitude", "longitude", "category", "source")
    with (folder / "incidents.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(names)
        for n, (day, lon, lat) in enumerate(incidents()):
            moment = f"{day} {n % 24:02}:15"
            kind = "violence-and-sexual-offences"
            lines.writerow((f"S{n}", moment, f"{lat:.6f}", f"{lon:.6f}", kind, "Log"))
    settings = Settings(store=folder / "store")
    build([folder / "incidents.csv"], settings=settings)
    return settings


def seen_by(store: Settings, role: Role) -> Workspace:
    return open_workspace(settings=store, principal=Principal("x", frozenset({role})))


def response(day: date = HAPPENED, cell: str = CELL) -> Response:
    when, where = IncidentTime(day, day), ResponsePlace("Here", cell, "")
    return replace(a_response(), when=when, where=where)


def test_an_analyst_is_told_of_the_28_days_after(store: Settings) -> None:
    found = after_of(seen_by(store, Role.ANALYST), response())
    assert found.sentence.startswith("In the 28 days after, there were 200% more incidents")
    assert found.figure == "Incidents: 84. To be expected: 28.0."


def test_others_are_told_of_months_that_a_day_cannot_be_taken_from(store: Settings) -> None:
    """The same sentence for two days of one month: the days of incidents are not told."""
    for role in (Role.NAVIGATOR, Role.LEAD):
        ws = seen_by(store, role)
        said = {after_of(ws, response(day)).sentence for day in (HAPPENED, date(2025, 6, 30))}
        assert len(said) == 1 and "28 days" not in said.pop()


def test_too_few_days_are_told_by_month_if_at_all(store: Settings) -> None:
    ws = seen_by(store, Role.ANALYST)
    early = after_of(ws, response(date(2024, 6, 1)))
    late = after_of(ws, response(FIRST + timedelta(days=DAYS - 27)))
    assert "less than a year" in early.sentence and "not in the data" in late.sentence
    elsewhere = grid.to_text(grid.cells_at([LON], [LAT + 0.2], resolution=9))[0]  # type: ignore[arg-type]
    assert "We cannot tell" in after_of(ws, response(cell=elsewhere)).sentence
