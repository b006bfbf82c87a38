"""What is given away: attackers who ask everything, against the sample that partners and the public
see.

    python -m benchmarks.disclosure [--real LSOA_COUNTS.csv.gz] [--share 1.0]

Each attacker knows the program, the true mean of every hexagon (which is public for police.uk data
and the most that a long history can tell), and every number that may be asked for; not the secret.
Each is scored on the months of the hexagons that show nothing: how many does it get exactly right,
and in how many does it tell none from some? The guess beside it knows the same mean and that the
month shows nothing, and asks for no other number.

The towns are made up; with --real the counts of the LSOAs of the West Midlands (police.uk) are
attacked too. What the sample costs is measured on the synthetic West Midlands. Writes
benchmarks/results/disclosure.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import poisson
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from pipelines.demo import generate
from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.resources import resource
from vrp_map.selection import Selection
from vrp_map.vocabulary import Audience
from vrp_map.warehouse.count_columns import CountColumns
from vrp_map.warehouse.counts import CountTable
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS = {"partner": (5,), "public": (5, 2)}
KINDS = ("violence-and-sexual-offences", "robbery")
FIRST = date(2023, 1, 1)
_REAL = {"Violence and sexual offences": KINDS[0], "Robbery": KINDS[1]}
_RESULT = Path(__file__).parent / "results" / "disclosure.md"


@dataclass(frozen=True)
class Town:
    """A made-up town.

    Attributes:
        exact: all its counts. cells: uint64 (c,) of resolution 9. n: (c, months) true counts of the
            first kind.
        mean: (c,) their true means. block: (c,) the hexagon of resolution 8 of each.
    """

    exact: CountTable
    cells: NDArray[np.uint64]
    n: Ints
    mean: Floats
    block: NDArray[np.uint64]


def town(seed: int, *, months: int = 24, width: float = 0.12, held: int | None = None) -> Town:
    """Poisson counts with steady means, most of them small, in two local authorities and a few
    dozen smaller areas.

    Args:
        width: in degrees. held: keep only the first so many months.
    """
    random = np.random.default_rng(seed)
    lon, lat = np.meshgrid(
        np.arange(-1.95, -1.95 + width, 0.0009), np.arange(52.44, 52.44 + width / 2, 0.0006)
    )
    cell10 = np.unique(grid.cells_at(lon.ravel(), lat.ravel(), resolution=10))
    cells, at = np.unique(grid.parents(cell10, resolution=9), return_inverse=True)
    mean = random.gamma(0.9, 1.6, len(cells)) + 0.05
    share = random.gamma(1.0, 1.0, len(cell10))
    share /= np.bincount(at, weights=share)[at]
    rows = []
    for kind, level in zip(KINDS, (1.0, 0.15), strict=True):
        counts = random.poisson((level * mean[at] * share)[:, None], (len(cell10), months))
        place, month = np.nonzero(counts)
        rows.append(
            pd.DataFrame(
                {"month": month, "category": kind, "place_id": place, "n": counts[place, month]}
            )
        )
    frame = pd.concat(rows)
    frame = frame[frame["month"] < (held or months)].sort_values(
        ["month", "category", "place_id"], ignore_index=True
    )
    starts = pd.period_range(FIRST, periods=months, freq="M").to_timestamp().date
    table = pa.table(
        {
            "month": pa.array([starts[m] for m in frame["month"]], pa.date32()),
            "category": frame["category"],
            "source": ["made-up"] * len(frame),
            "grade": ["D"] * len(frame),
            "place_id": frame["place_id"],
            "n": frame["n"],
        }
    )
    places = pd.DataFrame({"place_id": np.arange(len(cell10)), "cell10": cell10, "is_inside": True})
    exact = CountTable(CountColumns.of_tables(table, places, _areas(cell10)))
    first = Selection((KINDS[0],))
    n = exact.cell_months(first, cells, resolution=9)
    return Town(exact, cells, n, mean, grid.parents(cells, resolution=8))


def _areas(cell10: NDArray[np.uint64]) -> pd.DataFrame:
    """Two local authorities, and small areas whose borders are not those of hexagons."""
    lon, lat = grid.centres(cell10)
    lad = np.where(lon < np.median(lon), "lad:west", "lad:east")
    small = [f"lsoa:{int(x * 180)} {int(y * 300)}" for x, y in zip(lon + 3, lat, strict=True)]
    place = np.arange(len(cell10))
    return pd.DataFrame({"place_id": np.tile(place, 2), "area": [*lad, *small]})


def shown(made: Town, audience: str, seed: int) -> CountTable:
    """What an audience is shown of a town, with a made-up secret."""
    return made.exact.sampled(STEPS[audience], sha256(f"made up {seed}".encode()).digest())


# -- the guess -------------------------------------------------------------------------------------


def chances(mean: Floats, k: int) -> Floats:
    """(cells, k) the chance of each true number where the mean is known and nothing is shown."""
    n = np.arange(k)
    fits = poisson.pmf(n, mean[:, None]) * (1 - n / k)
    return np.asarray(fits / fits.sum(axis=1, keepdims=True))


def scores(chance: Floats, true: Ints) -> tuple[float, float]:
    """The share of numbers guessed exactly, and of none told from some.

    Args:
        chance: (m, most + 1) of each number. true: (m,).
    """
    exact = np.mean(chance.argmax(axis=1) == true)
    some = np.mean((chance[:, 0] > 0.5) == (true == 0))
    return float(exact), float(some)


# -- the attackers ---------------------------------------------------------------------------------


def averaged(
    answer: Callable[[Ints], Floats], target: int, areas: int, *, questions: int, seed: int
) -> Floats:
    """The mean of (areas + target) less (areas) over many unions of other areas, for every month.

    Args:
        answer: gives the numbers of a union of areas by month; what is hidden is taken as 0.
    """
    random = np.random.default_rng(seed)
    others = np.delete(np.arange(areas), target)
    found: list[Floats] = []
    for _ in range(questions):
        union = random.choice(others, random.integers(3, 9), replace=False)
        found.append(answer(np.append(union, target)) - answer(union))
    return np.asarray(np.mean(found, axis=0))


def old_rule(n: Ints, k: int, seed: int) -> Callable[[Ints], Floats]:
    """The rule before: noise by the sum of the incidents' keys, then rounded; drawn anew for every
    set of incidents.

    Args:
        n: (areas, months).
    """
    random = np.random.default_rng(seed)
    keys = np.array(
        [random.integers(0, 2**32, int(v), dtype=np.uint64).sum() % 2**32 for v in n.ravel()]
    )
    keys = keys.astype(np.uint64).reshape(n.shape)

    def answer(union: Ints) -> Floats:
        true, key = n[union].sum(axis=0), keys[union].sum(axis=0) % np.uint64(2**32)
        spread = key * np.uint64(2_654_435_761) % np.uint64(2**32) // np.uint64(65_536)
        noisy = true + spread.astype(np.int64) % k - k // 2
        return np.where((true < k) | (noisy < k), 0, (2 * noisy + k) // (2 * k) * k).astype(float)

    return answer


def new_rule(table: CountTable, keys: Sequence[str]) -> Callable[[Ints], Floats]:
    """What is shown of a union of areas by month."""

    def answer(union: Ints) -> Floats:
        by_month = table.by_month(Selection((KINDS[0],), areas=tuple(keys[i] for i in union)))
        at = np.searchsorted(table.months, by_month["month"].to_numpy().astype("datetime64[M]"))
        out = np.zeros(len(table.months))
        out[at] = by_month["n"]
        return out

    return answer


def features(made: Town, table: CountTable) -> tuple[Floats, Ints, Floats]:
    """All that is shown around each month of each cell, its true number, and its mean; months that
    show nothing only.

    Months before and after, the larger hexagon and its neighbours, the whole local authority, and
    the other kind, each against what its mean would give: all other answers are sums of these and
    of others' numbers.
    """
    first, second = (
        table.cell_months(Selection((kind,)), made.cells, resolution=9) for kind in KINDS
    )
    months = first.shape[1]
    due = np.repeat(made.mean[:, None], months, axis=1)
    over = first - due
    parts = [due, np.arange(months)[None, :] + np.zeros_like(due), second]
    for shift in (-3, -2, -1, 1, 2, 3):
        moved = np.roll(first, shift, axis=1).astype(float)
        moved[:, : max(shift, 0)], moved[:, months + min(shift, 0) :] = -1, -1
        parts.append(moved)
    before = np.cumsum(over, axis=1) - over
    parts += [before, over.sum(axis=1, keepdims=True) - before - over]
    for reach in (3, 6):
        late = np.zeros_like(over)
        for back in range(1, reach + 1):
            late[:, back:] += over[:, :-back]
        parts.append(late)
    for group in (made.block, grid.parents(made.cells, resolution=7)):
        at = np.unique(group, return_inverse=True)[1]
        sums = np.zeros((at.max() + 1, months))
        np.add.at(sums, at, over)
        parts.append(sums[at] - over)
    parts.append(np.broadcast_to(over.sum(axis=0), over.shape))
    nothing = first == 0
    return np.stack([p[nothing] for p in parts], axis=1), made.n[nothing], due[nothing]


def learned(
    audience: str, *, train: int, test: int, seed: int, rounds: int = 80, width: float = 0.12
) -> tuple[Floats, Ints, Floats]:
    """An attacker who has trained on made-up towns of which it knows everything, on towns it has
    not seen.

    Args:
        train, test: how many towns of each, and of what width. rounds: of the boosting.

    Returns:
        (m, k) its chances of each number, the true numbers, and the means, of all towns that it has
        not seen.
    """
    most = int(np.prod(STEPS[audience])) - 1
    x, true, _ = _many(audience, seed, train, width)
    model = _trained(x, true, rounds)
    x, true, mean = _many(audience, seed + 1000, test, width)
    return _of_each(model, x, most), true, mean


def learned_by_half(
    made: Town, audience: str, *, seed: int, rounds: int = 80
) -> tuple[Floats, Ints, Floats]:
    """The same attacker on one town of which it knows half the hexagons: the other half, as from
    `learned`.
    """
    most = int(np.prod(STEPS[audience])) - 1
    x, true, mean = features(made, shown(made, audience, seed))
    # The first feature is the mean, which tells the hexagons apart.
    known = np.random.default_rng(seed).random(len(x)) < 0.5
    model = _trained(x[known], np.minimum(true[known], most), rounds)
    return _of_each(model, x[~known], most), np.minimum(true[~known], most), mean[~known]


def _trained(x: Floats, true: Ints, rounds: int) -> HistGradientBoostingClassifier:
    model = HistGradientBoostingClassifier(
        max_iter=rounds, learning_rate=0.1, max_leaf_nodes=15, random_state=0, early_stopping=False
    )
    # Threads that wait for a busy machine make a second of work a minute.
    with threadpool_limits(1):
        model.fit(x, true)
    return model


def _of_each(model: HistGradientBoostingClassifier, x: Floats, most: int) -> Floats:
    chance = np.zeros((len(x), most + 1))
    chance[:, model.classes_] = model.predict_proba(x)
    return chance


def _many(audience: str, seed: int, towns: int, width: float) -> tuple[Floats, Ints, Floats]:
    made = [town(seed + i, width=width) for i in range(towns)]
    parts = [features(one, shown(one, audience, seed + i)) for i, one in enumerate(made)]
    x, true, mean = (np.concatenate(column) for column in zip(*parts, strict=True))
    # A hexagon on the border of two local authorities is drawn for in two parts, and may hold k.
    return x, np.minimum(true, int(np.prod(STEPS[audience])) - 1), mean


# -- what it costs ---------------------------------------------------------------------------------


def real_town(file: Path) -> Town:
    """Violence and robbery of the small areas of the West Midlands by month, each at the middle of
    its area.

    Args:
        file: counts for each LSOA, month and kind, made from data.police.uk (complete months are
            marked).
    """
    rows = pd.read_csv(file)
    rows = rows[rows["month_complete"] & rows["crime_type"].isin(_REAL)]
    areas = gpd.read_file(resource("boundaries") / "lsoa_2021.geojson")
    at = areas.set_index("code").geometry.representative_point()
    rows = rows[rows["lsoa_code"].isin(at.index)]
    codes = sorted(rows["lsoa_code"].unique())
    cell10 = grid.cells_at(at[codes].x, at[codes].y, resolution=10)
    rows = rows.assign(
        place_id=np.searchsorted(codes, rows["lsoa_code"]), category=rows["crime_type"].map(_REAL)
    )
    rows = rows.sort_values(["month", "category", "place_id"], ignore_index=True)
    table = pa.table(
        {
            "month": pa.array([date.fromisoformat(f"{m}-01") for m in rows["month"]], pa.date32()),
            "category": rows["category"],
            "source": ["police-uk"] * len(rows),
            "grade": ["D"] * len(rows),
            "place_id": rows["place_id"],
            "n": rows["crime_count"],
        }
    )
    places = pd.DataFrame({"place_id": np.arange(len(codes)), "cell10": cell10, "is_inside": True})
    lad = pd.DataFrame({"place_id": np.arange(len(codes)), "area": "lad:all"})
    exact = CountTable(CountColumns.of_tables(table, places, lad))
    cells = np.unique(grid.parents(cell10, resolution=9))
    n = exact.cell_months(Selection((KINDS[0],)), cells, resolution=9)
    return Town(exact, cells, n, n.mean(axis=1), grid.parents(cells, resolution=8))


def _demo(folder: Path, share: float) -> Workspace:
    settings = Settings(store=folder / "store", local_boundaries=folder / "boundaries")
    generate(folder / "in", settings=settings, share=share)
    build([folder / "in"], settings=settings, source="synthetic")
    return open_workspace(settings=settings)


def errors(ws: Workspace, audience: str) -> list[tuple[str, float, float]]:
    """What is shown less what is true: of which numbers, how large they are, and how far out (root
    mean square).
    """
    exact, table = ws.reader.counts, ws._seen(Audience(audience)).counts
    kinds = ws.select("violence").categories
    first, last = ws.period(12)
    months = [m for m in ws.months() if first <= m <= last]
    areas = {
        kind: [f"{kind}:{code}" for code in ws.areas(kind)["code"]]
        for kind in ("lsoa", "ward", "lad")
    }
    out = []

    def add(name: str, pairs: Sequence[tuple[Ints, ...]]) -> None:
        true, told = (np.concatenate(side).astype(float) for side in zip(*pairs, strict=True))
        some = true > 0
        out.append(
            (name, float(true[some].mean()), float(np.sqrt(np.mean((told - true)[some] ** 2))))
        )

    periods = {"month": [(m, m) for m in months], "year": [(first, last)]}
    for length, windows in periods.items():
        asked = [Selection(kinds, first=a, last=b) for a, b in windows]
        for resolution in (9, 8, 7):
            cells = exact.cells_in((), resolution=resolution)
            add(
                f"hexagon of resolution {resolution}, {length}",
                [
                    (
                        _by_cell(exact, one, cells, resolution),
                        _by_cell(table, one, cells, resolution),
                    )
                    for one in asked
                ],
            )
        for kind, keys in areas.items():
            add(
                f"{kind}, {length}",
                [(exact.by_area(one, keys), table.by_area(one, keys)) for one in asked],
            )
        whole = [
            tuple(np.array([t.totals(one)["incidents"]]) for t in (exact, table)) for one in asked
        ]
        add(f"everything, {length}", whole)
    return out


def _by_cell(
    table: CountTable, asked: Selection, cells: NDArray[np.uint64], resolution: int
) -> Ints:
    counted = table.by_cell(asked, resolution=resolution)
    out = np.zeros(len(cells), dtype=np.int64)
    out[np.searchsorted(cells, counted["cell"].to_numpy(dtype=np.uint64))] = counted["n"]
    return out


def hotspots_kept(
    ws: Workspace, audience: str, kind: str, months: int
) -> tuple[int, int, int, int]:
    """Named areas of an analyst and of an audience, how many of the analyst's it finds, and how
    many it adds.
    """
    first, last = ws.period(months)
    selection = ws.select(kind, first=first, last=last)
    cells = [
        view.cells.frame.loc[view.cells.frame["cluster"] > 0, ["cell", "cluster"]]
        for view in (ws.hotspots(selection, audience=a) for a in ("analyst", audience))
    ]
    both = set(cells[0]["cell"]) & set(cells[1]["cell"])
    kept = cells[0].loc[cells[0]["cell"].isin(both), "cluster"].nunique()
    added = (
        cells[1]["cluster"].nunique()
        - cells[1].loc[cells[1]["cell"].isin(both), "cluster"].nunique()
    )
    return cells[0]["cluster"].nunique(), cells[1]["cluster"].nunique(), kept, added


def seconds(ws: Workspace, audience: str) -> tuple[float, float]:
    """To draw the incidents of a snapshot, and to count them by hexagon when a filter changes."""
    begin = perf_counter()
    table = ws.reader.counts.sampled(STEPS[audience], b"x" * 32)
    drawn = perf_counter() - begin
    times = []
    for month in ws.months()[-12:]:
        asked = ws.select("violence", first=month)
        begin = perf_counter()
        table.by_cell(asked, resolution=9)
        times.append(perf_counter() - begin)
    return drawn, float(np.median(times))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", type=Path, help="counts by LSOA, month and kind")
    parser.add_argument("--share", type=float, default=1.0, help="of the synthetic West Midlands")
    asked = parser.parse_args()
    lines = [*_attacks(asked.real), "", *_price(asked.share)]
    _RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _attacks(real: Path | None) -> list[str]:
    lines = [
        "# What is given away, and what hiding it costs",
        "",
        (
            "`python -m benchmarks.disclosure`; every number is of the months of a hexagon that"
            " show nothing."
        ),
        "",
        (
            "| attacker | audience | exactly right | by guess | none told from some | by guess |"
            " numbers |"
        ),
        "|---|---|---|---|---|---|---|",
    ]
    for audience, steps in STEPS.items():
        k = int(np.prod(steps))
        tried = [
            (f"learns from {n} other towns", learned(audience, train=n, test=2, seed=5))
            for n in (1, 3)
        ]
        if real is not None:
            tried.append(
                (
                    "West Midlands LSOAs, knows half",
                    learned_by_half(real_town(real), audience, seed=5),
                )
            )
        for name, (chance, true, mean) in tried:
            (exact, some), (exact_guess, some_guess) = (
                scores(chance, true),
                scores(chances(mean, k), true),
            )
            lines.append(
                f"| {name} | {audience} | {exact:.1%} | {exact_guess:.1%} | {some:.1%} |"
                f" {some_guess:.1%} | {len(true):,} |"
            )
    return [*lines, "", *_averaging()]


def _averaging() -> list[str]:
    """The mean of (areas + target) less (areas), months under k only, against both rules."""
    lines = [
        (
            "| averaging over unions of areas | audience | 100 questions: exact | 1,000 questions:"
            " exact |"
        ),
        "|---|---|---|---|",
    ]
    made = town(3, months=12, width=0.06)
    keys = sorted({key for key in made.exact._area_places if key.startswith("lsoa:")})
    n = np.array(
        [new_rule(made.exact, keys)(np.array([i])) for i in range(len(keys))], dtype=np.int64
    )
    for audience, steps in STEPS.items():
        k = int(np.prod(steps))
        answers = {
            "the rule before: noise by cell key": old_rule(n, k, 3),
            "one incident in k": new_rule(shown(made, audience, 3), keys),
        }
        for name, answer in answers.items():
            found = []
            for questions in (100, 1000):
                right = [
                    (np.rint(averaged(answer, t, len(keys), questions=questions, seed=t)) == n[t])[
                        n[t] < k
                    ]
                    for t in range(4)
                ]
                found.append(float(np.concatenate(right).mean()))
            lines.append(f"| {name} | {audience} | {found[0]:.0%} | {found[1]:.0%} |")
    told = (
        "Taking what is shown for the truth is right as often as months hold none: more questions"
        " change nothing."
    )
    return [*lines, "", told]


def _price(share: float) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        ws = _demo(Path(folder), share)
        told = {audience: errors(ws, audience) for audience in STEPS}
        lines = [
            (
                f"Violence (three kinds) in the synthetic West Midlands, {ws.snapshot.incidents:,}"
                " incidents."
            ),
            "",
            "| number | on average | partner: out by (rms) | public: out by (rms) |",
            "|---|---|---|---|",
        ]
        for (name, size, partner), (_, _, public) in zip(*told.values(), strict=True):
            lines.append(f"| {name} | {size:,.1f} | {partner:,.1f} | {public:,.1f} |")
        lines += [
            "",
            "| hotspots | audience | analyst's | shown | kept | not the analyst's |",
            "|---|---|---|---|---|---|",
        ]
        for kind, months in (
            ("violence", 12),
            ("violence", 1),
            ("robbery", 12),
            ("shoplifting", 3),
        ):
            for audience in STEPS:
                numbers = hotspots_kept(ws, audience, kind, months)
                lines.append(
                    f"| {kind}, {months} months | {audience} | {' | '.join(map(str, numbers))} |"
                )
        lines += [
            "",
            "| seconds | drawing a snapshot, once | a filter change, hexagons |",
            "|---|---|---|",
        ]
        for audience in STEPS:
            lines.append("| {} | {:.1f} | {:.4f} |".format(audience, *seconds(ws, audience)))
    return lines


if __name__ == "__main__":
    main()
