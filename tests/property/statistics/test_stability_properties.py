"""Firm, fragile and dispersion: what must hold whatever the numbers are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vrp_map.statistics.dispersion import neighbouring_dispersion, own_dispersion, paired_dispersion
from vrp_map.statistics.sensitivity import HELD, LOST, NOT_CHECKED, firm_or_fragile

MONTHS = arrays(np.int64, st.tuples(st.integers(0, 6), st.just(24)), elements=st.integers(0, 400))
CASES = st.integers(0, 20).flatmap(
    lambda n: st.tuples(
        arrays(np.bool_, n),
        arrays(np.int8, (3, n), elements=st.sampled_from([HELD, LOST, NOT_CHECKED])),
    )
)


@given(CASES)
def test_a_further_check_never_makes_firm_what_was_fragile(
    case: tuple[np.ndarray, np.ndarray],
) -> None:
    hot, checks = case
    fewer, more = firm_or_fragile(hot, list(checks[:2])), firm_or_fragile(hot, list(checks))
    assert (more[fewer == "fragile"] == "fragile").all()
    assert (more[~hot] == "").all()
    lost = (checks == LOST).any(axis=0)
    assert ((more == "fragile") == (hot & lost)).all()
    assert ((more == "") == (~hot | (checks == NOT_CHECKED).all(axis=0))).all()


@given(MONTHS, st.sampled_from([1, 3, 5, 6, 12]))
def test_dispersion_is_one_or_more_and_each_series_its_own(months: np.ndarray, length: int) -> None:
    found = own_dispersion(months, length=length).dispersion
    assert found.shape == (len(months),)
    assert (found >= 1).all() and np.isfinite(found).all()
    for row, value in zip(months, found, strict=True):
        assert own_dispersion(row[None, :], length=length).dispersion[0] == value


@given(MONTHS)
def test_the_order_of_periods_and_of_pairs_does_not_matter(months: np.ndarray) -> None:
    now, before = months[:, 12:], months[:, :12]
    found = paired_dispersion(now, before)
    np.testing.assert_allclose(paired_dispersion(before, now), found)
    np.testing.assert_allclose(paired_dispersion(now[:, ::-1], before[:, ::-1]), found)
    np.testing.assert_allclose(
        neighbouring_dispersion(months[:, ::-1]), neighbouring_dispersion(months)
    )


@given(MONTHS, st.integers(2, 5))
def test_runs_of_so_many_have_so_many_times_the_dispersion(months: np.ndarray, times: int) -> None:
    """If every incident were so many at once, the variance over the mean would be so many times as
    large.
    """
    for once, more in (
        (
            paired_dispersion(months[:, 12:], months[:, :12]),
            paired_dispersion(times * months[:, 12:], times * months[:, :12]),
        ),
        (neighbouring_dispersion(months), neighbouring_dispersion(times * months)),
    ):
        above = once > 1
        np.testing.assert_allclose(more[above], times * once[above])
        assert (more[~above] <= times + 1e-9).all()
