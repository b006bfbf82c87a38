"""How often the pages say each thing where nothing is there, and where something is; prints
Markdown.

    python benchmarks/calibration.py [--quick] [--months FILE] > benchmarks/results/calibration.md

Made-up worlds, and with --months real ones: the months of real areas dealt at random into periods,
so that nothing changed between them. What partners and the public see is drawn from each world as
the product draws it. Every statement is made by the product's own functions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from shapely.geometry import box

from vrp_map import grid
from vrp_map.analysis.emerging import _classified
from vrp_map.analysis.periods import CellChange, judged
from vrp_map.disclosure.thresholds import most_unheard
from vrp_map.statistics.balanced_sample import balanced_sample
from vrp_map.statistics.concentration import concentration
from vrp_map.statistics.dispersion import (
    USUAL,
    own_dispersion,
    pooled_dispersion,
    shared_dispersion,
)
from vrp_map.statistics.emerging import EmergingClass
from vrp_map.statistics.fdr import passes
from vrp_map.statistics.gi_star import gi_star_test, summed_around
from vrp_map.statistics.residents import high_for_residents
from vrp_map.statistics.sensitivity import FIRM, HELD, LOST, firm_or_fragile, in_a_child, in_parent
from vrp_map.statistics.trend import compare
from vrp_map.statistics.voice_gap import Gap, voice_gaps

CELLS = grid.lattice([box(-2.0, 52.42, -1.78, 52.54)], resolution=9)
NEIGHBOURS = grid.neighbour_index(CELLS)
# The hexagons a size larger that hold them, and the seven a size smaller in each, in the same
# order.
LARGER, IN_LARGER = np.unique(grid.parents(CELLS, resolution=8), return_inverse=True)
SMALLER = grid.lattice([box(-2.02, 52.4, -1.76, 52.56)], resolution=10)
SMALLER = SMALLER[np.isin(grid.parents(SMALLER, resolution=9), CELLS)]
AROUND_LARGER, AROUND_SMALLER = grid.neighbour_index(LARGER), grid.neighbour_index(SMALLER)
INNER = np.flatnonzero((len(CELLS) > NEIGHBOURS).all(axis=1))
MONTHS = 24
# One in k, as settings have it: partners' one in 5, and of those one in 2 for the public.
AUDIENCES = {"analyst": (), "partner": (5,), "public": (5, 2)}
NEW = [EmergingClass.NEW_HOT, EmergingClass.CONSECUTIVE_HOT]
GROWING = [EmergingClass.INTENSIFYING_HOT, EmergingClass.DIMINISHING_HOT]
CHANGED = [CellChange.MORE_SURE, CellChange.FEWER_SURE]
Random = np.random.Generator
Counts = np.ndarray


@dataclass(frozen=True)
class Row:
    """One line of the table: `said` of `maps` maps say it; `level` is the most that may where
    nothing is there.
    """

    statement: str
    world: str
    audience: str
    incidents: int
    maps: int
    said: int
    level: float | None

    @property
    def rate(self) -> float:
        return self.said / self.maps

    @property
    def holds(self) -> str:
        if self.level is None:
            return ""
        if self.rate <= self.level:
            return "yes"
        return (
            "within noise"
            if binomtest(self.said, self.maps, self.level, alternative="greater").pvalue > 0.05
            else "no"
        )

    def line(self) -> str:
        level = "" if self.level is None else f"{self.level:.1%}"
        return (
            f"| {self.statement} | {self.world} | {self.audience} | {self.incidents:,} |"
            f" {self.maps} | {self.rate:.0%} | {level} | {self.holds} |"
        )


def seen(counts: Counts, steps: tuple[int, ...], random: Random) -> Counts:
    """(cells, months) as an audience sees them: one incident in k, drawn as the product does, each
    standing for k.
    """
    each = 1
    for k in steps:
        month, cell = (part.ravel() for part in np.indices(counts.T.shape))
        group = cell // 300
        drawn = balanced_sample(
            counts.T.ravel().astype(np.int64),
            unit=cell,
            block=cell // 7,
            group=group,
            month=month,
            order=random.integers(0, 2**63, counts.size, dtype=np.uint64),
            start=random.random((counts.shape[1], int(group.max()) + 1)),
            k=k,
        )
        counts, each = drawn.reshape(counts.T.shape).T, each * k
    return np.asarray(counts * each)


def unit_of(audience: str) -> int:
    return int(np.prod(AUDIENCES[audience], dtype=int))


# -- worlds: (cells, months) of a mean number of incidents a cell and month ------------------------


def random_world(
    mean: float, random: Random, *, dispersion: float = 1.0, season: float = 0.0
) -> Counts:
    """Anywhere alike."""
    return _drawn(np.full((len(CELLS), 1), mean), random, dispersion, season)


def shaped_world(
    mean: float, random: Random, *, dispersion: float = 1.6, season: float = 0.0
) -> Counts:
    """Uneven as where people live, and the same in every month but for chance, runs and season."""
    return peopled_world(mean, random, dispersion=dispersion, season=season)[0]


def peopled_world(
    mean: float, random: Random, *, dispersion: float = 1.6, season: float = 0.0
) -> tuple[Counts, Counts]:
    """Incidents that follow residents alone, and the residents: (cells,), 250 a hexagon."""
    uneven = summed_around(random.gamma(0.3, 1.0, len(CELLS)), NEIGHBOURS)
    share = uneven / uneven.mean()
    return _drawn(mean * share[:, None], random, dispersion, season), np.round(250 * share)


def in_smaller(counts: Counts, random: Random) -> Counts:
    """(smaller cells, months): the incidents of each hexagon, anywhere in it alike."""
    parts = random.multinomial(counts, np.full(7, 1 / 7))
    return np.asarray(parts.transpose(0, 2, 1).reshape(7 * len(counts), -1))


def _drawn(mean: Counts, random: Random, dispersion: float, season: float) -> Counts:
    rate = mean * (1 + season * np.sin(np.arange(MONTHS) * 2 * np.pi / 12))
    if dispersion == 1:
        return random.poisson(rate)
    return np.asarray(
        random.negative_binomial(rate / (dispersion - 1) + 1e-9, 1 / dispersion), dtype=np.int64
    )


EVEN = {
    "random": random_world,
    "overdispersed (2)": partial(random_world, dispersion=2.0),
    "seasonal (20%)": partial(random_world, season=0.2),
}
STEADY = {
    **EVEN,
    "population-shaped": shaped_world,
    "shaped, seasonal (20%)": partial(shaped_world, season=0.2),
}


# -- statements ------------------------------------------------------------------------------------


def hot(counts: Counts, unit: int, *, around: Counts = NEIGHBOURS, last: int = MONTHS) -> Counts:
    """Hexagons called hot, of the 12 months that end with month `last`."""
    measured = pooled_dispersion(summed_around(counts[:, :last], around))
    tested = gi_star_test(
        counts[:, last - 12 : last].sum(axis=1), around, unit=unit, dispersion=measured
    )
    return np.asarray((tested.z > 0) & passes(tested.p, 0.10))


def firm(smaller: Counts, unit: int) -> Counts:
    """Hexagons called firm, of counts in smaller ones: larger, smaller, and a month earlier and
    later, as the page.
    """
    counts = smaller.reshape(len(CELLS), 7, MONTHS).sum(axis=1)
    larger = np.zeros((len(LARGER), MONTHS), dtype=counts.dtype)
    np.add.at(larger, IN_LARGER, counts)
    last = MONTHS - 1
    checks = [
        in_parent(LARGER[IN_LARGER], LARGER, hot(larger, unit, around=AROUND_LARGER, last=last)),
        in_a_child(
            CELLS, np.repeat(CELLS, 7), hot(smaller, unit, around=AROUND_SMALLER, last=last)
        ),
        *(np.where(hot(counts, unit, last=last + way), HELD, LOST) for way in (-1, 1)),
    ]
    return np.asarray(firm_or_fragile(hot(counts, unit, last=last), checks) == FIRM)


def for_residents(counts: Counts, residents: Counts, unit: int) -> Counts:
    """Hexagons called high for the number of residents too, of the last 12 months; hot or not."""
    measured = pooled_dispersion(summed_around(counts, NEIGHBOURS))
    return high_for_residents(
        counts[:, -12:].sum(axis=1), residents, NEIGHBOURS, unit=unit, dispersion=measured
    )


def emerging_classes(counts: Counts, unit: int) -> Counts:
    measured = pooled_dispersion(summed_around(counts, NEIGHBOURS))
    return _classified(counts, NEIGHBOURS, unit=unit, dispersion=measured)[1]


def changed(counts: Counts, unit: int, length: int = 12) -> Counts:
    """The last months against those before, place by place."""
    months = counts.astype(float)
    now, before = months[:, -length:].sum(axis=1), months[:, -2 * length : -length].sum(axis=1)
    spread = shared_dispersion(
        months, now, before, length=length, next_to=True, usual=max(USUAL, unit)
    )
    return judged(pd.DataFrame({"n": now, "n_previous": before}), spread=spread)[
        "verdict"
    ].to_numpy(dtype=object)


def area_trend(counts: Counts, length: int = 12) -> str:
    """All places together, the last months against the same ones a year before."""
    months = counts.sum(axis=0).astype(float)[None, :]
    spread = own_dispersion(months, length=length, next_to=length == 12)
    end = months.shape[1] - 12
    now, before = months[0, -length:].sum(), months[0, end - length : end].sum()
    return compare(
        int(now), int(before), float(spread.dispersion[0]), freedom=float(spread.freedom[0])
    ).verdict


def gathers(counts: Counts, unit: int) -> bool:
    half = concentration(counts[:, -12:].sum(axis=1), step=unit, worlds=199).holding[0.5]
    return bool(half.value < half.low)


# -- the table -------------------------------------------------------------------------------------


def under_the_null(maps: int, more: int, means: tuple[float, ...]) -> Iterator[Row]:
    """Every statement on worlds where nothing is there; `more` maps where the level is nearly used
    up.
    """
    says: dict[str, tuple[float, dict, Callable[[Counts, int], bool]]] = {
        "hot": (0.10, EVEN, lambda c, u: bool(hot(c, u).any())),
        "new": (0.05, STEADY, lambda c, u: bool(np.isin(emerging_classes(c, u), NEW).any())),
        "growing or fading": (
            0.05,
            STEADY,
            lambda c, u: bool(np.isin(emerging_classes(c, u), GROWING).any()),
        ),
        "changed, 12 months": (
            0.05,
            STEADY,
            lambda c, u: bool(np.isin(changed(c, u), CHANGED).any()),
        ),
        "area up or down, 12 months": (0.05, STEADY, lambda c, u: area_trend(c) in ("up", "down")),
        "area up or down, 3 months": (
            0.05,
            STEADY,
            lambda c, u: area_trend(c, 3) in ("up", "down"),
        ),
        "they gather (half in fewer hexagons than by chance)": (
            0.025,
            {"random": random_world},
            gathers,
        ),
    }
    for statement, (level, worlds, says_so) in says.items():
        tried = more if statement.startswith(("area", "they gather")) else maps
        for name, world in worlds.items():
            for audience, steps in AUDIENCES.items():
                for mean in means:
                    random = np.random.default_rng(
                        [*statement.encode(), *name.encode(), len(steps), int(1000 * mean)]
                    )
                    shown = (seen(world(mean, random), steps, random) for _ in range(tried))
                    said = sum(says_so(counts, unit_of(audience)) for counts in shown)
                    yield Row(statement, name, audience, _incidents(mean), tried, said, level)


def firm_by_chance(maps: int, means: tuple[float, ...]) -> Iterator[Row]:
    """Firm hotspots where incidents fall anywhere alike: no more maps than hot ones may have."""
    for name, world in EVEN.items():
        for audience, steps in AUDIENCES.items():
            for mean in means:
                random = np.random.default_rng(
                    [*b"firm", *name.encode(), len(steps), int(1000 * mean)]
                )
                shown = (
                    seen(in_smaller(world(mean, random), random), steps, random)
                    for _ in range(maps)
                )
                said = sum(bool(firm(counts, unit_of(audience)).any()) for counts in shown)
                yield Row("firm", name, audience, _incidents(mean), maps, said, 0.10)


def where_people_live(maps: int, means: tuple[float, ...]) -> Iterator[Row]:
    """Incidents that follow residents alone: the null of "high for residents too", and none of
    "hot".
    """
    for name, season in (("population-shaped", 0.0), ("shaped, seasonal (20%)", 0.2)):
        for audience, steps in AUDIENCES.items():
            for mean in means:
                random = np.random.default_rng(
                    [*b"residents", *name.encode(), len(steps), int(1000 * mean)]
                )
                high = stands_out = 0
                for _ in range(maps):
                    counts, residents = peopled_world(mean, random, season=season)
                    counts = seen(counts, steps, random)
                    high += bool(for_residents(counts, residents, unit_of(audience)).any())
                    stands_out += bool(hot(counts, unit_of(audience)).any())
                size = _incidents(mean)
                yield Row("high for residents too", name, audience, size, maps, high, 0.05)
                yield Row(
                    "hot (no null: places differ)", name, audience, size, maps, stands_out, None
                )


def _incidents(mean: float) -> int:
    return round(mean * len(CELLS) * 12)


def power(maps: int, mean: float = 1.0) -> Iterator[Row]:
    """A place and its neighbours several times as busy: always, or in the last months."""
    for audience, steps in AUDIENCES.items():
        unit = unit_of(audience)
        for times in (2, 3, 5):
            found = {"hot": 0, "new, from 3 months ago": 0, "changed, 12 months": 0}
            for seed in range(maps):
                random = np.random.default_rng([times, unit, seed])
                place = int(random.choice(INNER))
                around = [place, *NEIGHBOURS[place]]
                always, lately, this_year = (
                    random_world(mean, random, dispersion=1.6) for _ in range(3)
                )
                always[around] = random.poisson(mean * times, (7, MONTHS))
                lately[around, -3:] = random.poisson(mean * times, (7, 3))
                this_year[around, -12:] = random.poisson(mean * times, (7, 12))
                always, lately, this_year = (
                    seen(c, steps, random) for c in (always, lately, this_year)
                )
                found["hot"] += bool(hot(always, unit)[place])
                found["new, from 3 months ago"] += emerging_classes(lately, unit)[place] in NEW
                found["changed, 12 months"] += (
                    changed(this_year, unit)[place] == CellChange.MORE_SURE
                )
            for statement, said in found.items():
                world = f"seven hexagons x{times}"
                yield Row(statement, world, audience, _incidents(mean), maps, int(said), None)


def voices(maps: int) -> Iterator[Row]:
    """Halls of 160 and 600 people whose voices follow the record, and one place that 24 to 32 of
    them speak of.
    """
    record = np.random.default_rng(4).lognormal(4.2, 1.0, 1300).round()
    usual = int(np.argsort(record)[650])
    for people in (160, 600):
        for name, agree, extra in (
            ("tables of 8 say the same", 1.0, 0),
            ("tables of 8, half of it the same", 0.5, 0),
            ("strangers at tables of 8", 0.0, 0),
            ("25 strangers at a usual place", 0.0, 25),
            ("4 whole tables at a usual place", 1.0, 32),
            ("3 whole tables at a usual place", 1.0, 24),
        ):
            random = np.random.default_rng([people, int(10 * agree), extra])
            said = 0
            for _ in range(maps):
                heard, tables = _hall(record, people, agree, random)
                if extra:
                    who = np.arange(extra) if agree else random.choice(people, extra, replace=False)
                    heard[usual], tables[usual] = extra, len(np.unique(who // 8))
                shows = heard >= 5
                clump = float(
                    np.ceil(10 * (heard / np.maximum(tables, 1))[shows].max(initial=1)) / 10
                )
                gap = voice_gaps(
                    record,
                    np.where(shows, heard, np.nan),
                    np.ones(len(record)),
                    most_hidden=5,
                    most_unheard=most_unheard(5),
                    most_everywhere=4,
                    clump=clump,
                ).gap
                said += (
                    bool(gap[usual] == Gap.FEAR) if extra else Gap.FEAR in gap or Gap.RECORD in gap
                )
            yield Row("voice gap", name, "staff", people, maps, said, None if extra else 0.05)


def _hall(record: Counts, people: int, agree: float, random: Random) -> tuple[Counts, Counts]:
    """People and tables by place; three pins each, at the table's places or their own."""
    chance, table = record / record.sum(), np.arange(people) // 8
    theirs = random.choice(len(record), (int(table.max()) + 1, 3), p=chance)[table]
    own = random.choice(len(record), (people, 3), p=chance)
    places = np.where(random.random((people, 3)) < agree, theirs, own)
    persons = {(who, int(place)) for who in range(people) for place in places[who]}
    tables = {(who // 8, place) for who, place in persons}
    return tuple(
        np.bincount([p for _, p in of], minlength=len(record)).astype(float)
        for of in (persons, tables)
    )


def dealt(file: Path, maps: int) -> Iterator[Row]:
    """Real months of real areas, dealt at random into two periods of 8."""
    rows = pd.read_csv(file)
    rows = rows[rows["month_complete"]]
    kinds = {
        "violence": rows["crime_type"].str.contains("iolen|obbery|eapons"),
        "all": rows["crime_type"].notna(),
        "shoplifting": rows["crime_type"].str.contains("hoplifting"),
    }
    for kind, chosen in kinds.items():
        counts = rows[chosen].pivot_table(
            index="lsoa_code", columns="month", values="crime_count", aggfunc="sum", fill_value=0
        )
        for audience, steps in AUDIENCES.items():
            random = np.random.default_rng([len(steps), *kind.encode()])
            said = 0
            for _ in range(maps):
                months = counts.to_numpy()[:, random.permutation(counts.shape[1])]
                said += bool(
                    np.isin(
                        changed(seen(months, steps, random), unit_of(audience), 8), CHANGED
                    ).any()
                )
            yield Row(
                "changed, 8 months",
                f"real months dealt, {kind}",
                audience,
                int(counts.sum().sum()),
                maps,
                said,
                0.05,
            )


def table(*, maps: int, more: int, means: tuple[float, ...], file: Path | None = None) -> list[Row]:
    """Every row; the same numbers each time."""
    found = [
        *under_the_null(maps, more, means),
        *firm_by_chance(maps, means),
        *where_people_live(maps, means),
        *voices(maps),
        *power(maps),
    ]
    return found if file is None else [*found, *dealt(file, maps)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer maps of one size")
    parser.add_argument(
        "--months",
        type=Path,
        help=(
            "counts of real areas by month: lsoa_code, month, crime_type, crime_count,"
            " month_complete"
        ),
    )
    asked = parser.parse_args()
    size = (
        {"maps": 20, "more": 20, "means": (0.5,)}
        if asked.quick
        else {"maps": 30, "more": 60, "means": (0.02, 0.5)}
    )
    rows = table(**size, file=asked.months)
    print("# How often the pages say it: where nothing is there, and where something is\n")
    print(
        f"`python benchmarks/calibration.py{' --quick' * asked.quick}"
        f"{' --months FILE' * bool(asked.months)}`;"
        f" {len(CELLS):,} hexagons, {MONTHS} months. Maps a row: {size['more']} for the area's"
        f" trend and for whether they gather, which come nearest their level; {size['maps']} for"
        " the rest.\n\nRate: of maps (or halls) that say it at least once. Where no level stands,"
        " something is there: places differ, or one place was made busy, and the rate is of maps"
        " that say it of that place (power). Incidents: of 12 months; for voices, people. Within"
        " noise: over the level, but no more than chance makes in one of 20 such tries, so of 20"
        ' rows exactly at their level about one says "no".\n'
    )
    print("| statement | world | for | incidents | maps | rate | level | holds |")
    print("|---|---|---|---:|---:|---:|---:|---|")
    for row in rows:
        print(row.line())


if __name__ == "__main__":
    main()
