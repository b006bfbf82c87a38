"""What changed, on real stores: periods, steps in time, concentration and ranks, for
each audience.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import made_up
from tests.integration.conftest import Demo
from tests.made_up import read_only, row, seen_by, settings_in, write
from vrp_map.analysis.periods import CellChange
from vrp_map.analysis.time_steps import MOST_LONE, WINDOWS
from vrp_map.config import Settings
from vrp_map.disclosure.sampling import lone_share
from vrp_map.errors import UserError
from vrp_map.selection import Selection, shift_month
from vrp_map.statistics.concentration import cells_holding
from vrp_map.vocabulary import Grade, Method
from vrp_map.warehouse.ingest.build import build
from vrp_map.workspace import Workspace, open_workspace

WEST, EAST = {"longitude": "-1.930000"}, {"longitude": "-1.870000"}


def year(ws: Workspace) -> Selection:
    first, last = ws.period(12)
    return ws.select(first=first, last=last)


def inside(ws: Workspace) -> tuple[str, ...]:
    """The key of the whole area."""
    return (f"force:{ws.areas('force')['code'].iloc[0]}",)


def months(first: str, many: int) -> list[str]:
    begin = date(int(first[:4]), int(first[5:]), 1)
    return [f"{shift_month(begin, i):%Y-%m}" for i in range(many)]


def filed(counts: dict[str, list[tuple[dict[str, str], int]]]) -> Workspace:
    """A store of so many robberies a month at each point."""
    rows = [
        row(month=m, **at) for m, places in counts.items() for at, n in places for _ in range(n)
    ]
    return read_only(rows)


def two_months() -> Workspace:
    """West: 400 -> 100. East: 100 -> 400. A third place: 200 -> 200.

    So many that one in ten tells it too.
    """
    middle = {"longitude": "-1.905000", "latitude": "52.450000"}
    return filed(
        {
            "2024-01": [(WEST, 400), (EAST, 100), (middle, 200)],
            "2024-02": [(WEST, 100), (EAST, 400), (middle, 200)],
        },
    )


def february(ws: Workspace) -> Selection:
    return ws.select("robbery", first="2024-02", last="2024-02")


# -- periods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", ["analyst", "partner", "public"])
def test_what_moved_is_found_for_every_audience(audience: str) -> None:
    ws = two_months()
    found = ws.analyse(Method.PERIODS, february(ws), audience=audience)
    verdicts = found.table.frame.set_index("lad")["verdict"]
    assert sorted(
        verdicts["Eastborough"]
        if isinstance(verdicts["Eastborough"], list)
        else [verdicts["Eastborough"]]
    ) == [CellChange.MORE_SURE]
    assert set(verdicts["Westborough"]) == {CellChange.FEWER_SURE, CellChange.NONE}
    those = "with incidents" if audience == "analyst" else "with a number to show"
    said = "1 hexagon is clearly up and 1 is clearly down on the month before."
    rest = f"Changes in the rest of the 3 hexagons {those} could be chance."
    assert found.sentence.endswith(f"{said} {rest}")
    assert found.card["hexagons tested"] == 3
    assert "quasi-Poisson" in found.card["method"] and found.card["season"].startswith("left in")
    assert re.search(r"with [\d,]+ or more[.,]", found.card["could have been seen"])


def test_outsiders_get_bands_of_q_and_no_p() -> None:
    ws = two_months()
    exact = ws.analyse("periods", february(ws), audience="analyst").table.frame
    shown = ws.analyse("periods", february(ws), audience="partner").table.frame
    assert "p" in exact and "p" not in shown
    assert set(shown["q"]) <= {0.01, 0.05, 0.10, 1.0}
    assert (exact["q"] <= shown["q"]).all()
    assert {"key", "key_previous"} & set(exact) == set()


def test_without_the_areas_own_change() -> None:
    ws = filed({"2024-01": [(WEST, 100), (EAST, 50)], "2024-02": [(WEST, 200), (EAST, 100)]})
    plain = ws.analyse("periods", february(ws), audience="analyst")
    beyond = ws.analyse("periods", february(ws), audience="analyst", beyond=True)
    assert set(plain.table.frame["verdict"]) == {CellChange.MORE_SURE}
    assert set(beyond.table.frame["verdict"]) == {CellChange.NONE}
    assert (
        "no hexagon is clearly up or down" in beyond.sentence
        and "compared with the trend of the whole area" in beyond.sentence
    )


def test_a_year_before_is_the_same_months() -> None:
    counts = {m: [(WEST, 20)] for m in months("2023-01", 14)} | {"2024-02": [(WEST, 60)]}
    ws = filed(counts)
    found = ws.analyse("periods", february(ws), audience="analyst", against="year")
    assert found.table.frame[["n", "n_previous"]].to_numpy().tolist() == [[60, 20]]
    assert "the same month a year before" in found.sentence
    assert found.card["compared with"] == "the same month a year before (February 2023)"


def test_no_whole_earlier_period_is_said_with_what_to_do() -> None:
    ws = two_months()
    january = ws.select("robbery", first="2024-01", last="2024-01")
    for against in ("before", "year"):
        with pytest.raises(
            UserError, match="no whole earlier period: the data begins in January 2024"
        ) as refusal:
            ws.analyse("periods", january, against=against)
        assert "shorter or a later period" in refusal.value.hint
    long = filed({m: [(WEST, 6)] for m in months("2020-01", 40)})
    with pytest.raises(UserError, match="longer than a year"):
        long.analyse(
            "periods", long.select("robbery", first="2021-09", last="2023-04"), against="year"
        )
    gap = filed({m: [(WEST, 9)] for m in ("2024-01", "2024-02", "2024-04")})
    with pytest.raises(UserError, match="Some months of the two periods are missing"):
        gap.analyse("periods", gap.select("robbery", first="2024-04", last="2024-04"))


def test_an_empty_period_is_no_fault() -> None:
    ws = two_months()
    nothing = ws.select("drugs", first="2024-02", last="2024-02")
    assert ws.analyse("periods", nothing, audience="analyst").sentence.endswith(
        "so there is nothing to compare."
    )
    assert "no hexagon has a number that can be shown" in ws.analyse("periods", nothing).sentence
    with pytest.raises(UserError, match="no trend of the whole area to compare with"):
        ws.analyse("periods", nothing, beyond=True)


def test_options_that_do_not_exist_are_refused() -> None:
    ws = two_months()
    with pytest.raises(UserError, match=r"no option 'agianst'\. Did you mean against\?"):
        ws.analyse("periods", february(ws), agianst="year")
    with pytest.raises(UserError, match=r"cannot be compared with 'yaer'\. Did you mean year\?"):
        ws.analyse("periods", february(ws), against="yaer")
    with pytest.raises(UserError, match="no option 'window'"):
        ws.analyse("counts", february(ws), window=1)


def test_the_periods_are_those_of_the_counts(demo: Demo) -> None:
    ws = demo.workspace
    found = ws.analyse("periods", year(ws), audience="partner").table.frame
    before = year(ws).previous()
    for column, selection in (("n", year(ws)), ("n_previous", before)):
        plain = ws.counts(selection, by="cell").frame.set_index("cell")["n"]
        shown = found.set_index("cell")[column]
        inside = shown.index.intersection(plain.index)
        # A hexagon on the border of the study area holds incidents of outside too, and then another
        # number.
        agree = (
            plain[inside].astype("Float64").fillna(-1) == shown[inside].astype("Float64").fillna(-1)
        ).mean()
        assert agree > 0.98
    assert found["rank"].tolist() == list(range(1, len(found) + 1))


# -- steps -----------------------------------------------------------------------------------------


def test_the_step_is_the_shortest_that_shows_at_most_half_alone(demo: Demo) -> None:
    ws, k = demo.workspace, demo.settings.partner_k
    found = ws.analyse("counts", year(ws), audience="partner", resolution=8)
    steps = found.table.frame
    window = (steps["last"].iloc[0].year - steps["first"].iloc[0].year) * 12 + (
        steps["last"].iloc[0].month - steps["first"].iloc[0].month + 1
    )
    assert window in WINDOWS
    for shorter in [w for w in WINDOWS if w <= window]:
        last, shares = date(2026, 10, 1), []
        while (first := shift_month(last, 1 - shorter)) >= ws.snapshot.first_month:
            cells = seen_by(ws, "partner").counts.by_cell(
                Selection(year(ws).categories, first, last, inside(ws)), resolution=8
            )
            shares.append(lone_share(cells, k=k))
            last = shift_month(first, -1)
        assert (max(shares) <= MOST_LONE) == (shorter == window), shorter
    assert list(found.more) == [f"{last:%Y-%m}" for last in steps["last"]]
    assert (
        steps["first"].iloc[1:].to_numpy()
        == np.array([shift_month(d, 1) for d in steps["last"].iloc[:-1]])
    ).all()


def test_no_step_is_long_enough_and_the_reason_is_said() -> None:
    rows = {
        m: [({"longitude": f"{-1.95 + i * 0.006:.6f}"}, 1) for i in range(18)]
        for m in months("2023-01", 24)
    }
    ws = filed(rows)
    chosen = ws.select("robbery")
    found = ws.analyse("counts", chosen, audience="public", resolution=10)
    assert found.table.frame.empty  # 12 at a point in the longest step: nearly all show one 10
    assert (
        "steps of 6 months"
        in ws.analyse("counts", chosen, audience="partner", resolution=10).sentence
    )
    thin = filed(dict(list(rows.items())[:8]))
    refused = thin.analyse("counts", thin.select("robbery"), audience="public", resolution=10)
    assert refused.table.frame.empty and not refused.more
    assert "more than half of those shown are in hexagons that show only 10" in refused.sentence
    exact = thin.analyse("counts", thin.select("robbery"), audience="analyst", resolution=10)
    assert "steps of one month" in exact.sentence and len(exact.more) == 8


def test_one_month_is_nothing_to_step_through() -> None:
    ws = filed({"2024-01": [(WEST, 50)]})
    assert "too few whole months" in ws.analyse("counts", ws.select("robbery")).sentence


def test_a_step_with_a_missing_month_is_left_out() -> None:
    ws = filed({m: [(WEST, 50)] for m in ("2024-01", "2024-02", "2024-04", "2024-05")})
    found = ws.analyse("counts", ws.select("robbery"))
    assert [f"{d:%Y-%m}" for d in found.table.frame["last"]] == [
        "2024-01",
        "2024-02",
        "2024-04",
        "2024-05",
    ]


# -- concentration ---------------------------------------------------------------------------------


def test_half_of_it_is_where_the_exact_counts_have_it(demo: Demo) -> None:
    ws = demo.workspace
    found = ws.analyse("concentration", year(ws), audience="partner")
    study = Selection(year(ws).categories, year(ws).first, year(ws).last, inside(ws))
    counts = seen_by(ws, "partner").counts.by_cell(study, resolution=9)["n"].to_numpy()
    held = int(found.card["hexagons"])
    share = cells_holding(np.append(counts, np.zeros(held - len(counts))), 0.5)
    assert (
        f"in your sample (one incident in 5) happens in {share:.1%} of the hexagons. That is more"
        " concentrated than chance: " in found.sentence
    )
    figures = found.more["figures"].frame.set_index("figure")
    half = figures.loc["Share of the hexagons that hold half of the incidents"]
    assert half["value"] < half["low"]
    assert (
        0
        < figures["value"].iloc[-1]
        < figures.loc["Generalised Gini (0 = even, 1 = all in one)", "value"]
    )
    assert (
        found.sentence == ws.analyse("concentration", year(ws), audience="partner").sentence
    )  # seeded


def test_only_shares_leave_and_they_come_from_the_shown_numbers(demo: Demo) -> None:
    ws, k = demo.workspace, demo.settings.partner_k
    found = ws.analyse("concentration", year(ws), audience="partner")
    for table in (found.table, *found.more.values()):
        assert not {"n", "key"} & set(table.frame)
    assert found.table.total is not None
    held = found.table.frame["share"].dropna().astype(float) * found.table.total
    assert (np.abs(held / k - (held / k).round()) * k <= found.table.total * 0.0005 + 1e-6).all()
    assert found.table.frame["share"].dropna().is_monotonic_increasing
    assert float(found.table.frame["share"].iloc[-1]) == 1.0


def test_too_few_incidents_have_no_concentration() -> None:
    ws = filed({"2024-01": [(WEST, 60), (EAST, 30)]})
    for audience in ("analyst", "partner", "public"):
        with pytest.raises(UserError, match="fewer than 100 incidents"):
            ws.analyse("concentration", ws.select("robbery"), audience=audience)
    many = filed({"2024-01": [(WEST, 160), (EAST, 30)]})
    with pytest.raises(UserError, match="hexagons of this size: too few"):
        many.analyse("concentration", many.select("robbery"), resolution=7)
    assert (
        "Half of these incidents in your sample"
        in many.analyse("concentration", many.select("robbery")).sentence
    )


@pytest.mark.parametrize("audience", ["analyst", "partner"])
def test_incidents_that_fall_anywhere_are_not_said_to_gather(audience: str) -> None:
    random = np.random.default_rng(7)
    x, y = (
        random.uniform(made_up.WEST, made_up.EAST, 600),
        random.uniform(made_up.SOUTH, made_up.NORTH, 600),
    )
    rows = [
        row(month="2024-01", longitude=f"{a:.6f}", latitude=f"{b:.6f}")
        for a, b in zip(x, y, strict=True)
    ]
    ws = read_only(rows)
    found = ws.analyse("concentration", ws.select("robbery"), audience=audience, resolution=10)
    assert "That is no sign of concentration: if the same number of incidents" in found.sentence


# -- ranks -----------------------------------------------------------------------------------------


def test_the_local_authorities_then_the_wards_of_one(demo: Demo) -> None:
    ws = demo.workspace
    lads = ws.analyse("ranks", year(ws), audience="partner").table.frame
    assert len(lads) == 7
    shown = ws.counts(year(ws), by="lad").frame.set_index("code")["n"]
    assert lads.set_index("code")["n"].astype(int).to_dict() == shown.astype(int).to_dict()
    assert lads["rank"].dropna().is_monotonic_increasing
    coventry = ws.select(areas="lad:Coventry", first=year(ws).first, last=year(ws).last)
    wards = ws.analyse("ranks", coventry, audience="partner")
    assert len(wards.table.frame) == 18
    assert "ward" in wards.card["method"]


def test_two_areas_are_no_ranking() -> None:
    with pytest.raises(UserError, match="fewer than three areas"):
        two_months().analyse("ranks")


def test_a_hidden_number_has_no_rank(demo: Demo) -> None:
    ws = demo.workspace
    first, last = ws.period(1)
    one = ws.select("possession-of-weapons", first=first, last=last, areas="lad:Coventry")
    frame = ws.analyse("ranks", one, audience="public").table.frame
    assert frame["hidden"].any()
    assert (
        frame.loc[frame["hidden"], ["rank", "rate", "rank_rate", "difference"]]
        .isna()
        .all(axis=None)
    )


def test_harm_and_pins_say_why_they_are_not_there(demo: Demo, tmp_path: Path) -> None:
    ws = demo.workspace
    card = ws.analyse("ranks", year(ws)).card
    assert "refused for data of grade D" in card["by harm"] and card["by pins"].startswith(
        "There is no ranking by pins"
    )
    settings: Settings = settings_in(tmp_path)
    header = ["id", "occurred_from", "latitude", "longitude"]
    rows = [[str(i), "2024-02-05 10:00", "52.47012", "-1.93012"] for i in range(30)]
    build([write(tmp_path / "e.csv", rows, header=header)], settings=settings)
    exact = open_workspace(settings=settings)
    assert exact.snapshot.grade in (Grade.A, Grade.B)
    with pytest.raises(UserError, match="fewer than three"):
        exact.analyse("ranks", exact.select("all"))


def test_steps_hide_what_is_small(demo: Demo) -> None:
    ws, k = demo.workspace, demo.settings.partner_k
    found = ws.analyse("counts", year(ws), audience="partner", resolution=8)
    for name, table in found.more.items():
        last = date.fromisoformat(f"{name}-01")
        first = found.table.frame.set_index("last")["first"][last]
        study = Selection(year(ws).categories, first, last, inside(ws))
        shown = seen_by(ws, "partner").counts.by_cell(study, resolution=8)
        assert sorted(table.frame["n"]) == sorted(shown["n"])
        assert not table.frame["hidden"].any(), "none and few are not listed at all"
        assert not pd.Series(table.frame["n"].dropna() % k).any()
