"""The page Money in a browser: a sum is shared out and saved, a place leads to its case, axe finds
nothing.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.e2e.staff_maps import check_axe
from tests.e2e.windows import window


def view(page: Page, name: str) -> None:
    """Choose a view of the page; what the one before drew must be gone."""
    page.locator("label", has_text=name).filter(has=page.get_by_role("radio")).first.click()


def test_a_sum_is_shared_out_and_a_place_leads_to_its_case(browser: Browser, server: str) -> None:
    """On a phone in the dark, where most can be wrong; two scenarios stand beside each other."""
    size = {"width": 390, "height": 900}
    with window(browser, viewport=size, color_scheme="dark", user_agent="Mobile test") as page:
        _shares_out(page, server)


def _shares_out(page: Page, server: str) -> None:
    page.goto(f"{server}/money")
    view(page, "Share a sum out")
    expect(page.get_by_role("heading", name="gets the most")).to_be_visible()
    for _ in range(2):
        page.get_by_role("button", name="Save as a scenario").click()
        expect(page.get_by_text("It is under Scenarios.")).to_be_visible()
    check_axe(page)
    view(page, "Scenarios")
    expect(page.get_by_role("button", name="Sign off F")).to_be_visible()
    check_axe(page)
    view(page, "Places")
    case = page.get_by_role("link", name="Its case on one page").first
    expect(case).to_be_visible(timeout=60_000)
    check_axe(page)
    assert page.evaluate("document.body.scrollWidth") <= 390
    with page.context.expect_page() as opened:
        case.click()
    expect(opened.value.get_by_text("What to ask").first).to_be_visible(timeout=60_000)
