"""The wall and the voices in a real browser: one screen, by itself, through the server's absence,
and for everybody.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect

from tests.e2e.axe import violations
from tests.e2e.states import until
from tests.e2e.summit.hall import DAY, Hall
from tests.e2e.summit.test_pin_page_in_browser import COLOURS
from tests.e2e.windows import window
from tests.phones import pin

pytestmark = pytest.mark.browser

SCREENS = [(1920, 1080), (1280, 720), (1024, 768)]


@contextmanager
def a_screen(
    browser: Browser, hall: Hall, path: str, size: tuple[int, int], **options: Any
) -> Iterator[Page]:
    """A page, opened; afterwards nothing was asked of anybody else, no cookie was set, and no
    script failed.
    """
    asked: list[str] = []
    troubles: list[str] = []

    def ask(request: Request) -> None:
        asked.append(request.url)

    def fail(error: Error) -> None:
        troubles.append(str(error))

    def say(said: ConsoleMessage) -> None:
        if "Content Security" in said.text:
            troubles.append(said.text)

    noted = {"request": ask, "pageerror": fail, "console": say}
    view = {"width": size[0], "height": size[1]}
    with window(browser, base_url=hall.address, viewport=view, **options) as page:
        for name, note in noted.items():
            page.on(name, note)  # type: ignore[call-overload]
        page.goto(path)
        yield page
        assert troubles == [] and page.context.cookies() == []
        assert asked and all(url.startswith((hall.address, "data:")) for url in asked)
        for name, note in noted.items():
            page.remove_listener(name, note)


def clean(page: Page) -> None:
    found = violations(page)
    told = {
        (v["id"], v["nodes"][0]["html"][:120], v["nodes"][0]["failureSummary"][:300]) for v in found
    }
    assert not found, told
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def ask_now(page: Page) -> None:
    """What the browser tells a page when the network is back; the page would ask by itself some
    seconds later.
    """
    page.evaluate("dispatchEvent(new Event('online'))")


@pytest.mark.parametrize("size", SCREENS)
def test_one_screen_holds_it_all(browser: Browser, hall: Hall, size: tuple[int, int]) -> None:
    with a_screen(browser, hall, "/wall/LIVE", size) as page:
        expect(page.locator("#people")).to_have_text("You are one of 12 people")
        expect(page.locator("#map .rim")).to_have_count(2)
        assert page.evaluate(
            "[document.documentElement.scrollHeight <= innerHeight, document.body.scrollHeight <="
            " innerHeight]"
        ) == [True, True]
        expect(page.locator("#words li")).to_have_count(9)
        expect(page.locator("#themes strong")).to_have_text(["7", "7", "7"])
        cut = page.evaluate(
            """[...document.querySelectorAll(
              "#numbers p, #words li, #themes li, #places, #join, #map, h1, h2")]
            .filter(e => e.checkVisibility() && !e.closest("#list")).filter(e => {
              const box = e.getBoundingClientRect();
              const column = e.closest("#words")?.getBoundingClientRect();
              return box.bottom > innerHeight || box.right > innerWidth
                || (column && box.bottom > column.bottom + 1);
            }).map(e => e.textContent)"""
        )
        assert cut == []
        smallest = page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('#words li')).fontSize)"
        )
        assert smallest >= size[1] / 40, "readable from the back"
        clean(page)


@pytest.mark.parametrize("size", [*SCREENS, (390, 844)])
def test_the_code_covers_nothing_of_the_map(
    browser: Browser, hall: Hall, size: tuple[int, int]
) -> None:
    with a_screen(browser, hall, "/wall/LIVE", size) as page:
        expect(page.locator("#map .rim")).to_have_count(2)
        code = page.locator("#code")
        if size[0] < 800:
            expect(code).to_be_hidden()  # a phone cannot scan itself; the address is below
            expect(page.locator("#join")).to_contain_text("/pin/LIVE")
            return
        expect(code).to_be_in_viewport(ratio=1)
        map_, square, words = (
            page.locator(name).bounding_box() for name in ("#map", "#code", "#places")
        )
        assert map_ and square and words
        assert (
            map_["x"] + map_["width"] <= square["x"]
            and square["y"] + square["height"] <= words["y"]
        )
        assert square["width"] >= size[1] / 8 and map_["width"] > 3 * square["width"]


def test_when_the_event_is_over_the_map_has_the_room_of_the_code(
    browser: Browser, hall: Hall
) -> None:
    with a_screen(browser, hall, "/wall/OVER", SCREENS[1]) as page:
        expect(page.locator("#map .rim")).to_have_count(2)
        expect(page.locator("#code")).to_be_hidden()
        map_, words = page.locator("#map").bounding_box(), page.locator("#places").bounding_box()
        assert (
            map_
            and words
            and words["width"] == map_["width"]
            and words["y"] >= map_["y"] + map_["height"]
        )


def test_a_phone_gets_a_page_that_scrolls(browser: Browser, hall: Hall) -> None:
    with a_screen(browser, hall, "/wall/LIVE", (390, 844), is_mobile=True, has_touch=True) as page:
        expect(page.locator("#hexagons li")).to_have_count(2)
        expect(page.locator("#hexagons li").first).to_contain_text("7 feel unsafe, 6 feel safe")
        clean(page)


def test_before_the_first_release_it_waits_in_words(browser: Browser, hall: Hall) -> None:
    with a_screen(browser, hall, "/wall/EMPTY", SCREENS[1]) as page:
        expect(
            page.get_by_role("heading", name="We are waiting for the first 10 people")
        ).to_be_visible()
        expect(page.locator("#numbers")).to_be_hidden()
        hall.send(*(pin(phone, event="EMPTY") for phone in range(4)))
        ask_now(page)
        page.wait_for_timeout(300)
        expect(page.locator("#numbers")).to_be_hidden()
        clean(page)


def test_it_refreshes_and_lives_through_the_server_being_away(browser: Browser, hall: Hall) -> None:
    with a_screen(browser, hall, "/wall/LIVE", SCREENS[1]) as page:
        people = page.locator("#people strong")
        expect(people).to_have_text("12")
        hall.send(*(pin(phone, event="LIVE") for phone in range(100, 110)))
        page.wait_for_timeout(1100)  # the interval of this server is a second
        ask_now(page)
        expect(people).to_have_text("22")
        hall.stop()
        ask_now(page)
        expect(page.locator("#server")).to_have_text("No connection. We keep trying.")
        expect(people).to_have_text("22")
        expect(page.locator("#map .rim")).to_have_count(2)
        hall.start()
        expect(page.locator("#server")).to_have_text("")  # nobody touched it
        expect(people).to_have_text("22")


def test_full_screen_by_key_and_by_button(browser: Browser, hall: Hall) -> None:
    with a_screen(browser, hall, "/wall/LIVE", SCREENS[1]) as page:
        expect(page.get_by_role("button", name="Full screen")).to_be_visible()
        page.keyboard.press("f")
        until(page, "document.fullscreenElement !== null")
        page.keyboard.press("f")
        until(page, "document.fullscreenElement === null")


def test_without_the_map_the_numbers_stand(browser: Browser, hall: Hall) -> None:
    with window(browser, base_url=hall.address) as page:
        page.route("**/leaflet.js", lambda route: route.abort())
        page.goto("/wall/LIVE")
        expect(page.locator("#people strong")).not_to_have_text("")
        expect(page.locator("#hexagons li")).to_have_count(2)


@pytest.mark.parametrize("size", [(390, 844), (1280, 900)])
def test_the_voices_for_everybody(browser: Browser, hall: Hall, size: tuple[int, int]) -> None:
    with a_screen(browser, hall, "/voices", size) as page:
        expect(page.locator(".place")).to_have_count(2)
        expect(page.locator("#map .rim")).to_have_count(2)
        expect(page.locator(".place").first).to_contain_text("14 people feel unsafe here")
        expect(page.locator(".place").first).to_contain_text("Four new lights are up.")
        expect(page.locator(".place").first).to_contain_text(f"City Council, {DAY.day} {DAY:%B %Y}")
        for scheme in COLOURS:
            page.emulate_media(color_scheme=scheme)
            clean(page)


def test_a_phone_that_pinned_is_told_how_many_it_is_one_of(browser: Browser, hall: Hall) -> None:
    """Only the number that the wall shows."""
    with a_screen(browser, hall, "/pin/LIVE", (390, 844), is_mobile=True, has_touch=True) as page:
        page.get_by_role("button", name="Search").click()
        page.get_by_label("Street, station, school or park").fill("station")
        page.locator("#found button").first.click()
        page.get_by_role("button", name="Use this place").click()
        page.get_by_role("button", name="In a town or city centre").click()
        page.get_by_role("button", name="I feel unsafe here").click()
        page.get_by_role("button", name="Skip to the end").click()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1, name="Sent. Thank you.")).to_be_visible()
        with urllib.request.urlopen(f"{hall.address}/api/wall/LIVE", timeout=10) as answer:
            released = json.load(answer)["contributors"]
        expect(page.locator("#crowd")).to_have_text(f"You are one of {released} people.")
