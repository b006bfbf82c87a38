"""A half-filled pin outlives a reload and a phone that threw the page away, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.summit.test_pin_page_in_browser import (
    PHONE,
    a_phone,
    by_search,
    clean,
    come_close,
    heading,
    kept_code,
    tap_map,
    to_the_end,
)

pytestmark = pytest.mark.browser

DRAFT = "sessionStorage.getItem('vrp-pins.draft.{}')"


def draft(page: Page, code: str = "DEMO") -> dict[str, Any] | None:
    held = page.evaluate(DRAFT.format(code))
    found: dict[str, Any] | None = json.loads(held) if held else None
    return found


def to_helps(page: Page) -> None:
    by_search(page)
    page.get_by_role("button", name="In a town or city centre").click()
    page.get_by_role("button", name="I feel unsafe here").click()
    page.get_by_text("Followed").click()
    for _ in range(2):
        page.locator("#next").click()
    heading(page, "What would help?")


def test_a_reload_goes_on_where_it_was_and_back_still_works(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        to_helps(page)
        page.get_by_text("Better lighting").click()
        page.get_by_text("Is something broken?").click()
        page.get_by_text("A street light").click()
        places = page.get_by_label("Where exactly, if you know?")
        expect(places.locator("option").nth(1)).to_be_attached()
        chosen = places.locator("option").last.inner_text()
        places.select_option(chosen)
        page.reload()
        heading(page, "What would help?")
        expect(page.get_by_label("Better lighting")).to_be_checked()
        expect(places).to_have_value(chosen)
        page.get_by_role("button", name="Back").click()
        page.get_by_role("button", name="Back").click()
        heading(page, "Why?")
        expect(page.get_by_label("Followed")).to_be_checked()
        page.get_by_role("button", name="Skip to the end").click()
        page.reload()
        heading(page, "Is this right?")
        expect(
            page.locator("dd", has_text="Around ")
        ).to_be_visible()  # the name of the hexagon came again
        with page.expect_request("**/api/pins") as sent:
            page.get_by_role("button", name="Send").click()
        kept_code(page)
        body = json.loads(sent.value.post_data or "")
        assert (body["reasons"], body["helps"], body["thing_place"]) == (
            ["followed"],
            ["lighting"],
            chosen,
        )
        assert draft(page) is None
        page.reload()
        heading(page, "Where do you feel safe or unsafe? Tap the place.")


def test_the_page_opened_anew_by_its_address_goes_on_too_but_not_in_another_tab(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server) as page:
        to_helps(page)
        page.goto("/pin/BREAK")
        page.goto("/pin/DEMO")
        heading(page, "What would help?")
        page.goto("/pin/TALK")
        heading(page, "Where do you feel safe or unsafe? Tap the place.")
        other = page.context.new_page()
        other.goto("/pin/DEMO")
        heading(other, "Where do you feel safe or unsafe? Tap the place.")


def test_it_holds_what_would_be_sent_and_no_more(browser: Browser, server: str) -> None:
    options: dict[str, Any] = {
        "geolocation": {"latitude": 52.4797, "longitude": -1.9027},
        "permissions": ["geolocation"],
    }
    with a_phone(
        browser, server, "TALK", viewport={"width": 390, "height": 844}, **options
    ) as page:
        page.get_by_role("button", name="Find me").click()
        expect(page.locator("#place")).to_contain_text("Around ")
        page.get_by_role("button", name="Use this place").click()
        to_the_end(page)
        page.get_by_role("button", name="Change: In my words").click()
        page.locator("#more").fill("Dark here")
        page.reload()
        expect(page.locator("#more")).to_have_value("Dark here")
        held = draft(page, "TALK")
        assert held is not None and set(held) == {
            "step",
            "cells",
            "setting",
            "feeling",
            "reasons",
            "when",
            "helps",
            "text",
        }
        assert (
            all(cell.startswith("8a") and len(cell) == 15 for cell in held["cells"])
            and len(held["cells"]) == 1
        )
        everything = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
        assert "52.4" not in everything and "1.90" not in everything


def test_of_a_journey_only_what_is_left_of_it_is_held(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        come_close(page)
        page.get_by_role("button", name="A journey").click()
        page.get_by_role("button", name="Zoom out").click()
        page.wait_for_timeout(500)
        tap_map(page, -160, -120)
        expect(page.locator("#place")).to_contain_text("nobody can see where you live")
        page.evaluate("dispatchEvent(new Event('pagehide'))")
        assert draft(page) is None, "where it began is nobody's business"
        for i in range(1, 9):
            tap_map(page, -160 + 40 * i, -120 + 25 * i)
            page.wait_for_timeout(80)
        expect(page.locator("#place")).to_contain_text(
            "We leave out the first and last bit and send"
        )
        many = int(page.locator("#place").inner_text().rsplit(" send ", 1)[1].rstrip("."))
        page.reload()
        expect(page.locator("#place")).to_have_text(f"{many} places.")
        held = draft(page)
        assert held is not None and len(held["cells"]) == many > 1


def test_start_again_drops_it(browser: Browser, server: str) -> None:
    for size in ((320, 568), (390, 844)):
        with a_phone(browser, server, viewport={"width": size[0], "height": size[1]}) as page:
            heading(page, "Where do you feel safe or unsafe? Tap the place.")
            expect(page.get_by_role("button", name="Start again")).to_be_hidden()
            to_helps(page)
            page.reload()
            heading(page, "What would help?")
            clean(page)
            page.get_by_role("button", name="Start again").click()
            heading(page, "Where do you feel safe or unsafe? Tap the place.")
            expect(page.get_by_role("button", name="Start again")).to_be_hidden()
            assert draft(page) is None
            page.reload()
            expect(page.locator("#place")).to_have_text("Tap the map to zoom in.")
            page.go_back()
            heading(page, "Where do you feel safe or unsafe? Tap the place.")


def test_a_pin_that_waits_or_was_refused_is_not_held_twice(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        page.route(
            "**/api/pins",
            lambda route: route.fulfill(status=422, json={"error": "outside", "message": "No."}),
        )
        by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_have_text("No.")
        assert draft(page) is None
        page.unroute("**/api/pins")
        page.route("**/api/pins", lambda route: route.abort())
        page.get_by_role("button", name="Send").click()
        heading(page, "Not sent yet")
        assert draft(page) is None


def test_without_storage_everything_works_as_before(browser: Browser, server: str) -> None:
    shut_off = (
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('shut off');"
        " } })"
    )
    with a_phone(browser, server, script=shut_off, is_new=True, **PHONE) as page:
        to_helps(page)
        page.reload()
        heading(page, "Where do you feel safe or unsafe? Tap the place.")
        by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").click()
        kept_code(page)
