"""The back-test and the record as the audiences get them: the same as the Hotspots page showed, and
no small count.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import h3
import numpy as np
import pytest
from shapely.geometry import box

from tests.made_up import EAST, NORTH, SOUTH, WEST, row, settings_in, write
from vrp_map import grid
from vrp_map.analysis import Analysis
from vrp_map.analysis.backtest.rolling import backtest
from vrp_map.analysis.hotspots.tables import CLUSTERED
from vrp_map.errors import UserError
from vrp_map.selection import shift_month
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

MONTHS = [f"{shift_month(date(2023, 1, 1), i):%Y-%m}" for i in range(16)]
SCORED = MONTHS[12:]


def made_up_rows(seed: int = 5, months: list[str] = MONTHS) -> list[dict[str, str]]:
    """Robbery everywhere by chance, plainly more in one corner, and drugs that go with it."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(WEST, EAST, 400).round(5), random.uniform(SOUTH, NORTH, 400).round(5)
    rates = np.where((x < WEST + 0.03) & (y < SOUTH + 0.02), 6.0, 0.3)
    return [
        {"month": month, "longitude": f"{x[i]:.5f}", "latitude": f"{y[i]:.5f}", "crime_type": kind}
        for month in months
        for kind, of_it in (("Robbery", rates), ("Drugs", rates / 4))
        for i in np.repeat(np.arange(400), random.poisson(of_it))
    ]


def opened(folder: Path, rows: list[dict[str, str]]) -> Workspace:
    settings = settings_in(folder)
    build(
        [write(folder / "in" / "2024-01-made-up-street.csv", [row(**r) for r in rows])],
        settings=settings,
    )
    return open_workspace(settings=settings)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return made_up_rows()


@pytest.fixture(scope="module")
def ws(rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return opened(tmp_path_factory.mktemp("record"), rows)


def run(ws: Workspace, audience: str = "analyst", **options: object) -> Analysis:
    return ws.analyse("backtest", ws.select("robbery"), audience=audience, **options)


def cell_of(r: dict[str, str]) -> str:
    return h3.cell_to_parent(h3.latlng_to_cell(float(r["latitude"]), float(r["longitude"]), 10), 9)


def test_the_record_is_of_what_the_hotspots_page_showed(
    ws: Workspace, rows: list[dict[str, str]]
) -> None:
    frame = run(ws).more["record"].frame
    assert [f"{m:%Y-%m}" for m in frame["month"]] == SCORED
    for i, month in enumerate(SCORED):
        shown = ws.hotspots(
            ws.select("robbery", first=MONTHS[i], last=MONTHS[i + 11]), audience="analyst"
        ).cells.frame
        hot = set(shown.loc[shown["hotspot_class"].isin(CLUSTERED), "cell"])
        came = [cell_of(r) for r in rows if r["month"] == month and r["crime_type"] == "Robbery"]
        assert (frame["hexagons"][i], frame["n"][i]) == (len(hot), len(came)) and len(hot) >= 10
        assert frame["held"][i] == pytest.approx(sum(c in hot for c in came) / len(came))
        alone = ws.hotspots(
            ws.select("robbery", first=month, last=month), audience="analyst"
        ).cells.frame
        again = set(alone.loc[alone["hotspot_class"].isin(CLUSTERED), "cell"])
        assert frame["again"][i] == pytest.approx(len(hot & again) / len(hot))


def test_analysts_get_the_back_test_itself(ws: Workspace) -> None:
    table = run(ws, shares=[0.02, 0.05]).table.frame
    plain = backtest(
        ws.reader, ws.select("robbery"), shares=[0.02, 0.05], train_months=12
    ).summary()
    assert table["capture"].to_list() == pytest.approx(plain["capture"].to_list())
    assert table["pei"].to_list() == pytest.approx(plain["pei"].to_list())


@pytest.mark.parametrize(("audience", "k"), [("partner", 5), ("public", 10)])
def test_others_get_coarse_shares_and_no_count_of_what_was_held(
    ws: Workspace, audience: str, k: int
) -> None:
    found, exact = run(ws, audience), run(ws)
    table = found.table.frame
    assert not {"captured", "best", "pei", "gain", "low", "high"} & set(table)
    # So many hexagons here that 1% of them would be fewer than ten, and is not shown.
    assert table["share"].tolist() and table["share"].min() > 0.01 and table["hexagons"].min() >= 10
    assert (table["n"] % k == 0).all()
    step = next(s for s in (0.01, 0.02, 0.05) if s * exact.table.frame["n"][0] >= k)
    assert np.allclose(table["capture"] / step, np.round(table["capture"] / step))
    record, truth = found.more["record"].frame, exact.more["record"].frame
    assert (record["n"] % k == 0).all()
    for column in ("held", "before", "all_history", "ours"):
        assert ((record[column] * 100).round(6) % 1 == 0).all()
        assert (
            abs(record[column] - truth[column]) <= 0.1 + 1e-9
        ).all()  # of a month's incidents one in k
    assert (record["held"] != truth["held"]).all()
    nearest = found.more["next"].frame
    assert (nearest["n"].dropna() % k == 0).all() and (nearest["expected"].dropna() % k == 0).all()
    # In the order of the numbers as they are shown.
    assert nearest["expected"].dropna().is_monotonic_decreasing
    assert nearest.loc[nearest["hidden"], "expected"].isna().all()
    assert not [c for c in found.card["caveats"] if "lie outside" in c]


def test_the_sentence_is_made_of_the_shown_numbers(ws: Workspace) -> None:
    found = run(ws, "partner")
    totals = found.more["totals"].frame.set_index("method")
    mine, rival = totals.loc["hotspots", "share"], totals.loc["all_history", "share"]
    assert f"held {mine:.0%} of the next month's incidents" in found.sentence
    assert f"would have held {rival:.0%}" in found.sentence
    says = {"more": "hotspots did better", "less": "count did better", "level": "could be chance"}
    assert says[totals.loc["hotspots", "verdict"]] in found.sentence
    assert "last 4 months" in found.sentence


def test_who_is_no_analyst_cannot_ask_for_hexagon_after_hexagon(ws: Workspace) -> None:
    with pytest.raises(UserError, match="Only analysts may ask for any share"):
        run(ws, "partner", shares=[0.0501])
    with pytest.raises(UserError, match="fewer than 10 hexagons"):
        run(ws, "partner", shares=[0.01])
    assert len(run(ws, shares=[0.001]).table.frame) == 6


def test_a_short_history_says_so(rows: list[dict[str, str]], tmp_path: Path) -> None:
    ws = opened(tmp_path, [r for r in rows if r["month"] in MONTHS[:6]])
    found = run(ws)
    assert len(found.more["record"].frame) == 3
    assert any("The data is short" in c for c in found.card["caveats"])
    assert found.card["map marked"].startswith("Gi* (Ord and Getis 1995) on the last 3 months")


def test_without_boundaries_there_is_a_back_test_and_no_record(ws: Workspace) -> None:
    found = run(ws, "partner", lattice="observed")
    assert found.more == {} and "our model would have held" in found.sentence


def test_nothing_stands_out(tmp_path: Path) -> None:
    """One incident in every hexagon in every month."""
    lon, lat = grid.centres(grid.lattice([box(WEST, SOUTH, EAST, NORTH)], resolution=9))
    flat = [
        {"month": m, "longitude": f"{x:.6f}", "latitude": f"{y:.6f}"}
        for m in MONTHS[:4]
        for x, y in zip(lon, lat, strict=True)
    ]
    found = run(opened(tmp_path, flat), "partner")
    assert found.sentence.startswith("No hexagon stood out clearly")
    record = found.more["record"].frame
    assert (record["hexagons"] == 0).all() and record[["held", "times", "again"]].isna().all(
        axis=None
    )


def test_what_raised_a_hexagon_is_said_in_words(ws: Workspace) -> None:
    why = run(ws).more["next"].frame["why"]
    assert why.str.contains("its own record").all()
    assert len(why) == 10


def test_an_unknown_option_names_the_nearest(ws: Workspace) -> None:
    with pytest.raises(UserError, match="no option 'share'"):
        run(ws, share=0.1)
    with pytest.raises(UserError, match="not a list of shares"):
        run(ws, shares="a lot")
    with pytest.raises(UserError, match="option scored cannot be 'all'"):
        run(ws, scored="all")
    assert set(run(ws, shares="0.02,0.1", scored="2").table.frame["share"]) == {0.02, 0.1}
