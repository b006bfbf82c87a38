"""The back-test of a store: the same numbers as from the rows by hand, and nothing hidden about
what was left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h3
import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from tests.made_up import EAST, NORTH, SOUTH, WEST, row, settings_in, write
from vrp_map.analysis.backtest.outcome import Backtest, LatticeOf
from vrp_map.analysis.backtest.rolling import METHOD_WORDS, backtest, make_study, next_month
from vrp_map.cli.backtest import register
from vrp_map.config import Settings
from vrp_map.errors import NotAllowed, UserError
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
SHARES = (0.02, 0.1)


def incidents(
    seed: int, months: list[str] = MONTHS, *, force: str = "Made-up Police"
) -> list[dict[str, str]]:
    """A few busy points and many quiet ones, robbery and a category that goes with it."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(WEST, EAST, 150).round(5), random.uniform(SOUTH, NORTH, 150).round(5)
    busy = random.gamma(0.5, 1.6, 150)
    rows = []
    for month in months:
        for kind, rate in (("Robbery", busy), ("Drugs", 2 * busy)):
            rows += [
                {
                    "month": month,
                    "longitude": f"{x[i]:.5f}",
                    "latitude": f"{y[i]:.5f}",
                    "crime_type": kind,
                    "reported_by": force,
                    "falls_within": force,
                }
                for i in np.repeat(np.arange(150), random.poisson(rate))
            ]
    return rows


def built(folder: Path, rows: list[dict[str, str]]) -> Settings:
    settings = settings_in(folder)
    build(
        [write(folder / "in" / "2024-01-made-up-street.csv", [row(**r) for r in rows])],
        settings=settings,
    )
    return settings


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return incidents(3)


@pytest.fixture(scope="module")
def store(rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return built(tmp_path_factory.mktemp("backtest"), rows)


@pytest.fixture(scope="module")
def ws(store: Settings) -> Workspace:
    return open_workspace(settings=store)


def run(ws: Workspace, **more: object) -> Backtest:
    return backtest(ws.reader, ws.select("robbery"), shares=SHARES, **more)  # type: ignore[arg-type]


def by_hand(
    rows: list[dict[str, str]], known: Callable[[pd.DataFrame], pd.Series]
) -> dict[float, float]:
    """Capture over all months, among the cells seen so far, from the rows with pandas and h3 alone.

    As everywhere here, a cell is the parent of the resolution 10 cell of the point.
    """
    frame = pd.DataFrame(rows)
    frame["cell"] = [
        int(h3.cell_to_parent(h3.latlng_to_cell(float(a), float(o), 10), 9), 16)
        for a, o in zip(frame["latitude"], frame["longitude"], strict=True)
    ]
    robbery = pd.crosstab(
        frame["cell"], frame["month"].where(frame["crime_type"] == "Robbery", "other")
    )
    robbery = robbery.reindex(columns=MONTHS, fill_value=0)
    sums = {share: np.zeros(2) for share in SHARES}
    for i, month in enumerate(MONTHS[1:], start=1):
        seen = sorted(set(frame.loc[frame["month"].isin(MONTHS[:i]), "cell"]))
        score, now = known(robbery.loc[seen, MONTHS[:i]]), robbery.loc[seen, month]
        for share in SHARES:
            k = max(1, int(share * len(seen)))
            last = score.nlargest(k).iloc[-1]
            # Equal cells share the places that are left.
            held = now[score > last].sum() + (k - (score > last).sum()) * now[score == last].mean()
            sums[share] += [held, robbery[month].sum()]
    return {share: held / n for share, (held, n) in sums.items()}


@pytest.mark.parametrize(
    ("method", "known"),
    [("all_history", lambda f: f.sum(axis=1)), ("last_month", lambda f: f.iloc[:, -1])],
)
def test_the_simple_rankings_from_the_rows_by_hand(
    method: str,
    known: Callable[[pd.DataFrame], pd.Series],
    ws: Workspace,
    rows: list[dict[str, str]],
) -> None:
    summary = run(ws, lattice="observed").summary().set_index(["method", "share"])
    for share, capture in by_hand(rows, known).items():
        assert summary.loc[(method, share), "capture"] == pytest.approx(capture)


def test_the_area_has_all_its_cells_and_the_border_ones(
    ws: Workspace, rows: list[dict[str, str]]
) -> None:
    study = make_study(ws.reader, ws.select("robbery"), resolution=9, lattice=LatticeOf.AREA)
    assert study.history.own.sum() == sum(r["crime_type"] == "Robbery" for r in rows)
    assert study.history.names == ("drugs",) and study.outside == 0
    quiet = (study.history.own.sum(axis=0) + study.history.others.sum(axis=(0, 1))) == 0
    assert quiet.any() and len(study.cells) > 200
    found = run(ws)
    assert set(found.table["cells"]) == {len(study.cells)}
    assert found.lattice is LatticeOf.AREA and not found.notes


def test_the_json_holds_what_was_asked_for(ws: Workspace) -> None:
    document = json.loads(json.dumps(run(ws, train_months=2).as_dict(), allow_nan=False))
    assert document["months"] == MONTHS[2:]
    assert set(document["methods"]) == set(METHOD_WORDS)
    for shares in document["methods"].values():
        assert set(shares) == {"0.02", "0.1"}
        assert all(
            set(s) == {"capture", "pai", "pei"} and 0 <= s["capture"] <= 1 for s in shares.values()
        )
    assert {row["month"] for row in document["by_month"]} == set(MONTHS[2:])
    assert set(document["against_all_history"]["ours"]["0.1"]) >= {"gain", "low", "high", "verdict"}


def test_twice_is_the_same(ws: Workspace) -> None:
    assert run(ws).as_dict() == run(ws).as_dict()


def test_the_summary_adds_incidents_not_percentages(ws: Workspace) -> None:
    found = run(ws)
    mine = found.table[(found.table["method"] == "ours") & (found.table["share"] == 0.1)]
    total = found.summary().set_index(["method", "share"]).loc[("ours", 0.1)]
    assert total["capture"] == pytest.approx((mine["capture"] * mine["n"]).sum() / mine["n"].sum())
    assert total["n"] == mine["n"].sum()


def test_a_month_that_a_supplier_did_not_deliver_is_left_out_and_said(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    second = incidents(8, [m for m in MONTHS if m != "2024-03"], force="Other Police")
    ws = open_workspace(settings=built(tmp_path, rows + second))
    found = run(ws)
    assert [f"{m:%Y-%m}" for m in found.months] == ["2024-02", "2024-04", "2024-05"]
    assert list(found.left_out) == ["Other Police"]
    assert any("Other Police delivered nothing for March 2024" in note for note in found.notes)
    assert found.as_dict()["left_out"] == {"Other Police": ["2024-03"]}


def test_a_supplier_of_next_to_nothing_spoils_no_month(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    one = {**rows[0], "reported_by": "Far Police", "falls_within": "Far Police"}
    found = run(open_workspace(settings=built(tmp_path, [*rows, one])))
    assert len(found.months) == 4 and not found.left_out


def test_incidents_outside_the_area_are_said(rows: list[dict[str, str]], tmp_path: Path) -> None:
    away = [{**rows[0], "longitude": "-1.500000", "month": month} for month in MONTHS]
    found = run(open_workspace(settings=built(tmp_path, rows + away)))
    assert found.notes == ("5 incidents lie outside the study area and are not counted.",)


def test_every_cell_says_what_next_month_is_made_of(ws: Workspace) -> None:
    study, fitted = next_month(ws.reader, ws.select("robbery"))
    assert len(fitted.expected) == len(study.cells)
    top = int(fitted.expected.argmax())
    parts = dict(fitted.explain(top))
    assert sum(parts.values()) == pytest.approx(fitted.expected[top])
    assert {"its own record", "drugs in the cell"} <= set(parts)


def test_what_cannot_be_is_refused(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="5 months are not enough"):
        run(ws, train_months=5)
    with pytest.raises(UserError, match="no lattice 'square'"):
        run(ws, lattice="square")
    with pytest.raises(UserError, match="no such incidents in the study area"):
        backtest(ws.reader, ws.select("burglary"))
    with pytest.raises(UserError, match="No share of the cells"):
        backtest(ws.reader, ws.select("robbery"), shares=())
    with pytest.raises(UserError, match="above 0 and at most 1"):
        backtest(ws.reader, ws.select("robbery"), shares=(2.0,))


@pytest.fixture
def command(store: Settings) -> Callable[..., str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app, lambda folder: open_workspace(folder, settings=store))

    def typed(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["backtest", *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return typed


def test_as_somebody_types_it(command: Callable[..., str], ws: Workspace, store: Settings) -> None:
    asked = (
        "--store",
        str(store.store),
        "--category",
        "robbery",
        "--share",
        "0.02,0.1",
        "--resolution",
        "9",
    )
    document = json.loads(command(*asked, "--lattice", "observed", "--train-months", "3", "--json"))
    assert document == run(ws, lattice="observed", train_months=3).as_dict()
    table = command(*asked)
    assert all(words in table for words in METHOD_WORDS.values())
    assert "4 months scored, 2024-02 to 2024-05" in table
    assert "all counts so far:" in table and "95%" in table


def test_only_analysts_may_run_it(store: Settings) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(
        app,
        lambda folder: open_workspace(
            folder, settings=replace(store, local_roles="lead,youth-worker")
        ),
    )
    with pytest.raises(NotAllowed, match="may not see the analyst view"):
        CliRunner().invoke(app, ["backtest", "--category", "robbery"], catch_exceptions=False)


def test_a_slip_of_the_pen(command: Callable[..., str]) -> None:
    with pytest.raises(UserError, match="'a lot' is not a list of shares"):
        command("--share", "a lot")


@pytest.mark.real
def test_real_months_that_nothing_was_tuned_on(real_data: Path, tmp_path: Path) -> None:
    """West Mercia and Warwickshire, 2014: more than all counts at 5%, and nowhere less by more than
    noise.
    """
    settings = Settings(store=tmp_path / "store", local_boundaries=tmp_path / "local")
    build(
        [real_data / "police_uk" / "neighbouring-forces-2014-01_2014-07-street.zip"],
        settings=settings,
    )
    ws = open_workspace(settings=settings)
    for categories in (["violence"], ["burglary"], ["shoplifting"], ["all"]):
        found = backtest(ws.reader, ws.select(categories), lattice="observed")
        ours = found.comparison[found.comparison["method"] == "ours"].set_index("share")
        assert (ours["verdict"] != "less").all(), categories
        if categories == ["violence"]:
            assert ours.loc[0.05, "gain"] > 0.05 and ours.loc[0.05, "verdict"] == "more"
            assert ours.loc[0.02, "gain"] > 0.02
