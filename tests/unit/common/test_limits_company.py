"""How many people may come from one address, and for how long that is known."""

from __future__ import annotations

from vrp_map.common.rate_limits import DAY_S, WINDOW_S, ClientsPerAddress, Newcomers


def test_so_many_and_then_only_those() -> None:
    company = ClientsPerAddress(2)
    assert [company.takes("here", who, now=0.0) for who in "aabca"] == [
        True,
        True,
        True,
        False,
        True,
    ]
    assert company.takes("there", "c", now=0.0)


def test_a_day_later_it_begins_anew_and_nothing_is_left() -> None:
    company = ClientsPerAddress(1)
    assert company.takes("here", "a", now=0.0) and not company.takes("here", "b", now=DAY_S)
    assert company.takes("here", "b", now=DAY_S + 1)
    company.forget(now=3 * DAY_S)
    assert company._known == {}


def test_none_is_no_limit_and_no_address_is_held_as_it_is() -> None:
    assert all(ClientsPerAddress(0).takes("here", str(n), now=0.0) for n in range(500))
    company = ClientsPerAddress(3)
    company.takes("10.1.2.3", "token", now=0.0)
    assert "10.1.2.3" not in repr(company._known) and "token" not in repr(company._known)


def test_newcomers_are_counted_once_for_each_event_and_for_a_minute() -> None:
    came = Newcomers()
    for at, who in enumerate("aabca"):
        came.come("here", who, now=float(at))
    came.come("there", "a", now=4.0)
    assert (
        came.within_a_minute("here", now=4.0) == 3 and came.within_a_minute("there", now=4.0) == 1
    )
    assert came.within_a_minute("here", now=WINDOW_S + 2.5) == 1, "the last one came at second 3"
    came.come("here", "c", now=200.0)
    assert (
        came.within_a_minute("here", now=200.0) == 0
        and came.within_a_minute("nowhere", now=0.0) == 0
    )
