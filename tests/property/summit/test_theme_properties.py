"""Themes tell nothing that a release does not tell without them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.disclosure.releases import Release, answers_of, next_release
from vrp_map.summit.event_store import THEMES
from vrp_map.summit.wall.themes import load_themes, spoken_of
from vrp_map.vocabulary import pins as words

K = 5
CELL = 0x8A195C05B877FFF


def pins() -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries(
        {
            "contributor": st.integers(0, 25),
            "cells": st.just([CELL]),
            "setting": st.sampled_from([*words.SETTINGS]),
            "feeling": st.just("unsafe"),
            "reasons": st.lists(st.sampled_from([*words.REASONS_UNSAFE]), max_size=3, unique=True),
            "helps": st.lists(st.sampled_from([*words.HELPS]), max_size=3, unique=True),
            "hour_band": st.just("any"),
            "weekday": st.just("any"),
            "role": st.just(None),
            "age_band": st.just(None),
        }
    )
    return st.lists(one, max_size=80)


def released(*batches: list[dict[str, Any]]) -> Release:
    release, said = Release(), []
    for batch in batches:
        said += answers_of(batch, resolution=8)
        release = next_release(release, said, k=K)
    return release


@settings(max_examples=60, deadline=None)
@given(pins(), pins())
def test_every_number_of_a_theme_is_a_number_of_the_release(
    first: list[dict[str, Any]], more: list[Any]
) -> None:
    release = released(first, more)
    for one in spoken_of(THEMES, release.counts, known=load_themes()):
        assert one.at_least == max(people for *_, people in one.answers) >= K
        assert one.at_least <= release.contributors or release.contributors == 0
        for kind, code, _, people in one.answers:
            assert release.counts[kind][code] == people >= K


@settings(max_examples=60, deadline=None)
@given(pins(), st.randoms(use_true_random=False))
def test_who_said_two_things_at_once_does_not_matter(
    said: list[dict[str, Any]], chance: Any
) -> None:
    """The same numbers answer by answer from other people together: a count of the union would tell
    them apart.
    """
    asked = answers_of(said, resolution=8)
    people = [*range(26)]
    # Each answer gets people of its own, as many as before.
    instead = {
        answer: chance.sample(people, len(people))
        for answer in sorted({said[1:] for said in asked}, key=str)
    }
    others = [(instead[kind, what][who], kind, what) for who, kind, what in asked]
    # As many contributors in both: a number also leaves k of them out.
    asked, others = (
        [*some, *((who, "hour_band", "night") for who in people)] for some in (asked, others)
    )
    known = load_themes()
    one = spoken_of(THEMES, next_release(Release(), asked, k=K).counts, known=known)
    other = spoken_of(THEMES, next_release(Release(), others, k=K).counts, known=known)
    assert one == other
