"""One line of money, and what must hold of it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from vrp_map.errors import UserError

_MOST_TEXT = 500
QUARTERS = 4
_YEAR = re.compile(r"(\d{4})-(\d{2})")


class GrantState(StrEnum):
    """How far the money can be relied on."""

    CONFIRMED = "confirmed"
    INDICATIVE = "indicative"
    AT_RISK = "at risk"


@dataclass(frozen=True)
class Grant:
    """One line of money.

    Attributes:
        stream: whose money, such as a fund. year: the fund year, "2021-22". body: who gets it.
        areas: code or name -> its share of the amount; the shares add up to 1. None for no area.
        amount: pounds. match, evaluation, tested: percent of the amount, where known.
        published_in: the document that the line comes from. return_due, returned_on: the next
            return, and when one last came. match_needed: percent that the condition asks for.
        planned, spent: pounds of the four quarters of the fund year, None where nobody said; ()
            where nobody said anything.
    """

    stream: str
    year: str
    body: str
    purpose: str
    amount: Decimal
    state: GrantState = GrantState.CONFIRMED
    areas: Mapping[str, float] | None = None
    match: float | None = None
    evaluation: float | None = None
    tested: float | None = None
    objective: str = ""
    published_in: str = ""
    ends_on: date | None = None
    return_due: date | None = None
    returned_on: date | None = None
    match_needed: float | None = None
    planned: tuple[Decimal | None, ...] = ()
    spent: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True)
class GrantRecord:
    """One grant as it stands, and who wrote it last (UTC).

    Attributes:
        reference: what it is known by. is_reference_given: by a sheet; else it is ours.
    """

    id: UUID
    version: int
    written_at: datetime
    written_by: str
    grant: Grant
    reference: str
    is_reference_given: bool


# A published condition of national money: this much of it goes to evaluation.
LEAST_EVALUATION = 10.0
# A return that came longer before the due day than this was that of another quarter.
_RETURN_DAYS = 60


def check_grant(grant: Grant) -> None:
    """Refuse a line that cannot be.

    Raises:
        UserError: what is wrong, and what to do.
    """
    if not grant.stream or not grant.purpose:
        raise UserError("A grant needs a stream and a purpose.", hint="Fill both in.")
    words = (grant.stream, grant.body, grant.purpose, grant.objective, grant.published_in)
    if any(len(text) > _MOST_TEXT for text in words):
        raise UserError(f"A text is longer than {_MOST_TEXT} characters.", hint="Shorten it.")
    _check_year(grant.year)
    if not grant.amount.is_finite():
        raise UserError("The amount is not a number.", hint="Write it as 12,500 or 12500.50.")
    for percent in (grant.match, grant.evaluation, grant.tested, grant.match_needed):
        if percent is not None and not 0 <= percent <= 100:
            raise UserError("A percentage is not between 0 and 100.", hint="Mend it.")
    shares = (grant.areas or {}).values()
    if shares and (min(shares) < 0 or abs(sum(shares) - 1) > 1e-6):
        raise UserError(
            "The shares of the areas do not add up to 100%.",
            hint="Leave them out for equal shares, or mend them.",
        )


def _check_year(year: str) -> None:
    found = _YEAR.fullmatch(year)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise UserError(f"{year!r} is no fund year.", hint="Write it as 2021-22.")


def conditions(grant: Grant, *, today: date) -> list[str]:
    """What to watch in a line: money that is not sure, evaluation below the condition, silence."""
    said = []
    if grant.state is GrantState.AT_RISK:
        said.append("The money is at risk.")
    if grant.evaluation is None:
        said.append("Nobody has recorded how much of it goes to evaluation.")
    elif grant.evaluation < LEAST_EVALUATION:
        said.append(
            f"{grant.evaluation:g}% goes to evaluation; the condition is {LEAST_EVALUATION:g}%."
        )
    if grant.match_needed and grant.match is None:
        said.append(f"Nobody has recorded its match; the condition is {grant.match_needed:g}%.")
    elif grant.match_needed and (grant.match or 0) < grant.match_needed:
        said.append(f"The match is {grant.match:g}%; the condition is {grant.match_needed:g}%.")
    if grant.return_due and grant.return_due < today and not _has_returned(grant):
        said.append(f"A return was due on {grant.return_due:%-d %B %Y}, and none is recorded.")
    return said


def _has_returned(grant: Grant) -> bool:
    """Whether the return that was due came: one from before the due day's quarter is another."""
    if grant.returned_on is None or grant.return_due is None:
        return False
    return grant.return_due - grant.returned_on < timedelta(days=_RETURN_DAYS)


def identity(grant: Grant) -> str:
    """What makes two lines of different sheets the same grant: all but what is said of it later."""
    areas = sorted((grant.areas or {}).items())
    parts = (grant.stream, grant.year, grant.body, grant.purpose, grant.amount.normalize(), areas)
    return repr([str(part).casefold() for part in parts])


# Set once, and what a later sheet says instead.
_LATER = (
    *("state", "match", "evaluation", "tested", "objective", "published_in", "ends_on"),
    *("return_due", "returned_on", "match_needed"),
)


def updated(before: Grant, after: Grant, *, has_state: bool) -> Grant:
    """A grant with what a later sheet says of it; what that sheet leaves empty stays.

    Args:
        has_state: the sheet says the state, so that its usual one is no guess.
    """
    said = {name: getattr(after, name) for name in _LATER if getattr(after, name) not in (None, "")}
    if not has_state:
        said.pop("state")
    for name in ("planned", "spent"):
        old, new = (getattr(one, name) or (None,) * QUARTERS for one in (before, after))
        parts = tuple(b if a is None else a for a, b in zip(new, old, strict=True))
        said[name] = parts if any(part is not None for part in parts) else ()
    return replace(before, **said)


# What a line that names a grant by its reference may change too.
_WORDS = ("stream", "year", "body", "purpose", "amount", "areas")


def restated(before: Grant, after: Grant, *, has_state: bool) -> Grant:
    """`updated`, with the words and the amount of the later sheet as well."""
    said = {name: getattr(after, name) for name in _WORDS if getattr(after, name) not in (None, "")}
    return replace(updated(before, after, has_state=has_state), **said)


def by_area(grant: Grant) -> dict[str, Decimal]:
    """The pounds of each area; "" for a line of no area."""
    if not grant.areas:
        return {"": grant.amount}
    return {area: grant.amount * Decimal(str(share)) for area, share in grant.areas.items()}


def grant_to_json(grant: Grant) -> str:
    """As the records keep it."""
    plain = {k: v for k, v in asdict(grant).items() if v not in ("", None, ())}
    return json.dumps(plain, ensure_ascii=False, default=str)


def grant_from_json(text: str) -> Grant:
    """The grant that `grant_to_json` wrote."""
    said: dict[str, Any] = json.loads(text)
    said["amount"] = Decimal(said["amount"])
    said["state"] = GrantState(said["state"])
    for name in ("ends_on", "return_due", "returned_on"):
        if name in said:
            said[name] = date.fromisoformat(said[name])
    for name in ("planned", "spent"):
        parts = said.get(name, ())
        said[name] = tuple(None if part is None else Decimal(part) for part in parts)
    return Grant(**({"body": ""} | said))
