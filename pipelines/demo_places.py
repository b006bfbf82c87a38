"""The synthetic snap points: inside real LSOA outlines, with made-up street names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from vrp_map.errors import UserError

POINTS_PER_LSOA = 14
METRES_PER_DEGREE = 111_320.0
# Away from the edge, so that a simplified outline of another layer does not move a point to the
# next area.
INSET_DEGREES = 0.00025

WORDS = (
    "Abbey Acorn Alder Anchor Apple Ash Aspen Badger Bank Barley Barn Beacon Beech Bell Birch"
    " Blossom Bramble Bridge Brook Canal Castle Cedar Chapel Cherry Chestnut Church Clover College"
    " Coppice Cross Daisy Dale Elder Elm Falcon Farm Fern Field Forge Foundry Fountain Fox Garden"
    " Glebe Granary Grange Green Hawthorn Hazel Heath Heron High Hill Holly Hop Ivy Juniper King"
    " King's Lake Larch Laurel Lavender Lime Linden Lock Long Maple Market Meadow Mill Moor Oak"
    " Orchard Osier Otter Paddock Park Pear Pine Plum Pool Poplar Priory Quarry Queen Rectory Ridge"
    " River Robin Rose Rowan School Smithy Spring Station Stone Swallow Swan Sycamore Thorn Tower"
    " Union Vale Vicarage Vine Walnut Water Well Wharf Willow Windmill Wood Wren Yew"
)
_KINDS_OF_STREET = (
    "Street Road Lane Close Avenue Drive Way Walk Crescent Grove Place Court Terrace Rise"
)
# As police.uk writes places that are not streets, and how often one of them stands in for a street.
_PUBLIC_PLACES = {
    "Shopping Area": 0.030,
    "Parking Area": 0.030,
    "Supermarket": 0.030,
    "Park/Open Space": 0.020,
    "Petrol Station": 0.015,
    "Sports/Recreation Area": 0.010,
    "Nightclub": 0.005,
    "Hospital": 0.003,
}


@dataclass(frozen=True)
class Areas:
    """One boundary layer: codes, names and outlines (EPSG:4326), in the file's order."""

    code: np.ndarray
    name: np.ndarray
    outline: np.ndarray

    def containing(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Position of the area that each point lies strictly inside; -1 for none."""
        tree = shapely.STRtree(self.outline)
        point, area = tree.query(shapely.points(lon, lat), predicate="within")
        found = np.full(len(lon), -1)
        found[point] = area
        return found


@dataclass(frozen=True)
class Points:
    """Places that incidents are written at; parallel arrays.

    Attributes:
        lon, lat: degrees, already rounded to the 6 decimals of the files; NaN for "no location".
        location: as the file says it.
        lsoa, lad: position in the LSOA and LA layer; -1 for none.
    """

    lon: np.ndarray
    lat: np.ndarray
    location: np.ndarray
    lsoa: np.ndarray
    lad: np.ndarray

    def __len__(self) -> int:
        return len(self.lon)

    def __add__(self, other: Points) -> Points:
        pairs = (
            (getattr(self, name), getattr(other, name))
            for name in ("lon", "lat", "location", "lsoa", "lad")
        )
        return Points(*(np.concatenate(pair) for pair in pairs))


def load_areas(file: Path) -> Areas:
    """Read a built boundary layer."""
    if not file.exists():
        raise UserError(
            f"There is no boundary layer {file.name}.", hint="Check the setting boundaries."
        )
    text = file.read_text(encoding="utf-8")
    properties = [feature["properties"] for feature in json.loads(text)["features"]]
    return Areas(
        code=np.array([p["code"] for p in properties], dtype=object),
        name=np.array([p["name"] for p in properties], dtype=object),
        outline=shapely.get_parts(shapely.from_geojson(text)),
    )


def snap_points(lsoas: Areas, lads: Areas, *, rng: np.random.Generator) -> Points:
    """`POINTS_PER_LSOA` points inside every LSOA, in the layer's order.

    An LSOA too thin for points away from its edge repeats its inmost point.
    """
    inmost = shapely.point_on_surface(lsoas.outline)
    centre_lon, centre_lat = _rounded(shapely.get_x(inmost)), _rounded(shapely.get_y(inmost))
    lad = lads.containing(centre_lon, centre_lat)
    inset = shapely.buffer(lsoas.outline, -INSET_DEGREES)
    lon = np.repeat(centre_lon[:, None], POINTS_PER_LSOA, axis=1)
    lat = np.repeat(centre_lat[:, None], POINTS_PER_LSOA, axis=1)
    have = np.zeros(len(lad), dtype=int)
    for _ in range(12):
        short = np.flatnonzero((have < POINTS_PER_LSOA) & ~shapely.is_empty(inset))
        if not len(short):
            break
        owner = np.repeat(short, 24)
        box = shapely.bounds(inset[owner])
        x = _rounded(box[:, 0] + rng.random(len(owner)) * (box[:, 2] - box[:, 0]))
        y = _rounded(box[:, 1] + rng.random(len(owner)) * (box[:, 3] - box[:, 1]))
        good = shapely.contains_xy(inset[owner], x, y)
        good[good] = lads.containing(x[good], y[good]) == lad[owner[good]]
        owner, x, y = owner[good], x[good], y[good]
        place = have[owner] + np.arange(len(owner)) - np.searchsorted(owner, owner)
        kept = place < POINTS_PER_LSOA
        lon[owner[kept], place[kept]], lat[owner[kept], place[kept]] = x[kept], y[kept]
        have = np.minimum(have + np.bincount(owner, minlength=len(have)), POINTS_PER_LSOA)
    owner = np.repeat(np.arange(len(lad)), POINTS_PER_LSOA)
    return Points(lon.ravel(), lat.ravel(), place_names(len(owner), rng=rng), owner, lad[owner])


def points_around(  # noqa: PLR0913 - the shape of one made-up town
    lon: float,
    lat: float,
    *,
    radius_m: float,
    count: int,
    lsoas: Areas,
    lads: Areas,
    rng: np.random.Generator,
) -> Points:
    """At most `count` points within a distance of a centre, all in the centre's LA."""
    angle, distance = rng.random(count * 4) * 2 * np.pi, np.sqrt(rng.random(count * 4)) * radius_m
    x = _rounded(lon + distance * np.cos(angle) / (METRES_PER_DEGREE * np.cos(np.radians(lat))))
    y = _rounded(lat + distance * np.sin(angle) / METRES_PER_DEGREE)
    lsoa, lad = lsoas.containing(x, y), lads.containing(x, y)
    home = lads.containing(np.array([lon]), np.array([lat]))[0]
    good = np.flatnonzero((lsoa >= 0) & (lad == home))[:count]
    if home < 0 or not len(good):
        raise UserError(
            f"The planted hotspot at {lon}, {lat} is outside the boundaries.",
            hint="Move it inside.",
        )
    return Points(x[good], y[good], place_names(len(good), rng=rng), lsoa[good], lad[good])


def named_point(lon: float, lat: float, location: str, *, lsoas: Areas, lads: Areas) -> Points:
    """One point with a given name, inside the boundaries or not; NaN for "no location"."""
    x, y = np.array([lon]), np.array([lat])
    lsoa, lad = lsoas.containing(x, y), lads.containing(x, y)
    return Points(x, y, np.array([location], dtype=object), lsoa, lad)


def place_names(count: int, *, rng: np.random.Generator) -> np.ndarray:
    """Made-up places in police.uk's wording; no register of streets was read."""
    names = [
        f"On or near {word} {kind}" for word in WORDS.split() for kind in _KINDS_OF_STREET.split()
    ]
    streets = np.array(names, dtype=object)[rng.integers(len(names), size=count)]
    public = np.array([f"On or near {name}" for name in _PUBLIC_PLACES], dtype=object)
    which = np.searchsorted(
        np.cumsum(list(_PUBLIC_PLACES.values())), rng.random(count), side="right"
    )
    return np.where(which < len(public), public[np.minimum(which, len(public) - 1)], streets)


def _rounded(degrees: np.ndarray) -> np.ndarray:
    return np.round(degrees, 6)
