"""Where a postcode is: from the lists that the operator added, for staff only."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.places.place_files import postcode_key, written_postcode
from vrp_map.places.place_lists import added_places


@dataclass(frozen=True)
class PostcodePoint:
    """The middle of a postcode, in degrees."""

    postcode: str
    lon: float
    lat: float

    def cell(self, resolution: int) -> str:
        """The hexagon that the middle lies in."""
        at = grid.cells_at([self.lon], [self.lat], resolution=resolution)
        return grid.to_text(at)[0]


# A postcode's first half, with or without the digit that follows.
_HALF = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(?:\s+(\d))?")


def has_postcodes(settings: Settings) -> bool:
    """Whether a list of postcodes was added."""
    return bool(added_places(settings)["kind"].eq("postcode").any())


def find_postcode(text: str, settings: Settings) -> PostcodePoint | None:
    """The point of a whole postcode, however it is spaced; None where none of the lists has it.

    A postcode is a few homes: keep the hexagon, never the point.
    """
    key = postcode_key(text)
    known = added_places(settings)
    found = known[known["kind"].eq("postcode") & known["name"].eq(key)] if key else known[:0]
    if found.empty:
        return None
    row = found.iloc[0]
    return PostcodePoint(written_postcode(key), float(row["lon"]), float(row["lat"]))


def find_half_postcode(text: str, settings: Settings) -> PostcodePoint | None:
    """Of the postcodes that begin with a half one ("B1", "TS12 3") the nearest to their middle;
    None where there is none.
    """
    half = _HALF.fullmatch(" ".join(text.upper().split()))
    if half is None:
        return None
    known = added_places(settings)
    names = known["name"].astype(str)
    first, digit = half[1], half[2] or ""
    begins = names.str[:-3].eq(first) & names.str[-3:].str.startswith(digit)
    found = known[known["kind"].eq("postcode") & begins]
    if found.empty:
        return None
    at = found[["lon", "lat"]].to_numpy(float)
    lon, lat = at[np.argmin(((at - np.median(at, axis=0)) ** 2).sum(axis=1))]
    return PostcodePoint(" ".join(filter(None, half.groups())), float(lon), float(lat))
