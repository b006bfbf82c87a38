"""A youth worker in a real browser: makes an event, prints it, types in a sheet by keyboard, clicks
twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import violations
from tests.e2e.windows import window

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    with window(browser, viewport={"width": 1280, "height": 1400}) as found:
        yield found


def made(page: Page, server: str, name: str, code: str, *, free_text: bool = False) -> None:
    page.goto(f"{server}/events")
    # The foot of the page comes last: until then what was opened may be drawn anew.
    expect(page.locator("p.sources")).to_be_visible()
    form = page.locator("[data-testid=stExpander] details")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Place", exact=True).fill("The long hall of the town house, first floor")
    page.get_by_label("Code, if you want your own").fill(code)
    if free_text:
        page.get_by_text("Free text", exact=True).click()
    page.get_by_role("button", name="Make the event").click()
    expect(page.locator(".event-code")).to_have_text(code)
    page.locator(".st-key-ev_open button").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_an_event_is_made_shown_and_printed_on_one_sheet_each(page: Page, server: str) -> None:
    made(
        page,
        server,
        "A summit with a long name, for young people from seven towns and their schools",
        "LONG",
        free_text=True,
    )
    assert page.locator("img.event-qr").evaluate("picture => picture.naturalWidth") > 100
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("poster", "paper"):
        page.goto(f"{server}/event/LONG/{name}")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, name
        assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", printed), "A4"
    _nothing_is_cut_off(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/event/LONG/show")
    box = page.locator(".qr-box").bounding_box()
    assert (
        box
        and box["height"] > 300
        and page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    )
    letters = page.locator("svg.address").bounding_box()
    assert letters and letters["height"] > 40 and letters["y"] + letters["height"] <= 720
    for name in ("show", "poster", "paper"):
        page.goto(f"{server}/event/LONG/{name}")
        assert violations(page) == [], name
    assert all(url.startswith((server, "data:")) for url in asked)


def _nothing_is_cut_off(page: Page) -> None:
    """The sheet is as long as the paper, whatever is on it: its last line must lie within.

    A4 less its margins.
    """
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1040})
    lowest, end = page.evaluate(
        "['.strip', '.sheet'].map(name =>"
        " document.querySelector(name).getBoundingClientRect().bottom)"
    )
    assert lowest <= end, "the paper form is longer than its sheet"
    page.emulate_media(media="screen")


def test_a_sheet_is_typed_in_by_keyboard_and_a_double_click_keeps_one(
    page: Page, server: str
) -> None:
    made(page, server, "Typed", "TYPED")
    page.goto(f"{server}/paper-pins?event=TYPED")
    for nth in (1, 2):
        field = page.locator(f".st-key-paper_words_{nth} input")
        expect(field).to_be_focused()  # the cursor comes by itself
        page.keyboard.type("park way")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Which one?")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator(f"[class*=st-key-paper_which_{nth}] input")).to_have_value(
            re.compile("Park Way, ")
        )
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.locator(f".st-key-paper_setting_{nth} input").first).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_text("Why? Up to three")).to_be_visible()
        page.get_by_role("button", name="Save, then the next sheet").dblclick()
        expect(page.get_by_text(f"Saved. Write this code on sheet {nth}, line 1:")).to_be_visible()
        expect(page.locator(f".st-key-paper_words_{nth + 1} input")).to_be_focused()
    expect(page.get_by_text("Sheet 3, place 1")).to_be_visible()
