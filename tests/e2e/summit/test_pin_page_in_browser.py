"""The pin page as a phone meets it: by touch, by keys, without the map, on bad Wi-Fi, and what it
sends.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from uuid import uuid4

import h3
import pytest
from playwright.sync_api import Browser, Error, Page, Request, Route, expect

from tests.e2e.axe import violations
from tests.e2e.windows import window

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
SMALL_PHONE: dict[str, Any] = PHONE | {"viewport": {"width": 375, "height": 667}}
MOST_BYTES = 100_000
# Pages change their colours by style sheets alone: one visit shows both.
COLOURS: tuple[Literal["dark", "light"], ...] = ("dark", "light")
CENTRE = (52.4797, -1.9027)


@contextmanager
def a_phone(
    browser: Browser,
    server: str,
    code: str = "DEMO",
    *,
    asked: list[Any] | None = None,
    is_new: bool = False,
    **options: Any,
) -> Iterator[Page]:
    """The page of an event, opened; `asked` gets every request that a first visit makes."""
    troubles: list[str] = []

    def note(error: Error) -> None:
        troubles.append(str(error))

    def finished(request: Request) -> None:
        if asked is not None:
            asked.append(request)

    is_new = is_new or asked is not None
    with window(browser, is_new=is_new, base_url=server, **(options or PHONE)) as page:
        page.on("pageerror", note)
        page.on("requestfinished", finished)
        page.goto(f"/pin/{code}")
        yield page
        page.remove_listener("pageerror", note)
        page.remove_listener("requestfinished", finished)
        assert troubles == []


def step(page: Page) -> str:
    return str(page.evaluate("document.body.dataset.step"))


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def by_search(page: Page, words: str = "station") -> str:
    """Choose a place by its name; returns the name."""
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Street, station, school or park").fill(words)
    first = page.locator("#found button").first
    name = first.inner_text().splitlines()[0]
    first.click()
    expect(page.locator("#place")).to_have_text(f"Around {name}.")
    page.get_by_role("button", name="Use this place").click()
    return name


def to_the_end(page: Page) -> None:
    """Answer what must be answered, and skip the rest."""
    page.get_by_role("button", name="In a town or city centre").click()
    page.get_by_role("button", name="I feel unsafe here").click()
    page.get_by_role("button", name="Skip to the end").click()
    heading(page, "Is this right?")


def tap_map(page: Page, dx: float = 0, dy: float = 0) -> None:
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy)


def come_close(page: Page) -> None:
    """Tap twice to come closer, as a finger would, until the hexagons are there."""
    expect(page.locator("#place")).to_have_text("Tap the map to zoom in.")
    tap_map(page)
    expect(page.locator(".name", has_text=re.compile("."))).not_to_have_count(0)
    page.wait_for_timeout(400)  # Leaflet's zoom takes a quarter of a second
    with page.expect_response(lambda answer: "/pin/cells/" in answer.url):
        tap_map(page)
    expect(page.locator("#place")).to_have_text("Tap the place.")
    page.wait_for_timeout(400)


def kept_code(page: Page) -> str:
    heading(page, "Sent. Thank you.")
    return page.locator("#code").inner_text()


def clean(page: Page) -> None:
    """axe finds nothing, nothing is wider than the screen, and every target is large enough."""
    found = violations(page)
    told = {
        (v["id"], v["nodes"][0]["html"][:120], v["nodes"][0]["failureSummary"][:300]) for v in found
    }
    assert not found, f"{step(page)}: {told}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step(page)
    small = page.evaluate(
        """[...document.querySelectorAll(
            "button, label.choice, select, [type=search], summary, .leaflet-bar a")]
        .filter(e => e.checkVisibility())
        .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"""
    )
    assert small == [], step(page)


def clean_in_both_colours(page: Page) -> None:
    for scheme in COLOURS:
        page.emulate_media(color_scheme=scheme)
        clean(page)


def test_by_touch_from_the_address_to_kept(browser: Browser, server: str) -> None:
    asked: list[Any] = []
    with a_phone(browser, server, asked=asked, **PHONE) as page:
        come_close(page)
        clean_in_both_colours(page)
        tap_map(page)
        expect(page.locator("#place")).to_have_text(re.compile(r"^Around .+\.$"))
        page.get_by_role("button", name="Use this place").tap()
        heading(page, "What kind of place is it?")
        expect(page.locator("#progress")).to_have_text("2 of 8")
        assert page.evaluate("document.activeElement.tagName") == "H1"
        clean_in_both_colours(page)
        page.get_by_role("button", name="On the way to or from school").tap()
        heading(page, "How do you feel there?")
        clean_in_both_colours(page)
        page.get_by_role("button", name="I feel unsafe here").tap()
        heading(page, "Why?")
        expect(page.locator("#next")).to_have_text("Skip")
        for reason in ("Dark or badly lit", "Followed", "No cameras"):
            page.get_by_text(reason).tap()
        expect(page.locator("#next")).to_have_text("Next")
        page.get_by_text("Fights or threats").tap()
        expect(page.get_by_text("You have chosen 3. Untick one first.")).to_be_visible()
        clean_in_both_colours(page)
        page.locator("#next").tap()
        heading(page, "When is it like that?")
        page.get_by_text("Evening, 5 to 10").tap()
        clean_in_both_colours(page)
        page.locator("#next").tap()
        heading(page, "What would help?")
        page.get_by_text("Better lighting").tap()
        page.get_by_text("Is something broken?").tap()
        page.get_by_text("A street light").tap()
        clean_in_both_colours(page)
        page.locator("#next").tap()
        heading(page, "Who are you?")
        page.get_by_text("A young person").tap()
        page.get_by_text("14 to 16").tap()
        clean_in_both_colours(page)
        page.locator("#next").tap()
        heading(page, "Is this right?")
        clean_in_both_colours(page)
        with page.expect_response("**/api/pins") as answer:
            page.get_by_role("button", name="Send").tap()
        code = kept_code(page)
        clean_in_both_colours(page)
        assert answer.value.status == 201 and answer.value.json()["delete_code"] == code
        _check_body(json.loads(answer.value.request.post_data or ""))
        _check_asked(asked, server)
        assert page.context.cookies() == []
        for number in ("999", "101", "0800 1111", "0800 555 111"):
            expect(page.get_by_role("link", name=number, exact=True)).to_be_visible()
        page.get_by_role("button", name="Delete this pin").tap()
        expect(page.get_by_text("Deleted. It is gone.")).to_be_visible()


def _check_body(body: dict[str, Any]) -> None:
    """Everything that was said, and nothing else: no coordinate, nothing that could be one."""
    assert re.fullmatch(r"[0-9a-f-]{36}", body.pop("key")) and re.fullmatch(
        r"[\w-]{24}", body.pop("contributor")
    )
    (cell,) = body.pop("cells")
    assert h3.get_resolution(cell) == 10
    assert body == {
        "event": "DEMO",
        "setting": "school-journey",
        "feeling": "unsafe",
        "reasons": ["no-cctv", "lighting", "followed"],
        "when": {"hour_band": "evening"},
        "role": "young-person",
        "age_band": "14-16",
        "helps": ["lighting"],
        "thing": "light",
    }


def _check_asked(asked: list[Any], server: str) -> None:
    """Nothing from elsewhere, no address with a coordinate in it, and light enough for a hall's
    Wi-Fi.
    """
    assert all(request.url.startswith((server, "data:")) for request in asked)
    assert not any(re.search(r"5[0-9]\.\d{3}|-?1\.[0-9]{3}", request.url) for request in asked)
    weights = {request.url: request.sizes()["responseBodySize"] for request in asked}
    assert len(weights) > 15
    assert sum(weights.values()) < MOST_BYTES, weights


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no Tab leads to {selector}")


def test_by_keyboard_alone(browser: Browser, server: str) -> None:
    with a_phone(browser, server, viewport={"width": 390, "height": 844}) as page:
        expect(page.locator("#place")).to_have_text("Tap the map to zoom in.")
        tab_to(page, "#map")
        expect(page.locator("#cross")).to_be_visible()
        for said in ("Tap the map to zoom in.", "Tap the place."):
            page.keyboard.press("Enter")
            page.wait_for_timeout(500)
            expect(page.locator("#place")).to_have_text(said)
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(500)
        page.keyboard.press("Enter")
        expect(page.locator("#place")).to_have_text(re.compile("^Around "))
        tab_to(page, "#use-place")
        page.keyboard.press("Enter")
        heading(page, "What kind of place is it?")
        tab_to(page, "[name=setting][value=public-realm]")
        page.keyboard.press("Space")
        heading(page, "How do you feel there?")
        tab_to(page, "[name=feeling][value=safe]")
        page.keyboard.press("Enter")
        heading(page, "Why?")
        tab_to(page, "[name=reason-safe][value=friends]")
        page.keyboard.press("Space")
        tab_to(page, "#to-end")
        page.keyboard.press("Enter")
        heading(page, "Is this right?")
        tab_to(page, "#send")
        with page.expect_request("**/api/pins") as sent:
            page.keyboard.press("Enter")
        kept_code(page)
        assert json.loads(sent.value.post_data or "")["reasons"] == ["friends"]


def test_without_the_map_by_search(browser: Browser, server: str) -> None:
    with a_phone(browser, server, **SMALL_PHONE) as page:
        page.route("**/leaflet.js", lambda route: route.abort())
        page.reload()
        expect(page.get_by_text("The map did not load. Search by name instead.")).to_be_visible()
        clean(page)
        by_search(page)
        to_the_end(page)
        clean(page)
        with page.expect_request("**/api/pins") as sent:
            page.get_by_role("button", name="Send").tap()
        kept_code(page)
        assert h3.get_resolution(json.loads(sent.value.post_data or "")["cells"][0]) == 10


def test_without_the_map_from_lists(browser: Browser, server: str) -> None:
    with a_phone(browser, server, **SMALL_PHONE) as page:
        page.get_by_role("button", name="Search").tap()
        page.get_by_label("Area").select_option(label="Coventry")
        page.get_by_label("Part of it").select_option(index=1)
        ward = page.get_by_label("Part of it").evaluate(
            "list => list.selectedOptions[0].textContent"
        )
        first = page.locator("#listed button").first
        expect(first.locator("span")).to_have_text(f"{ward}, Coventry")
        clean(page)
        first.tap()
        expect(page.locator("#place")).to_have_text(re.compile("^Around "))
        page.get_by_role("button", name="Use this place").tap()
        heading(page, "What kind of place is it?")


def test_back_goes_one_step_back_and_keeps_what_was_chosen(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        name = by_search(page)
        page.get_by_role("button", name="In a town or city centre").tap()
        page.get_by_role("button", name="I feel unsafe here").tap()
        page.get_by_text("Followed").tap()
        page.get_by_role("button", name="Back").tap()
        heading(page, "How do you feel there?")
        page.go_back()
        heading(page, "What kind of place is it?")
        expect(page.get_by_role("button", name="In a town or city centre")).to_have_attribute(
            "aria-pressed", "true"
        )
        page.go_back()
        expect(page.locator("#place")).to_have_text(f"Around {name}.")
        page.go_forward()
        page.go_forward()
        page.go_forward()
        expect(page.get_by_label("Followed")).to_be_checked()
        page.get_by_role("button", name="Skip to the end").tap()
        page.get_by_role("button", name="Change: When").tap()
        page.get_by_text("Any day").tap()
        page.locator("#next").tap()
        heading(page, "Is this right?")
        expect(page.locator("dd", has_text="Any day")).to_be_visible()


def test_no_step_can_be_jumped_to_without_a_place(browser: Browser, server: str) -> None:
    with a_phone(browser, server, code="DEMO#check") as page:
        heading(page, "Where do you feel safe or unsafe? Tap the place.")
        page.get_by_role("button", name="Use this place").tap()
        expect(page.get_by_text("Choose a place first")).to_be_visible()


@pytest.mark.parametrize("size", [(320, 568), (360, 640)])
def test_on_a_small_phone_nothing_that_has_the_focus_lies_under_the_foot(
    browser: Browser, server: str, size: tuple[int, int]
) -> None:
    with a_phone(browser, server, viewport={"width": size[0], "height": size[1]}) as page:
        by_search(page)
        page.get_by_role("button", name="In a town or city centre").click()
        page.get_by_role("button", name="I feel unsafe here").click()
        heading(page, "Why?")
        clean(page)
        for choice in page.locator("#reasons-unsafe input").all():
            choice.focus()
            top, foot = page.evaluate(
                "[document.activeElement.closest('label').getBoundingClientRect().top,"
                " document.querySelector('#next-box').getBoundingClientRect().top]"
            )
            assert top < foot - 4, choice.get_attribute("value")


@pytest.mark.parametrize("code", ["DEMO", "BREAK"])
def test_a_pin_is_deleted_later_by_the_code_that_was_kept(
    browser: Browser, server: str, code: str
) -> None:
    with a_phone(browser, server) as page:
        by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").click()
        kept = kept_code(page)
    with a_phone(browser, server, code) as page:
        if code == "DEMO":
            page.get_by_role("link", name="Delete a pin").click()
            heading(page, "Delete a pin by its code")
        clean(page)
        page.get_by_role("button", name="Delete this pin").locator("visible=true").click()
        expect(page.locator("#take-back-said")).to_have_text("Type the code first.")
        page.get_by_label("The code you got when you sent the pin").fill(
            f" {kept[:4].lower()} {kept[4:]}"
        )
        page.get_by_role("button", name="Delete this pin").locator("visible=true").click()
        expect(page.locator("#take-back-said")).to_have_text("Deleted. It is gone.")


def refuse(page: Page, pin: dict[str, Any]) -> None:
    """As the phone is left by a pin that came when its event was over."""
    held = [
        {
            "pin": pin,
            "message": "This event is over. You cannot add pins any more.",
            "error": "closed",
        }
    ]
    page.evaluate("held => localStorage.setItem('vrp-pins.refused', JSON.stringify(held))", held)


def test_a_pin_that_came_too_late_is_sent_when_its_event_opens_again(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server) as page:
        cell = h3.latlng_to_cell(52.4797, -1.9027, 10)
        refuse(
            page,
            {
                "event": "DEMO",
                "key": str(uuid4()),
                "contributor": "c" * 24,
                "cells": [cell],
                "setting": "public-realm",
                "feeling": "unsafe",
            },
        )
        page.reload()
        expect(page.locator("#notices")).to_contain_text("A waiting pin was sent. Use this code")
        assert page.evaluate("localStorage.getItem('vrp-pins.refused')") == "[]"


def test_a_pin_that_was_not_taken_can_be_thrown_away_when_the_event_is_over(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server, "BREAK") as page:
        refuse(page, {"event": "BREAK", "key": "k"})
        page.reload()
        expect(page.locator("#notices")).to_contain_text("It is only on this phone.")
        page.get_by_role("button", name="Delete it").click()
        assert page.evaluate("localStorage.getItem('vrp-pins.refused')") == "[]"


def test_free_text_only_where_the_event_has_it(browser: Browser, server: str) -> None:
    with a_phone(browser, server, code="talk") as page:
        by_search(page)
        page.get_by_role("button", name="In a town or city centre").tap()
        page.get_by_role("button", name="I feel unsafe here").tap()
        for _ in range(4):
            page.locator("#next").tap()
        heading(page, "Anything else?")
        expect(page.locator("#progress")).to_have_text("8 of 9")
        clean(page)
        page.locator("#more").fill("<b>It is dark</b>")
        page.locator("#next").tap()
        expect(page.locator("dd", has_text="<b>It is dark</b>")).to_be_visible()
        with page.expect_request("**/api/pins") as sent:
            page.get_by_role("button", name="Send").tap()
        kept_code(page)
        assert json.loads(sent.value.post_data or "")["text"] == "<b>It is dark</b>"


def test_offline_then_online_delivers_once(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        answers: list[int] = []
        page.on(
            "response",
            lambda answer: answers.append(answer.status) if "/api/pins" in answer.url else None,
        )
        by_search(page)
        to_the_end(page)
        page.context.set_offline(True)
        page.get_by_role("button", name="Send").tap()
        heading(page, "Not sent yet")
        expect(page.get_by_text("1 pin is waiting to be sent.")).to_be_visible()
        clean(page)
        page.context.set_offline(False)
        kept_code(page)
        expect(page.locator("#waiting")).to_be_hidden()
        assert answers == [201]


def test_a_second_pin_without_a_connection_is_told_that_it_waits(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server) as page:
        by_search(page)
        to_the_end(page)
        page.context.set_offline(True)
        page.get_by_role("button", name="Send").click()
        heading(page, "Not sent yet")
        page.get_by_role("button", name="Add another").click()
        page.route("**/api/pins", lambda route: route.abort())
        page.context.set_offline(False)
        by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").click()
        heading(page, "Not sent yet")
        expect(page.locator("#waiting")).to_have_text("2 pins are waiting to be sent.")


def test_a_lost_answer_never_makes_a_second_pin(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        keys, codes = [], []

        def lose_the_first(route: Route) -> None:
            keys.append(json.loads(route.request.post_data or "")["key"])
            answer = route.fetch()
            codes.append((answer.status, answer.json()["delete_code"]))
            if len(keys) == 1:
                route.abort()
            else:
                route.fulfill(response=answer)

        page.route("**/api/pins", lose_the_first)
        by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").tap()
        heading(page, "Not sent yet")
        code = kept_code(page)
        assert len(set(keys)) == 1 and codes == [(201, code), (200, code)]


def test_a_pin_that_waited_is_sent_when_the_page_is_opened_again(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server) as page:
        page.route("**/api/pins", lambda route: route.abort())
        by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").tap()
        heading(page, "Not sent yet")
        page.unroute("**/api/pins")
        page.goto("/pin/BREAK")
        expect(
            page.get_by_text("A waiting pin was sent. Use this code to delete it:")
        ).to_be_visible()
        assert page.evaluate("localStorage.getItem('vrp-pins.waiting')") == "[]"


def test_trouble_of_the_server_waits_as_long_as_it_says(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        tried: list[int] = []

        def once(route: Route) -> None:
            tried.append(1)
            if len(tried) == 1:
                route.fulfill(status=503, json={"kept": False, "retry_after": 1})
            else:
                route.continue_()

        page.route("**/api/pins", once)
        by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").tap()
        heading(page, "Not sent yet")
        kept_code(page)
        assert len(tried) == 2


def test_a_refusal_says_why_and_loses_nothing(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        said = "That place is outside the area of this event. Please choose one inside it."
        page.route(
            "**/api/pins",
            lambda route: route.fulfill(status=422, json={"error": "outside", "message": said}),
        )
        name = by_search(page)
        to_the_end(page)
        page.get_by_role("button", name="Send").tap()
        expect(page.get_by_role("alert")).to_have_text(said)
        expect(page.locator("dd", has_text=name)).to_be_visible()
        clean(page)
        page.reload()  # even then: it stands in the phone's storage
        page.get_by_role("button", name="Change it").tap()
        heading(page, "Is this right?")
        expect(page.locator("dd", has_text="I feel unsafe here")).to_be_visible()
        page.unroute("**/api/pins")
        page.get_by_role("button", name="Send").tap()
        kept_code(page)
        assert page.evaluate("localStorage.getItem('vrp-pins.refused')") == "[]"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("BREAK", "This event is having a break."),
        ("NOSUCH", "We do not know this event. Please check the code."),
    ],
)
def test_an_event_that_takes_no_pins_says_so(
    browser: Browser, server: str, code: str, words: str
) -> None:
    with a_phone(browser, server, code=code) as page:
        expect(page.get_by_text(words)).to_be_visible()
        clean(page)


def test_a_journey_loses_both_ends_on_the_phone(browser: Browser, server: str) -> None:
    with a_phone(browser, server) as page:
        page.get_by_role("button", name="A journey").tap()
        heading(page, "Where does your journey go? Tap the places in order.")
        come_close(page)
        page.get_by_role("button", name="Zoom out").tap()
        page.wait_for_timeout(500)
        tap_map(page, -160, -120)
        expect(
            page.get_by_text(
                "Keep going. We leave out the first and last bit, so nobody can see where you live."
            )
        ).to_be_visible()
        page.get_by_role("button", name="Use this journey").tap()
        expect(page.get_by_text("This journey is too short")).to_be_visible()
        for i in range(1, 9):
            tap_map(page, -160 + 40 * i, -120 + 25 * i)
            page.wait_for_timeout(60)
        expect(
            page.get_by_text(
                re.compile(r"^\d+ chosen\. We leave out the first and last bit and send [2-9]\.$")
            )
        ).to_be_visible()
        kept = int(re.search(r" send (\d+)", page.locator("#place").inner_text()).group(1))  # type: ignore[union-attr]
        clean(page)
        page.get_by_role("button", name="Use this journey").tap()
        to_the_end(page)
        with page.expect_request("**/api/pins") as sent:
            page.get_by_role("button", name="Send").tap()
        kept_code(page)
        assert len(json.loads(sent.value.post_data or "")["cells"]) == kept


def test_the_phone_asks_for_its_place_only_when_told_to(browser: Browser, server: str) -> None:
    options = PHONE | {
        "geolocation": {"latitude": CENTRE[0], "longitude": CENTRE[1]},
        "permissions": ["geolocation"],
    }
    with a_phone(browser, server, **options) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
        expect(page.locator("#place")).to_have_text("Tap the map to zoom in.")
        page.get_by_role("button", name="Find me").tap()
        expect(page.locator("#place")).to_have_text(re.compile("^Around "))
        page.get_by_role("button", name="Use this place").tap()
        to_the_end(page)
        with page.expect_request("**/api/pins") as sent:
            page.get_by_role("button", name="Send").tap()
        kept_code(page)
        assert json.loads(sent.value.post_data or "")["cells"] == [h3.latlng_to_cell(*CENTRE, 10)]
        assert not any(str(part) in told for told in asked for part in (*CENTRE, "52.47", "1.90"))


def test_the_phone_finds_the_hexagons_and_distances_that_h3_finds(
    browser: Browser, server: str
) -> None:
    chance = random.Random(7)
    points = [
        (CENTRE[0] + chance.uniform(-0.03, 0.03), CENTRE[1] + chance.uniform(-0.05, 0.05))
        for _ in range(300)
    ]
    cells = [h3.latlng_to_cell(*point, 10) for point in points]
    pairs = [(a, chance.choice(h3.grid_disk(a, 6))) for a in cells[:100]]
    with a_phone(browser, server) as page:
        found, apart, outlines = page.evaluate(_IN_THE_PAGE, [points, pairs, cells[:40]])
    assert found == cells
    assert apart == [h3.grid_distance(a, b) for a, b in pairs]
    for cell, drawn in zip(cells[:40], outlines, strict=True):
        far = [
            min(h3.great_circle_distance(a, b, unit="m") for b in h3.cell_to_boundary(cell))
            for a in drawn
        ]
        assert max(far) < 0.5  # half a metre, of a hexagon 72 metres from middle to corner


def test_a_journey_is_cut_as_h3_would_cut_it(browser: Browser, server: str) -> None:
    way = h3.grid_path_cells(
        h3.latlng_to_cell(*CENTRE, 10), h3.latlng_to_cell(CENTRE[0], CENTRE[1] + 0.03, 10)
    )
    there_and_back = [*way, *reversed(h3.grid_ring(way[0], 3)[:2])]
    with a_phone(browser, server) as page:
        for journey in (way, way[:5], there_and_back, way[:1], []):
            left = page.evaluate(_TRIM, journey)
            ends = [journey[0], journey[-1]] if journey else []
            assert left == [c for c in journey if all(h3.grid_distance(c, end) > 2 for end in ends)]


_MODULES = """
    const folder = `/pin/static/${document.body.dataset.static}`;
    const { Hexagons, outline, distance } = await import(`${folder}/hexagons.js`);
    const query = `event=DEMO&v=${document.body.dataset.ground}`;
    const hexagons = new Hexagons(query);
    const ground = await (await fetch(`/pin/ground.json?${query}`)).json();
    hexagons.learn(ground.groups, ground.reach);
"""
_IN_THE_PAGE = f"""async ([points, pairs, cells]) => {{ {_MODULES}
    const found = [];
    for (const [lat, lon] of points) found.push((await hexagons.at(lat, lon))?.id ?? null);
    const apart = [];
    for (const [a, b] of pairs)
        apart.push(distance(await hexagons.cell(a), await hexagons.cell(b)));
    const outlines = [];
    for (const id of cells) outlines.push(outline(await hexagons.cell(id)));
    return [found, apart, outlines];
}}"""
_TRIM = f"""async (ids) => {{ {_MODULES}
    const {{ trimmed }} = await import(`${{folder}}/journey.js`);
    const cells = await Promise.all(ids.map((id) => hexagons.cell(id)));
    return trimmed(cells).kept.map((cell) => cell.id);
}}"""
