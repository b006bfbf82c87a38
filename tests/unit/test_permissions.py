"""The one table of who may do what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from vrp_map.errors import NotAllowed
from vrp_map.permissions import PERMISSIONS, Action, areas_of, audience_of, may, refusal
from vrp_map.principal import Principal
from vrp_map.vocabulary import Audience, Role

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "permissions.md"
ROOMS = ("summit", "responses", "pilots", "funding", "briefs", "accounts")
# What writes without a role, and why.
WRITES_FOR_ANYONE = {
    "summit.service.Summit.take": "anyone with the address of an open event may send a pin",
    "summit.service.Summit.take_back": "anyone with the code of a pin may take it back",
    "summit.wall.service.Wall._next": "the wall's own interval makes a release",
    "summit.moderation.service.keep_house": "the clock forgets what can no longer be undone",
    "summit.moderation.service.move_to_safeguarding": "the word list lifts disclosures out",
    "summit.home.SummitHome.health": "an empty write asks whether the records can be written",
}


def test_every_action_has_roles_and_every_role_an_action() -> None:
    assert set(PERMISSIONS) == set(Action) and all(PERMISSIONS.values())
    assert {role for roles in PERMISSIONS.values() for role in roles} == set(Role)


def test_the_document_is_the_table() -> None:
    lines = [
        line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    said = {tuple(part.strip() for part in line.strip("|").split("|")) for line in lines[1:]}
    table = {
        (action.value, "everyone with a role" if roles == tuple(Role) else ", ".join(roles))
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


def functions_of(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of a file by its whole name: "summit.service.Summit.take"."""
    room = ".".join(path.relative_to(ROOT / "vrp_map").with_suffix("").parts)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield f"{room}.{node.name}", node
        elif isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    yield f"{room}.{node.name}.{one.name}", one


def called(node: ast.AST) -> set[str]:
    return {
        getattr(one.func, "attr", getattr(one.func, "id", ""))
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
    }


def names_an_action(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Call)
        and getattr(one.func, "attr", "") == "must"
        and any(ast.unparse(given).startswith("Action.") for given in one.args)
        for one in ast.walk(node)
    )


def unasked(files: list[Path]) -> set[str]:
    """The functions outside the stores that write to the records and name no action."""
    stores = [path for path in files if path.stem.endswith("store")]
    writers = {
        node.name
        for path in stores
        for _, node in functions_of(path)
        if "write" in called(node) and not node.name.startswith("_")
    }
    assert {"keep_pin", "keep_reply", "change_state"} <= writers, "or nothing is looked at"
    return {
        name
        for path in files
        if path not in stores
        for name, node in functions_of(path)
        if called(node) & (writers | {"write"}) and not names_an_action(node)
    }


def test_whatever_writes_for_a_person_names_the_action_it_needs() -> None:
    files = [path for room in ROOMS for path in (ROOT / "vrp_map" / room).rglob("*.py")]
    assert unasked(files) == set(WRITES_FOR_ANYONE)


def test_a_write_without_an_action_is_seen() -> None:
    source = "def close(records, event):\n    change_state(records, event)\n"
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef)
    assert "change_state" in called(node) and not names_an_action(node)
    named = "def close(records, principal):\n    principal.must(Action.RUN_EVENTS)\n"
    (node,) = ast.parse(named).body
    assert isinstance(node, ast.FunctionDef) and names_an_action(node)


@pytest.mark.parametrize("outside", ["ui", "web", "cli"])
def test_pages_routes_and_commands_write_through_services_alone(outside: str) -> None:
    for path in (ROOT / "vrp_map" / outside).rglob("*.py"):
        for name, node in functions_of(path):
            written = ast.unparse(node).count("records.write(")
            assert not written, f"{name} writes to the records past a service"
