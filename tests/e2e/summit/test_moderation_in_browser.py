"""Moderation as a moderator does it: by keys alone, at a desk and on a phone, with nothing for axe
to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import violations
from tests.e2e.windows import window

pytestmark = pytest.mark.browser

# The page does nothing with a key sooner than this after a text has come up.
_READ_MS = 350
_LIST_READ_MS = 1200


_PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile"
    " Safari/537.36"
)


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1280) -> Iterator[Page]:
    # A phone says that it is one, and gets the navigation as one list.
    named = {"user_agent": _PHONE} if width < 500 else {}
    with window(browser, viewport={"width": width, "height": 844}, **named) as page:
        page.goto(address)
        yield page


def press(page: Page, key: str, *, says: str) -> None:
    """Press a key once the text has stood for a moment, and wait for what the page says then."""
    page.wait_for_timeout(_READ_MS)
    page.keyboard.press(key)
    expect(page.get_by_role("alert").first).to_contain_text(says)


def nothing_for_axe(page: Page) -> None:
    found = violations(page)
    assert not [(fault["id"], fault["nodes"][0]["target"]) for fault in found]


def test_a_queue_is_done_with_keys_alone(browser: Browser, server: str) -> None:
    with opened(browser, f"{server}/moderation?event=DESK") as page:
        said = page.locator("blockquote.said")
        expect(said).to_be_visible()
        nothing_for_axe(page)
        expect(said.locator("mark")).to_have_count(1)
        press(page, "n", says="Text 2 of 6")
        press(page, "p", says="Text 1 of 6")
        press(page, "x", says="Rejected.")
        press(page, "u", says="Undone. 1 text back")
        for left in (5, 4):
            press(page, "x", says=f"Text 1 of {left}")
        # While one types, keys are letters.
        box = page.get_by_label("Words to keep if you redact")
        # That of the text before has gone: this one's own words stand in it.
        expect(box).to_have_value("Two boys had knives, made up.")
        box.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("Some axes, made up.")
        expect(box).to_have_value("Some axes, made up.")
        expect(page.locator("p.progress")).to_contain_text("2 of 6")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=re.compile("^Redact"))).to_be_focused()
        press(page, "Enter", says="Redacted.")
        # Focus stays on the button that was pressed: whoever goes by Tab need not begin again.
        approve = page.get_by_role("button", name="Approve Shortcut A", exact=True)
        approve.focus()
        press(page, "Enter", says="Approved.")
        expect(approve).to_be_focused()
        press(page, "b", says="2 texts without a flag.")
        expect(page.locator("ol.texts li")).to_have_count(2)
        nothing_for_axe(page)
        page.wait_for_timeout(_LIST_READ_MS)
        press(page, "b", says="Approved 2 texts.")
        expect(page.get_by_text("Every text is done.")).to_be_visible()
        press(page, "u", says="Undone. 2 texts back")


def test_the_keys_can_be_switched_off(browser: Browser, server: str) -> None:
    with opened(browser, f"{server}/moderation?event=PHONE") as page:
        expect(page.locator("blockquote.said")).to_be_visible()
        page.get_by_text("Use single keys").click()
        reject = page.get_by_role("button", name="Reject", exact=True)
        expect(reject).to_be_visible()
        page.wait_for_timeout(_READ_MS)
        page.keyboard.press("x")
        page.get_by_role("button", name="Next", exact=True).click()
        expect(page.get_by_role("alert").first).to_contain_text("Text 2 of 6")


def test_both_pages_on_a_phone(browser: Browser, server: str) -> None:
    with opened(browser, f"{server}/moderation?event=PHONE", width=390) as page:
        expect(page.locator("blockquote.said")).to_be_visible()
        nothing_for_axe(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    with opened(browser, f"{server}/safeguarding?event=PHONE", width=390) as page:
        page.get_by_role("button", name="Read case 1").click()
        expect(page.locator("blockquote.said")).to_contain_text("my dad hits me")
        nothing_for_axe(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
        page.get_by_role("textbox", name="What was done, by whom, and what comes next").fill(
            "Passed on, made up."
        )
        page.get_by_role("button", name="Add to the log").click()
        expect(page.get_by_text("noted: Passed on, made up.")).to_be_visible()
        page.get_by_role("button", name="Close this case").click()
        expect(page.get_by_role("heading", name="0 open cases")).to_be_visible()
