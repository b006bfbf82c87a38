"""School days and hours: an operator's table, a local authority at a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vrp_map.errors import UserError
from vrp_map.schools.calendar import days_between, load_school_calendar, read_school_calendar

TABLE: dict[str, Any] = {
    "title": "Made up",
    "source": "made up",
    "checked_on": date(2024, 1, 1),
    "windows": {"before": ["08:00", "09:00"]},
    "terms": [
        {"days": [["2024-01-08", "2024-01-19"]], "closed": ["2024-01-10"]},
        {"areas": ["Coventry", "E08000031"], "days": [["2024-01-15", "2024-01-16"]]},
    ],
}
JANUARY = days_between(date(2024, 1, 1), date(2024, 1, 31))


def held(*words: str) -> list[str]:
    return [str(d) for d in JANUARY[read_school_calendar(TABLE).terms_of(*words).hold(JANUARY)]]


def test_an_authority_has_its_own_days_and_the_others_theirs() -> None:
    assert held("coventry") == ["2024-01-15", "2024-01-16"] == held("Wolverhampton", "e08000031")
    others = held("Sandwell")
    # Ten weekdays but the closed one; no Saturday, no Sunday.
    assert len(others) == 9 and "2024-01-10" not in others
    assert not {"2024-01-13", "2024-01-14"} & set(others)


def test_a_window_holds_its_first_moment_and_not_its_last() -> None:
    hour = 3600
    moments = np.array([8 * hour - 1, 8 * hour, 9 * hour - 1, 9 * hour])
    assert list(read_school_calendar(TABLE).in_windows(moments)) == [False, True, True, False]


def test_our_own_calendar_has_about_190_days_a_year() -> None:
    days = days_between(date(2022, 9, 1), date(2026, 8, 31))
    terms = load_school_calendar().terms_of("Birmingham")
    year = (days.astype("datetime64[M]").astype(int) - 8) // 12
    assert all(185 <= n <= 196 for n in np.unique(year[terms.hold(days)], return_counts=True)[1])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"windows": {"x": ["9", "8"]}}, "cannot be used"),
        ({"windows": {"x": ["09:00", "08:00"]}}, r"ends before it begins \(x\)"),
        ({"windows": {}}, "has no hours"),
        ({"terms": [{"days": [["2024-02-30", "2024-03-01"]]}]}, "cannot be used"),
        ({"terms": [{"days": [["2024-03-02", "2024-03-01"]]}]}, r"begins \(2024-03-02\)"),
        ({"terms": 3}, "cannot be used"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError, match=says):
        read_school_calendar(TABLE | change)


def test_an_authority_without_terms_and_a_file_that_is_not_there_are_said(tmp_path: Path) -> None:
    alone = read_school_calendar(TABLE | {"terms": TABLE["terms"][1:]})
    with pytest.raises(UserError, match="no terms for Sandwell"):
        alone.terms_of("Sandwell")
    with pytest.raises(UserError, match="setting school_calendar"):
        load_school_calendar(str(tmp_path / "none.toml"))
