"""Whatever changes the records asks the table of permissions itself, whichever page calls it."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import vrp_map
from vrp_map.errors import NotAllowed
from vrp_map.permissions import Action, may
from vrp_map.principal import Principal
from vrp_map.summit.follow_up import repairs, replies
from vrp_map.summit.moderation import safeguarding
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Role

HOME = Path(vrp_map.__file__).parent
# Every `service.py` of any room, and those that are called otherwise.
SERVICES = [
    Summit,
    safeguarding,
    replies,
    repairs,
    *(
        importlib.import_module(".".join(path.relative_to(HOME.parent).with_suffix("").parts))
        for path in sorted(HOME.rglob("service.py"))
    ),
]
ACTS: dict[str, Action] = {
    "service.Summit.create_event": Action.RUN_EVENTS,
    "service.Summit.change_state": Action.RUN_EVENTS,
    "service.Summit.set_one_address": Action.RUN_EVENTS,
    "service.Summit.type_in": Action.TYPE_PINS,
    "service.Summit.take_back_on_paper": Action.TYPE_PINS,
    "moderation.service.events_with_texts": Action.SEE_TEXT_EVENTS,
    "moderation.service.queue": Action.READ_WAITING_TEXTS,
    "moderation.service.decide": Action.DECIDE_TEXTS,
    "moderation.service.keep_words": Action.REDACT_TEXTS,
    "moderation.service.undo": Action.UNDO_DECISIONS,
    "moderation.service.approved_texts": Action.READ_APPROVED_TEXTS,
    "moderation.safeguarding.lane": Action.SEE_CASES,
    "moderation.safeguarding.open_case": Action.READ_CASES,
    "moderation.safeguarding.write_note": Action.WRITE_CASES,
    "moderation.safeguarding.close_case": Action.CLOSE_CASES,
    "moderation.safeguarding.reopen_case": Action.REOPEN_CASES,
    "moderation.safeguarding.put_back": Action.PUT_BACK_CASES,
    "moderation.safeguarding.two_people": Action.SEE_TWO_PEOPLE,
    "moderation.safeguarding.set_two_people": Action.SET_TWO_PEOPLE,
    "follow_up.replies.answer": Action.ANSWER_PEOPLE,
    "follow_up.repairs.list_repairs": Action.SEE_BROKEN_THINGS,
    "follow_up.repairs.handed_out": Action.SEE_BROKEN_THINGS,
    "vrp_map.funding.need.service.fund_years": Action.READ_FUNDING,
    "vrp_map.funding.need.service.money_against_need": Action.READ_FUNDING,
    "vrp_map.needs.service.load_table": Action.LOAD_NEEDS_TABLES,
    "vrp_map.pilots.story.service.draft_story": Action.READ_PILOTS,
    "vrp_map.pilots.story.service.no_longer_as_signed": Action.READ_PILOTS,
    "vrp_map.pilots.story.service.sign_story": Action.APPROVE_PILOTS,
    "vrp_map.pilots.story.service.withdraw_story": Action.APPROVE_PILOTS,
}
# What a phone may do without an account, and what the server does by itself.
NOBODYS = {
    "service.Summit.take",
    "service.Summit.take_back",
    "moderation.service.move_to_safeguarding",
    "moderation.service.keep_house",
}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function that a service makes itself, by its name within the summit."""
    for home in SERVICES:
        module = home.__name__ if inspect.ismodule(home) else home.__module__
        for name, found in inspect.getmembers(home, inspect.isfunction):
            if not name.startswith("_") and found.__module__ == module:
                yield f"{module}.{found.__qualname__}".removeprefix("vrp_map.summit."), found


ASKED = {name: f for name, f in functions() if "principal" in inspect.signature(f).parameters}


def writers(path: Path) -> set[str]:
    """The public functions of a file that hand the records something to write."""
    return {
        made.name
        for made in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(made, ast.FunctionDef) and not made.name.startswith("_")
        if any(
            isinstance(n, ast.Attribute) and n.attr in ("write", "rewrite") for n in ast.walk(made)
        )
    }


STORES = [*sorted((HOME / "summit").rglob("*store.py")), HOME / "summit" / "purge.py"]
WRITERS = {name for path in STORES for name in writers(path)}


def test_every_function_that_asks_is_written_down() -> None:
    assert set(ASKED) == set(ACTS)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("name", sorted(ACTS))
def test_each_asks_for_its_action_before_it_touches_anything(name: str, role: Role | None) -> None:
    """Every other argument is an empty object: whoever asks first fails at nothing else."""
    asked, who = ASKED[name], Principal("x", frozenset({role} if role else ()))
    given = {
        p.name: who if p.name == "principal" else object()
        for p in inspect.signature(asked).parameters.values()
        if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    }
    with pytest.raises(Exception) as failed:
        asked(**given)
    assert isinstance(failed.value, NotAllowed) is not may(who.roles, ACTS[name])


def test_whatever_writes_asks_or_is_a_phones_or_the_servers_own() -> None:
    """By name: who calls a writer of a store, or writes, is among those that ask."""
    writes = WRITERS | {"write", "rewrite"}
    calling = {
        name
        for name, found in functions()
        if writes & {part for part in found.__code__.co_names if part in writes}
    }
    assert {
        "service.Summit.change_state",
        "moderation.service.decide",
        "service.Summit.take",
    } <= calling
    assert calling <= set(ACTS) | NOBODYS


@pytest.mark.parametrize("folder", ["ui", "web"])
def test_no_page_or_route_goes_past_the_services(folder: str) -> None:
    assert {"create_event", "change_state", "keep_reply", "decide", "keep_pin"} <= WRITERS
    found = {
        (path.relative_to(HOME).as_posix(), alias.name)
        for path in (HOME / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and "summit" in (node.module or "")
        if (node.module or "").endswith(("store", "purge"))
        for alias in node.names
        if alias.name in WRITERS
    }
    assert found == set()
