"""Logging a response as a navigator does it: on a phone, by keys, and without a connection."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

SAVED = re.compile(r"Saved as R\d{4}-\d{4}\.")


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The form on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server}/respond")
    yield page
    context.close()


def fill(page: Page, where: str = "Example Parade, Walsall") -> None:
    page.get_by_label("What happened?").select_option("knife")
    page.get_by_label("Where?").fill(where)
    page.get_by_label("Who told us?").select_option("police")


def test_four_answers_are_enough_on_a_phone_and_axe_finds_nothing(page: Page) -> None:
    for _ in range(2):
        broken = Axe().run(page).response["violations"]
        assert [one["id"] for one in broken] == []
        page.get_by_text("More (can follow later)").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    fill(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text(SAVED)
    expect(page.get_by_label("Where?")).to_have_value("")


def test_by_keys_alone_in_fewer_keys_than_two_minutes_have(page: Page) -> None:
    """Two minutes at two keys a second are 240 keys."""
    keys = 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    page.get_by_label("What happened?").focus()
    press("S", "Tab")
    expect(page.get_by_label("On which day?")).to_be_focused()
    # The day has three parts, and the picture of a calendar.
    while page.evaluate("document.activeElement.id") != "where":
        press("Tab")
    for letter in "Example Parade":
        press("Space" if letter == " " else letter)
    press("Escape", "Tab", "W", "Tab", "P")
    press("Tab", "Tab", "Enter")
    expect(page.get_by_role("alert")).to_have_text(SAVED)
    assert keys < 240


def test_a_draft_outlives_a_reload_and_a_lost_connection(page: Page) -> None:
    fill(page, "Somewhere on Example Lane")
    page.reload()
    expect(page.get_by_label("Where?")).to_have_value("Somewhere on Example Lane")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("The map does not answer")
    expect(page.locator("#waiting")).to_contain_text("1 not sent yet")
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_text(SAVED, timeout=15_000)
    expect(page.locator("#waiting")).to_be_empty()


def test_a_name_is_flagged_and_kept_only_on_purpose(page: Page) -> None:
    fill(page)
    page.get_by_text("More (can follow later)").click()
    page.get_by_label("Summary").fill("Spoke with Imaginary Personson")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Summary: a name")
    page.get_by_label("It names nobody").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text(SAVED)


def test_the_fields_that_may_follow_are_sent_as_they_were_given(page: Page) -> None:
    fill(page)
    page.get_by_text("More (can follow later)").click()
    chosen = {"definition": "victim", "retaliation_risk": "4", "scene_managed": "yes"}
    for name, value in chosen.items():
        page.locator(f"#{name}").select_option(value)
    page.locator("#risk_review").fill("2030-01-02")
    page.get_by_label("Walsall").check()
    page.get_by_label("Schools told").fill("3")
    with page.expect_request("**/respond/log") as sent:
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text(SAVED)
    said = sent.value.post_data_json
    assert chosen.items() <= said.items() and said["other_areas"] == ["Walsall"]
    assert (said["risk_review"], said["schools_told"]) == ("2030-01-02", "3")


def test_what_is_missing_is_said_beside_where_it_is(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("What happened?")
    expect(page.get_by_label("What happened?")).to_be_focused()
