"""Nothing on the phone waits for ever, and pin page and wall live in the browsers of
docs/browsers.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.summit.hall import Hall
from tests.e2e.summit.test_pin_page_in_browser import (
    PHONE,
    a_phone,
    by_search,
    heading,
    kept_code,
    to_the_end,
)
from tests.e2e.summit.test_wall_in_browser import a_screen
from tests.e2e.windows import window

pytestmark = pytest.mark.browser

_WEB = Path(__file__).resolve().parents[3] / "vrp_map" / "web"
PATIENCE_MS = 12_000
# What some browsers of docs/browsers.md do not have, or have shut off.
MAY_BE_MISSING = {
    "AbortSignal.timeout": "delete AbortSignal.timeout",
    "AbortSignal.any": "delete AbortSignal.any",
    "AbortController": "delete globalThis.AbortController; delete globalThis.AbortSignal",
    "crypto.randomUUID": "delete Crypto.prototype.randomUUID",
    "ResizeObserver": "delete globalThis.ResizeObserver",
    "localStorage": (
        "Object.defineProperty(globalThis, 'localStorage', {get() { throw new Error('shut"
        " off'); }})"
    ),
    "sessionStorage": (
        "Object.defineProperty(globalThis, 'sessionStorage', {get() { throw new Error('shut"
        " off'); }})"
    ),
    "clipboard": "Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined})",
    "geolocation": "Object.defineProperty(Navigator.prototype, 'geolocation', {value: undefined})",
    "fullscreen": (
        "delete Element.prototype.requestFullscreen; delete Document.prototype.exitFullscreen; "
        "delete Document.prototype.fullscreenEnabled"
    ),
    "Array.at": "delete Array.prototype.at; delete String.prototype.at",
    "Array.findLast": "delete Array.prototype.findLast; delete Array.prototype.findLastIndex",
    "Array.toSorted": (
        "delete Array.prototype.toSorted; delete Array.prototype.toReversed; delete"
        " Array.prototype.with"
    ),
    "Object.hasOwn": "delete Object.hasOwn; delete Object.groupBy; delete Map.groupBy",
    "structuredClone": "delete globalThis.structuredClone",
    "Set.union": (
        "for (const name of ['union', 'difference', 'isSubsetOf']) delete Set.prototype[name]"
    ),
    "Promise.withResolvers": "delete Promise.withResolvers; delete Promise.try",
}
# Those that could stand in for one another (three of aborting, two storages, two of lists) are
# missing on pages of their own; the others have nothing to do with each other.
MISSING_TOGETHER = [
    (
        *("AbortSignal.timeout", "localStorage", "Array.at"),
        *("crypto.randomUUID", "clipboard", "Set.union"),
    ),
    (
        *("AbortSignal.any", "sessionStorage", "Array.findLast"),
        *("ResizeObserver", "geolocation", "Promise.withResolvers"),
    ),
    (
        *("AbortController", "Array.toSorted", "fullscreen"),
        *("Object.hasOwn", "structuredClone"),
    ),
]


def one_more(page: Page, words: str) -> None:
    by_search(page, words)
    to_the_end(page)
    page.get_by_role("button", name="Send").click()


def hold(page: Page, pattern: str) -> list[Route]:
    """Requests that are on their way until the test lets them go."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    return held


def test_what_is_added_while_a_pin_is_on_its_way_is_sent_after_it(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server) as page:
        held = hold(page, "**/api/pins")
        one_more(page, "station")
        for words in ("park", "school"):
            page.get_by_role("button", name="Add another").click()
            one_more(page, words)
            expect(page.locator("#kept-heading")).to_have_text("Sending…")
        assert len(held) == 1
        page.unroute("**/api/pins")  # lets it go
        assert kept_code(page)
        expect(page.locator("#notices p")).to_have_count(2)
        expect(page.locator("#waiting")).to_have_text("")


def test_what_is_added_while_nobody_answers_has_a_next_try(browser: Browser, server: str) -> None:
    with a_phone(browser, server, is_new=True) as page:
        page.clock.install()
        held = hold(page, "**/api/pins")
        one_more(page, "station")
        page.get_by_role("button", name="Add another").click()
        one_more(page, "park")
        page.clock.run_for(PATIENCE_MS)
        heading(page, "Not sent yet")
        expect(page.locator("#waiting")).to_have_text("2 pins are waiting to be sent.")
        page.unroute("**/api/pins")
        page.clock.run_for(3_000)
        assert kept_code(page) and len(held) == 1


def test_a_fault_of_the_page_leaves_the_queue_alive(browser: Browser, server: str) -> None:
    with window(browser, base_url=server, **PHONE) as page:
        page.goto("/pin/DEMO")
        hold(page, "**/api/pins")
        one_more(page, "station")
        page.evaluate("globalThis.box = document.getElementById('code-box'); box.remove()")
        with page.expect_event("pageerror"):
            page.unroute("**/api/pins")
        page.evaluate("document.getElementById('kept').append(box)")
        page.get_by_role("button", name="Add another").click()
        one_more(page, "park")
        assert kept_code(page)


def test_a_delete_without_an_answer_ends_and_can_be_tried_again(
    browser: Browser, server: str
) -> None:
    with a_phone(browser, server, is_new=True) as page:
        page.clock.install()
        one_more(page, "station")
        code = kept_code(page)
        held = hold(page, "**/api/pins/*")
        page.get_by_role("button", name="Delete this pin").click()
        page.clock.run_for(PATIENCE_MS)
        expect(page.locator("#code-said")).to_have_text(
            "It could not be deleted just now. Please try again."
        )
        page.goto("/pin/DEMO#take-back")
        page.get_by_label("code").first.fill(code)
        page.locator("#take-back-form button").click()
        expect(page.locator("#take-back-said")).to_have_text("Checking…")
        page.clock.run_for(PATIENCE_MS)
        expect(page.locator("#take-back-said")).to_have_text(
            "It could not be deleted just now. Please try again."
        )
        page.unroute("**/api/pins/*")
        page.locator("#take-back-form button").click()
        expect(page.locator("#take-back-said")).to_have_text("Deleted. It is gone.")
        assert len(held) == 2


def without(*missing: str) -> str:
    return ";\n".join(MAY_BE_MISSING[name] for name in missing)


@pytest.mark.parametrize("missing", MISSING_TOGETHER, ids=" ".join)
def test_the_pin_page_lives_without(
    browser: Browser, server: str, missing: tuple[str, ...]
) -> None:
    with a_phone(browser, server, script=without(*missing), is_new=True, **PHONE) as page:
        one_more(page, "station")
        assert kept_code(page)
        page.get_by_role("button", name="Copy the code").click()
        expect(page.locator("#code-said")).not_to_be_empty()
        page.get_by_role("button", name="Delete this pin").click()
        expect(page.locator("#code-said")).to_have_text("Deleted. It is gone.")


@pytest.mark.parametrize("missing", MISSING_TOGETHER, ids=" ".join)
def test_the_wall_lives_without(browser: Browser, hall: Hall, missing: tuple[str, ...]) -> None:
    gone = without(*missing)
    with a_screen(browser, hall, "/wall/LIVE", (1280, 720), script=gone, is_new=True) as page:
        expect(page.locator("#people strong")).to_have_text(re.compile(r"\d"))
        expect(page.locator("#map path")).not_to_have_count(0)
        expect(page.locator("#server")).to_have_text("")
        page.keyboard.press("f")


def test_every_one_is_missing_once() -> None:
    assert sorted(name for group in MISSING_TOGETHER for name in group) == sorted(MAY_BE_MISSING)


def test_every_question_has_an_end() -> None:
    """Every request of the scripts goes through ask.js, which gives up after a time."""
    scripts = [
        path for folder in ("static", "wall_static") for path in (_WEB / folder).glob("*.js")
    ]
    asking = {
        path.name
        for path in scripts
        if re.search(r"\bfetch\(|XMLHttpRequest", path.read_text(encoding="utf-8"))
    }
    assert asking == {"ask.js"}
