"""Pictures of a needs assessment as PNG, for HTML and DOCX alike: bars by month, a drawn map."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from vrp_map import grid
from vrp_map.maps.classes import LIGHT, class_limits, class_words, count_class, ramp_step

_WIDTH, _BARS_H, _MARGIN = 1200, 360, 20
_INK, _BAR = "#0b0c0c", "#505a5f"
_TEXT_SIZE = 24


def bars_picture(values: Mapping[str, str]) -> str:
    """Bars from 0 by month; a hidden number has no bar. "" where no number is shown.

    Args:
        values: month -> number as shown.

    Returns:
        PNG, base64.
    """
    numbers = [_number(text) for text in values.values()]
    most = max(numbers, default=0)
    if not most:
        return ""
    image = Image.new("RGB", (_WIDTH, _BARS_H + 2 * _TEXT_SIZE), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=_TEXT_SIZE)
    each = (_WIDTH - 2 * _MARGIN) / len(numbers)
    base = _BARS_H + _TEXT_SIZE // 2
    for at, n in enumerate(numbers):
        left, high = _MARGIN + at * each, (_BARS_H - _TEXT_SIZE) * n / most
        draw.rectangle((left + 2, base - high, left + each - 2, base), fill=_BAR)
    draw.line((_MARGIN, base, _WIDTH - _MARGIN, base), fill=_INK, width=2)
    names = list(values)
    draw.text((_MARGIN, base + 6), names[0], fill=_INK, font=font)
    draw.text((_WIDTH - _MARGIN, base + 6), names[-1], fill=_INK, font=font, anchor="ra")
    draw.text((_MARGIN, 0), f"Highest month: {most:,}", fill=_INK, font=font)
    return _encoded(image)


def map_picture(cells: pd.DataFrame, outlines: Sequence[Any], *, step: int) -> str:
    """Hexagons by class of their number, and the outline of the area; hot ones have a thick edge.

    Args:
        cells: cell, n (missing = hidden), is_hot. outlines: polygons, EPSG:4326. step: distance of
            two neighbouring shown numbers.

    Returns:
        PNG, base64; "" where nothing has a number.
    """
    limits = class_limits(cells["n"])
    drawn = cells.assign(place=count_class(cells["n"], limits))
    drawn = drawn[drawn["place"].notna() | drawn["is_hot"]].sort_values("is_hot", kind="stable")
    if drawn.empty or not limits:
        return ""
    sheet = _MapSheet(outlines)
    for row, shape in zip(
        drawn.itertuples(),
        grid.polygons(grid.from_text(list(drawn["cell"].astype(str)))),
        strict=True,
    ):
        corners = sheet.points(shape.exterior)
        fill = "white" if pd.isna(row.place) else LIGHT.ramp[ramp_step(int(row.place), limits)]
        sheet.draw.polygon(corners, fill=fill)
        sheet.draw.line(corners, fill=_INK if row.is_hot else "white", width=4 if row.is_hot else 1)
    for shape in outlines:
        for part in getattr(shape, "geoms", [shape]):
            sheet.draw.line(sheet.points(part.exterior), fill=_INK, width=3)
    sheet.legend(limits, largest=int(cells["n"].max()), step=step)
    return _encoded(sheet.image)


class _MapSheet:
    """Degrees to points of a picture: true to shape in the middle of the area."""

    def __init__(self, outlines: Sequence[Any]) -> None:
        bounds = np.array([shape.bounds for shape in outlines])
        self.west, south = bounds[:, :2].min(axis=0)
        east, self.north = bounds[:, 2:].max(axis=0)
        self.narrow = float(np.cos(np.radians((south + self.north) / 2)))
        self.scale = (_WIDTH - 2 * _MARGIN) / ((east - self.west) * self.narrow)
        self.base = int((self.north - south) * self.scale) + 2 * _MARGIN
        self.image = Image.new("RGB", (_WIDTH, self.base + 2 * _TEXT_SIZE), "white")
        self.draw = ImageDraw.Draw(self.image)

    def points(self, ring: Any) -> list[tuple[float, float]]:
        corners = np.asarray(ring.coords)[:, :2]
        x = (corners[:, 0] - self.west) * self.narrow * self.scale + _MARGIN
        y = (self.north - corners[:, 1]) * self.scale + _MARGIN
        return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]

    def legend(self, limits: Sequence[int], *, largest: int, step: int) -> None:
        """Boxes with their words under the map."""
        font, x = ImageFont.load_default(size=_TEXT_SIZE), float(_MARGIN)
        words = class_words(limits, largest=largest, step=step)
        boxes = [(LIGHT.ramp[ramp_step(i, limits)], 1, said) for i, said in enumerate(words)]
        for fill, width, said in [*boxes, ("white", 4, "stands out")]:
            box = (x, self.base, x + _TEXT_SIZE, self.base + _TEXT_SIZE)
            self.draw.rectangle(box, fill=fill, outline=_INK, width=width)
            self.draw.text((x + _TEXT_SIZE + 8, self.base - 2), said, fill=_INK, font=font)
            x += _TEXT_SIZE + 40 + font.getlength(said)


def _number(text: str) -> int:
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else 0


def _encoded(image: Image.Image) -> str:
    out = BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return b64encode(out.getvalue()).decode()
