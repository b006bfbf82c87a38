"""Every route, page, file and command for every role: what each shows follows from the one table of
permissions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import app as whole
import vrp_map.ui
from tests.demo_voices import voiced_to_read as voiced_to_read
from tests.pages import html_of, page_at
from vrp_map.cli import main
from vrp_map.config import Settings
from vrp_map.permissions import PERMISSIONS, Action, may
from vrp_map.server import this_server
from vrp_map.vocabulary import Role
from vrp_map.web import middleware
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.workspace import Workspace

pytestmark = pytest.mark.usefixtures("served", "voiced_to_read")
NOBODY = ""
WHO = [NOBODY, *Role]
MAP = "category=violence&from=2025-11&to=2026-10&resolution=8"

# What each route that is not for the public needs. A new route must be written down here, or the
# test below fails.
ROUTES = {
    "/map/first.json": Action.SEE_MAP,
    "/map/cells.json": Action.SEE_MAP,
    "/map/hidden.json": Action.SEE_MAP,
    "/map/hotspots.json": Action.SEE_MAP,
    "/map/areas/{type}.json": Action.SEE_MAP,
    "/map/labels/{type}.json": Action.SEE_MAP,
    "/map/places/{tier:int}.json": Action.SEE_MAP,
    "/map/snap/{z:int}/{x:int}/{y:int}.json": Action.SEE_MAP,
    "/map/changes.json": Action.SEE_MAP,
    "/map/changes-sure.json": Action.SEE_MAP,
    "/map/steps.json": Action.SEE_MAP,
    "/map/voice.json": Action.SEE_MAP,
    "/map/voice-corridors.json": Action.SEE_MAP,
    "/map/analysis.json": Action.SEE_MAP,
    "/map/static/{version}/{name}": Action.SEE_MAP,
    "/event/{code}/show": Action.PRINT_EVENTS,
    "/event/{code}/poster": Action.PRINT_EVENTS,
    "/event/{code}/paper": Action.PRINT_EVENTS,
    "/respond": Action.WRITE_RESPONSES,
    "/respond/places": Action.WRITE_RESPONSES,
    "/respond/outlines": Action.WRITE_RESPONSES,
    "/respond/hexagon": Action.WRITE_RESPONSES,
    "/respond/log": Action.WRITE_RESPONSES,
    "/brief": Action.SEE_MAP,
    "/digest": Action.SEE_MAP,
    "/brief/static/{version}/{name}": Action.SEE_MAP,
    "/respond/static/{version}/{name}": Action.WRITE_RESPONSES,
}
POSTED = {"/respond/log"}

# What each page needs before it shows anything of its own.
PAGES = {
    "hotspots": Action.SEE_MAP,
    "youth_voice": Action.SEE_MAP,
    "changes": Action.SEE_MAP,
    "methods": Action.SEE_MAP,
    "track_record": Action.SEE_MAP,
    "data_quality": Action.SEE_MAP,
    "events": Action.RUN_EVENTS,
    "paper_pins": Action.TYPE_PINS,
    "moderation": Action.SEE_TEXT_EVENTS,
    "safeguarding": Action.SEE_TEXT_EVENTS,
    "replies": Action.ANSWER_PEOPLE,
    "responses": Action.SEE_RESPONSES,
    "pilots": Action.SEE_PILOTS,
    "money": Action.READ_FUNDING,
    "schools": Action.READ_SCHOOLS,
    "today": Action.READ_RESPONSES,
    "needs": Action.SEE_MAP,
}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    application = Starlette(
        routes=whole.app._user_routes, middleware=[Middleware(Gate, headers=security_headers())]
    )
    with TestClient(
        application, base_url="http://localhost", client=("127.0.0.1", 50000)
    ) as client:
        yield client


def as_role(monkeypatch: pytest.MonkeyPatch, roles: str, areas: str = "") -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", roles)
    monkeypatch.setenv("VRP_LOCAL_AREAS", areas)
    # What a server that was started with these settings has.
    monkeypatch.setattr(
        this_server().summit(),
        "settings",
        replace(this_server().summit().settings, local_roles=roles, local_areas=areas),
    )


def example(route: str) -> str:
    """An address of a route."""
    values = {
        "version": "0",
        "name": "respond.js",
        "type": "lad",
        "code": "SUMMIT",
        "tier": "9",
        "z": "9",
        "x": "253",
        "y": "168",
    }
    path = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: values[m[1]], route)
    more = {"/map/analysis.json": "&method=day_of_week"}
    return f"{path}?{MAP}{more.get(route, '')}"


def test_every_route_and_page_is_written_down() -> None:
    ours = {route.path for route in whole.app._user_routes if not middleware.is_public(route.path)}
    assert ours == set(ROUTES)
    screens = {path.stem for path in (Path(vrp_map.ui.__file__).parent / "screens").glob("*.py")}
    assert screens == set(PAGES)


@pytest.mark.parametrize("who", WHO)
def test_every_route_asks_for_its_action(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    as_role(monkeypatch, who)
    for route, action in ROUTES.items():
        method = "POST" if route in POSTED else "GET"
        status = client.request(method, example(route)).status_code
        if may([who], action):
            # Some answers are no 200: a method that the data cannot carry, steps without a name.
            assert status != 403, f"{who} {route}"
        else:
            assert status == 403, f"{who} {route}"


@pytest.mark.parametrize("who", list(Role))
def test_no_role_is_given_another_view_by_a_route(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    rows = client.get(f"/map/cells.json?{MAP}").json()
    as_role(monkeypatch, who)
    assert client.get(f"/map/cells.json?{MAP}").json() == rows
    for audience in ("analyst", "public", "everything"):
        for route in (
            "/map/cells.json",
            "/map/changes.json",
            "/map/voice.json",
            "/map/analysis.json",
            "/brief",
            "/digest",
        ):
            answer = client.get(f"{example(route)}&audience={audience}")
            assert answer.status_code == 403 and "view only" in answer.text, (route, audience)


def page_of(screen: str) -> AppTest:
    return page_at(screen).run()


def drawn(page: AppTest) -> str:
    told = [*page.error, *page.info, *page.title, *page.markdown, *page.caption]
    return html_of(page) + " ".join(str(one.value) for one in told)


@pytest.mark.parametrize("screen", list(PAGES))
def test_no_page_shows_anything_to_who_has_no_role(
    monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    as_role(monkeypatch, NOBODY)
    page = page_of(screen)
    assert not page.exception and "Only staff may see this map." in page.error[0].value
    assert (
        not page.dataframe
        and not page.button
        and not page.title
        and "<details" not in html_of(page)
    )


@pytest.mark.parametrize(
    "screen", [name for name, action in PAGES.items() if len(PERMISSIONS[action]) < len(Role)]
)
def test_a_page_refuses_whom_the_table_does_not_name(
    monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    action = PAGES[screen]
    as_role(monkeypatch, ",".join(role for role in Role if role not in PERMISSIONS[action]))
    page = page_of(screen)
    assert not page.exception and f"may {action}." in drawn(page)
    assert not page.dataframe and "SUMMIT" not in drawn(page)
    as_role(monkeypatch, str(PERMISSIONS[action][0]))
    assert f"may {action}." not in drawn(page_of(screen))


@pytest.mark.parametrize("who", list(Role))
def test_refused_rows_as_sent_are_for_those_of_the_table(
    monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    as_role(monkeypatch, who)
    page = page_of("data_quality")
    assert not page.exception and not page.error
    assert ("<details class='refused'>" in html_of(page)) is may([who], Action.READ_REFUSED_ROWS)


# -- areas -----------------------------------------------------------------------------------------


def cells_of(document: Any) -> set[str]:
    """Every hexagon named anywhere in an answer."""
    return set(re.findall(r"\b8[0-9a-f]{14}\b", json.dumps(document)))


@pytest.mark.parametrize("who", ["navigator", "youth-worker", "moderator,safeguarding"])
def test_who_is_held_to_areas_sees_no_other_on_any_route(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, ws: Workspace, who: str
) -> None:
    near = set(ws.counts(ws.select(areas="Dudley"), resolution=8).frame["cell"])
    everywhere = cells_of(client.get(f"/map/cells.json?{MAP}").json())
    as_role(monkeypatch, who, "Dudley")
    for route in ("cells", "hidden", "changes", "voice"):
        found = cells_of(client.get(f"/map/{route}.json?{MAP}").json())
        # Where every hexagon here has a number to show, none is hidden.
        assert (found or route == "hidden") and found < everywhere | near
        # A hexagon on the border may have its centre on the other side.
        assert len(found - near) <= len(found) / 3, route
    for route, action in ROUTES.items():
        if action is Action.SEE_MAP and route not in _WITHOUT_INCIDENTS:
            answer = client.get(f"{example(route)}&area=lad:E08000026")
            assert answer.status_code == 403 and "not see that area" in answer.text, route


# Outlines, names and scripts hold no incidents.
_WITHOUT_INCIDENTS = {route for route in ROUTES if "{type}" in route or "{z:int}" in route} | {
    "/map/places/{tier:int}.json",
    "/brief/static/{version}/{name}",
    "/map/static/{version}/{name}",
}


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("/map/")])
def test_what_one_role_was_shown_a_shared_browser_does_not_show_another(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, ws: Workspace, route: str
) -> None:
    """A browser may show what it kept only when the server says that it is this person's, too."""
    address = f"{example(route)}&snapshot={ws.snapshot.id}"

    def ask(who: str, areas: str = "", tag: str = "") -> httpx.Response:
        as_role(monkeypatch, who, areas)
        return client.get(address, headers={"If-None-Match": tag} if tag else {})

    first = ask("lead")
    kept = first.headers.get("cache-control", "no-store")
    if route in _WITHOUT_INCIDENTS and first.status_code == 200:
        assert "private" in kept and "max-age" in kept
        assert ask("navigator", "Dudley").content == first.content
        return
    assert kept in ("private, no-cache", "no-store")
    if tag := first.headers.get("etag", ""):
        again = ask("lead", tag=tag)
        assert (again.status_code, again.content) == (304, b"")
        other = ask("navigator", "Dudley", tag)
        assert (other.status_code == 304) is (ask("navigator", "Dudley").content == first.content)
        assert ask(NOBODY, tag=tag).status_code == 403
    if route in ("/map/cells.json", "/map/changes.json", "/map/voice.json"):
        assert tag and other.status_code == 200 and other.content != first.content


def test_pages_and_files_of_who_is_held_to_areas_hold_these_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_role(monkeypatch, "navigator", "Dudley")
    page = page_of("hotspots")
    assert not page.exception and not page.error
    assert page.selectbox(key="f_where").options == ["All of my areas", "Dudley"]
    assert "in Dudley" in page.title[0].value or "Dudley" in drawn(page)
    assert "Coventry" not in drawn(page)
    quality = page_of("data_quality")
    assert not quality.exception and not quality.error


@pytest.mark.parametrize("who", ["analyst", "lead", "navigator,lead"])
def test_who_works_for_the_region_is_held_to_none(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    rows = client.get(f"/map/cells.json?{MAP}").json()
    as_role(monkeypatch, who, "Dudley")
    assert client.get(f"/map/cells.json?{MAP}").json() == rows


def test_an_area_that_does_not_exist_opens_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(monkeypatch, "navigator", "Atlantis")
    answer = client.get(f"/map/cells.json?{MAP}")
    assert answer.status_code == 400 and "no area 'Atlantis'" in answer.text


# -- the command line ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", WHO)
def test_commands_follow_the_same_table(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    demo: Settings,
    tmp_path: Path,
    who: str,
) -> None:
    as_role(monkeypatch, who)
    for audience, action in (("analyst", Action.SEE_EXACT_NUMBERS), ("partner", Action.SEE_MAP)):
        file = tmp_path / f"{audience}.csv"
        code = run(
            "count",
            "--by",
            "lad",
            "--store",
            demo.store,
            "--format",
            "csv",
            "-o",
            file,
            "--audience",
            audience,
        )
        assert (code, file.exists()) == ((0, True) if may([who], action) else (5, False))
        assert may([who], action) or f"may {action}." in capsys.readouterr().err
    capsys.readouterr()
    assert run("quality", "--store", demo.store, "--json") == 0
    assert bool(json.loads(capsys.readouterr().out)["refused"]) is may(
        [who], Action.READ_REFUSED_ROWS
    )


def run(*words: object) -> int:
    """What a command ends with."""
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)
