"""Saying where exactly a broken thing is: by touch, by keys, without the map, without names, and
after a refusal.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.summit.test_pin_page_in_browser import (
    MOST_BYTES,
    PHONE,
    SMALL_PHONE,
    a_phone,
    by_search,
    clean,
    clean_in_both_colours,
    come_close,
    heading,
    kept_code,
    tab_to,
    tap_map,
)

pytestmark = pytest.mark.browser

WHERE = "Where exactly, if you know?"


def to_helps(page: Page) -> None:
    """From the place to the question what would help."""
    page.get_by_role("button", name="In a town or city centre").click()
    page.get_by_role("button", name="I feel unsafe here").click()
    for _ in range(2):
        page.locator("#next").click()
    heading(page, "What would help?")


def broken(page: Page, thing: str = "A street light") -> None:
    page.get_by_text("Is something broken?").click()
    page.get_by_text(thing).click()


def sent_by(page: Page) -> dict[str, Any]:
    with page.expect_request("**/api/pins") as sent:
        page.get_by_role("button", name="Send").click()
    kept_code(page)
    body: dict[str, Any] = json.loads(sent.value.post_data or "")
    return body


def test_by_touch_the_names_round_the_hexagon_are_offered(browser: Browser, server: str) -> None:
    asked: list[Any] = []
    with a_phone(browser, server, asked=asked, **PHONE) as page:
        come_close(page)
        tap_map(page)
        page.get_by_role("button", name="Use this place").tap()
        to_helps(page)
        expect(page.get_by_label(WHERE)).to_be_hidden()
        broken(page)
        choice = page.get_by_label(WHERE)
        expect(choice).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("You can choose exactly where below.")).to_have_attribute(
            "role", "status"
        )
        assert (
            choice.input_value() == ""
            and choice.locator("option").first.inner_text() == "No exact place"
        )
        clean_in_both_colours(page)
        name = choice.locator("option").nth(1).inner_text()
        choice.select_option(name)
        page.get_by_role("button", name="Skip to the end").tap()
        expect(page.locator("dd", has_text=f"A street light: {name}")).to_be_visible()
        clean_in_both_colours(page)
        body = sent_by(page)
        assert (body["thing"], body["thing_place"]) == ("light", name)
        assert sum(request.sizes()["responseBodySize"] for request in asked) < MOST_BYTES
        page.get_by_role("button", name="Add another").tap()
        by_search(page)
        to_helps(page)
        expect(page.get_by_label(WHERE)).to_be_hidden()


def test_by_keys_and_without_the_map_the_name_searched_for_is_chosen_already(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server, **SMALL_PHONE) as page:
        page.route("**/leaflet.js", lambda route: route.abort())
        page.reload()
        name = by_search(page, "way")
        to_helps(page)
        tab_to(page, "#broken summary")
        page.keyboard.press("Enter")
        tab_to(page, "[name=thing]")
        page.keyboard.press("Space")
        expect(page.get_by_label(WHERE)).to_have_value(name)
        tab_to(page, "#thing-place")
        clean(page)
        page.keyboard.press("Home")
        expect(page.get_by_label(WHERE)).to_have_value("")
        page.keyboard.press("End")
        chosen = page.get_by_label(WHERE).input_value()
        assert chosen
        tab_to(page, "#to-end")
        page.keyboard.press("Enter")
        heading(page, "Is this right?")
        assert sent_by(page)["thing_place"] == chosen


def test_another_hexagon_lets_the_name_go(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        name = by_search(page, "way")
        to_helps(page)
        broken(page)
        expect(page.get_by_label(WHERE)).to_have_value(name)
        page.get_by_role("button", name="Skip to the end").tap()
        page.get_by_role("button", name="Change: Where").tap()
        page.get_by_role("button", name="Search").tap()
        page.get_by_label("Street, station, school or park").fill("avenue")
        expect(page.locator("#found button").first).to_contain_text("Avenue")
        other = page.locator("#found button").first.inner_text().splitlines()[0]
        page.locator("#found button").first.tap()
        page.get_by_role("button", name="Use this place").tap()
        heading(page, "Is this right?")
        expect(page.locator("dd", has_text="A street light: no exact place")).to_be_visible()
        page.get_by_role("button", name="Change: Broken").tap()
        expect(page.get_by_label(WHERE)).to_have_value(other)
        page.get_by_text("Nothing is broken").tap()
        expect(page.get_by_label(WHERE)).to_be_hidden()
        page.locator("#next").tap()
        expect(page.locator("dt", has_text="Broken")).to_have_count(0)
        body = sent_by(page)
        assert "thing" not in body and "thing_place" not in body


def test_names_that_do_not_come_keep_nobody_from_sending(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        by_search(page)
        page.route("**/pin/places.json*cell=*", lambda route: route.abort())
        to_helps(page)
        broken(page)
        page.wait_for_timeout(300)
        expect(page.get_by_label(WHERE)).to_be_hidden()
        clean(page)
        page.get_by_role("button", name="Skip to the end").tap()
        expect(page.locator("dd", has_text="A street light: no exact place")).to_be_visible()
        body = sent_by(page)
        assert body["thing"] == "light" and "thing_place" not in body


def test_a_refused_pin_that_waited_has_its_name_when_it_is_changed(
    browser: Browser, server: str
) -> None:
    """It was made without a connection, the page was loaded again, and the server did not
    take it.
    """
    with a_phone(browser, server) as page:
        name = by_search(page, "way")
        to_helps(page)
        broken(page)
        expect(page.get_by_label(WHERE)).to_have_value(name)
        page.route("**/api/pins", lambda route: route.abort())
        page.get_by_role("button", name="Skip to the end").tap()
        page.get_by_role("button", name="Send").tap()
        heading(page, "Not sent yet")
        page.unroute("**/api/pins")
        page.route("**/api/pins", _not_on_the_list)
        page.reload()
        page.get_by_role("button", name="Change it").tap()
        heading(page, "Is this right?")
        expect(page.locator("dd", has_text=f"A street light: {name}")).to_be_visible()
        expect(page.get_by_text("not on the list")).to_be_visible()
        page.get_by_role("button", name="Change: Broken").tap()
        expect(page.get_by_label(WHERE)).to_have_value(name)
        expect(page.get_by_label("A street light")).to_be_visible()
        page.get_by_label(WHERE).select_option("")
        page.locator("#next").tap()
        page.unroute("**/api/pins")
        assert "thing_place" not in sent_by(page)


def _not_on_the_list(route: Route) -> None:
    told = {"error": "thing_place-unknown", "message": "That place is not on the list."}
    route.fulfill(status=422, content_type="application/json", body=json.dumps(told))
