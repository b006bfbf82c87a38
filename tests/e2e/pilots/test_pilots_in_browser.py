"""The page Pilots in a browser: a draft is typed, saved and read, and axe finds nothing."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.made_up_pilots import MIDDLE

# What the map's library makes of its own picture is a matter of good practice, and not ours.
_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def faults(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page, options=_WCAG).response["violations"]]


def test_a_draft_is_typed_saved_and_read(browser: Browser, server: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/pilots?pilot=new")
    cells = page.get_by_label("Hexagons of the pilot")
    cells.fill(f"{MIDDLE} {MIDDLE}")
    cells.press("Control+Enter")
    expect(page.get_by_text("Hexagons chosen: 1.")).to_be_visible()
    page.get_by_label("Name of the pilot").fill("Made-up patrols")
    assert faults(page) == []
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("link", name=re.compile(r"P\d{4}-\d\d")).click()
    expect(page.get_by_role("heading", name="Made-up patrols")).to_be_visible()
    expect(page.get_by_text("Not judged yet.")).to_be_visible()
    assert faults(page) == []
    context.close()


def test_hexagons_are_painted_by_clicks(webgl_browser: Browser, server: str) -> None:
    """Out, in and out again, then another one: each click counts, and of its own hexagon."""
    context = webgl_browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/pilots?pilot=new&area={MIDDLE}")
    cells = page.get_by_label("Hexagons of the pilot")
    canvas = page.locator("[data-testid=stDeckGlJsonChart] canvas").first
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for wanted in ("", MIDDLE, ""):
        click_until(page, cells, middle, wanted)
    click_when_it_answers(page, middle[0], middle[1] - box["height"] / 4)
    expect(page.get_by_text("Hexagons chosen: 1.")).to_be_visible()
    assert cells.input_value() not in ("", MIDDLE)
    context.close()


def click_until(page: Page, cells: Locator, at: tuple[float, float], wanted: str) -> None:
    """Drawn by software on a busy machine, a click is lost now and then: it is made again."""
    for is_last in (False, False, True):
        click_when_it_answers(page, *at)
        try:
            expect(cells).to_have_value(wanted)
            return
        except AssertionError:
            if is_last:
                raise


def click_when_it_answers(page: Page, x: float, y: float) -> None:
    """Click once the hexagons are drawn, by software: what lies there answers to the pointer, after
    what lies beside them did.
    """
    for says, at in (("Too far away", 30), ("Click to add it", x)):
        for step in range(100):
            page.mouse.move(at + step % 5, y)
            page.wait_for_timeout(100)
            if page.get_by_text(says).is_visible():
                break
    page.mouse.click(x, y)
