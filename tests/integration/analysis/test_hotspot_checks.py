"""Sensitivity, history and trends where the data is short, has gaps, or who may see it is
limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.integration.conftest import Demo
from tests.made_up import loaded, read_only, row
from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.statistics.emerging import EmergingClass
from vrp_map.workspace import Workspace

STEADY, LATE = (-1.93, 52.47), (-1.87, 52.46)
MONTHS = [f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(18)]


def places(months: Iterable[str], *, late: Iterable[str] = (), seed: int = 5) -> list[list[str]]:
    """30 incidents a month at one place, 30 at another in some months, and 40 anywhere."""
    rng = np.random.default_rng(seed)
    rows = []
    for month in months:
        spots = [STEADY] * 30 + [LATE] * (30 if month in set(late) else 0)
        spots += list(
            zip(rng.uniform(-1.955, -1.845, 40), rng.uniform(52.445, 52.495, 40), strict=True)
        )
        rows += [row(month=month, longitude=f"{x:.6f}", latitude=f"{y:.6f}") for x, y in spots]
    return rows


def cell_of(place: tuple[float, float], resolution: int = 9) -> str:
    return grid.to_text(grid.cells_at([place[0]], [place[1]], resolution=resolution))[0]


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """18 months without 2023-05; the late place begins with the last month."""
    months = [m for m in MONTHS if m != "2023-05"]
    return loaded(tmp_path_factory.mktemp("gap"), places(months, late=MONTHS[-1:]))[1]


# -- too few to be a hotspot -----------------------------------------------------------------------


@pytest.mark.parametrize("resolution", [8, 9, 10])
@pytest.mark.parametrize("places", [1, 2, 16], ids=["one", "two at one place", "sixteen in a grid"])
def test_a_few_incidents_are_no_hotspot(places: int, resolution: int) -> None:
    """One robbery used to make seven hexagons "hot 99%", most of them empty."""
    spots = [(-1.945 + 0.028 * (i % 4), 52.447 + 0.014 * (i // 4)) for i in range(16)][
        : 1 if places < 16 else 16
    ]
    robberies = [row(longitude=f"{x:.6f}", latitude=f"{y:.6f}") for x, y in spots * min(places, 2)][
        :places
    ]
    # Another kind makes the hexagons of the whole area known.
    ws = read_only([*robberies, row(crime_type="Burglary")])
    found = ws.hotspots(ws.select("robbery"), resolution=resolution, audience="analyst")
    assert set(found.cells.frame["hotspot_class"]) == {"not different from chance"}
    assert found.clusters.frame.empty and found.cells.frame["n"].sum() == places


# -- emerging --------------------------------------------------------------------------------------


def test_a_missing_month_ends_the_series(ws: Workspace) -> None:
    answer = ws.analyse("emerging", ws.select("robbery"), audience="analyst")
    assert (
        answer.card["steps"]
        == "13 months, June 2023 to June 2024"
        == f"13 months, {answer.card['period']}"
    )
    assert any("Only 13 of 36 months are used" in caveat for caveat in answer.card["caveats"])
    table = answer.table.frame.set_index("cell")
    assert table.loc[cell_of(STEADY), "pattern"] == EmergingClass.PERSISTENT_HOT
    assert table.loc[cell_of(STEADY), "emerging"] == "stubborn: hot in 13 of 13 months"
    assert table.loc[cell_of(LATE), "pattern"] == EmergingClass.NEW_HOT
    assert table.loc[cell_of(LATE), "emerging"] == "new: hot in June 2024, never before"
    # n is that of the months looked at, not of the selection.
    assert 13 * 30 <= table.loc[cell_of(STEADY), "n"] < 13 * 30 + 10


def test_a_place_is_new_only_in_its_first_month(ws: Workspace) -> None:
    before = ws.analyse("emerging", ws.select("robbery", last="2024-05"), audience="analyst")
    assert cell_of(LATE) not in set(before.table.frame["cell"])


def test_too_few_months_are_refused_and_the_map_says_so(ws: Workspace) -> None:
    short = ws.select("robbery", first="2023-11", last="2024-01")
    with pytest.raises(
        UserError, match=r"There are 8 months without a gap up to January 2024. It takes 10 to"
    ):
        ws.analyse("emerging", short)
    found = ws.hotspots(short, audience="analyst")
    assert (found.cells.frame["emerging"] == "").all() and (
        found.clusters.frame["emerging"] == ""
    ).all()
    assert found.method["emerging"].startswith("not worked out: There are 8 months without a gap")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"month": 12}, "no option 'month'"),
        ({"months": 9}, "option months is 9"),
        ({"months": "12"}, "option months is '12'"),
    ],
)
def test_wrong_options_are_refused(ws: Workspace, options: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        ws.analyse("emerging", ws.select("robbery"), **options)  # type: ignore[arg-type]


def test_fewer_months_can_be_asked_for(ws: Workspace) -> None:
    answer = ws.analyse("emerging", ws.select("robbery"), audience="analyst", months=10)
    assert answer.card["steps"] == "10 months, September 2023 to June 2024"
    assert not any("without a gap" in caveat for caveat in answer.card["caveats"])


def test_a_spot_that_stopped_glows_for_a_month_and_no_longer(tmp_path: Path) -> None:
    """What the card warns of: the month before counts too."""
    _, ws = loaded(tmp_path, places(MONTHS, late=MONTHS[:-2]))
    glowing = ws.analyse(
        "emerging", ws.select("robbery", last=MONTHS[-2]), audience="analyst"
    ).table.frame
    over = ws.analyse("emerging", ws.select("robbery"), audience="analyst").table.frame
    at = cell_of(LATE)
    assert glowing.set_index("cell").loc[at, "pattern"] == EmergingClass.PERSISTENT_HOT
    assert over.set_index("cell").loc[at, "pattern"] == EmergingClass.HISTORICAL_HOT
    assert (
        over.set_index("cell").loc[at, "emerging"]
        == "past: hot in 17 of 18 months, but not in June 2024"
    )


@pytest.mark.parametrize(("audience", "k"), [("partner", 5), ("public", 10)])
def test_others_get_rounded_numbers_and_bands(demo: Demo, audience: str, k: int) -> None:
    ws = demo.workspace
    table = ws.analyse("emerging", audience=audience).table
    frame = table.frame
    assert table.k == k and (frame["n"].dropna() % k == 0).all() and frame["hidden"].any()
    assert set(frame["q"]) <= {0.01, 0.05, 0.10, 1.0}
    assert set(frame) == {"cell", "name", "lad", "npu", "n", "emerging", "pattern", "q", "hidden"}
    # Within a class the order is that of the numbers as shown.
    for _, rows in frame.groupby("pattern"):
        assert rows["n"].fillna(0).is_monotonic_decreasing


# -- stability -------------------------------------------------------------------------------------


def test_both_months_are_checked_where_the_data_has_them(ws: Workspace) -> None:
    found = ws.hotspots(ws.select("robbery", first="2023-08", last="2024-05"), audience="analyst")
    assert found.method["stability"]["checked with"] == [
        "larger hexagons (district, 8)",
        "smaller hexagons (streets, 10)",
        "the period a month earlier (July 2023 to April 2024)",
        "the period a month later (September 2023 to June 2024)",
    ]
    assert found.method["stability"]["not checked"] == "nothing left out"
    steady = found.cells.frame.set_index("cell").loc[cell_of(STEADY)]
    assert steady["stability"] == "firm"
    assert "the period a month earlier and the period a month later." in steady["sentence"]


def test_an_area_of_few_larger_hexagons_is_not_checked_with_them(ws: Workspace) -> None:
    card = ws.hotspots(ws.select("robbery"), resolution=8, audience="analyst").method["stability"]
    assert "larger hexagons (town, 7) (too few hexagons to test)" in card["not checked"]


def test_a_gap_in_the_moved_period_is_no_check(ws: Workspace) -> None:
    card = ws.hotspots(
        ws.select("robbery", first="2023-06", last="2024-05"), audience="analyst"
    ).method["stability"]
    assert "the period a month earlier (months are missing)" in card["not checked"]
    whole = ws.hotspots(ws.select("robbery"), audience="analyst").method["stability"]
    assert "the period a month earlier (no data of that month)" in whole["not checked"]
    assert "the period a month later (no data of that month)" in whole["not checked"]


@pytest.mark.parametrize(("resolution", "missing"), [(7, "larger"), (10, "smaller")])
def test_the_last_sizes_have_no_other_beyond(demo: Demo, resolution: int, missing: str) -> None:
    ws = demo.workspace
    first, last = ws.period(12)
    found = ws.hotspots(
        ws.select(first=first, last=last), resolution=resolution, audience="analyst"
    )
    assert f"{missing} hexagons (there is no such size)" in found.method["stability"]["not checked"]
    hot = found.cells.frame["hotspot_class"].str.startswith("hot")
    assert hot.any() and set(found.cells.frame.loc[hot, "stability"]) <= {"firm", "fragile"}
    assert (found.cells.frame.loc[~hot, "stability"] == "").all()


def test_a_hotspot_of_one_month_is_fragile_when_the_month_is_left(ws: Workspace) -> None:
    frame = ws.hotspots(
        ws.select("robbery", first="2024-06"), audience="analyst"
    ).cells.frame.set_index("cell")
    assert frame.loc[cell_of(LATE), "stability"] == "fragile"
    assert "It is fragile: it fails at least one check (" in frame.loc[cell_of(LATE), "sentence"]


def test_stability_is_that_of_the_same_test_run_again(demo: Demo) -> None:
    """Against the public answers for the other sizes and the other months."""
    ws = demo.workspace
    first, last = "2025-11", "2026-09"
    chosen = ws.select(first=first, last=last)

    def hot(selection: object, resolution: int = 9) -> set[str]:
        frame = ws.hotspots(selection, resolution=resolution, audience="analyst").cells.frame  # type: ignore[arg-type]
        return set(frame.loc[frame["hotspot_class"].str.startswith("hot"), "cell"])

    def parents(cells: set[str], resolution: int) -> dict[str, str]:
        names = sorted(cells)
        return dict(
            zip(
                names,
                grid.to_text(grid.parents(grid.from_text(names), resolution=resolution)),
                strict=True,
            )
        )

    frame = ws.hotspots(chosen, audience="analyst").cells.frame.set_index("cell")
    larger, smaller = hot(chosen, 8), set(parents(hot(chosen, 10), 9).values())
    earlier, later = (
        hot(ws.select(first=a, last=b)) for a, b in (("2025-10", "2026-08"), ("2025-12", "2026-10"))
    )
    within = parents(hot(chosen), 8)
    for cell, parent in within.items():
        firm = parent in larger and cell in smaller and cell in earlier and cell in later
        assert frame.loc[cell, "stability"] == ("firm" if firm else "fragile"), cell
    assert 10 < (frame["stability"] == "firm").sum() < len(within)


# -- trends ----------------------------------------------------------------------------------------


def test_counts_that_come_in_runs_are_not_called_a_change(tmp_path: Path) -> None:
    """110 against 68, but in runs of 30: twelve months of either kind could bring that."""
    runs = [2, 30, 3, 1, 2, 4, 30, 2, 3, 2, 1, 30, 2, 3, 1, 30, 2, 4, 1, 2, 3, 17, 2, 1]
    months = [f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(24)]
    _, ws = loaded(
        tmp_path,
        [row(month=m) for m, n in zip(months, reversed(runs), strict=True) for _ in range(n)],
    )
    trend = ws.trend(ws.select("robbery", first="2024-01", last="2024-12"), audience="analyst")
    assert trend.comparison is not None
    assert (trend.comparison.now, trend.comparison.before) == (110, 68)
    assert trend.comparison.dispersion > 5
    assert trend.comparison.verdict == "could be chance" and trend.sentence.endswith(
        "That could be chance."
    )


def test_the_trend_of_a_hotspot_is_made_of_the_numbers_shown(demo: Demo) -> None:
    ws = demo.workspace
    first, last = ws.period(12)
    for audience in ("analyst", "partner", "public"):
        frame = ws.hotspots(ws.select(first=first, last=last), audience=audience).clusters.frame
        assert set(frame["trend"]) <= {"up", "down", "could be chance", "too few to say", ""}
        assert {"up", "down", "could be chance"} <= set(frame["trend"])
        for place in frame.dropna(subset=["n", "n_previous"]).itertuples():
            assert place.trend or place.changed.startswith("Not tested")
            if place.trend and place.changed.startswith("It "):
                assert f"{place.n:,}" in place.changed
            if audience != "analyst":
                assert {
                    int(n.replace(",", "")) % 5
                    for n in re.findall(r"([\d,]+) incident", place.changed)
                } <= {0}
            assert ("unlikely to be chance" in place.changed) == (place.trend in ("up", "down"))
            assert place.sentence.startswith(f"{place.n:,} incidents. ")
        assert (frame["trend"] != "").sum() > 0.7 * len(frame)
