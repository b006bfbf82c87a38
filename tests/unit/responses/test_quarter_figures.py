"""The quarter: what is news and what is chance, and what an audience cannot work out."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from tests.made_up_responses import BIRMINGHAM, WALSALL, a_response
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.responses.catalogue import load_catalogue
from vrp_map.responses.quarter.figures import (
    QuarterReturn,
    count_interval,
    count_sentence,
    is_unusual,
    ordinary_range,
    quarter_of,
    quarter_return,
    read_quarter,
)
from vrp_map.responses.quarter.files import rows_of, to_csv, to_html, to_xlsx
from vrp_map.responses.response import Response, Strand
from vrp_map.vocabulary import Audience

NAMES = {BIRMINGHAM: "Birmingham", WALSALL: "Walsall"}
Q3 = read_quarter("2026-Q3")
NOW = datetime(2026, 11, 3)


def returned(
    responses: list[Response], audience: Audience = Audience.ANALYST, quarter: str = "2026-Q3"
) -> QuarterReturn:
    return quarter_return(
        responses,
        read_quarter(quarter),
        area_names={"lad": lambda r: NAMES.get(r.where.lad, "")},
        areas={"lad": [*NAMES.values(), "Dudley"]},
        catalogue=load_catalogue(),
        audience=audience,
        settings=Settings(),
        today=NOW.date(),
    )


def test_the_golden_interval_and_the_ordinary_range() -> None:
    low, high = count_interval(70)
    assert (low, high) == (pytest.approx(54.57, abs=0.01), pytest.approx(88.44, abs=0.01))
    assert count_interval(0) == (0.0, pytest.approx(3.689, abs=0.001))
    assert ordinary_range(70) == (54, 87)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (85, "an ordinary number"),
        (87, "an ordinary number"),
        (88, "clearly more"),
        (104, "clearly more"),
        (53, "clearly fewer"),
        (54, "an ordinary number"),
        (None, "too few"),
        (0, "says nothing about the usual number"),
    ],
)
def test_luck_is_called_luck_and_the_really_high_is_called_high(n: int | None, said: str) -> None:
    assert said in count_sentence(n, Q3, usual=70)


def test_a_quarter_that_is_not_over_is_not_said_to_be_low() -> None:
    assert "not over" in count_sentence(12, Q3, usual=70, is_over=False)


def test_when_nothing_changes_one_quarter_in_twenty_is_called_unusual() -> None:
    """20,000 quarters of a mean of 70: 4.2% are called unusual, half of them high."""
    drawn = np.random.default_rng(12).poisson(70, 20_000)
    called = np.array([is_unusual(int(n), 70) for n in np.unique(drawn)])
    rate = called[np.searchsorted(np.unique(drawn), drawn)].mean()
    assert 0.03 < rate < 0.05


def test_quarters_begin_and_end_where_the_calendar_says() -> None:
    assert (Q3.first, Q3.after) == (date(2026, 7, 1), date(2026, 10, 1))
    assert read_quarter("2025q4").after == date(2026, 1, 1)
    assert quarter_of(date(2026, 12, 31)).name == "2026-Q4"
    for strange in ("2026-Q5", "Q3", "2026-07", "2026-Q3; drop"):
        with pytest.raises(UserError, match="no quarter"):
            read_quarter(strange)


def test_the_figures_of_a_quarter() -> None:
    told = datetime(2026, 8, 1, 12)
    responses = [
        a_response(
            date(2026, 8, 1),
            told_at=told,
            first_action_at=told.replace(day=day, hour=13),
            strands=(Strand("family", due=date(2026, 8, 9), done=date(2026, 8, 9)),),
            reached_24_and_under=10,
        )
        for day in (1, 1, 4)
    ]
    outside = [a_response(date(2026, 6, 30)), a_response(date(2026, 10, 1))]
    found = returned([*responses, *outside]).as_plain()
    assert found["responses"] == 3 and found["by_lad"] == {"Birmingham": 3}
    assert found["median_hours_to_first_action"] == 1.0
    assert found["share_within_24h"] == pytest.approx(0.667, abs=0.001)
    assert (found["strands_due"], found["strands_on_time"]) == (3, 3)
    assert found["reach"] == {"24_and_under": 30, "25_and_over": 0}


def test_the_public_gets_one_table_and_nothing_that_can_be_subtracted() -> None:
    """All worlds that give the same shown numbers: the hidden part may be anything under k."""
    shown = set()
    for few in range(10):
        many = [a_response(date(2026, 8, 1)) for _ in range(63)]
        rare = [a_response(date(2026, 8, 2), lad=WALSALL) for _ in range(few)]
        for audience, k in ((Audience.PUBLIC, 10), (Audience.PARTNER, 5)):
            found = returned([*many, *rare], audience)
            if few < k:
                assert found.as_plain()["by_lad"].get("Walsall") is None
            assert found.responses is not None and found.responses % k == 0
        public = returned([*many, *rare], Audience.PUBLIC)
        assert list(public.breakdowns) == ["lad"]
        assert public.reach == {"24_and_under": None, "25_and_over": None}
        assert public.strands_due is None and public.median_hours_to_first_action is None
        shown.add(public.responses)
    assert shown == {60, 70}


@pytest.mark.parametrize(("audience", "k"), [(Audience.PARTNER, 5), (Audience.PUBLIC, 10)])
def test_no_subtraction_of_numbers_and_files_tells_a_hidden_part(
    audience: Audience, k: int
) -> None:
    """Every world of a large and a small authority: whatever is shown in JSON, CSV and for the
    quarter before, the small one is any of k - 1 numbers, or of k where it may be none.
    """
    worlds: dict[str, set[int]] = {}
    for many in range(20 - k // 2, 20 + (k + 1) // 2):
        before = [a_response(date(2026, 5, 1))] * many
        for few in range(k):
            large = [a_response(date(2026, 8, 1))] * many
            small = [a_response(date(2026, 8, 2), lad=WALSALL, what="robbery", tier="gold")] * few
            now = returned([*large, *small, *before], audience)
            then = returned([*large, *small, *before], audience, "2026-Q2")
            said = [now.as_plain(), to_csv(now, now=NOW, is_synthetic=False), then.as_plain()]
            worlds.setdefault(repr(said), set()).add(few)
    assert min(len(found) - (0 in found) for found in worlds.values()) >= k - 1


def test_a_hidden_line_does_not_tell_that_there_is_a_response() -> None:
    """Every unit has its line, and what somebody typed has none of its own."""
    few = [a_response(date(2026, 8, 2), lad=WALSALL, lead_agency="Example Street Charity")]
    many = [a_response(date(2026, 8, 1), lead_agency="police")] * 60
    for audience in (Audience.PARTNER, Audience.PUBLIC):
        found = returned([*many, *few], audience).as_plain()
        assert found["by_lad"]["Walsall"] is found["by_lad"]["Dudley"] is None
        assert found["by_lad"].keys() == returned([], audience).as_plain()["by_lad"].keys()
        assert "Example Street" not in repr(found)
    assert "Example Street Charity" in returned(few).as_plain()["by_agency"]


def test_one_response_of_many_contacts_and_strands_is_not_told_by_them() -> None:
    """A sum over fewer than k responses is hidden, however large it is."""
    day = date(2026, 8, 1)
    due = tuple(Strand("family", due=day, done=day) for _ in range(12))
    busy = a_response(day, reached_24_and_under=400, reached_25_and_over=30, strands=due)
    for others in (0, 3, 60):
        found = returned([busy, *[a_response(day)] * others], Audience.PARTNER).as_plain()
        assert found["reach"] == {"24_and_under": None, "25_and_over": None}
        assert found["strands_due"] is None and found["strands_on_time"] is None
        assert set(found["by_strand"].values()) == {None}
    exact = returned([busy]).as_plain()
    assert (exact["strands_due"], exact["reach"]["24_and_under"]) == (12, 400)
    assert returned([busy] * 5, Audience.PARTNER).as_plain()["strands_due"] == 60


def test_who_was_slow_or_late_is_told_to_those_who_read_responses_alone() -> None:
    told = datetime(2026, 8, 1)
    slow = [a_response(told.date(), lad=WALSALL, told_at=told, first_action_at=NOW)] * 8
    fast = [a_response(told.date(), told_at=told, first_action_at=told)] * 60
    exact = returned([*slow, *fast])
    assert exact.findings and "longer in Walsall" in exact.findings[0]
    assert "longer in Walsall" in to_html(exact, partnership="P", now=NOW, is_synthetic=False)
    for audience in (Audience.PARTNER, Audience.PUBLIC):
        found = returned([*slow, *fast], audience)
        plain = found.as_plain()
        assert plain["findings"] is plain["hours_by_lad"] is plain["strands_by_kind"] is None
        page = to_html(found, partnership="P", now=NOW, is_synthetic=False)
        assert "Walsall, median" not in to_csv(found, now=NOW, is_synthetic=False) + page
        assert "clearly slower" not in page


def test_the_files_say_the_same_and_no_word_is_a_formula() -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    found = returned([a_response(date(2026, 8, 1), lead_agency="=HYPERLINK(1)")] * 6)
    text = to_csv(found, now=NOW, is_synthetic=True)
    assert "'=HYPERLINK" in text and ",=HYPERLINK" not in text and "Made-up" in text
    book = load_workbook(BytesIO(to_xlsx(found, now=NOW, is_synthetic=False)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert {cell.value for cell in cells} >= {what for _, what, _ in rows_of(found)} - {
        "=HYPERLINK(1)"
    }
    page = to_html(found, partnership="A <b> partnership", now=NOW, is_synthetic=True)
    assert "A &lt;b&gt; partnership" in page and "<script" not in page and "Made-up" in page
    assert page.count("<caption>") == page.count("<table>") and "size:A4" in page
