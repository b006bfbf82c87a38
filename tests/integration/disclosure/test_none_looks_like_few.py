"""Two stores that differ only in whether one area has no robbery or a few: only the choice of
incidents may tell which.

Each of the few is shown, as k, with a chance of one in k. Where none of them is, every method,
asked by itself and with its options, must answer, refuse and explain itself in the same letters as
where there are none. Analysts do see the difference, and so do others where one of the few is
chosen, or the test could not fail.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.made_up import loaded, row, seen_by
from tests.none_or_few import FEW, MONTH, PERIODS, alike, lone, store, with_secret
from vrp_map.analysis import ANALYSES
from vrp_map.cli import output
from vrp_map.errors import UserError
from vrp_map.export import tables as report
from vrp_map.principal import LOCAL_ANALYST
from vrp_map.views.answers import document
from vrp_map.vocabulary import Audience, Method
from vrp_map.workspace import Workspace

OPTIONS: list[tuple[str, dict[str, Any]]] = [
    *((str(method), {}) for method in ANALYSES),
    ("periods", {"beyond": True}),
    ("periods", {"against": "year"}),
    ("rates", {"by": "lsoa"}),
    ("emerging", {"months": 12}),
]


def listed(ws: Workspace, audience: Audience) -> str:
    """Every list of choices, account, file and refusal that names kinds or suppliers, as text."""
    own = ws.for_principal(LOCAL_ANALYST.looking_as(audience))
    weapons, everything = own.select("possession-of-weapons"), own.select("all")
    snapshot = {
        name: value for name, value in vars(own.snapshot).items() if name not in ("id", "created")
    }
    found: list[Any] = [
        snapshot,
        own.months(),
        own.gaps(everything, audience=audience),
        own.attributions(),
    ]
    for selection in (weapons, everything, own.select("all", first=MONTH, last=MONTH)):
        for by in ("cell", "lsoa", "month", "category"):
            table = own.counts(selection, by=by, audience=audience)
            found.append(
                report.to_csv(table, about={**output.about(own, audience), "snapshot": ""})
            )
        lacking = own.missing(selection, audience=audience)
        found += [
            t.frame.to_json() for t in (lacking.by_category, lacking.by_source, lacking.by_month)
        ]
        found += [lacking.gaps, lacking.incomplete]
        for method in ("gi_star", "trend", "periods", "ranks", "concentration", "hour_of_week"):
            try:
                answer = own.analyse(method, selection, audience=audience)
                found.append(json.dumps(document(answer), default=str).replace(own.snapshot.id, ""))
            except UserError as refusal:
                found.append(f"{refusal.message} {refusal.hint}")
    try:
        own.select("all", sources="incidents")
        found.append("known")
    except UserError as refusal:
        found.append(f"{refusal.message} {refusal.hint}")
    for name, value in vars(own.quality()).items():
        is_table = isinstance(value, pd.DataFrame)
        found.append(
            (name, value.drop(columns="loaded_at", errors="ignore").to_csv() if is_table else value)
        )
    return "\n".join(str(one) for one in found).replace(str(own.settings.store.parent), "")


def said(ws: Workspace, method: str, audience: str, period: tuple[str, str], **options: Any) -> str:
    """The answer, or the refusal, as text; the snapshot's own name aside."""
    selection = ws.select("robbery", first=period[0], last=period[1], areas="lad:L1")
    try:
        found = ws.analyse(Method(method), selection, audience=audience, **options)
    except UserError as refusal:
        return str(refusal)
    return json.dumps(document(found), default=str, sort_keys=True).replace(ws.snapshot.id, "")


@pytest.mark.parametrize("grade", ["A", "D"])
@pytest.mark.parametrize(("method", "options"), OPTIONS, ids=lambda value: str(value))
def test_no_method_tells_none_from_few(grade: str, method: str, options: dict[str, Any]) -> None:
    for period in PERIODS:
        for audience in ("partner", "public"):
            none = said(alike(grade)[0], method, audience, period, **options)
            for few in FEW[1:]:
                assert said(alike(grade)[few], method, audience, period, **options) == none, (
                    period,
                    audience,
                    few,
                )


@pytest.mark.parametrize("grade", ["A", "D"])
def test_pages_and_counts_do_not_tell_either(grade: str) -> None:
    for period in PERIODS:
        shown = set()
        for few in FEW:
            ws = alike(grade)[few]
            selection = ws.select("robbery", first=period[0], last=period[1], areas="lad:L1")
            tables = [
                ws.counts(selection, by=by) for by in ("cell", "lsoa", "lad", "month", "category")
            ]
            view = ws.hotspots(selection)
            tables += [view.cells, view.clusters, ws.facts(selection), ws.default_locations()]
            rows = [table.frame.to_json(default_handler=str) for table in tables]
            card = {name: value for name, value in view.method.items() if name != "snapshot"}
            shown.add(json.dumps([rows, view.sentence, view.summary, card], default=str))
        assert len(shown) == 1, period


@pytest.mark.parametrize("grade", ["A", "D"])
def test_one_in_k_of_them_is_shown_and_stands_for_k(grade: str) -> None:
    selection = store(grade, 3).select("robbery", first=MONTH, last=MONTH, areas="lad:L1")
    totals = [
        seen_by(with_secret(store(grade, 3), number), Audience.PARTNER).counts.totals(selection)[
            "incidents"
        ]
        for number in range(200)
    ]
    assert set(totals) == {0, 5} and abs(np.mean(totals) - 3) < 0.4


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_no_list_tells_a_lone_kind_or_supplier(audience: Audience) -> None:
    none = listed(lone()[0], audience).split("\n")
    for few in FEW[1:]:
        other = listed(lone()[few], audience).split("\n")
        assert [pair for pair in zip(none, other, strict=True) if pair[0] != pair[1]] == [], few
    assert (
        "incidents"
        not in lone()[4].for_principal(LOCAL_ANALYST.looking_as(audience)).snapshot.sources
    )
    assert "incidents" in lone()[4].snapshot.sources


def test_names_do_not_follow_counts(tmp_path: Path) -> None:
    """Two streets of one hexagon, the one or the other with nearly everything: the same names in
    the same order.
    """
    found = []
    for name, fox, mill in (("one", 9, 1), ("other", 1, 9)):
        streets = [("Fox Street", "52.470000")] * fox + [("Mill Lane", "52.470500")] * mill
        rows = [row(location=f"On or near {street}", latitude=y) for street, y in streets]
        ws = loaded(tmp_path / name, rows)[1]
        cells = ws.counts(ws.select("robbery"), resolution=8, audience=Audience.ANALYST).frame
        assert len(cells) == 1 and cells["n"].tolist() == [10]
        found.append(
            (cells["name"].tolist(), ws.places().drop(columns="cell10").to_csv(index=False))
        )
    assert found[0] == found[1]


def test_analysts_see_the_difference() -> None:
    for method in ("gi_star", "trend", "rates"):
        none, few = (said(store("D", n), method, "analyst", PERIODS[0]) for n in (0, 3))
        assert none != few
    assert "too few incidents" in said(store("A", 3), "day_of_week", "partner", PERIODS[0]).lower()
