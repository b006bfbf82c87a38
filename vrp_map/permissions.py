"""Who may do what: the one table that pages, routes, services and the command line ask.

Accounts will ask it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from vrp_map.vocabulary import Audience, Role

_EVERYBODY = tuple(Role)


class Action(StrEnum):
    """What a role is needed for, as it stands in a sentence: "Only an analyst may …"."""

    SEE_MAP = "see this map"
    SEE_EXACT_NUMBERS = "see exact numbers"
    READ_REFUSED_ROWS = "read refused rows as they were sent"
    READ_APPROVED_TEXTS = "read approved texts"
    RUN_EVENTS = "look after events"
    PRINT_EVENTS = "show or print an event"
    TYPE_PINS = "type in paper pins"
    ANSWER_PEOPLE = "answer young people here"
    SEE_BROKEN_THINGS = "see what is broken"
    SEE_TEXT_EVENTS = "see which events take free texts"
    READ_WAITING_TEXTS = "read texts that wait"
    DECIDE_TEXTS = "decide about texts"
    REDACT_TEXTS = "redact texts"
    UNDO_DECISIONS = "undo a decision"
    SEE_CASES = "see the safeguarding lane"
    READ_CASES = "read a text in the safeguarding lane"
    WRITE_CASES = "write in a safeguarding log"
    CLOSE_CASES = "close a safeguarding case"
    REOPEN_CASES = "open a safeguarding case again"
    PUT_BACK_CASES = "take a text out of the safeguarding lane"
    SEE_TWO_PEOPLE = "see how many people must agree"
    SET_TWO_PEOPLE = "say how many people must agree"
    SEE_RESPONSES = "see where the partnership responded"
    READ_RESPONSES = "read responses"
    WRITE_RESPONSES = "log or change responses"
    SEE_RETALIATION_RISK = "see the risk of retaliation"
    SEE_PILOTS = "see pilots that were signed off"
    READ_PILOTS = "read pilots"
    WRITE_PILOTS = "record or change pilots"
    APPROVE_PILOTS = "approve, decide or sign off pilots"
    LOG_DOSE = "log visits of pilots"
    JUDGE_PILOTS = "judge pilots"
    READ_SCHOOLS = "see the numbers of single schools"
    READ_FUNDING = "read grants"
    WRITE_FUNDING = "import or change grants"
    SAVE_SCENARIOS = "save scenarios of allocations"
    SIGN_SCENARIOS = "sign off scenarios of allocations"
    LOAD_NEEDS_TABLES = "load tables for needs assessments"


PERMISSIONS: Mapping[Action, tuple[Role, ...]] = {
    Action.SEE_MAP: _EVERYBODY,
    Action.SEE_EXACT_NUMBERS: (Role.ANALYST,),
    Action.READ_REFUSED_ROWS: (Role.ANALYST,),
    Action.READ_APPROVED_TEXTS: _EVERYBODY,
    Action.RUN_EVENTS: (Role.YOUTH_WORKER,),
    Action.PRINT_EVENTS: (Role.YOUTH_WORKER,),
    Action.TYPE_PINS: (Role.YOUTH_WORKER,),
    Action.ANSWER_PEOPLE: (Role.LEAD, Role.YOUTH_WORKER),
    Action.SEE_BROKEN_THINGS: (Role.YOUTH_WORKER, Role.MODERATOR),
    Action.SEE_TEXT_EVENTS: (Role.MODERATOR, Role.SAFEGUARDING),
    Action.READ_WAITING_TEXTS: (Role.MODERATOR,),
    Action.DECIDE_TEXTS: (Role.MODERATOR,),
    Action.REDACT_TEXTS: (Role.MODERATOR,),
    Action.UNDO_DECISIONS: (Role.MODERATOR,),
    Action.SEE_CASES: (Role.SAFEGUARDING,),
    Action.READ_CASES: (Role.SAFEGUARDING,),
    Action.WRITE_CASES: (Role.SAFEGUARDING,),
    Action.CLOSE_CASES: (Role.SAFEGUARDING,),
    Action.REOPEN_CASES: (Role.SAFEGUARDING,),
    Action.PUT_BACK_CASES: (Role.SAFEGUARDING,),
    Action.SEE_TWO_PEOPLE: (Role.SAFEGUARDING,),
    Action.SET_TWO_PEOPLE: (Role.SAFEGUARDING,),
    Action.SEE_RESPONSES: _EVERYBODY,
    Action.READ_RESPONSES: (Role.NAVIGATOR, Role.ANALYST, Role.LEAD),
    Action.WRITE_RESPONSES: (Role.NAVIGATOR,),
    Action.SEE_RETALIATION_RISK: (Role.NAVIGATOR, Role.LEAD),
    Action.SEE_PILOTS: _EVERYBODY,
    Action.READ_PILOTS: (Role.ANALYST, Role.LEAD),
    Action.WRITE_PILOTS: (Role.ANALYST, Role.LEAD),
    Action.APPROVE_PILOTS: (Role.LEAD,),
    Action.LOG_DOSE: (Role.ANALYST, Role.LEAD),
    Action.JUDGE_PILOTS: (Role.ANALYST,),
    Action.READ_SCHOOLS: (Role.ANALYST,),
    Action.READ_FUNDING: (Role.ANALYST, Role.LEAD),
    Action.WRITE_FUNDING: (Role.LEAD,),
    Action.SAVE_SCENARIOS: (Role.ANALYST, Role.LEAD),
    Action.SIGN_SCENARIOS: (Role.LEAD,),
    Action.LOAD_NEEDS_TABLES: (Role.ANALYST, Role.LEAD),
}

# These work for the whole region. Any other role is held to the person's own areas, where they have
# some.
_EVERYWHERE = frozenset({Role.ANALYST, Role.LEAD})
_NAMES = {Role.SAFEGUARDING: "safeguarding lead"}


def may(roles: Iterable[str], action: Action) -> bool:
    """Whether any of these roles may do this."""
    return not set(roles).isdisjoint(PERMISSIONS[action])


def audience_of(roles: Iterable[str]) -> Audience:
    """The widest audience of these roles."""
    roles = set(roles)
    if may(roles, Action.SEE_EXACT_NUMBERS):
        return Audience.ANALYST
    return Audience.PARTNER if may(roles, Action.SEE_MAP) else Audience.PUBLIC


def areas_of(roles: Iterable[str], areas: tuple[str, ...]) -> tuple[str, ...]:
    """The areas that these roles are held to, of the person's own; none = every area."""
    return () if set(roles) & _EVERYWHERE else areas


def refusal(action: Action) -> str:
    """Who may do it, in a sentence."""
    roles = PERMISSIONS[action]
    if roles == _EVERYBODY:
        return f"Only staff may {action}."
    named = [_NAMES.get(role, role.replace("-", " ")) for role in roles]
    return f"Only {' or '.join(f'{_article(name)} {name}' for name in named)} may {action}."


def _article(name: str) -> str:
    return "an" if name[0] in "aeiou" else "a"
