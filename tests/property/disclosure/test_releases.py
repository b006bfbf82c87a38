"""Whoever watches the wall sees groups of k come and go, and never one."""

from __future__ import annotations

import random
from collections.abc import Hashable

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.disclosure.next_count import HIDDEN, next_count, next_total
from vrp_map.disclosure.releases import (
    KINDS,
    ONE_ANSWER,
    Release,
    answers_of,
    narrowed,
    next_release,
)
from vrp_map.vocabulary.pins import ROLES, SETTINGS

Said = tuple[Hashable, str, Hashable]


@given(st.integers(1, 12), st.integers(0, 60), st.integers(0, 60))
def test_the_total_is_nothing_or_k_and_changes_by_nothing_or_k(k: int, seen: int, now: int) -> None:
    shown = next_total(0, seen, k=k)
    following = next_total(shown, now, k=k)
    for n in (shown, following):
        assert n == 0 or n >= k
    assert following == shown or abs(following - shown) >= k
    assert following in (shown, now, 0)


@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()), max_size=12),
)
def test_those_who_did_not_say_it_are_counted_as_carefully(
    k: int, steps: list[tuple[int, int, bool]]
) -> None:
    """Of one count in any order of events: whoever subtracts two releases finds groups of k on both
    sides.
    """
    last, total = HIDDEN, 0
    true = HIDDEN  # the latest count that was the true number of its time
    for said, others, is_last in steps:
        total = next_total(total, said + others, k=k)
        new = next_count(last, said, total, k=k, is_last=is_last)
        assert new in (last, HIDDEN) or new.of == total
        if new != last and new.n:
            assert new.n >= k and new.of - new.n >= k
            assert abs(new.n - last.n) >= k and abs((new.of - new.n) - (last.of - last.n)) >= k
            assert new.n <= said or new.n < last.n, "never more than there are, but on the way down"
            if not new.is_low:
                assert new.n == said and abs((new.of - new.n) - (true.of - true.n)) >= k, (
                    "with a low one in between"
                )
        assert new.n <= max(0, total - k)
        true, last = (true if new.is_low else new), new


@pytest.mark.parametrize("k", [3, 5])
def test_thousands_of_arrival_orders(k: int) -> None:
    """Every release of every order obeys the rule, for hexagons and for everything else that is
    counted.
    """
    rng = random.Random(2022)
    people = [(p, "unsafe", rng.choice("ABCDEFG")) for p in range(24)] + [
        (p, "setting", "journey") for p in range(7)
    ]
    for _ in range(1_500):
        rng.shuffle(people)
        release, said = Release(), []
        for start in range(0, len(people), 4):
            said += people[start : start + 4]
            following = next_release(release, said, k=k)
            assert_allowed(release, following, k)
            release = following
        assert release.contributors <= 24


def assert_allowed(before: Release, after: Release, k: int) -> None:
    """Of every count, those who said it and those who did not: none or k or more, and changed by
    none or k or more.
    """
    assert after.number in (before.number, before.number + 1)
    assert (
        after.contributors == before.contributors
        or abs(after.contributors - before.contributors) >= k
    )
    for kind in KINDS:
        for what in {**before.counts[kind], **after.counts[kind]}:
            a, b = before.counts[kind].get(what, 0), after.counts[kind].get(what, 0)
            assert b == 0 or k <= b <= after.contributors - k
            if a != b and b:
                assert abs(b - a) >= k
                others = before.totals[kind][what] - a if a else 0
                assert abs(after.contributors - b - others) >= k
    assert_nothing_by_subtraction(narrowed(after, k=k), k)


def assert_nothing_by_subtraction(release: Release, k: int) -> None:
    """Of questions with one answer a pin: what the shown numbers leave to those that are hidden."""
    for kind, answers in ONE_ANSWER.items():
        shown = release.counts[kind]
        rest = release.contributors - sum(shown.values())
        assert not shown or len(shown) == answers or rest < 0 or rest >= k
        assert all(k <= n <= release.contributors - k for n in shown.values())
    assert narrowed(release, k=k) == release


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 15), st.sampled_from("ABC"), st.booleans()), max_size=120),
    st.integers(2, 6),
    st.integers(1, 9),
)
def test_pins_that_are_taken_back_leave_by_k_too(
    steps: list[tuple[int, str, bool]], k: int, every: int
) -> None:
    """An adversary who sees every release can tell of nobody whether one person's pin is there."""
    said: set[Said] = set()
    release = Release()
    for number, (who, cell, comes) in enumerate(steps):
        (said.add if comes else said.discard)((who, "unsafe", cell))
        if number % every == 0:
            following = next_release(release, said, k=k)
            assert_allowed(release, following, k)
            release = following


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from("AB")), max_size=80), st.integers(0, 30)
)
def test_without_any_one_person_the_first_release_could_look_the_same_or_be_k_away(
    said: list[tuple[int, str]], target: int
) -> None:
    """Of one release: taking a person out moves no shown count by less than k, unless others make
    up the k already.
    """
    k = 5
    everybody = [(who, "unsafe", what) for who, what in said]
    others = [one for one in everybody if one[0] != target]
    with_them, without = (
        next_release(Release(), some, k=k).counts["unsafe"] for some in (everybody, others)
    )
    for what in {**with_them, **without}:
        a, b = with_them.get(what, 0), without.get(what, 0)
        assert a - b in (0, 1) or (b == 0 and a == k)


PINS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(list(SETTINGS)[:3]),
        st.sampled_from(list(ROLES)),
        st.booleans(),
    ),
    max_size=120,
)


@given(PINS, st.integers(2, 6), st.integers(1, 30))
def test_the_total_tells_of_no_few_whom_a_number_leaves_out(
    pins: list[tuple[int, str, str, bool]], k: int, every: int
) -> None:
    """Everybody answers two questions, and some take back what they said; each release, and as a
    larger k shows it.
    """
    said: set[Said] = set()
    release = Release()
    for number, (who, setting, role, comes) in enumerate(pins):
        if comes:
            said |= {(who, "setting", setting), (who, "role", role)}
        else:
            said = {one for one in said if one[0] != who}
        if number % every == 0:
            following = next_release(release, said, k=k, is_last=number > 80)
            assert_allowed(release, following, k)
            for larger in (k, k + 1, 2 * k):
                assert_nothing_by_subtraction(narrowed(following, k=larger), larger)
            release = following


@pytest.mark.parametrize(
    ("everybody", "shown"), [(4, {}), (9, {}), (10, {"A": 5}), (15, {"A": 10}), (160, {"A": 155})]
)
def test_that_everybody_says_one_thing_does_not_show(everybody: int, shown: dict[str, int]) -> None:
    """Else whoever was there would be known to have said it."""
    release = next_release(Release(), [(p, "unsafe", "A") for p in range(everybody)], k=5)
    assert release.counts["unsafe"] == shown


def test_nine_of_ten_newcomers_are_not_told_apart_from_the_tenth() -> None:
    """Two releases subtracted would tell of the one who did not say it; once five did not, it can
    be told.
    """
    said = [(p, "reason", "A") for p in range(10)] + [(p, "reason", "B") for p in range(10, 20)]
    first = next_release(Release(), said, k=5)
    assert (first.contributors, first.counts["reason"]) == (20, {"A": 10, "B": 10})
    said += [(p, "reason", "A") for p in range(20, 29)] + [(29, "reason", "C")]
    second = next_release(first, said, k=5)
    assert (second.contributors, second.counts["reason"]) == (30, {"A": 10, "B": 10})
    said += [(p, "reason", "C") for p in range(30, 40)]
    third = next_release(second, said, k=5)
    assert (third.contributors, third.counts["reason"]) == (40, {"A": 19, "B": 10, "C": 11})


def test_what_nearly_everybody_says_goes_on_when_the_total_doubles_and_at_the_end() -> None:
    release = Release()
    shown = []
    for many in range(10, 171, 10):
        said = [(p, "reason", "A") for p in range(many)]
        release = next_release(release, said, k=5, is_last=many == 170)
        shown.append(release.counts["reason"]["A"])
    assert shown == [5, 10, 10, 25, 25, 25, 25, 60, 60, 60, 60, 60, 60, 60, 60, 135, 140]


def test_a_number_that_has_become_too_high_goes_down() -> None:
    """Others took back what they said, so that nearly everybody who is left said this."""
    before = next_release(
        Release(),
        [(p, "unsafe", "A") for p in range(20)] + [(p, "safe", "B") for p in range(40)],
        k=5,
    )
    assert (before.contributors, before.counts["unsafe"]["A"]) == (40, 20)
    after = next_release(before, [(p, "unsafe", "A") for p in range(22)], k=5)
    assert after.contributors == 22 and after.counts["unsafe"].get("A", 0) <= 17


def test_a_hidden_answer_is_not_what_the_others_leave() -> None:
    """Three roles that add up: 3 adults would be 40 less 30 less 7, so the officers go as well; and
    come back whole.
    """
    roles = ["young-person"] * 30 + ["officer"] * 7 + ["adult"] * 3
    release = next_release(Release(), [(p, "role", role) for p, role in enumerate(roles)], k=5)
    assert (
        narrowed(release, k=5).counts["role"] == {"young-person": 30} and release.contributors == 40
    )
    roles += ["adult"] * 7 + ["young-person"] * 10
    later = next_release(release, [(p, "role", role) for p, role in enumerate(roles)], k=5)
    assert narrowed(later, k=5).counts["role"] == {"young-person": 40, "adult": 10}, (
        "the officers would leave nobody"
    )


def test_those_who_did_not_say_who_they_are_are_no_rest_either() -> None:
    """Three roles of 30, 16 and 14 of 62 people: two gave none."""
    roles = ["young-person"] * 30 + ["officer"] * 16 + ["adult"] * 14
    said = [(p, "role", role) for p, role in enumerate(roles)] + [
        (p, "setting", "school-journey") for p in range(62)
    ]
    release = next_release(Release(), said, k=5, alike=10)
    assert narrowed(release, k=5, alike=10).counts["role"] == {"young-person": 30, "officer": 16}


def test_what_people_say_of_themselves_has_a_larger_k() -> None:
    said = [(p, "role", "officer") for p in range(8)] + [
        (p, "setting", "work-journey") for p in range(8)
    ]
    said += [(p, "role", "young-person") for p in range(8, 30)]
    release = next_release(Release(), said, k=5, alike=10)
    assert release.counts["setting"] == {"work-journey": 8} and release.counts["role"] == {
        "young-person": 20
    }


def test_many_pins_of_one_person_count_once() -> None:
    said = [(99, "unsafe", "A")] * 50 + [(p, "unsafe", "B") for p in range(5)]
    release = next_release(Release(), said, k=5)
    assert release.counts["unsafe"] == {} and release.contributors == 6
    said += [(p, "unsafe", "C") for p in range(20, 24)]
    release = next_release(Release(), said, k=5)
    assert release.counts["unsafe"] == {"B": 5} and release.contributors == 10


def test_nothing_new_is_no_new_release() -> None:
    first = next_release(Release(), [(p, "unsafe", "A") for p in range(6)], k=5)
    assert next_release(first, [(p, "unsafe", "A") for p in range(9)], k=5) is first


def test_a_hundred_and_sixty_phones_watched_at_every_release_give_nobody_away() -> None:
    """The adversary knows when each phone was told "kept" and sees the wall after every pin.

    For no pin can they find a release that shows it alone: each release that differs in a hexagon
    has at least k who came since the last one that did.
    """
    rng, k = random.Random(160), 5
    pins = [
        (phone, f"cell-{int(rng.paretovariate(1.1))}") for phone in range(160) for _ in range(3)
    ]
    rng.shuffle(pins)
    release, said = Release(), []
    waiting: dict[str, set[int]] = {}
    for who, cell in pins:
        said.append((who, "unsafe", cell))
        if (who, "unsafe", cell) not in said[:-1]:
            waiting.setdefault(cell, set()).add(who)
        following = next_release(release, said, k=k)
        for what, n in following.counts["unsafe"].items():
            if n != release.counts["unsafe"].get(what, 0):
                assert len(waiting[str(what)]) >= k
                # Where it shows fewer than there are, whoever is left out may be any of them.
                if n == len({who for who, _, where in said if where == what}):
                    waiting[str(what)] = set()
        release = following
    assert sum(release.counts["unsafe"].values()) > 160


def test_what_was_said_counts_each_thing_by_itself() -> None:
    near, far = (h3.latlng_to_cell(lat, -1.9, 10) for lat in (52.48, 52.60))
    nothing = {
        "reasons": [],
        "helps": [],
        "hour_band": "any",
        "weekday": "any",
        "role": None,
        "age_band": None,
    }
    one = {
        "contributor": 1,
        "cells": [int(near, 16)],
        "setting": "public-realm",
        "feeling": "unsafe",
    }
    way = {
        "contributor": 2,
        "cells": [int(near, 16), int(far, 16)],
        "setting": "school-journey",
        "feeling": "safe",
    }
    found = answers_of(
        [
            nothing | one | {"reasons": ["lighting"], "helps": ["police"], "hour_band": "night"},
            nothing | way,
        ],
        resolution=8,
    )
    assert (1, "unsafe", h3.cell_to_parent(near, 8)) in found
    assert {what for who, kind, what in found if kind == "corridor"} == {
        h3.cell_to_parent(c, 8) for c in (near, far)
    }
    assert not [what for who, kind, what in found if kind == "safe"], "a journey is no place"
    assert {(1, "reason", "lighting"), (1, "help", "police"), (1, "hour_band", "night")} <= set(
        found
    )
    assert {kind for _, kind, _ in found} <= set(KINDS) and not [
        one for one in found if one[1] == "weekday"
    ]
