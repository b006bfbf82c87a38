"""Typing the code of an event in a browser that runs no script, at every size and in
both colours.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import violations
from tests.e2e.summit.test_pin_page_in_browser import COLOURS
from tests.e2e.windows import window

pytestmark = pytest.mark.browser


def test_without_a_script_the_code_leads_to_the_event(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/pin")
    expect(page.get_by_label("Enter the code of your event")).to_be_focused()
    page.keyboard.type("dmeo")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No event has this code.")).to_be_visible()
    field = page.get_by_label("Enter the code of your event")
    expect(field).to_have_value("dmeo")
    field.fill(" br eak")
    page.get_by_role("button", name="Go to the event").click()
    expect(page.get_by_text("This event is having a break.")).to_be_visible()
    assert page.url == f"{server}/pin/BREAK" and context.cookies() == []
    context.close()


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (1280, 800)])
def test_it_can_be_used_by_everybody(browser: Browser, server: str, size: tuple[int, int]) -> None:
    width, height = size
    with window(browser, base_url=server, viewport={"width": width, "height": height}) as page:
        for path in ("/pin", "/pin?code=nosuch"):
            page.goto(path)
            for scheme in COLOURS:
                page.emulate_media(color_scheme=scheme)
                assert violations(page) == [], scheme
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            button = page.get_by_role("button", name="Go to the event").bounding_box()
            assert button and button["height"] >= 44 and button["y"] + button["height"] < height
