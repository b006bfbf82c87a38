"""The picture of the map that is saved or printed, decoded: what it holds, and whose it is."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from scipy.signal import correlate

from tests.e2e.conftest import serving
from tests.e2e.map.conftest import BETWEEN, SOUTH, WEST, WHOSE
from tests.e2e.staff_maps import DESK, a_page, drawn, from_middle, open_hotspots, rows, view
from tests.e2e.states import until
from vrp_map.config import Settings

pytestmark = pytest.mark.browser
# Pixels of the picture's map that nothing is looked for in: controls and scale.
_EDGE = 60


def saved(page: Page) -> np.ndarray:
    """The picture of the map, as red, green and blue."""
    with page.expect_download() as held:
        save = page.get_by_role("button", name="Save map (PNG)")
        # Each source is a sentence, those that bring no full stop too.
        assert re.search(r"\w Made on", save.get_attribute("data-foot") or "") is None
        save.click()
    assert held.value.suggested_filename.startswith("map-violence-")
    return np.asarray(Image.open(held.value.path()).convert("RGB"), dtype=int)


def on_sheet(sheet: np.ndarray) -> np.ndarray:
    """The part with the map: within the only lines through the whole width, its frame."""
    is_ink = np.abs(sheet[:, 40:1160] - sheet[0, 0]).max(axis=2) > 60
    lines = np.flatnonzero(is_ink.all(axis=1))
    return sheet[lines[0] + 2 : lines[-1] - 1, 33:1167]


def smaller(picture: Image.Image) -> np.ndarray:
    """So small that edges which were smoothed in another way count no more."""
    return np.asarray(picture.resize((378, 244), Image.Resampling.BOX), dtype=int)


def test_the_picture_holds_the_map_as_it_stands(
    browser: Browser, server: str, tmp_path: Path
) -> None:
    with a_page(browser, **DESK, color_scheme="light") as (page, _):
        open_hotspots(page, f"{server}/?resolution=7")
        shown = drawn(page)
        shown.scroll_into_view_if_needed()
        sheet = saved(page)
        assert sheet.shape[1] == 1200 and sheet.shape[0] > 1000
        assert (sheet[20:70, 30:700].min(axis=2) < 100).mean() > 0.02  # the headline
        drawing = on_sheet(sheet)
        # Hexagons and names where the map has them; its buttons are left out.
        page.add_style_tag(
            content=".leaflet-control-zoom, .draw-tools, .whole-screen {visibility: hidden}"
        )
        page.mouse.move(0, 0)
        file = tmp_path / "shown.png"
        shown.screenshot(path=file)
        looks = Image.open(file).convert("RGB")
        apart = np.abs(smaller(looks) - smaller(Image.fromarray(drawing.astype("uint8"))))
        assert (np.ptp(drawing, axis=2) > 40).mean() > 0.2
        assert (apart.max(axis=2) > 60).mean() < 0.08
        # As much black, which is that of names and boundaries.
        black = [(np.asarray(one).max(axis=2) < 70).mean() for one in (looks, drawing)]
        assert black[1] == pytest.approx(black[0], rel=0.3) and black[0] > 0.01
        # North above, the scale below: dark on light, in corners that are light.
        for corner in (drawing[10:62, 10:38], drawing[-38:-10, 10:60]):
            dark = (corner.max(axis=2) < 110).mean()
            assert 0.02 < dark < 0.6
        page.evaluate("window.print = () => { window.printed = true }")
        page.get_by_role("button", name="Print map").click()
        until(page, "window.printed")
        page.emulate_media(media="print")
        expect(page.locator("img.map-print")).to_be_visible()
        expect(page.locator("h1")).to_be_hidden()
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        expect(page.locator("img.map-print")).to_have_count(0)


def foot_of(sheet: np.ndarray) -> np.ndarray:
    """What stands beneath the map."""
    is_ink = np.abs(sheet[:, 40:1160] - sheet[0, 0]).max(axis=2) > 60
    return sheet[np.flatnonzero(is_ink.all(axis=1))[-1] + 2 :]


# Words as the picture writes its foot, as grey values in rows.
_WRITTEN = """(words) => {
  const pen = document.createElement("canvas").getContext("2d");
  const font = `15px ${getComputedStyle(document.querySelector(".stApp")).fontFamily}`;
  pen.font = font;
  const wide = Math.floor(pen.measureText(words).width);
  Object.assign(pen.canvas, { width: wide, height: 18 });
  pen.font = font;
  pen.fillText(words, 0, 14);
  const { data } = pen.getImageData(0, 0, wide, 18);
  return Array.from({ length: 18 }, (_, y) =>
    Array.from({ length: wide }, (_, x) => data[4 * (y * wide + x) + 3]));
}"""


def likeness(page: Page, picture: np.ndarray, words: str) -> float:
    """How well words lie on the place of a picture that they lie on best: 1 = they stand there."""
    sign = np.array(page.evaluate(_WRITTEN, words), dtype=float)
    sign -= sign.mean()
    ink = 255.0 - picture.mean(axis=2)
    room = np.ones_like(sign)
    total, squares = (correlate(one, room, mode="valid") for one in (ink, ink**2))
    spread = np.sqrt(np.maximum(squares - total**2 / sign.size, 1.0) * (sign**2).sum())
    return float((correlate(ink, sign, mode="valid") / spread).max())


@dataclass(frozen=True)
class Made:
    """The map on a saved picture, and where it looked.

    Attributes:
        likeness: of the picture's foot to the words about whose streets they are.
        hexagons: middles in degrees.
    """

    shown: np.ndarray
    view: tuple[float, float, float]
    width: float
    likeness: float
    hexagons: list[tuple[float, float]]

    def at(self, lon: float, lat: float) -> np.ndarray | None:
        """The pixels round a place on the picture; None = it does not show the place."""
        high, wide, _ = self.shown.shape
        right, below = (one * wide / self.width for one in from_middle(self.view, lon, lat))
        x, y = round(wide / 2 + right), round(high / 2 + below)
        if not (_EDGE < x < wide - _EDGE and _EDGE < y < high - _EDGE):
            return None
        return self.shown[y - 3 : y + 4, x - 3 : x + 4]


def made(browser: Browser, address: str) -> Made:
    with a_page(browser, **DESK, color_scheme="light") as (page, asked):
        open_hotspots(page, f"{address}/?resolution=7")
        sheet = saved(page)
        middles = [(row["m"][0] / 1e6, row["m"][1] / 1e6) for row in rows(page, asked)]
        width = drawn(page).evaluate("map => map.offsetWidth")
        likes = likeness(page, foot_of(sheet), WHOSE)
        return Made(on_sheet(sheet), view(page), width, likes, middles)


def darkest(plain: Made, streets: Made, *, off: float) -> list[int]:
    """Of each place that is paper on the plain picture, how dark the other is there, of 255.

    Args:
        off: of the way from one street to the next; 0 = on the street.
    """
    found = []
    for across, up in product(range(16), range(8)):
        # Midway between two crossings, of a street to the north and of one to the east.
        for lon, lat in ((across + off, up + 0.5), (across + 0.5, up + off)):
            place = WEST + lon * BETWEEN, SOUTH + lat * BETWEEN
            before, now = plain.at(*place), streets.at(*place)
            if before is not None and now is not None and before.min() == 255:
                found.append(int(now.min()))
    return found


def test_the_picture_holds_streets_hexagons_and_whose_they_are(
    browser: Browser, server: str, mapped: str
) -> None:
    """Beside one that is made without a base map."""
    plain, streets = made(browser, server), made(browser, mapped)
    assert plain.view == streets.view
    # Most hexagons have a colour in their middle, which none has that is hidden.
    for one in (plain, streets):
        middles = [part for at in one.hexagons if (part := one.at(*at)) is not None]
        assert len(middles) > 100
        assert np.mean([np.median(np.ptp(part, axis=2)) > 20 for part in middles]) > 0.7
    # Where the plain one is paper, the other has a street where one runs, and paper between them.
    on, between = darkest(plain, streets, off=0.0), darkest(plain, streets, off=0.5)
    assert min(len(on), len(between)) > 50
    assert np.mean(np.array(on) < 200) > 0.8
    assert set(between) == {255}
    # Whose streets they are stands at the foot of the one that has some.
    assert plain.likeness < 0.8 and streets.likeness > 0.95


_TILES = "http://tiles.example/{z}/{x}/{y}.png"
_GRASS = (20, 160, 20)


def a_tile() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (256, 256), _GRASS).save(held, "PNG")
    return held.getvalue()


def test_the_picture_holds_the_tiles_of_an_operator(
    browser: Browser, demo: Settings, tmp_path: Path
) -> None:
    tile, given = a_tile(), {"STORE": demo.store, "RECORDS": tmp_path / "records"}
    with (
        serving(tmp_path, **given, MAP_TILES_URL=_TILES) as address,
        a_page(browser, **DESK, color_scheme="light") as (page, _),
    ):
        # The browser lets a page read what is answered here, as it would with the header of CORS.
        page.route(
            "http://tiles.example/**",
            lambda route: route.fulfill(body=tile, content_type="image/png"),
        )
        open_hotspots(page, f"{address}/?resolution=7")
        until(page, "document.querySelectorAll('.map-raster .leaflet-tile-loaded').length > 5")
        red, green, blue = np.moveaxis(on_sheet(saved(page)), 2, 0)
        # Paler than the tiles are, as on the map: all that no hexagon, line or name covers.
        assert np.mean((green > red + 15) & (abs(red - blue) < 10)) > 0.3
        assert np.mean((red == 255) & (green == 255) & (blue == 255)) < 0.05
