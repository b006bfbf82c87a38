"""How long something has waited, and when it was, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from vrp_map.ui.moderation.parts import clock
from vrp_map.wording import waited

NOW = datetime(2026, 7, 14, 11, 52)


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (-5, "less than a minute"),
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (12 * 60 + 59, "12 minutes"),
        (3600, "1 hour"),
        (3600 + 300, "1 hour 5 minutes"),
        (7200 + 60, "2 hours 1 minute"),
        (47 * 3600, "47 hours"),
        (48 * 3600, "2 days"),
        (1500 * 24 * 3600, "1,500 days"),
    ],
)
def test_waiting_in_words(seconds: int, says: str) -> None:
    assert waited(NOW - timedelta(seconds=seconds), NOW) == says


def test_clocks_are_those_of_the_people_who_read_them() -> None:
    assert clock(NOW) == "14 July 2026, 12:52"
    assert clock(datetime(2026, 1, 1, 0, 5)) == "1 January 2026, 00:05"
