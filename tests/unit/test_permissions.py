"""The one table of who may do what."""

from __future__ import annotations

from pathlib import Path

import pytest

from vrp_map.errors import NotAllowed
from vrp_map.permissions import PERMISSIONS, Action, areas_of, audience_of, may, refusal
from vrp_map.principal import Principal
from vrp_map.vocabulary import Audience, Role

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_every_action_has_roles_and_every_role_an_action() -> None:
    assert set(PERMISSIONS) == set(Action) and all(PERMISSIONS.values())
    assert {role for roles in PERMISSIONS.values() for role in roles} == set(Role)


def test_the_document_is_the_table() -> None:
    lines = [
        line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    said = {tuple(part.strip() for part in line.strip("|").split("|")) for line in lines[1:]}
    table = {
        (action.value, "everybody with a role" if roles == tuple(Role) else ", ".join(roles))
        for action, roles in PERMISSIONS.items()
    }
    assert said == table


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_one_role_may_what_the_table_says_and_nothing_else(role: Role, action: Action) -> None:
    who = Principal("x", frozenset({role}))
    assert who.may(action) is (role in PERMISSIONS[action])
    if not who.may(action):
        with pytest.raises(NotAllowed, match=rf"may {action}\."):
            who.must(action)


@pytest.mark.parametrize("action", list(Action))
def test_nobody_may_do_anything_without_a_role(action: Action) -> None:
    assert not may((), action) and not may(("unheard-of",), action)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (Action.RUN_EVENTS, "Only a youth worker may look after events."),
        (Action.SEE_EXACT_NUMBERS, "Only an analyst may see exact numbers."),
        (Action.ANSWER_PEOPLE, "Only a lead or a youth worker may answer young people here."),
        (Action.SEE_CASES, "Only a safeguarding lead may see the safeguarding lane."),
        (Action.READ_APPROVED_TEXTS, "Only staff may read approved texts."),
    ],
)
def test_the_refusal_names_who_may(action: Action, sentence: str) -> None:
    assert refusal(action) == sentence


@pytest.mark.parametrize("role", list(Role))
def test_the_audience_follows_from_the_role(role: Role) -> None:
    assert audience_of([role]) is (Audience.ANALYST if role is Role.ANALYST else Audience.PARTNER)
    assert audience_of([]) is Audience.PUBLIC


@pytest.mark.parametrize("audience", list(Audience))
def test_nobody_is_given_more_than_their_roles(audience: Audience) -> None:
    assert Principal("x", frozenset(), audience).audience is Audience.PUBLIC
    assert Principal("x", frozenset({Role.LEAD}), audience).audience is not Audience.ANALYST
    assert Principal("x", frozenset({Role.ANALYST}), audience).audience is audience


def test_only_who_works_for_the_region_is_held_to_no_area() -> None:
    mine = ("lad:E08000027",)
    for role in Role:
        assert areas_of([role], mine) == (() if role in (Role.ANALYST, Role.LEAD) else mine)
    assert (
        areas_of([Role.NAVIGATOR, Role.LEAD], mine) == () and areas_of([Role.NAVIGATOR], ()) == ()
    )
