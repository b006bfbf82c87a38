"""The needs assessment as a page: axe finds nothing, and it fits a phone, in light and in dark."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import WCAG, violations
from tests.e2e.staff_maps import DESK
from tests.e2e.states import at_rest
from tests.e2e.windows import window
from vrp_map.config import Settings
from vrp_map.needs.files import read_earlier
from vrp_map.needs.html_page import to_html
from vrp_map.needs.service import assessment, needs_sources
from vrp_map.workspace import open_workspace


@pytest.fixture(scope="module")
def page_file(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    ws = open_workspace(settings=demo)
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas="Coventry")
    asked = needs_sources(ws, selection, audience="partner", now=datetime(2026, 11, 29))
    document = assessment(asked).with_words({3: ("We doubt the numbers of May.",)})
    file = tmp_path_factory.mktemp("needs") / "needs.html"
    file.write_text(to_html(document), encoding="utf-8")
    return file


def test_axe_finds_nothing_and_it_fits(browser: Browser, page_file: Path) -> None:
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    screens: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))
    for width, scheme in screens:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert [one["id"] for one in violations(page)] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.get_by_text("We doubt the numbers of May.").count() == 1
    page.close()


def test_a_document_is_made_and_refreshed_on_the_page(
    browser: Browser, server: str, tmp_path: Path
) -> None:
    with window(browser, **DESK) as page:
        _makes_and_refreshes(page, server, tmp_path)


def _makes_and_refreshes(page: Page, server: str, tmp_path: Path) -> None:
    page.goto(f"{server}/needs")
    expect(page.get_by_role("heading", name="modules have all their data")).to_be_visible()
    assert [one["id"] for one in violations(page, *WCAG)] == []
    other = tmp_path / "other.html"
    other.write_text("<p>Another page</p>", encoding="utf-8")
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(other)
    expect(page.get_by_text("holds no needs assessment")).to_be_visible()
    page.get_by_role("button", name="Remove other.html").click()
    expect(page.get_by_text("holds no needs assessment")).to_be_hidden()
    at_rest(page)
    made, again = tmp_path / "made.docx", tmp_path / "again.docx"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download DOCX").click()
    download.value.save_as(made)
    chooser.set_input_files(made)
    expect(page.get_by_role("button", name="Download it with new numbers")).to_be_visible()
    at_rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download it with new numbers").click()
    download.value.save_as(again)
    assert read_earlier(again).document == read_earlier(made).document
