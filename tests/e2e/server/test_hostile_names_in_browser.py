"""Names that would run, in a real browser: nothing runs, and no picture is made of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import serving
from tests.hostile import ALL, LIVE, hostile_records, hostile_store

pytestmark = pytest.mark.browser

_ROOT = Path(__file__).resolve().parents[3]
_MADE_OF_A_NAME = 'img[src="x"], svg[onload], a[href*="//x"]'


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[str]:
    """The address of a server on a store and on records that are full of such names."""
    settings = hostile_store(tmp_path)
    given = {
        "STORE": settings.store,
        "BOUNDARIES": settings.boundaries,
        "LOCAL_BOUNDARIES": settings.local_boundaries,
        "RECORDS": hostile_records(tmp_path / "records", day=date.today()),
        "PARTNERSHIP": ALL,
        "PLACE": ALL,
        "PLACE_IN_WORDS": ALL,
        "WALL_EVERY_S": 1,
    }
    with serving(tmp_path, **given) as address:
        yield address


def test_no_name_runs_and_no_picture_is_made_of_one(browser: Browser, hostile: str) -> None:
    context = browser.new_context(base_url=hostile, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    asked: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    where = {
        "/?category=all&from=2023-08&to=2024-02&at=": ".staff-map[data-drawn=yes] canvas",
        f"/wall/{LIVE}": "#map.leaflet-container",
        "/voices": ".place",
        f"/event/{LIVE}/poster": "svg",
    }
    for path, drawn in where.items():
        page.goto(path)
        expect(page.locator("h1").first).to_be_visible()
        expect(page.locator(drawn).first).to_be_visible()
        expect(page.locator("body")).to_contain_text("<img src=x onerror=")
        if box := page.locator(drawn).first.bounding_box():  # what shows under the mouse
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        assert page.title() != "ran", path
        assert page.locator(_MADE_OF_A_NAME).count() == 0, path
    assert dialogs == [] and not [url for url in asked if url.endswith("/x")]
    context.close()
