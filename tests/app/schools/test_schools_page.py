"""The page Schools: the first step, the list with its reasons, and nobody but an analyst."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pandas as pd
import pytest

from tests.made_up_pilots import NOW, a_pilot
from tests.pages import html_of, page_at
from vrp_map.pilots.pilot import SchoolRoute, SessionWindow
from vrp_map.places import place_lists
from vrp_map.principal import DEMO
from vrp_map.schools import service
from vrp_map.server import this_server

pytestmark = pytest.mark.usefixtures("served")

# Two in the middle of towns, and others where less happens.
SCHOOLS = [(f"Made-up School {i}", -1.90 - 0.02 * i, 52.48 + 0.004 * i) for i in range(8)]


@pytest.fixture
def some_schools(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("school", name, "Made-up Town", lon, lat) for name, lon, lat in SCHOOLS]
    frame = pd.DataFrame(rows, columns=list(place_lists.COLUMNS))
    monkeypatch.setattr(service, "added_places", lambda settings: frame)


def test_without_schools_it_says_the_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_PLACES", str(tmp_path))
    page = page_at("schools").run()
    assert not page.exception and page.title[0].value == "There is no list of schools yet"
    assert "vrp-map places add" in page.markdown[0].value


@pytest.mark.usefixtures("some_schools")
def test_each_school_has_its_reasons_and_the_hours_are_said_to_be_unknown() -> None:
    page = page_at("schools").run()
    assert not page.exception and not page.error
    assert page.title[0].value.endswith("All hours of all days are counted")
    page.radio(key="schools_shown").set_value("All schools").run()
    drawn = html_of(page)
    assert all(name in drawn for name, _, _ in SCHOOLS)
    assert any("hand it to no partner" in one.value for one in page.markdown)
    assert "By chance it may be anything from" in drawn


def test_routes_are_listed_with_sessions_and_what_can_be_counted(own_records: None) -> None:
    this_server().summit.open()
    try:
        page = page_at("schools").run()
        page.radio(key="schools_view").set_value("Routes").run()
        assert page.title[0].value == "There is no route yet"
        line = ((-1.90, 52.48), (-1.89, 52.481))
        hours = (SessionWindow(time(8), time(9)),)
        route = SchoolRoute(("Made-up School",), windows=hours, line=line, sessions_planned=40)
        pilot = a_pilot(kind="route", route=route, end=date(2026, 10, 31))
        this_server().pilots().add_one(DEMO, pilot, now=NOW)
        page.run()
        assert not page.exception and page.title[0].value == "1 route, 0 of them funded"
        drawn = html_of(page)
        assert "Not recorded of 40 planned" in drawn and "08:00 to 09:00" in drawn
        assert "days (all hours)" in drawn
    finally:
        this_server().summit.close()


@pytest.mark.usefixtures("some_schools")
@pytest.mark.parametrize("roles", ["lead", "navigator", "youth-worker,moderator,safeguarding"])
def test_nobody_else_sees_a_school(monkeypatch: pytest.MonkeyPatch, roles: str) -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", roles)
    page = page_at("schools").run()
    assert "Only an analyst may see the numbers of single schools" in page.error[0].value
    assert "Made-up School" not in html_of(page) and not page.title
