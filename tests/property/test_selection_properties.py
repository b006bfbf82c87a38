"""A selection survives a URL, and the period before it is the period before it."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.config import Settings
from vrp_map.selection import (
    BEGINNING,
    END,
    Selection,
    month,
    month_span,
    selection_from_query,
    shift_month,
)
from vrp_map.vocabulary import ALL_CATEGORIES

SETTINGS = Settings()
_months = st.dates(date(1990, 1, 1), date(2090, 12, 31)).map(lambda d: d.replace(day=1))
_period = st.one_of(
    st.just((BEGINNING, END)), st.tuples(_months, _months).map(lambda p: tuple(sorted(p)))
)
_selections = st.builds(
    lambda kinds, period, areas, sources: Selection(
        tuple(sorted(kinds)), *period, tuple(areas), tuple(sources)
    ),
    st.sets(st.sampled_from(sorted(ALL_CATEGORIES)), min_size=1),
    _period,
    st.lists(st.sampled_from(["lad:E08000025", "npu:npu-walsall", "lsoa:E01008881"]), unique=True),
    st.lists(st.sampled_from(["police-uk", "incidents"]), unique=True),
)


@settings(deadline=None)
@given(_selections)
def test_to_a_url_and_back(selection: Selection) -> None:
    query = dict(parse_qsl(urlencode(selection.to_query())))
    assert selection_from_query(query, settings=SETTINGS) == selection


@settings(deadline=None)
@given(_months, st.integers(-240, 240))
def test_shifting_there_and_back(day: date, by: int) -> None:
    there = shift_month(day, by)
    assert there.day == 1 and shift_month(there, -by) == day
    assert month_span(min(day, there), max(day, there)) == abs(by) + 1
    assert month(f"{there:%Y-%m}") == there


@settings(deadline=None)
@given(_months, st.integers(0, 60))
def test_the_previous_period_is_as_long_and_ends_just_before(first: date, more: int) -> None:
    selection = Selection(("robbery",), first, shift_month(first, more), ("lad:x",))
    before = selection.previous()
    assert before.months == selection.months == more + 1
    assert before.last is not None and shift_month(before.last, 1) == first
    assert (before.categories, before.areas) == (selection.categories, selection.areas)
