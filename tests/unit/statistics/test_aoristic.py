"""Incidents between two times, spread over the hours of the week."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from vrp_map.errors import MethodRefused, UserError
from vrp_map.statistics.aoristic import hour_of_week
from vrp_map.vocabulary import Grade

MONDAY = "2024-01-01"


def weights(*spans: tuple[str, str]) -> np.ndarray:
    start, end = zip(*spans, strict=True)
    return hour_of_week(
        np.array(start, dtype="datetime64[s]"), np.array(end, dtype="datetime64[s]"), grade=Grade.A
    )


def hours(*spans: tuple[str, str]) -> dict[int, float]:
    """The hours that hold anything."""
    found = weights(*spans)
    return {int(h): float(found[h]) for h in np.flatnonzero(found > 1e-12)}


def written_out(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Minute by minute."""
    found = np.zeros(168)
    for s, e in zip(start, end, strict=True):
        minutes = np.arange(s, max(e, s + np.timedelta64(1, "m")), np.timedelta64(1, "m"))
        index = pd.DatetimeIndex(minutes)
        np.add.at(found, index.day_of_week * 24 + index.hour, 1 / len(minutes))
    return found


def test_the_two_examples() -> None:
    assert hours((f"{MONDAY}T01:00", f"{MONDAY}T02:30")) == pytest.approx({1: 2 / 3, 2: 1 / 3})
    assert hours((f"{MONDAY}T01:50", f"{MONDAY}T02:10")) == pytest.approx({1: 0.5, 2: 0.5})


def test_a_moment_lies_in_its_hour() -> None:
    assert hours((f"{MONDAY}T05:00", f"{MONDAY}T05:00")) == {5: 1}
    assert hours((f"{MONDAY}T05:59:59", f"{MONDAY}T05:59:59")) == {5: 1}


def test_moments_take_nothing_from_the_exactness_of_spans() -> None:
    spans = [(f"{MONDAY}T05:00", f"{MONDAY}T05:00"), (f"{MONDAY}T10:00", f"{MONDAY}T20:00")]
    assert weights(*spans).tolist() == pytest.approx(
        [*[0] * 5, 1, *[0] * 4, *[0.1] * 10, *[0] * 148], abs=1e-12
    )


def test_the_end_is_not_part_of_the_span() -> None:
    assert hours((f"{MONDAY}T05:00", f"{MONDAY}T06:00")) == pytest.approx({5: 1})
    assert hours((f"{MONDAY}T05:30", f"{MONDAY}T07:00")) == pytest.approx({5: 1 / 3, 6: 2 / 3})


def test_the_week_begins_on_monday_and_goes_round() -> None:
    assert hours(("2024-01-03T13:20", "2024-01-03T13:40")) == {2 * 24 + 13: 1}
    assert hours(("2024-01-07T23:30", "2024-01-08T00:30")) == pytest.approx({167: 0.5, 0: 0.5})
    assert weights(("2024-01-05T22:10", "2024-01-05T22:20")).reshape(7, 24)[4, 22] == 1


def test_before_1970() -> None:
    assert hours(("1969-12-29T00:15", "1969-12-29T01:15")) == pytest.approx({0: 0.75, 1: 0.25})


def test_a_week_is_even_and_more_than_a_week_still_weighs_1() -> None:
    assert weights((f"{MONDAY}T00:00", "2024-01-08T00:00")) == pytest.approx([1 / 168] * 168)
    found = weights((f"{MONDAY}T00:00", "2024-01-09T00:00"))
    assert found == pytest.approx([2 / 192] * 24 + [1 / 192] * 144)
    assert weights(("2020-02-03T10:07", "2024-05-05T03:51")).sum() == pytest.approx(1)


def test_agrees_with_minute_by_minute() -> None:
    random = np.random.default_rng(3)
    start = np.datetime64("2023-10-01T00:00", "m") + random.integers(0, 60 * 24 * 90, 60)
    end = start + np.concatenate(
        [random.integers(0, 300, 40), random.integers(0, 60 * 24 * 20, 20)]
    )
    found = hour_of_week(start, end, grade=Grade.A)
    np.testing.assert_allclose(found, written_out(start, end), atol=1e-9)
    assert found.sum() == pytest.approx(60)


def test_a_list_of_datetimes() -> None:
    day = datetime(2024, 1, 1)
    assert hour_of_week([day], [day + timedelta(minutes=90)], grade=Grade.A)[:2] == pytest.approx(
        [2 / 3, 1 / 3]
    )
    assert hour_of_week([], [], grade=Grade.A).sum() == 0


def test_columns_of_a_table() -> None:
    table = pd.DataFrame(
        {
            "start": pd.to_datetime([f"{MONDAY} 01:00"] * 2),
            "end": pd.to_datetime([f"{MONDAY} 02:00"] * 2),
        }
    )
    assert hour_of_week(table["start"], table["end"], grade=Grade.A)[1] == pytest.approx(2)
    assert hour_of_week(table["start"][:0], table["end"][:0], grade=Grade.A).tolist() == [0] * 168


@pytest.mark.parametrize("grade", [Grade.B, Grade.C, Grade.D])
def test_grades_without_the_hour_are_refused_before_anything_else(grade: Grade) -> None:
    with pytest.raises(MethodRefused, match="Hours of the week are refused"):
        hour_of_week(["no time"], [], grade=grade)


def test_what_cannot_be_spread_is_refused() -> None:
    with pytest.raises(UserError, match="Incident 2 ends before it starts"):
        weights((f"{MONDAY}T01:00", f"{MONDAY}T02:00"), (f"{MONDAY}T02:00", f"{MONDAY}T01:59"))
    with pytest.raises(UserError, match="A time is missing"):
        weights((f"{MONDAY}T01:00", "NaT"))
    with pytest.raises(UserError, match="differ in number"):
        hour_of_week(
            np.array([MONDAY], dtype="datetime64[s]"),
            np.array([], dtype="datetime64[s]"),
            grade=Grade.A,
        )
    with pytest.raises(UserError, match="not dates and times"):
        hour_of_week(["soon"], ["later"], grade=Grade.A)
    with pytest.raises(UserError, match="not dates and times"):
        hour_of_week([1.5], [2.5], grade=Grade.A)


def test_times_with_a_zone_are_refused_not_moved() -> None:
    zoned = pd.Series(pd.to_datetime([f"{MONDAY} 01:00"])).dt.tz_localize("Europe/London")
    for start in (zoned, zoned.astype(object)):
        with pytest.raises(UserError, match="have a time zone"):
            hour_of_week(start, start, grade=Grade.A)
