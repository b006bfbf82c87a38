"""Never more than so many within any minute, and nobody pays for another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vrp_map.common.rate_limits import WINDOW_S, RateLimit

# Seconds that add up exactly: with others "a minute ago" is a matter of rounding.
QUARTERS = st.integers(0, 80).map(lambda quarters: quarters / 4)


@given(st.integers(1, 5), st.lists(st.tuples(st.sampled_from("ab"), QUARTERS), max_size=60))
def test_no_minute_holds_more_than_the_limit(most: int, steps: list[tuple[str, float]]) -> None:
    limit, clock, let_in = RateLimit(most), 0.0, []
    for who, later in steps:
        clock += later
        wait = limit.wait(who, now=clock)
        if wait == 0:
            let_in.append((who, clock))
        recent = [t for w, t in let_in if w == who and t > clock - WINDOW_S]
        assert len(recent) <= most and (wait == 0 or len(recent) == most)
        assert 0 <= wait <= WINDOW_S + 1e-9


def test_after_the_wait_one_is_let_in_and_who_was_there_is_forgotten() -> None:
    limit = RateLimit(1)
    assert limit.wait("a", now=0.0) == 0
    assert limit.wait("a", now=10.0) == 50.0
    assert limit.wait("a", now=60.0) == 0
    limit.forget(now=200.0)
    assert limit._asked == {}
