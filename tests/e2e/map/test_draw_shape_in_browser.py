"""A rectangle and a line drawn over the map, with a mouse and a finger, and the pilot there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.staff_maps import DESK, PHONE, a_page, check_axe, drawn, standing
from tests.e2e.states import seen

pytestmark = pytest.mark.browser
Place = tuple[float, float]


def tool(page: Page, name: str) -> Locator:
    """A button over the map; it is there once the map can be asked where it looks."""
    return page.locator(".draw-tools").get_by_role("button", name=name, exact=True)


def start(page: Page, name: str) -> None:
    """Begin a shape."""
    tool(page, name).click()
    expect(tool(page, name)).to_have_attribute("aria-pressed", "true")


def on_map(page: Page, shares: tuple[Place, ...]) -> list[Place]:
    """Places of the map by shares of its width and height, once it stands still in the window."""
    box = standing(page.locator(".draw-sheet"))
    return [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in shares]


def drag(page: Page, name: str, shares: tuple[Place, ...]) -> None:
    """Draw through places of the map, each as shares of its width and height."""
    start(page, name)
    places = on_map(page, shares)
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def said(page: Page, pattern: str) -> list[int]:
    """The numbers in what the status says, once it says that."""
    status = page.locator(".draw-tools [role=status]")
    expect(status).to_have_text(re.compile(pattern))
    return [int(digits.replace(",", "")) for digits in re.findall(r"[\d,]+", status.inner_text())]


def circle(x: float, y: float, radius: float) -> tuple[Place, ...]:
    turns = [2 * math.pi * i / 12 for i in range(12)]
    return tuple((x + radius * math.cos(a), y + radius * math.sin(a)) for a in turns)


@pytest.fixture
def desk(browser: Browser, server: str) -> Iterator[Page]:
    with a_page(browser, **DESK) as (page, _):
        page.goto(f"{server}/?resolution=7")
        drawn(page)
        yield page


def test_shapes_choose_hexagons_that_go_into_a_pilot(desk: Page) -> None:
    # Everything: as many as the legend counts.
    drag(desk, "Rectangle", ((0.01, 0.99), (0.5, 0.5), (0.99, 0.01)))
    (all_of_them,) = said(desk, r"^\d+ hexagons chosen\.$")
    counts = desk.locator(".st-key-map details.legend ul").first.locator("li span")
    assert all_of_them == sum(int(n.replace(",", "")) for n in counts.all_inner_texts())
    expect(desk.locator(".draw-sheet")).to_have_count(0)
    # A part of it, by hand, taken out again.
    tool(desk, "Take out").click()
    drag(desk, "Draw round", circle(0.4, 0.5, 0.12))
    gone, left = said(desk, r"taken out\. \d+ hexagons chosen\.$")
    assert 0 < gone < all_of_them and gone + left == all_of_them
    desk.get_by_role("button", name="Choose none").click()
    expect(tool(desk, "Take out")).to_be_hidden()
    # The same line again, now to choose; by then nothing is taken out any more.
    drag(desk, "Draw round", circle(0.4, 0.5, 0.12))
    assert said(desk, r"^\d+ hexagons chosen\.$") == [gone]
    panel = desk.locator(".st-key-panel")
    expect(panel.locator("h2").first).to_have_text(f"{gone} hexagons chosen")
    # Escape, the second press and a mere click leave everything as it was.
    start(desk, "Rectangle")
    desk.keyboard.press("Escape")
    expect(desk.locator(".draw-sheet")).to_have_count(0)
    expect(tool(desk, "Rectangle")).to_be_focused()
    drag(desk, "Rectangle", ((0.4, 0.5), (0.4, 0.5)))
    expect(desk.locator(".draw-sheet polygon")).to_have_attribute("points", "")
    tool(desk, "Rectangle").click()
    expect(desk.locator(".draw-sheet")).to_have_count(0)
    assert said(desk, r"^\d+ hexagons chosen\.$") == [gone]
    check_axe(desk)
    panel.get_by_role("link", name="Record a pilot here").click()
    expect(desk.get_by_text(f"Hexagons chosen: {gone}.")).to_be_visible()


def test_a_finger_draws_a_shape_and_then_scrolls_again(browser: Browser, server: str) -> None:
    with a_page(browser, **PHONE, color_scheme="dark") as (page, _):
        page.goto(f"{server}/?resolution=7")
        drawn(page)
        finger = page.context.new_cdp_session(page)

        def touch(kind: str, *places: Place) -> None:
            points = [{"x": x, "y": y} for x, y in places]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

        def scrolled() -> float:
            return float(page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"))

        def stroke(places: list[Place]) -> None:
            touch("Start", places[0])
            for place in places[1:]:
                touch("Move", place)
            touch("End")

        start(page, "Draw round")
        check_axe(page)
        across = on_map(page, (*circle(0.4, 0.55, 0.25), (0.5, 0.7), (0.5, 0.5), (0.5, 0.3)))
        line, upwards = across[:-3], across[-3:]
        before = scrolled()
        stroke(line)
        (many,) = said(page, r"^\d+ hexagons chosen\.$")
        assert many > 1 and scrolled() == before
        # No sheet lies over the map any more: the same finger moves the page.
        expect(page.locator(".draw-sheet")).to_have_count(0)
        stroke(upwards)
        seen(page, scrolled, lambda now: now > before, of="the page scrolled")
