"""What a person does, in a real browser, at both widths; and that no request leaves the machine."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import h3
import pandas as pd
import pyogrio
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from shapely.geometry import box

from tests.e2e.staff_maps import (
    DESK,
    PHONE,
    a_page,
    check_axe,
    drawn,
    in_window,
    open_hotspots,
    quiet,
    rows,
    view,
)
from tests.e2e.states import at_rest, hold, seen, until
from vrp_map.config import Settings
from vrp_map.disclosure.protect import protect
from vrp_map.maps import offline_html
from vrp_map.places.basemap.base_map import HOW
from vrp_map.vocabulary import Audience

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Watched:
    """An open page, the addresses that it has asked for, and what its own policy stopped."""

    page: Page
    asked: list[str]
    refused: list[str]


@pytest.fixture(scope="module")
def desk(browser: Browser, server: str) -> Iterator[Watched]:
    """The hotspots at a desk, in the dark: the tests that start there go on from one another."""
    with a_page(browser, **DESK, color_scheme="dark") as (page, asked):
        refused: list[str] = []
        page.on(
            "console",
            lambda message: (
                refused.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        open_hotspots(page, f"{server}/?resolution=7")
        yield Watched(page, asked, refused)


@pytest.fixture(scope="module")
def phone(browser: Browser, server: str) -> Iterator[Page]:
    """The hotspots on a phone, for the tests that start there."""
    with a_page(browser, **PHONE, color_scheme="light") as (page, _):
        open_hotspots(page, server)
        yield page


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def choose(page: Page, filter_name: str, option: str) -> None:
    box = page.get_by_role("combobox", name=filter_name, exact=True)
    for _ in range(
        4
    ):  # the map or a chart that arrives while the list is open draws it anew, under the pointer
        box.click()
        box.fill(option)
        try:
            page.get_by_role("option", name=option, exact=True).click(timeout=3000)
            return
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
    pytest.fail(f"{option} could not be chosen")


def settled(page: Page) -> None:
    """The script has run to its end, and the panel has stopped changing."""
    at_rest(page)
    panel = page.locator(".st-key-panel")
    said = [panel.inner_text()]

    def stands() -> bool:
        said.append(panel.inner_text())
        return said[-1] == said[-2]

    seen(page, stands, bool, of="the panel stands still")


def test_the_keyboard_alone_picks_a_place_and_leaves_it(desk: Watched) -> None:
    page = desk.page
    box = page.get_by_role("combobox", name="Pick a place")
    for _ in range(4):  # a chart that arrives while the list is open draws it anew, closed
        box.focus()
        page.keyboard.press("ArrowDown")
        try:
            page.get_by_role("option").first.wait_for(timeout=3000)
            break
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "(new URLSearchParams(location.search).get('at') || '').startsWith('hotspot:')")
    back = page.get_by_role("button", name="Back to the whole area")
    back.press("Enter")
    until(page, "!new URLSearchParams(location.search).get('at')")
    expect(back).to_be_hidden()


def test_without_streets_staff_are_told_the_command_once(desk: Watched) -> None:
    expect(desk.page.get_by_text(HOW)).to_have_count(1)


def test_the_journey_from_the_list_to_a_link_that_shows_the_same(
    browser: Browser, desk: Watched
) -> None:
    page = desk.page
    settled(page)
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box
    page.mouse.click(box["x"] + 16, box["y"] + 38 + 19)  # the mark of the first row
    expect(page.get_by_role("button", name="Back to the whole area")).to_be_visible()
    panel = page.locator(".st-key-panel")
    expect(panel.get_by_text("Per 1,000 residents")).to_be_visible()
    month = panel.locator(".months li").last
    month.hover()
    expect(month.locator("span")).to_have_css("opacity", "1")
    picked = query(page)["at"]
    assert picked.startswith("hotspot:")

    before, sentence = page.url, page.locator("h1").inner_text()
    with page.expect_response(lambda answer: "/map/cells.json" in answer.url):
        choose(page, "What", "Robbery")
    expect(page.locator("h1")).not_to_have_text(sentence)
    until(page, "new URLSearchParams(location.search).get('category') === 'robbery'")
    assert query(page)["at"] == picked  # a change of filter keeps what is picked
    settled(page)
    figures, link = panel.inner_text(), page.url
    # Going back is no choice: the page follows the address.
    page.go_back()
    expect(page.locator("h1")).to_have_text(sentence)
    assert page.url == before
    page.go_forward()
    expect(page.locator("h1")).not_to_have_text(sentence)
    assert page.url == link
    settled(page)
    sentence = page.locator("h1").inner_text()

    with a_page(browser, **DESK) as (other, _):
        open_hotspots(other, link)
        expect(other.locator("h1")).to_have_text(sentence)
        expect(other.get_by_role("combobox", name="What", exact=True)).to_have_value("Robbery")
        settled(other)
        expect(other.locator(".st-key-panel")).to_have_text(figures, use_inner_text=True)


def test_a_press_picks_the_hexagon_under_it_and_panning_asks_for_nothing(desk: Watched) -> None:
    page = desk.page
    settled(page)
    lon, lat, _ = view(page)
    nearest = min(
        rows(page, desk.asked),
        key=lambda row: (row["m"][0] / 1e6 - lon) ** 2 + (row["m"][1] / 1e6 - lat) ** 2,
    )
    cell = str(nearest["h"])
    # Beside its middle and near a corner: the shape counts, not how near its middle is.
    (north, east), *_ = h3.cell_to_boundary(cell)
    south, west = h3.cell_to_latlng(cell)
    place = in_window(page, west + 0.8 * (east - west), south + 0.8 * (north - south))
    page.mouse.click(*place)
    until(page, f"new URLSearchParams(location.search).get('at') === 'cell:{cell}'")
    expect(page.get_by_role("button", name="Back to the whole area")).to_be_visible()
    quiet(page)

    before, address, looked = len(desk.asked), page.url, view(page)
    x, y = in_window(page, lon, lat)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 60, steps=4)
    page.mouse.up()
    seen(page, lambda: view(page), lambda now: now[:2] != looked[:2], of="the map was moved")
    quiet(page)
    assert [url for url in desk.asked[before:] if not url.startswith(("blob:", "data:"))] == []
    assert page.url == address
    check_axe(page)


def test_downloads_hold_what_the_page_shows_and_the_map_opens_offline(
    browser: Browser, desk: Watched, tmp_path: Path
) -> None:
    files = {}
    layers = "Download layers (GeoPackage)"
    for name in ("Download CSV", "Download GeoJSON", "Download map (HTML)", layers):
        with desk.page.expect_download() as held:
            desk.page.get_by_role("button", name=name).click()
        files[name] = tmp_path / held.value.suggested_filename
        held.value.save_as(files[name])
    rows = list(csv.DictReader(files["Download CSV"].open(encoding="utf-8")))
    features = json.loads(files["Download GeoJSON"].read_text(encoding="utf-8"))["features"]
    assert len(rows) == len(features) > 50
    assert {row["cell"] for row in rows} == {feature["properties"]["cell"] for feature in features}
    assert not [row for row in rows if row["n"] and 0 < int(row["n"]) < 5]
    frame = pyogrio.read_dataframe(files[layers], layer="hexagons")
    assert {row["cell"] for row in rows} == set(frame["cell"])
    assert "layer_styles" in pyogrio.list_layers(files[layers])[:, 0]

    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(files["Download map (HTML)"].as_uri())
    expect(page.locator(".leaflet-container")).to_be_visible()
    assert page.evaluate("document.querySelectorAll('.leaflet-container canvas').length") > 0
    assert [url for url in asked if urlsplit(url).scheme not in ("file", "data", "blob")] == []
    expect(page.get_by_text("synthetic").first).to_be_visible()
    context.close()


def test_no_request_leaves_the_machine(desk: Watched, server: str) -> None:
    """In all that the tests above did, and on Data quality."""
    page = desk.page
    page.get_by_role("link", name="Data quality").first.click()
    expect(page.get_by_role("heading", name="Why rows were refused")).to_be_visible()
    quiet(page)
    elsewhere = [
        url
        for url in desk.asked
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and not url.startswith(server)
    ]
    assert elsewhere == []
    assert desk.refused == []  # nor was one tried and stopped


def test_a_name_is_text_on_the_mailed_map(browser: Browser, tmp_path: Path) -> None:
    name = "</script><img src=x onerror=document.title='ran'>{{7*7}}${document.title='ran'}"
    areas = gpd.GeoDataFrame(
        {"code": ["x"], "name": [name]}, geometry=[box(-2.0, 52.4, -1.8, 52.6)], crs="EPSG:4326"
    )
    cells = pd.DataFrame(
        {"cell": ["89195c05b87ffff"], "name": [name], "n": [50], "hotspot_class": ["not hot"]}
    )
    safe = protect(cells, audience=Audience.PARTNER, settings=Settings())
    file = tmp_path / "map.html"
    file.write_bytes(
        offline_html(safe, limits=(50,), areas={"lad": areas}, title="A map", lines=[name])
    )
    with a_page(browser, **DESK) as (page, _):
        page.goto(file.as_uri())
        expect(page.locator(".leaflet-tooltip.name")).to_have_text(name)
        expect(page.locator("header p")).to_have_text(name)
        assert page.title() == "A map"
        assert page.locator("img").count() == 0


# How far anything on the page sticks out to the right of the screen, or scrolls sideways within
# itself.
SIDEWAYS = """() => [...document.querySelectorAll(
    '.stMain .scroll, .st-key-filters, .st-key-filters *, table.plain')]
    .filter(e => e.offsetParent && e.tagName !== 'INPUT')
    .map(e => Math.max(e.getBoundingClientRect().right - innerWidth,
        ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
            ? e.scrollWidth - e.clientWidth : 0))
    .filter(by => by > 0)"""


def test_a_phone_shows_every_filter_and_whose_map_it_is(phone: Page, demo: Settings) -> None:
    for name in ("What", "When", "Where", "Hexagon size", "Boundaries"):
        expect(phone.get_by_role("combobox", name=name, exact=True)).to_be_in_viewport()
    expect(phone.get_by_text(demo.partnership)).to_be_visible()
    assert phone.evaluate(SIDEWAYS) == []


def test_a_phone_has_no_sideways_scroll_and_the_map_is_no_trap(phone: Page) -> None:
    page = phone
    wide = page.evaluate(
        "[document.documentElement.scrollWidth,"
        " document.querySelector('[data-testid=stMain]').scrollWidth]"
    )
    assert max(wide) <= 390
    chart = drawn(page)
    box = chart.bounding_box()
    assert box
    assert box["height"] == pytest.approx(440, abs=10)  # about half of the screen
    # The legend begins where the map ends.
    legend = page.locator(".legend").bounding_box()
    assert legend
    assert legend["y"] == pytest.approx(box["y"] + box["height"], abs=20)
    sizes = page.evaluate("[...document.querySelectorAll('.stMain p, .stMain dd, .stMain label')].filter(e => e.innerText.trim() && e.offsetParent && !e.closest('.legend')).map(e => parseFloat(getComputedStyle(e).fontSize))")  # fmt: skip  # noqa: E501
    assert min(sizes) >= 14
    check_axe(page)
    # One finger across the map scrolls the page and leaves the map; two move the map.
    x, y = in_window(page, *view(page)[:2])
    top = "document.querySelector('[data-testid=stMain]').scrollTop"
    before, looked = page.evaluate(top), view(page)
    swipe(page, [(x, y)], -150)
    until(page, f"{top} > {before} + 60")
    assert view(page) == looked
    x, y = in_window(page, *looked[:2])
    before = page.evaluate(top)
    swipe(page, [(x - 40, y), (x + 40, y)], -100)
    seen(page, lambda: view(page), lambda now: now[1] < looked[1], of="the map was moved")
    assert page.evaluate(top) == before


def test_data_quality_fits_a_phone_and_opens_a_refused_row(phone: Page, server: str) -> None:
    phone.goto(f"{server}/data-quality")
    row = phone.locator("details.refused").first
    expect(row).to_be_visible()
    row.locator("summary").click()
    expect(row.locator("dl")).to_be_visible()
    assert phone.evaluate(SIDEWAYS) == []
    said = phone.locator("table.plain td").first.bounding_box()
    assert said and said["width"] > 250  # the words have the width, not the code


def swipe(page: Page, fingers: list[tuple[float, float]], by: float) -> None:
    """Upwards when `by` is negative."""
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, points: list[dict[str, float]]) -> None:
        told = {"type": f"touch{kind}", "touchPoints": points}
        devtools.send("Input.dispatchTouchEvent", told)

    touch("Start", [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(fingers)])
    for step in range(1, 11):
        moved = by * step / 10
        touch("Move", [{"x": x, "y": y + moved, "id": i} for i, (x, y) in enumerate(fingers)])
    touch("End", [])


def test_a_map_without_its_answers_says_so_and_the_list_stands(
    browser: Browser, server: str
) -> None:
    with a_page(browser, **DESK) as (page, _):

        def fail(route: Route) -> None:
            route.fulfill(status=500, body="no")

        missing = page.locator(".map-missing")
        # Its scripts, then what it draws.
        page.route("**/map/static/**", fail)
        page.goto(server)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()
        expect(missing).to_contain_text("could not be loaded")
        page.unroute("**/map/static/**")
        page.route("**/map/*.json*", fail)
        page.goto(server)
        drawn(page)
        expect(missing).to_contain_text("The map is not complete")
        check_axe(page)
        # Asked again when the map is moved, and complete then.
        page.unroute("**/map/*.json*")
        page.get_by_role("button", name="Zoom in").click()
        expect(missing).to_be_hidden()


_COMPONENT, _STREAMLIT = "**/BidiComponent.*", "**/static/js/index.*"


def test_the_map_is_drawn_before_its_component_and_hears_what_was_pressed_till_then(
    browser: Browser, server: str
) -> None:
    with a_page(browser, **DESK) as (page, asked):
        let_go = hold(page, _COMPONENT)
        page.goto(f"{server}/?resolution=7")
        shown = drawn(page)
        expect(page.get_by_role("button", name="Rectangle")).to_be_hidden()
        shown.evaluate("map => { map.marked = true; }")
        row = rows(page, asked)[0]
        shown.focus()
        page.mouse.click(*in_window(page, row["m"][0] / 1e6, row["m"][1] / 1e6))
        let_go()
        until(page, f"location.search.includes('at=cell%3A{row['h']}')")
        expect(page.get_by_role("button", name="Rectangle")).to_be_visible()
        # The same one, and the only one; it goes when the page does.
        assert drawn(page).evaluate("map => map.marked")
        expect(drawn(page)).to_be_focused()
        expect(page.locator(".staff-map")).to_have_count(1)
        page.get_by_role("link", name="Methods", exact=True).click()
        expect(page.locator(".staff-map")).to_have_count(0)
        page.get_by_role("link", name="Hotspots", exact=True).click()
        assert not drawn(page).evaluate("map => map.marked")


def test_a_map_that_may_be_another_waits_for_its_component(browser: Browser, server: str) -> None:
    """Somebody who does something may choose; and a page may be dark on a computer that is not."""
    for theme, key in (("", "Shift"), ("Dark", "")):
        with a_page(browser, **DESK, is_new=True) as (page, _):
            if theme:
                kept = f"""localStorage.setItem("stActiveTheme-/-v2", '"{theme}"')"""
                page.add_init_script(kept)
            let_go, _ = hold(page, _STREAMLIT), hold(page, _COMPONENT)
            with page.expect_response("**/map/first.json*"):
                page.goto(f"{server}/?resolution=7", wait_until="commit")
            if key:
                page.keyboard.press(key)
            let_go()
            place = page.locator(".st-key-map")
            expect(place.locator(".legend")).to_be_visible()
            scheme = place.evaluate("place => getComputedStyle(place).colorScheme")
            assert scheme == (theme.lower() or "light")
            expect(page.locator(".staff-map")).to_have_count(0)


def test_a_map_shown_in_full_screen_stays_there_when_its_component_comes(
    browser: Browser, server: str
) -> None:
    with a_page(browser, **DESK) as (page, _):
        let_go = hold(page, _COMPONENT)
        page.goto(f"{server}/?resolution=7", wait_until="commit")
        drawn(page)
        page.get_by_role("button", name="Full screen").click()
        until(page, "document.fullscreenElement?.matches('.map-frame')")
        let_go()
        expect(page.get_by_role("button", name="Rectangle")).to_be_visible()
        expect(page.get_by_role("button", name="Leave full screen")).to_be_visible()
        assert page.evaluate("document.fullscreenElement?.matches('.map-frame')")
