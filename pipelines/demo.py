"""A synthetic West Midlands in police.uk's shape: made-up incidents, known hotspots,
known faults.

Only the mean number of incidents per LSOA, category and month is real (`demo_intensity.README.md`).
Points, street names, ids and the incidents themselves are drawn from a seed. What was planted is
written beside the files as `planted.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from pipelines.demo_faults import REFUSED
from pipelines.demo_pins import PlantedSummit, draw_summit
from pipelines.demo_rows import DrawnMonth, World, make_world, write_month
from vrp_map.config import Settings, load_settings
from vrp_map.errors import UserError
from vrp_map.vocabulary import CATEGORIES

FORCE = "SYNTHETIC West Midlands"
SUFFIX = "synthetic-west-midlands-street.csv"
RECORD = "planted.json"


@dataclass(frozen=True)
class PlantedHotspot:
    """One hotspot as it was planted.

    `incidents` are rows on top of the background; months are "YYYY-MM".
    """

    name: str
    lon: float
    lat: float
    radius_m: float
    lad: str
    mix: dict[str, float]
    extra_per_month: float
    trend: str
    first_month: str
    incidents: int
    by_month: dict[str, int]


@dataclass(frozen=True)
class DemoContents:
    """What the synthetic files hold; every count is exact.

    Attributes:
        rows_read: lines that are not headers = rows_accepted + rows_refused.
        refused: rows by the one reason a build must give for each.
        unlocated: accepted rows without a place. outside: accepted rows beyond the boundary.
        default_location: the place that stands for "reported at the desk", with its incidents
            (accepted rows).
        by_month, by_category: accepted rows. by_lad: accepted rows inside each LA.
        summit: the finished event that `vrp-map demo` leaves in the records.
    """

    synthetic: bool
    label: str
    seed: int
    first: str
    last: str
    share: float
    rows_read: int
    rows_accepted: int
    rows_refused: int
    refused: dict[str, int]
    unlocated: int
    outside: int
    default_location: dict[str, object]
    hotspots: tuple[PlantedHotspot, ...]
    by_month: dict[str, int]
    by_lad: dict[str, int]
    by_category: dict[str, int]
    summit: PlantedSummit

    def save(self, folder: Path) -> Path:
        """Write `planted.json`."""
        file = folder / RECORD
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        return file


def generate(  # noqa: PLR0913 - what a demo may be asked for
    folder: Path,
    *,
    settings: Settings,
    months: int = 36,
    last: date = date(2026, 10, 1),
    seed: int = 20261101,
    share: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> DemoContents:
    """Write one CSV a month, `<YYYY-MM>/<YYYY-MM>-synthetic-west-midlands-street.csv`, and
    `planted.json`.

    The synthetic files of an earlier run in the folder are replaced. Same arguments, same
    boundaries: same bytes.

    Args:
        months: how many, ending with the month of `last`.
        share: of the real background volume (about 28,000 incidents a month); planted hotspots keep
            their size.
        progress: called with (months written, months) after each month.
    """
    if months < 1 or not 0.01 <= share <= 1:
        raise UserError(
            "The demo needs 1 month or more and a share of 0.01 to 1.", hint="Mend these arguments."
        )
    labels = [_label(last, months - 1 - back) for back in range(months)]
    _clear(folder)
    world = make_world(settings, labels=labels, seed=seed, share=share)
    drawn: list[DrawnMonth] = []
    for number, label in enumerate(labels):
        file = folder / label / f"{label}-{SUFFIX}"
        file.parent.mkdir(parents=True, exist_ok=True)
        drawn.append(write_month(file, world, number, force=FORCE))
        if progress:
            progress(number + 1, months)
    planted = _record(world, drawn, seed=seed, share=share, summit=draw_summit(settings).planted)
    planted.save(folder)
    return planted


def _record(
    world: World, drawn: list[DrawnMonth], *, seed: int, share: float, summit: PlantedSummit
) -> DemoContents:
    labels, points = world.labels, world.points
    point = np.concatenate([month.point for month in drawn])
    category = np.bincount(
        np.concatenate([month.category for month in drawn]), minlength=len(world.categories)
    )
    lad = np.bincount(points.lad[point] + 1, minlength=len(world.lads.name) + 1)
    by_month = {label: len(month.point) for label, month in zip(labels, drawn, strict=True)}
    unlocated = int((point == world.no_location).sum())
    hotspots = []
    for number, spot in enumerate(world.plan.hotspots):
        counts = {
            label: int(month.planted[number]) for label, month in zip(labels, drawn, strict=True)
        }
        hotspots.append(
            PlantedHotspot(
                name=spot.name,
                lon=spot.lon,
                lat=spot.lat,
                radius_m=spot.radius_m,
                lad=str(world.lads.name[points.lad[world.hotspot_points[number][0]]]),
                mix=dict(spot.mix),
                extra_per_month=spot.extra_per_month,
                trend=spot.trend,
                first_month=next((label for label, n in counts.items() if n), labels[-1]),
                incidents=sum(counts.values()),
                by_month=counts,
            )
        )
    accepted, refused = len(point), sum(REFUSED.values())
    return DemoContents(
        synthetic=True,
        label=f"{FORCE}: made-up incidents",
        seed=seed,
        first=labels[0],
        last=labels[-1],
        share=share,
        rows_read=accepted + refused,
        rows_accepted=accepted,
        rows_refused=refused,
        refused=dict(REFUSED),
        unlocated=unlocated,
        outside=int(lad[0]) - unlocated,
        default_location={
            **{key: world.plan.default_location[key] for key in ("lon", "lat", "location")},
            "incidents": int((point == world.default_location).sum()),
        },
        hotspots=tuple(hotspots),
        by_month=by_month,
        by_lad={str(name): int(n) for name, n in zip(world.lads.name, lad[1:], strict=True)},
        by_category={
            CATEGORIES[slug]: int(n) for slug, n in zip(world.categories, category, strict=True)
        },
        summit=summit,
    )


def _label(last: date, back: int) -> str:
    year, month = divmod(last.year * 12 + last.month - 1 - back, 12)
    return f"{year:04d}-{month + 1:02d}"


def _clear(folder: Path) -> None:
    """A shorter run must not leave months of a longer one behind."""
    old = [*folder.glob(f"*/*-{SUFFIX}"), folder / RECORD]
    for file in old:
        file.unlink(missing_ok=True)
    for month in {file.parent for file in old if file.name != RECORD}:
        if not any(month.iterdir()):
            month.rmdir()


def main(arguments: list[str]) -> int:
    """`python -m pipelines.demo FOLDER`."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m pipelines.demo FOLDER\n")
        return 2
    planted = generate(Path(arguments[0]), settings=load_settings())
    sys.stdout.write(
        f"{planted.label}: {planted.rows_read:,} rows, {planted.first} to {planted.last}, "
        f"{len(planted.hotspots)} hotspots and {planted.rows_refused} faulty rows planted.\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
