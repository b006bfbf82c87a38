"""The staff map by keyboard, on the whole screen, and under one finger."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.staff_maps import (
    DESK,
    PHONE,
    a_page,
    check_axe,
    drawn,
    open_hotspots,
    view,
)
from tests.e2e.states import at_rest, seen

pytestmark = pytest.mark.browser

_HOTSPOTS = "/?resolution=7"
_BOXES = (
    "names => names.map((name) => document.querySelector(name).getBoundingClientRect().toJSON())"
)
_BUTTONS = """() => [...document.querySelectorAll(".map-frame button, .map-frame a[role=button]")]
  .map((one) => one.getBoundingClientRect()).filter(({ width }) => width)
  .map(({ left, top, right, bottom }) => [left, top, right, bottom])"""


def heard(page: Page) -> str:
    return page.locator(".map-heard").text_content() or ""


def is_near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two views are one, but for a pixel."""
    pixel = 360 / (512 * 2 ** one[2])
    return one[2] == other[2] and all(abs(a - b) <= pixel for a, b in zip(one, other, strict=True))


def test_keyboard_alone_finds_and_chooses_a_hexagon(browser: Browser, server: str) -> None:
    with a_page(browser, **DESK, color_scheme="dark") as (page, _):
        page.goto(server + _HOTSPOTS)
        drawn(page)
        box = page.locator(".staff-map")
        assert heard(page) == ""
        page.get_by_role("button", name="Zoom in").focus()
        page.keyboard.press("Shift+Tab")
        expect(box).to_be_focused()
        before = view(page)
        page.keyboard.press("+")
        closer = seen(page, lambda: view(page), lambda now: now[2] == before[2] + 1)
        page.keyboard.press("ArrowLeft")
        seen(page, lambda: view(page), lambda now: now[0] < closer[0])
        for _ in range(6):
            if seen(page, lambda: heard(page), bool) != "No hexagon here.":
                break
            here = view(page)
            page.keyboard.press("ArrowDown")
            seen(page, lambda: view(page), lambda now, here=here: now != here)
        # Name, number and sureness; who looks reads what who listens hears.
        name, number, *sureness = heard(page).rstrip(".").split(". ")
        assert number.startswith("Incidents: ") and sureness
        expect(page.locator(".map-tip b")).to_have_text(name)
        expect(page.locator(".map-tip")).to_contain_text(number)
        # Asked for at once: the page may still be put together around the map.
        outline, frame = page.evaluate(_BOXES, [".map-outline", ".staff-map"])
        for start, length in (("x", "width"), ("y", "height")):
            middle = frame[start] + frame[length] / 2
            assert outline[start] < middle < outline[start] + outline[length]
        check_axe(page, "best-practice")
        page.keyboard.press("Enter")
        expect(page.locator(".st-key-panel h2").first).to_have_text(name)
        expect(box).to_be_focused()
        # The whole screen looks where the page did, and so does the page afterwards.
        here = view(page)
        for button in ("Full screen", "Leave full screen"):
            wide = box.bounding_box()
            page.get_by_role("button", name=button, exact=True).click()
            seen(page, box.bounding_box, lambda now, wide=wide: now != wide)
            seen(page, lambda: view(page), lambda now: is_near(now, here))


def test_one_finger_is_told_once_that_two_move_the_map(browser: Browser, server: str) -> None:
    with a_page(browser, **PHONE) as (page, _):
        page.goto(server + _HOTSPOTS)
        drawn(page)
        box, hint = page.locator(".staff-map"), page.locator(".map-hint")
        box.scroll_into_view_if_needed()
        finger = page.context.new_cdp_session(page)
        before = view(page)

        def drag() -> None:
            at = box.bounding_box()
            assert at
            x, y = at["x"] + at["width"] / 2, at["y"] + 150
            for kind, places in (
                ("touchStart", [(x, y)]),
                *(("touchMove", [(x, y - 10 * step)]) for step in range(1, 8)),
                ("touchEnd", []),
            ):
                told = [{"x": across, "y": down} for across, down in places]
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

        expect(hint).to_be_hidden()
        drag()
        expect(hint).to_have_text("Use two fingers to move the map.")
        expect(hint).to_be_visible()
        expect(hint).to_be_hidden()
        drag()
        expect(hint).to_be_hidden()
        assert view(page) == before
        # Buttons of the map neither cover each other nor leave it, with the one that comes once
        # something is chosen. Taken at once: the page may still be scrolling.
        page.evaluate("document.querySelector('[data-take-out]').hidden = false")
        boxes = page.evaluate(_BUTTONS)
        assert len(boxes) == 6
        for i, (left, top, right, bottom) in enumerate(boxes):
            assert bottom - top >= 36 and right <= 390
            for x, y, end, foot in boxes[:i]:
                apart = max(left - end, x - right, top - foot, y - bottom)
                assert apart > -2, boxes


def test_who_came_by_a_link_goes_back_with_one_press_and_the_map_follows_into_the_night(
    browser: Browser, server: str
) -> None:
    with a_page(browser, **DESK, color_scheme="light") as (page, _):
        page.goto(f"{server}/healthz")
        open_hotspots(page, server + _HOTSPOTS)
        seen(page, lambda: page.url, lambda now: "layer=" in now)
        # The page said in its address what it shows: that was no step of anybody's.
        page.go_back()
        assert page.url == f"{server}/healthz"
        page.go_forward()
        drawn(page)
        at_rest(page)
        paper = "getComputedStyle(document.querySelector('.staff-map')).backgroundColor"
        day = page.evaluate(paper)
        page.emulate_media(color_scheme="dark")
        night = seen(page, lambda: page.evaluate(paper), lambda now: now != day)
        page.emulate_media(color_scheme="light")
        seen(page, lambda: page.evaluate(paper), lambda now: now == day != night)
