"""The page Track record without a browser: the sentence, the equal table, no exact number, and one
computation.
"""

from __future__ import annotations

import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import html_of, page_at
from vrp_map import maps
from vrp_map.analysis.backtest import method as backtest
from vrp_map.analysis.question import Analysis
from vrp_map.config import Settings
from vrp_map.principal import DEMO_PARTNER
from vrp_map.ui.track_record import blocks as track_record
from vrp_map.ui.track_record import chart as track_record_chart
from vrp_map.warehouse.reader import close_readers
from vrp_map.workspace import Workspace, open_workspace

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(scope="module")
def found(demo: Settings) -> Analysis:
    """What the page opens with."""
    ws = open_workspace(settings=demo).for_principal(DEMO_PARTNER)
    return ws.analyse("backtest", ws.select())


def opened(**query: str) -> AppTest:
    page = page_at("track_record", **query).run()
    assert not page.exception and not page.error
    return page


def cells_of(page: AppTest, column: str) -> list[str]:
    return re.findall(rf'data-label="{column}">([^<]*)<', html_of(page))


def test_the_sentence_comes_first_and_is_the_stored_one(found: Analysis) -> None:
    page = opened()
    assert f"{page.title[0].value} {page.markdown[0].value}" == found.sentence
    assert found.sentence.startswith("In the last 12 months the hotspots shown held ")
    assert "2026" in html_of(page)


def test_the_table_holds_what_the_chart_draws(found: Analysis) -> None:
    page = opened()
    frame = found.more["record"].frame
    assert cells_of(page, "Month") == [f"{m:%B %Y}" for m in frame["month"]]
    assert cells_of(page, "Hotspots") == [f"{v:.0%}" for v in frame["held"]]
    assert cells_of(page, "All counts") == [f"{v:.0%}" for v in frame["all_history"]]


def test_no_number_of_incidents_is_exact_or_small(ws: Workspace, demo: Settings) -> None:
    page = opened()
    shown = [*cells_of(page, "Incidents"), *cells_of(page, "Incidents, last 12 months")]
    numbers = [int(n.replace(",", "")) for n in shown if n[0].isdigit()]
    assert len(numbers) > 12 and min(numbers) >= demo.partner_k
    assert not [n for n in numbers if n % demo.partner_k]
    exact = ws.reader.counts.by_month(ws.select())["n"].tolist()
    assert not set(numbers) >= set(exact[-12:])


def test_it_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    close_readers()
    calls = []
    true = backtest.make_study
    monkeypatch.setattr(backtest, "make_study", lambda *a, **k: calls.append(1) or true(*a, **k))
    page = opened()
    page.run()
    opened()
    assert len(calls) == 1


def test_a_kind_and_a_place_of_ones_own() -> None:
    page = opened(category="shoplifting", area="lad:E08000026")
    assert page.title[0].value.startswith("In the last 12 months")
    assert "incidents" in page.title[0].value


def test_an_area_too_small_says_why_and_keeps_the_filters(ws: Workspace) -> None:
    ward = ws.areas("ward")["code"].iloc[0]
    page = opened(area=f"ward:{ward}")
    assert page.title[0].value == "There is no track record for this choice"
    assert "fewer than 10 hexagons" in page.info[0].value and "What to do" in page.info[0].value
    assert page.selectbox(key="f_where").value == f"ward:{ward}"


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["level", "level"], "We cannot tell our model"),
        (
            ["more than all", "level"],
            "Our model finds more incidents than the simple count of all past months at 1%",
        ),
        (["more than all", "less than all"], "simple count of all past months does better at 5%"),
    ],
)
def test_who_wins_is_said(verdicts: list[str], said: str) -> None:
    frame = pd.DataFrame({"method": "ours", "share": [0.01, 0.05], "verdict": verdicts})
    assert said in track_record.verdict(frame)


def record_frame(**ends: float) -> pd.DataFrame:
    months = pd.to_datetime(["2026-01-01", "2026-02-01"])
    return pd.DataFrame({"month": months, **{name: [0.2, value] for name, value in ends.items()}})


def test_names_of_lines_never_touch() -> None:
    at = track_record_chart.labels(record_frame(held=0.30, all_history=0.31, ours=0.31), top=0.34)[
        "at"
    ]
    assert at.diff().dropna().min() >= 0.34 * 17 / 240 - 1e-9
    assert at.max() <= 0.34 and at.min() >= 0
    apart = track_record_chart.labels(record_frame(held=0.1, all_history=0.2, ours=0.3), top=0.34)
    assert apart["at"].tolist() == [0.1, 0.2, 0.3]


def test_the_chart_starts_at_zero_and_a_hidden_month_is_a_gap() -> None:
    frame = record_frame(held=float("nan"), all_history=0.31, ours=0.3)
    drawn = track_record_chart.chart(frame, maps.theme("light")).to_dict()
    axes = [layer["encoding"]["y"] for layer in drawn["layer"]]
    assert axes[0]["scale"]["domain"][0] == 0
    assert "break-paths" in drawn["layer"][0]["mark"]["invalid"]
