"""The page "What changed" without a browser, and its data by address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from tests.pages import page_at
from tests.staff_maps import told_each
from vrp_map.analysis.periods import CellChange
from vrp_map.config import Settings
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.server import this_server
from vrp_map.views import changes as views_changes
from vrp_map.web.map.routes import routes
from vrp_map.workspace import Workspace

ASKED = "category=violence&from=2025-11&to=2026-10&resolution=8"


pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def client() -> Iterator[TestClient]:
    application = Starlette(routes=routes(this_server().summit))
    with TestClient(
        application, base_url="http://localhost", client=("127.0.0.1", 50000)
    ) as client:
        yield client


def opened(**query: str) -> AppTest:
    page = page_at("changes", **query).run()
    assert not page.exception
    assert not page.error
    return page


def html_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html")).replace("&#x27;", "'")


def top_of(page: AppTest) -> str:
    """The heading, and the text that follows it."""
    rest = page.markdown[0].value if page.markdown else ""
    return f"{page.title[0].value} {rest}".strip()


def test_the_map_looks_at_a_hexagon_that_is_chosen_from_the_list() -> None:
    page = opened()
    whole = told_each(page)[0]["view"]
    box = next(
        one for one in page.selectbox if one.label == "Find a hexagon of the list on the map"
    )
    assert box.options[0].startswith("1. ") and "clearly" in box.options[0]
    box.select_index(0).run()
    assert not page.exception
    drawn, steps = told_each(page)
    assert drawn["view"]["zoom"] > whole["zoom"] + 3 and steps["view"] == whole
    assert "selected" in [layer["id"] for layer in drawn["layers"]]


def test_the_blocks_in_order_each_with_its_sentence_its_table_and_its_method(ws: Workspace) -> None:
    page = opened()
    first, last = ws.period(12)
    year = ws.select(first=first, last=last)
    assert top_of(page) == ws.analyse("periods", year).sentence
    drawn = html_of(page)
    headings = [
        "The same hexagons as a list",
        "Step by step through time",
        "How concentrated incidents are",
        "The same areas, ranked in different ways",
    ]
    places = [drawn.index(f"<h2>{heading}</h2>") for heading in headings]
    assert places == sorted(places)
    for method in ("counts", "concentration", "ranks"):
        assert ws.analyse(method, year).sentence in drawn
    cards = [e for e in page.expander if e.label == "How this was worked out"]
    assert len(cards) == 4
    assert "Two counts" in cards[0].markdown[0].value
    assert "The curve as a table" in [e.label for e in page.expander]


def test_the_legends_have_the_colours_as_the_maps_show_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Hexagons let the tiles beneath them through.
    monkeypatch.setenv("VRP_MAP_TILES_URL", "https://tiles.example/{z}/{x}/{y}.png")
    page = opened()
    fills = [drawn["layers"][0]["fill"]["colours"] for drawn in told_each(page)]
    assert len(fills) == 2 and all(len(colour) == 9 for fill in fills for colour in fill)
    said = html_of(page)
    assert not [colour for fill in fills for colour in fill if f"background:{colour}" not in said]


def test_the_list_is_the_map_with_marks_and_no_small_number(ws: Workspace, demo: Settings) -> None:
    frame = opened().dataframe[0].value
    assert frame["The test says"].iloc[0].split()[0] in ("▲▲", "▽▽", "▲", "▽", "○")
    for column in ("This period", "Earlier"):
        assert not [
            n for n in frame[column].dropna() if 0 < n < demo.partner_k or n % demo.partner_k
        ]


def test_a_shorter_period_may_be_compared_with_a_year_before(ws: Workspace) -> None:
    page = opened(**{"from": "2026-08", "to": "2026-10"})
    assert "on the 3 months before" in page.title[0].value
    page.session_state["compare_against"] = "year"
    page.run()
    assert not page.exception
    asked = ws.select(first="2026-08", last="2026-10")
    assert top_of(page) == ws.analyse("periods", asked, against="year").sentence
    assert "the same months a year before" in page.title[0].value


def test_the_areas_own_change_can_be_taken_out() -> None:
    page = opened()
    page.checkbox(key="compare_beyond").check().run()
    assert not page.exception
    assert "compared with the trend of the whole area" in top_of(page)


def test_without_an_earlier_period_the_rest_of_the_page_is_there() -> None:
    page = opened(**{"from": "2024-09", "to": "2026-10"})
    assert page.title[0].value == "We cannot compare these months"
    assert "no whole earlier period" in page.info[0].value
    assert "**What to do:**" in page.info[0].value
    drawn = html_of(page)
    assert "Half of the violence in your sample" in drawn
    assert "The two rankings" in drawn and "are in the same order" in drawn


def test_too_few_for_everything_says_why_everywhere() -> None:
    page = opened(category="stop-and-search", **{"from": "2026-10", "to": "2026-10"})
    assert "no hexagon has a number that can be shown" in top_of(page)
    assert "fewer than 100 incidents" in " ".join(box.value for box in page.info)
    assert "to step through" in html_of(page)


def test_the_slider_steps_and_the_list_follows(ws: Workspace) -> None:
    page = opened(resolution="8")
    found = ws.analyse("counts", ws.select(first="2025-11", last="2026-10"), resolution=8)
    slider = page.select_slider[0]
    assert len(slider.options) == len(found.more) > 1
    first = next(iter(found.more))
    slider.set_value(first).run()
    assert not page.exception
    shown = page.dataframe[1].value["Incidents"].dropna().tolist()
    assert shown == found.more[first].frame["n"].head(200).dropna().tolist()
    named = (
        views_changes.steps(ws, ws.select(first="2025-11", last="2026-10"), resolution=8)
        .named_cells(first)
        .frame
    )
    plain = ws.counts(ws.select(first="2025-11", last="2026-10"), resolution=8).frame.set_index(
        "cell"
    )["lad"]
    both = named[named["cell"].isin(plain.index)]
    assert both["lad"].fillna("").tolist() == plain[both["cell"]].fillna("").tolist()


def test_harm_and_pins_are_refused_in_words() -> None:
    said = " ".join(m.value for m in opened().markdown)
    assert "**By harm:** Harm weights are refused for data of grade D" in said
    assert (
        "**By young people's pins:** There is no ranking by pins. One person may pin in several"
        in said
    )


def test_one_authority_ranks_its_wards() -> None:
    drawn = html_of(opened(area="lad:E08000026"))
    ranked = drawn.partition("ranked in different ways")[2]
    assert ranked.count('data-label="Area"') == 18  # the wards of Coventry
    assert "Foleshill" in ranked


def test_the_maps_data_is_that_of_the_table(
    client: TestClient, ws: Workspace, demo: Settings
) -> None:
    rows = client.get(f"/map/changes.json?{ASKED}").json()["rows"]
    asked = ws.select(first="2025-11", last="2026-10")
    frame = ws.analyse("periods", asked, resolution=8).table.frame
    assert [row["h"] for row in rows] == frame["cell"].tolist()
    assert [list(CellChange)[row["c"]].value for row in rows] == frame["verdict"].tolist()
    numbers = [int(row[c].replace(",", "")) for row in rows for c in "nb" if row[c] != FEW_OR_NONE]
    assert not [n for n in numbers if n % demo.partner_k]
    sure = client.get(f"/map/changes-sure.json?{ASKED}").json()
    assert len(sure["features"]) == len({v for v in frame["verdict"] if "clearly" in v})


def test_only_steps_that_may_be_shown_have_data(client: TestClient, ws: Workspace) -> None:
    found = ws.analyse("counts", ws.select(first="2025-11", last="2026-10"), resolution=8)
    name, table = next(iter(found.more.items()))
    rows = client.get(f"/map/steps.json?{ASKED}&step={name}").json()["rows"]
    assert {row["h"] for row in rows} == set(table.frame["cell"])
    for step in ("2026-11", "1999-01", "", "x"):
        answer = client.get(f"/map/steps.json?{ASKED}&step={step}")
        assert answer.status_code == 400
        assert "no step of that name" in answer.text


@pytest.mark.parametrize("path", ["changes", "changes-sure", "steps"])
def test_no_address_can_ask_for_another_view(client: TestClient, path: str) -> None:
    for audience in ("analyst", "public", ""):
        answer = client.get(f"/map/{path}.json?{ASKED}&audience={audience}")
        assert answer.status_code == 403
        assert "partner view only" in answer.text
    with TestClient(
        client.app, base_url="http://localhost", client=("192.0.2.7", 50000)
    ) as stranger:
        assert stranger.get(f"/map/{path}.json?{ASKED}").status_code == 403


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("beyond=perhaps", "beyond is yes or no"),
        ("against=never", "cannot be compared with"),
        ("resolution=3", "no hexagon size"),
        ("from=2024-09&to=2026-10", "no whole earlier period"),
    ],
)
def test_a_wrong_address_is_refused_in_words(client: TestClient, more: str, said: str) -> None:
    asked = {
        **dict(p.split("=") for p in ASKED.split("&")),
        **dict(p.split("=") for p in more.split("&")),
    }
    answer = client.get("/map/changes.json", params=asked)
    assert answer.status_code == 400
    assert said in answer.text
