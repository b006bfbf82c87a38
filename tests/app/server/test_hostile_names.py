"""Names that would run or be markup, on every face that is drawn without a browser: text
everywhere, and no more.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import geopandas as gpd
import pandas as pd
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import app as whole
from tests import staff_maps
from tests.hostile import ALL, EVENT, LIVE, NAMES, OVER, UNSEEN, hostile_records, hostile_store
from tests.pages import MAIN, page_at
from vrp_map.cli import main
from vrp_map.config import Settings
from vrp_map.export import tables as report
from vrp_map.server import this_server
from vrp_map.summit.event_store import all_events
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain
from vrp_map.web.map import static_files
from vrp_map.web.middleware import Gate, security_headers
from vrp_map.workspace import open_workspace

# What Streamlit draws as text, on a canvas, or not at all; everything else reads Markdown in one of
# its words.
NO_MARKDOWN = {
    "arrow_data_frame",
    "code",
    "dataframe",
    "date_input",
    "html",
    "multiselect",
    "number_input",
    "selectbox",
    "text_area",
    "text_input",
    "vega_lite_chart",
}
# What a script would make markup of, and not text.
MAKES_MARKUP = re.compile(
    r"(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write|createContextualFragment"
    r"|DOMParser|setHTML|srcdoc|bind(?:Popup|Tooltip)|setContent|\bhtml:|\beval\(|new Function"
)
ASK = "category=all&from=2023-08&to=2024-02&resolution=9&layer=npu"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return hostile_store(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_records(tmp_path_factory.mktemp("hostile-records") / "records", day=date.today())


@pytest.fixture
def served(settings: Settings, records: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    given = {
        "STORE": settings.store,
        "BOUNDARIES": settings.boundaries,
        "LOCAL_BOUNDARIES": settings.local_boundaries,
        "RECORDS": records,
        "PARTNERSHIP": ALL,
        "PLACE": ALL,
        "PLACE_IN_WORDS": ALL,
    }
    for name, value in given.items():
        monkeypatch.setenv(f"VRP_{name}", str(value))
    monkeypatch.setattr(session, "client_address", lambda: "127.0.0.1")
    this_server().summit.open()
    yield
    this_server().summit.close()


@pytest.fixture
def client(served: None) -> Iterator[TestClient]:
    application = Starlette(
        routes=whole.app._user_routes, middleware=[Middleware(Gate, headers=security_headers())]
    )
    with TestClient(
        application, base_url="http://localhost", client=("127.0.0.1", 50000)
    ) as client:
        yield client


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def foreign(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """The tags of a page that only a name could have made: pictures from x, links to x, attributes
    that run.
    """
    reader = _Tags()
    reader.feed(page)
    reader.close()
    return [
        (tag, held)
        for tag, held in reader.found
        if held.get("src") == "x"
        or "//x" in str(held.get("href"))
        or any(name.startswith("on") for name in held)
    ]


def strings(message: Any) -> Iterator[str]:
    """Every text of a protobuf message."""
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if isinstance(one, str):
                yield one
            elif hasattr(one, "ListFields"):
                yield from strings(one)


def opened(screen: str) -> AppTest:
    return page_at(screen, **dict(parse_qsl(ASK))).run()


SCREENS = sorted(path.stem for path in (MAIN.parent / "screens").glob("*.py"))
# What Markdown, HTML or Streamlit's own signs would be made of, if it stood there without a
# backslash.
RAW = re.compile(r"<[a-z/!]|\*\*bold|\[a\]\(|\$x\$|:red\[|`x`|https?://x", re.IGNORECASE)


def makes(text: str) -> bool:
    return bool(RAW.search(re.sub(r"\\.", "\\\\", text)))


def no_markup(page: AppTest) -> None:
    """Nothing that a page draws, in HTML or in Markdown, is made of a name."""
    assert not page.exception
    drawn = [one for one in page._tree if getattr(one, "proto", None) is not None]
    bodies = [one.proto.body for one in drawn if one.type == "html"]
    components = [one.proto for one in drawn if one.type == "bidi_component"]
    bodies += [one.html_content for one in components]
    assert html.escape(ALL) in " ".join(bodies)  # whose map it is, on every page
    assert not [found for body in bodies for found in foreign(body)]
    read = [
        (one.type, text)
        for one in drawn
        if one.type not in NO_MARKDOWN
        for text in strings(one.proto)
        if text not in bodies
    ]
    assert not [(kind, text) for kind, text in read if makes(text)]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_makes_anything_of_a_name(screen: str) -> None:
    no_markup(page := opened(screen))
    if screen in ("hotspots", "events"):
        assert "\\<img" in page.title[0].value  # the name is there, as text


@pytest.mark.usefixtures("served")
def test_a_picked_place_and_other_methods_make_nothing_of_a_name() -> None:
    page = opened("hotspots")
    look = next(button for button in page.button if str(button.key).startswith("look-"))
    no_markup(look.click().run())
    page = opened("methods")
    for method in ("rates", "ranks"):
        no_markup(page.selectbox(key="m_method").set_value(method).run())


def test_the_checks_can_fail() -> None:
    assert all(
        makes(name)
        for name in (ALL, EVENT, "<svg onload=x>", "**bold**", "[a](http://x)", "$x$", ":red[x]")
    )
    assert not makes(plain(ALL))
    assert all(
        foreign(f"<p>{name}</p>") for name in (ALL, EVENT, NAMES[0], "<svg onload=x>")
    ) and foreign(f'<p a="{NAMES[1]}">')
    assert not foreign(f"<p a='{html.escape(ALL)}'>{html.escape(ALL)}</p>")


# -- pages for everybody, and what is printed ------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *((f"/event/{LIVE}/{page}", EVENT) for page in ("show", "poster", "paper")),
        (f"/wall/{LIVE}", EVENT),
        (f"/pin/{LIVE}", EVENT),
        ("/voices", EVENT),
    ],
)
def test_the_pages_of_an_event_show_its_name_as_text(
    client: TestClient, path: str, name: str
) -> None:
    page = client.get(path).text
    assert html.escape(name) in page and UNSEEN not in page
    assert not foreign(page) and not re.search(r"<p>\s*<p|<h1>\s*<h", page)


def test_what_is_typed_or_asked_for_comes_back_as_text(client: TestClient) -> None:
    for path in (
        f"/pin/{OVER}",
        f"/pin?code={quote(ALL)}",
        f"/pin/{quote(ALL, safe='')}",
        f"/wall/{quote(ALL, safe='')}",
    ):
        assert not foreign(client.get(path).text)


def test_an_answer_and_its_organisation_are_text(client: TestClient) -> None:
    page = client.get("/voices").text
    assert f"<p>{html.escape(ALL)}</p>" in page and html.escape(ALL[:80]) in page


# -- data for the maps -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/map/areas/lad.json",
        "/map/labels/npu.json",
        "/map/cells.json",
        "/map/hotspots.json",
        "/map/changes.json",
        "/map/analysis.json?method=rates",
        "/map/voice.json",
        "/pin/ground.json?event=LIVE",
        "/pin/places.json?event=LIVE&q=<",
        "/api/wall/LIVE",
    ],
)
def test_data_is_data_and_never_a_page(client: TestClient, path: str) -> None:
    answer = client.get(
        f"{path}{'&' if '?' in path else '?'}{ASK if path.startswith('/map') else ''}"
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path.startswith(("/map/areas", "/map/labels")):
        assert ALL in json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"')


def test_a_message_of_a_route_repeats_what_was_asked_as_data(client: TestClient) -> None:
    answer = client.get(f"/map/cells.json?category={quote(ALL)}")
    assert answer.status_code == 400 and answer.headers["content-type"].startswith(
        ("application/json", "text/plain")
    )


def test_the_maps_draw_names_as_text(client: TestClient) -> None:
    """A name comes to the map's scripts as it is, and none of them makes markup of what it is
    given: Leaflet would, of a popup, a tooltip or a credit.
    """
    rows = client.get(f"/map/labels/lad.json?{ASK}").json()
    assert any(ALL in row["t"] for row in rows)
    scripts = {name: text.decode() for name, text in static_files._files().items()}
    ours = {name: text for name, text in scripts.items() if name != "leaflet.js"}
    assert {"staff_map.js", "words.js", "names.js"} <= set(ours)
    assert not {name: found for name, text in ours.items() if (found := MAKES_MARKUP.findall(text))}
    assert MAKES_MARKUP.search("box.innerHTML = name") and MAKES_MARKUP.search("x.bindTooltip(t)")


@pytest.mark.parametrize("screen", ["hotspots", "changes", "youth_voice"])
def test_what_a_map_says_of_a_hexagon_is_words_of_ours(client: TestClient, screen: str) -> None:
    """The lines about a hexagon are filled from its row: a name in them could name other fields."""
    client.get(f"/api/wall/{LIVE}")  # what has voices enough is released as somebody looks
    told = staff_maps.told_each(opened(screen))
    assert told and not [one for one in told if makes(one["alt"])]
    for layer in [layer for one in told for layer in one["layers"]]:
        said = " ".join(layer.get("says", []))
        assert set(re.findall(r"{(.*?)}", said)) <= set("tnsewbur") and not makes(said)


# -- files -----------------------------------------------------------------------------------------


def test_files_hold_names_as_names(settings: Settings) -> None:
    ws = open_workspace(settings=settings)
    table = ws.counts(ws.select("all"), by="lad", audience="partner")
    areas = ws.areas("lad")
    held = set(table.frame["name"])
    assert any(ALL in name for name in held)
    files = {
        "csv": pd.read_csv(io.StringIO(report.to_csv(table)))["name"],
        "geojson": [
            one["properties"]["name"]
            for one in json.loads(report.to_geojson(table, areas=areas))["features"]
        ],
        "geoparquet": gpd.read_parquet(io.BytesIO(report.to_geoparquet(table, areas=areas)))[
            "name"
        ],
    }
    for kind, names in files.items():
        assert set(names) == held and UNSEEN not in "".join(held), kind


@pytest.mark.usefixtures("served")
def test_no_file_is_called_after_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name could hold the end of another kind of file, or turn the direction of writing."""
    called: list[str] = []
    monkeypatch.setattr(
        st, "download_button", lambda label, made, name, *_, **__: called.append(name)
    )
    for screen in ("hotspots", "changes", "youth_voice"):
        opened(screen)
    assert {name.partition("-")[0] for name in called} >= {"hotspots", "changes", "youth"}
    assert all(re.fullmatch(r"[\w.-]+", name) for name in called)


@pytest.mark.usefixtures("served")
def test_the_terminal_shows_names_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["count", "--by", "lad"], ["hotspots"], ["quality"]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        said = capsys.readouterr()
        assert not ended.value.code, said.err
        assert not {"\x1b", UNSEEN} & set(said.out + said.err)
        if command != ["hotspots"]:
            assert {"onerror", ":red[x]"} <= set(
                re.findall(r"onerror|:red\[x\]", "".join(said.out.split()))
            )


# -- the way in of what staff type -----------------------------------------------------------------


def test_what_staff_type_of_an_event_is_kept_as_one_line_that_shows(served: None) -> None:
    for event in all_events(this_server().summit().records):
        assert UNSEEN not in event.name and event.place == EVENT and event.themes == (EVENT,)
