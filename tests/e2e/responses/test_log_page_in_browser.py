"""Logging a response as a navigator does it: on a phone, by keys, and without a connection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import WCAG, violations
from tests.e2e.windows import window

# The list of pages on a phone is Streamlit's: its sections stand between the list and its items.
_OURS = {"exclude": [["[data-testid=stSidebarNavItems]"]]}
SAVED = re.compile(r"Saved as R\d{4}-\d{4}\.")


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The form on a phone."""
    with window(browser, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        page.goto(f"{server}/respond")
        yield page


def faults(page: Page, *rules: str) -> list[tuple[str, list[str]]]:
    found = violations(page, *rules, part=_OURS)
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def fill(page: Page, where: str = "Example Parade, Walsall") -> None:
    page.get_by_label("What happened?").select_option("knife")
    page.get_by_label("Where?").fill(where)
    page.get_by_label("Who told us?").select_option("police")


def test_four_answers_are_enough_on_a_phone_and_axe_finds_nothing(page: Page) -> None:
    for _ in range(2):
        assert faults(page) == []
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
    press("Escape", "Tab", "Tab", "W", "Tab", "P")
    press("Tab", "Tab", "Enter")
    expect(page.get_by_role("alert")).to_have_text(SAVED)
    assert keys < 240


def test_a_postcode_becomes_its_hexagon_and_is_not_kept(page: Page) -> None:
    found = [{"name": "near Example Parade", "cell": "89195d3b183ffff", "is_postcode": True}]
    page.route("**/respond/places?*", lambda route: route.fulfill(json=found))
    page.get_by_label("Where?").press_sequentially("B999ZZ")
    expect(page.get_by_label("Where?")).to_have_value("near Example Parade")
    expect(page.locator("#where-said")).to_contain_text("the postcode is not")
    assert page.locator("[name=cell]").input_value() == "89195d3b183ffff"
    page.reload()
    assert page.locator("[name=cell]").input_value() == "89195d3b183ffff"


def test_a_draft_outlives_a_reload_and_a_lost_connection(page: Page) -> None:
    fill(page, "Somewhere on Example Lane")
    page.reload()
    expect(page.get_by_label("Where?")).to_have_value("Somewhere on Example Lane")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("The map does not answer")
    expect(page.locator("#waiting")).to_contain_text("1 not sent yet")
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_text(SAVED)
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


def logged(page: Page, where: str) -> str:
    """The reference of a response that was just logged."""
    fill(page, where)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(SAVED)
    said = page.get_by_role("alert").text_content() or ""
    return said.removeprefix("Saved as ").removesuffix(".")


def test_a_response_is_changed_field_by_field_and_its_page_says_what(
    page: Page, server: str
) -> None:
    reference = logged(page, "Changed Lane")
    page.goto(f"{server}/respond?response={reference}")
    expect(page.get_by_label("Where?")).to_have_value("Changed Lane")
    assert faults(page) == []
    page.get_by_role("button", name="Add a strand").click()
    strand = page.locator("#strands .row")
    strand.get_by_label("Strand").select_option("hospital")
    strand.get_by_label("Owner").fill("Health")
    strand.get_by_label("Due on").fill("2030-01-02")
    page.get_by_role("button", name="Add a resource").click()
    resource = page.locator("#resources .row")
    resource.get_by_label("Kind").fill("Youth work")
    resource.get_by_label("Hours").fill("3.5")
    page.locator("#tier").select_option("meeting")
    page.get_by_role("group", name="Trial").get_by_label("Due on another day").fill("2030-02-03")
    page.get_by_label("Links").fill("R2026-0001\nRoute 7")
    page.reload()
    expect(page.locator("#strands .row").get_by_label("Owner")).to_have_value("Health")
    with page.expect_request("**/respond/log") as sent:
        page.get_by_role("button", name="Save the changes").click()
    said = sent.value.post_data_json
    assert {"what", "date", "where", "told_by", "summary"}.isdisjoint(said)
    assert said["clocks_set"] == {"trial": "2030-02-03"} and said["after"] == 1
    expect(page.get_by_role("heading", name=f"{reference}: Stabbing")).to_be_visible()
    expect(page.get_by_text("Hospital, Health, due 2 January 2030, not done")).to_be_visible()
    expect(page.get_by_role("cell", name="Tier, Strands, Resources, Links")).to_be_visible()


def test_what_somebody_else_changed_meanwhile_is_not_written_over(page: Page, server: str) -> None:
    reference = logged(page, "Twice Lane")
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"{server}/respond?response={reference}")
    other.get_by_label("Summary").fill("Written first")
    other.get_by_role("button", name="Save the changes").click()
    expect(other.get_by_text("Written first")).to_be_visible()
    page.get_by_label("Who told us?").select_option("council")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this response")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Someone changed this response")
    expect(page.get_by_label("Who told us?")).to_have_value("council")
    page.get_by_role("button", name="Forget my changes").click()
    expect(page.get_by_label("Who told us?")).to_have_value("police")
    expect(page.get_by_label("Summary")).to_have_value("Written first")


def test_a_change_made_without_a_connection_is_sent_once_it_is_back(
    page: Page, server: str
) -> None:
    reference = logged(page, "Offline Lane")
    page.goto(f"{server}/respond?response={reference}")
    page.get_by_label("Summary").fill("Typed in a tunnel")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save the changes").click()
    expect(page.locator("#waiting")).to_contain_text("1 not sent yet")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name=f"{reference}: Stabbing")).to_be_visible()
    expect(page.get_by_text("Typed in a tunnel")).to_be_visible()


def test_a_place_is_chosen_on_the_map_by_hand_and_by_keys(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.get_by_text("Choose it on the map").click()
    box = page.get_by_role("application", name="Map of the place")
    expect(page.locator("#map .leaflet-interactive, #map path.area-line").first).to_be_attached()
    box.click()
    expect(page.locator("#map-said")).to_contain_text("This is closer")
    box.click()
    expect(page.locator("#map-said")).to_contain_text("870 metres")
    expect(page.get_by_label("Where?")).not_to_have_value("")
    coarse = page.locator("[name=cell]").input_value()
    box.focus()
    for _ in range(9):
        page.keyboard.press("+")
    page.keyboard.press("Enter")
    expect(page.locator("#map-said")).to_contain_text("125 metres")
    fine = page.locator("[name=cell]").input_value()
    assert coarse[:2] == "88" and fine[:2] == "8a"
    assert faults(page) == []
    page.get_by_label("What happened?").select_option("knife")
    page.get_by_label("Who told us?").select_option("police")
    with page.expect_request("**/respond/log") as sent:
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text(SAVED)
    assert sent.value.post_data_json["cell"] == fine


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_pages_of_responses(
    browser: Browser, server: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    size = {"width": width, "height": 844}
    with window(browser, viewport=size, color_scheme=scheme) as page:
        _finds_nothing(page, server, width)


def _finds_nothing(page: Page, server: str, width: int) -> None:
    page.goto(f"{server}/respond")
    reference = logged(page, f"Seen at {width}")
    for path, last in (
        ("/responses", "Return to print (HTML)"),
        (f"/responses?response={reference}", "Who changed what"),
        ("/today", "What changed on the map"),
    ):
        page.goto(f"{server}{path}")
        expect(page.get_by_text(last)).to_be_visible()
        # What the libraries of the pages make of their own parts is good practice, and not ours.
        assert faults(page, *WCAG) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{server}/responses")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Return to print (HTML)").click()
    page.set_content(saved.value.path().read_text(encoding="utf-8"))
    assert faults(page) == []
