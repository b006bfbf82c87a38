"""Drawing a month of synthetic incidents and writing it as police.uk would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pipelines.demo_effects import effects, thinned
from pipelines.demo_faults import Row, spoil, spread
from pipelines.demo_hotspots import Plan, categories_drawn, load_plan, zipf
from pipelines.demo_intensity import load_intensity, seasons
from pipelines.demo_places import (
    POINTS_PER_LSOA,
    Areas,
    Points,
    load_areas,
    named_point,
    snap_points,
)
from vrp_map.config import Settings
from vrp_map.vocabulary import CATEGORIES

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime"
    " type,Last outcome category,Context"
)
OUTCOME = "Synthetic: no outcome"
# police.uk gives these no id; a third of the real ones are identical in every column.
WITHOUT_ID = "anti-social-behaviour"
UNLOCATED_SHARE = 0.015
_ID_LENGTH = 64


@dataclass(frozen=True)
class World:
    """What stays the same from month to month.

    Attributes:
        points: every place; first `POINTS_PER_LSOA` for each LSOA of the layer in order, then the
            special ones.
        columns: what the files say of each point, one Arrow array per column.
        means: expected background incidents, shape (months, LSOAs, categories).
        pilot_effects: what planted pilots multiply them by, shape (months, points).
        hotspot_means: shape (hotspots, months).
        hotspot_points: positions in `points`, one array a hotspot.
        default_location, no_location: positions in `points`. outside: several.
        outside_plan: incidents outside the boundary in each month.
        faults: for each month, (reason code, turn).
    """

    labels: list[str]
    seed: int
    categories: tuple[str, ...]
    lads: Areas
    plan: Plan
    points: Points
    columns: dict[str, pa.Array]
    means: np.ndarray
    pilot_effects: np.ndarray
    hotspot_means: np.ndarray
    hotspot_points: list[np.ndarray]
    default_location: int
    outside: np.ndarray
    no_location: int
    outside_plan: np.ndarray
    faults: list[list[tuple[str, int]]]


@dataclass(frozen=True)
class DrawnMonth:
    """The accepted rows of a month: positions of point and category, and how many each hotspot
    added.
    """

    point: np.ndarray
    category: np.ndarray
    planted: np.ndarray


def make_world(settings: Settings, *, labels: list[str], seed: int, share: float) -> World:
    """Place every point and set every mean."""
    rng = np.random.default_rng([seed, 0])
    lsoas = load_areas(settings.boundaries / "lsoa_2021.geojson")
    lads = load_areas(settings.boundaries / "lad_2024.geojson")
    intensity, plan = load_intensity(), load_plan()
    points = snap_points(lsoas, lads, rng=rng)
    hotspot_points = []
    for spot in plan.hotspots:
        more = spot.points(lsoas=lsoas, lads=lads, rng=rng)
        hotspot_points.append(np.arange(len(points), len(points) + len(more)))
        points += more
    special = [plan.default_location] + [
        {**plan.outside, "lon": x, "lat": y} for x, y in plan.outside["points"]
    ]
    first_special = len(points)
    for place in special:
        points += named_point(place["lon"], place["lat"], place["location"], lsoas=lsoas, lads=lads)
    points += named_point(np.nan, np.nan, "No Location", lsoas=lsoas, lads=lads)

    known = {code: row for row, code in enumerate(intensity.lsoa)}
    row = np.array([known.get(code, -1) for code in lsoas.code])
    background = np.where(row[:, None] >= 0, intensity.means[row], 0.0) * share
    return World(
        labels=labels,
        seed=seed,
        categories=intensity.categories,
        lads=lads,
        plan=plan,
        points=points,
        columns=_columns(points, lsoas),
        means=background[None] * seasons(labels, intensity.categories)[:, None, :],
        pilot_effects=effects(points.lon, points.lat, labels),
        hotspot_means=np.array([spot.monthly_means(len(labels)) for spot in plan.hotspots]),
        hotspot_points=hotspot_points,
        default_location=first_special,
        outside=np.arange(first_special + 1, len(points) - 1),
        no_location=len(points) - 1,
        outside_plan=np.bincount(
            rng.integers(len(labels), size=plan.outside["incidents"]), minlength=len(labels)
        ),
        faults=spread(len(labels), rng=rng),
    )


def write_month(file: Path, world: World, number: int, *, force: str) -> DrawnMonth:
    """Draw month `number`, write its file, faulty rows last, and say what was drawn."""
    # A stream of its own for each month: what one month draws never moves another.
    rng = np.random.default_rng([world.seed, 1 + number])
    drawn = _draw(world, number, rng=rng)
    faults = world.faults[number]
    table = _table(world, drawn, label=world.labels[number], force=force, rng=rng)
    with file.open("wb") as out:
        out.write(f"{HEADER}\n".encode())
        csv.write_csv(table, out, csv.WriteOptions(include_header=False, quoting_style="none"))
        for (code, turn), good in zip(
            faults, _good_rows(world, drawn, table, len(faults), rng=rng), strict=True
        ):
            line = spoil(good, code, turn, fresh_id=rng.bytes(_ID_LENGTH // 2).hex())
            out.write((",".join(line) + "\n").encode())
    return drawn


def _draw(world: World, number: int, *, rng: np.random.Generator) -> DrawnMonth:
    counts = rng.poisson(world.means[number])
    lsoa, category = (
        np.repeat(axis, counts.ravel()) for axis in np.indices(counts.shape).reshape(2, -1)
    )
    rank = np.searchsorted(zipf(POINTS_PER_LSOA), rng.random(len(lsoa)))
    point = lsoa * POINTS_PER_LSOA + rank
    # A stream of its own: what pilots do moves no other draw.
    stay = thinned(
        world.pilot_effects[number, point], rng=np.random.default_rng([world.seed, number, 13])
    )
    point[rng.random(len(point)) < UNLOCATED_SHARE] = world.no_location
    parts = [(point[stay], category[stay])]

    planted = rng.poisson(world.hotspot_means[:, number])
    for spot, places, count in zip(world.plan.hotspots, world.hotspot_points, planted, strict=True):
        rank = np.searchsorted(zipf(len(places)), rng.random(count))
        parts.append((places[rank], categories_drawn(spot.mix, world.categories, count, rng=rng)))

    desk = np.full(int(world.plan.default_location["per_month"]), world.default_location)
    beyond = rng.choice(world.outside, size=world.outside_plan[number])
    mix = dict(zip(world.categories, world.means[number].sum(axis=0), strict=True))
    for places in (desk, beyond):
        parts.append((places, categories_drawn(mix, world.categories, len(places), rng=rng)))
    order = rng.permutation(sum(len(part[0]) for part in parts))
    return DrawnMonth(
        np.concatenate([part[0] for part in parts])[order],
        np.concatenate([part[1] for part in parts])[order],
        planted,
    )


def _table(
    world: World, drawn: DrawnMonth, *, label: str, force: str, rng: np.random.Generator
) -> pa.Table:
    rows = len(drawn.point)
    at = {name: column.take(pa.array(drawn.point)) for name, column in world.columns.items()}
    names = pa.array([CATEGORIES[slug] for slug in world.categories]).take(pa.array(drawn.category))
    has_id = drawn.category != world.categories.index(WITHOUT_ID)
    month, whose, outcome, context = (pa.repeat(text, rows) for text in (label, force, OUTCOME, ""))
    columns = [_ids(has_id, rng=rng), month, whose, whose, *at.values(), names, outcome, context]
    return pa.table(dict(zip(HEADER.split(","), columns, strict=True)))


def _ids(has_id: np.ndarray, *, rng: np.random.Generator) -> pa.Array:
    text = rng.bytes(int(has_id.sum()) * _ID_LENGTH // 2).hex().encode()
    ends = np.concatenate([[0], np.cumsum(has_id * _ID_LENGTH)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(has_id), pa.py_buffer(ends), pa.py_buffer(text))


def _good_rows(
    world: World, drawn: DrawnMonth, table: pa.Table, count: int, *, rng: np.random.Generator
) -> list[Row]:
    """Rows to make faulty ones from: with an id, inside the boundary, each row once."""
    usable = (world.points.lad[drawn.point] >= 0) & (
        drawn.category != world.categories.index(WITHOUT_ID)
    )
    chosen = table.take(pa.array(rng.choice(np.flatnonzero(usable), size=count, replace=False)))
    return [
        list(row) for row in zip(*(column.to_pylist() for column in chosen.columns), strict=True)
    ]


def _columns(points: Points, lsoas: Areas) -> dict[str, pa.Array]:
    inside = points.lsoa >= 0
    return {
        "lon": pa.array(["" if np.isnan(v) else f"{v:.6f}" for v in points.lon]),
        "lat": pa.array(["" if np.isnan(v) else f"{v:.6f}" for v in points.lat]),
        "location": pa.array(points.location, type=pa.string()),
        "lsoa_code": pa.array(np.where(inside, lsoas.code[points.lsoa], ""), type=pa.string()),
        "lsoa_name": pa.array(np.where(inside, lsoas.name[points.lsoa], ""), type=pa.string()),
    }
