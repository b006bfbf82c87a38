"""Grants from a CSV file or an XLSX sheet, and whether its lines add up to the totals it states.

Nothing is changed to make a sum right: what differs is said, with the difference.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dateutil import parser as dates

from vrp_map.common.sheets import HEADER_WITHIN, text_of
from vrp_map.errors import UserError
from vrp_map.funding.grant import Grant, GrantState, check_grant
from vrp_map.places.search_order import folded

# What a column is called, folded, by the field that it fills.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "stream": ("stream", "fund", "funding stream", "grant", "programme", "source"),
    "year": ("year", "fund year", "financial year", "fy"),
    "body": ("body", "organisation", "recipient", "provider", "awarded to", "supplier"),
    "purpose": ("purpose", "project", "description", "what for", "line", "activity", "service"),
    "amount": ("amount", "value", "pounds", "award", "allocation", "total", "cost", "sum"),
    "state": ("state", "status"),
    "areas": ("areas", "area", "local authority", "npu", "district", "where"),
    "shares": ("shares", "share", "split"),
    "match": ("match", "match funding", "match percent"),
    "evaluation": ("evaluation", "evaluation percent", "spent on evaluation"),
    "tested": ("tested", "tested interventions", "tested percent"),
    "objective": ("objective", "priority"),
    "published_in": ("published in", "document", "reference"),
    "ends_on": ("ends", "end", "end date", "ends on"),
    "return_due": ("return due", "next return", "monitoring due"),
}
_NEEDED = ("stream", "purpose", "amount")
_TOTAL = re.compile(
    r"(grand |sub[- ]?|overall )?totals?( amount| stated| as printed)?:?( (of|for) .*)?", re.I
)
# Commas stand before thousands alone: "1,5" is one and a half to some, and is refused.
_MONEY = re.compile(r"\(?-?\s*£?\s*-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?\)?\s*(k|m)?", re.I)


@dataclass(frozen=True)
class StatedTotal:
    """A total that the sheet states, beside the sum of the lines it is of.

    Attributes:
        line: in the file, from 1. of: what it is the total of, in words.
    """

    line: int
    of: str
    stated: Decimal
    found: Decimal

    @property
    def difference(self) -> Decimal:
        return self.stated - self.found

    @property
    def sentence(self) -> str:
        """What is so of it."""
        if not self.difference:
            return f"Line {self.line:,}: the lines of {self.of} add up to £{self.stated:,}."
        word = "less" if self.difference > 0 else "more"
        return (
            f"Line {self.line:,}: the total of {self.of} is stated as £{self.stated:,}; its lines"
            f" add up to £{self.found:,}, £{abs(self.difference):,} {word}. Nothing was changed."
        )


@dataclass(frozen=True)
class GrantLine:
    """One line of the sheet: the grant, or why it is left out; and the digest of the line."""

    line: int
    grant: Grant | None
    reason: str
    digest: str


@dataclass(frozen=True)
class GrantSheet:
    """What a sheet holds.

    Attributes:
        columns: field -> the name of the column that fills it. unused: names of the others.
    """

    lines: tuple[GrantLine, ...]
    totals: tuple[StatedTotal, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]

    @property
    def grants(self) -> list[GrantLine]:
        return [line for line in self.lines if line.grant is not None]

    @property
    def left_out(self) -> list[GrantLine]:
        return [line for line in self.lines if line.grant is None]

    @property
    def differing(self) -> list[StatedTotal]:
        return [total for total in self.totals if total.difference]


def read_grants(rows: Sequence[Sequence[Any]]) -> GrantSheet:
    """The grants of a sheet.

    Args:
        rows: its cells, line by line.

    Raises:
        UserError: no line names the columns that are needed.
    """
    at, columns = _header(rows)
    lines: list[GrantLine] = []
    totals: list[StatedTotal] = []
    # The lines since the last total, and everything since the beginning.
    since: list[Grant] = []
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        cells = {field: row[i] for i, field in columns.items() if i < len(row)}
        texts = {field: text_of(value) for field, value in cells.items()}
        if not any(texts.values()):
            continue
        if is_total(texts):
            whole = [line.grant for line in lines if line.grant]
            stated = _stated(number, texts, since, whole)
            if stated is not None:
                totals.append(stated)
            else:
                lines.append(GrantLine(number, None, "The total has no amount.", ""))
            since = []
            continue
        line = _line(number, cells, texts, above=lines)
        lines.append(line)
        if line.grant:
            since.append(line.grant)
    named = [text_of(cell) for cell in rows[at]]
    return GrantSheet(
        tuple(lines),
        tuple(totals),
        {field: named[i] for i, field in columns.items()},
        tuple(name for i, name in enumerate(named) if name and i not in columns),
    )


def is_total(texts: Mapping[str, str]) -> bool:
    """Whether a line is a total and no grant: its purpose, body or stream says nothing else."""
    return any(_TOTAL.fullmatch(texts.get(field, "")) for field in ("purpose", "body", "stream"))


def _stated(
    number: int, texts: Mapping[str, str], since: Sequence[Grant], whole: Sequence[Grant]
) -> StatedTotal | None:
    """What a total is of: its stream where it names one, all lines for a grand total, else the
    lines since the total before.
    """
    amount = money(texts.get("amount", ""))
    if amount is None:
        return None
    stream = texts.get("stream", "")
    is_grand = any(re.match(r"grand|overall", texts.get(f, ""), re.I) for f in texts)
    if stream and not _TOTAL.fullmatch(stream):
        same = [g for g in whole if folded(g.stream) == folded(stream)]
        year = texts.get("year", "")
        return StatedTotal(number, stream, amount, _sum([g for g in same if year in ("", g.year)]))
    if is_grand or not since:
        return StatedTotal(number, "the sheet", amount, _sum(whole))
    return StatedTotal(number, "the lines above", amount, _sum(since))


def _sum(grants: Sequence[Grant]) -> Decimal:
    return sum((g.amount for g in grants), Decimal(0))


def _header(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[int, str]]:
    """The line with the names of the columns, and column -> field."""
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        columns: dict[int, str] = {}
        for i, cell in enumerate(row):
            field = column_of(text_of(cell))
            if field and field not in columns.values():
                columns[i] = field
        if set(_NEEDED) <= set(columns.values()):
            return at, columns
    raise UserError(
        "No line has the names of the columns.",
        hint="Name at least these: stream, purpose, amount.",
    )


def column_of(name: str) -> str:
    """The field that a column of this name fills; "" for none."""
    wanted = " ".join(folded(name))
    return next((field for field, names in _NAMES.items() if wanted in names), "")


def _line(
    number: int,
    cells: Mapping[str, Any],
    texts: Mapping[str, str],
    *,
    above: Sequence[GrantLine],
) -> GrantLine:
    digest = hashlib.blake2b(repr(sorted(texts.items())).encode(), digest_size=16)
    # Two lines of one sheet that read the same are two grants; the same sheet again adds nothing.
    first = digest.hexdigest()
    same = sum(line.digest.partition("/")[0] == first for line in above)
    key = f"{first}/{same}"
    try:
        grant = _grant(cells, texts)
        check_grant(grant)
    except UserError as error:
        return GrantLine(number, None, str(error), key)
    return GrantLine(number, grant, "", key)


def _grant(cells: Mapping[str, Any], texts: Mapping[str, str]) -> Grant:
    amount = money(texts.get("amount", ""))
    if amount is None:
        raise UserError(
            f"{texts.get('amount', '')!r} is no amount.", hint="Write it as 12,500 or 12500.50."
        )
    return Grant(
        stream=texts.get("stream", ""),
        year=texts.get("year", "").replace("/", "-").replace("–", "-"),
        body=texts.get("body", ""),
        purpose=texts.get("purpose", ""),
        amount=amount,
        state=_state(texts.get("state", "")),
        areas=_areas(texts.get("areas", ""), texts.get("shares", "")),
        match=_percent(texts.get("match", "")),
        evaluation=_percent(texts.get("evaluation", "")),
        tested=_percent(texts.get("tested", "")),
        objective=texts.get("objective", ""),
        published_in=texts.get("published_in", ""),
        ends_on=_day(cells.get("ends_on")),
        return_due=_day(cells.get("return_due")),
    )


def money(text: str) -> Decimal | None:
    """An amount as people write it; None where it is none.

    >>> [str(money(t)) for t in ("£82,781", "(500)", "1.5m", "165k", "n/a")]
    ['82781', '-500', '1500000', '165000', 'None']
    """
    text = text.strip()
    found = _MONEY.fullmatch(text)
    if not found or not re.search(r"\d", text):
        return None
    is_negative = "-" in text or text.startswith("(")
    times = {"k": 1_000, "m": 1_000_000}.get((found[1] or "").casefold(), 1)
    try:
        amount = Decimal(re.sub(r"[^\d.]", "", text)) * times
    except InvalidOperation:
        return None
    amount = amount.to_integral_value() if amount == amount.to_integral_value() else amount
    return -amount if is_negative else amount


def _state(text: str) -> GrantState:
    said = text.casefold().replace("-", " ").replace("_", " ").strip() or GrantState.CONFIRMED
    if said not in list(GrantState):
        raise UserError(
            f"{text!r} is no state of a grant.", hint=f"Write one of: {', '.join(GrantState)}."
        )
    return GrantState(said)


def _areas(text: str, shares: str) -> Mapping[str, float] | None:
    """Several areas stand with ";" or "&" between them; without shares each has the same."""
    names = [name.strip() for name in re.split(r"[;&|]", text) if name.strip()]
    if not names:
        return None
    parts = [part for part in re.split(r"[;&|/]", shares.replace("%", "")) if part.strip()]
    if not parts:
        return {name: 1 / len(names) for name in names}
    if len(parts) != len(names):
        raise UserError(
            f"There are {len(names)} areas and {len(parts)} shares.",
            hint="Give one share for each area, or none.",
        )
    try:
        given = [float(part) for part in parts]
    except ValueError:
        raise UserError(f"{shares!r} are no shares.", hint="Write them as 60; 40.") from None
    whole = 100.0 if sum(given) > 1.5 else 1.0
    return {name: part / whole for name, part in zip(names, given, strict=True)}


def _percent(text: str) -> float | None:
    said = text.replace("%", "").strip()
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        raise UserError(f"{text!r} is no percentage.", hint="Write it as 10 or 10%.") from None
    return number


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    if not text:
        return None
    # Two defaults, so that a part which the text does not give shows itself.
    found = {_parsed(text, default=at) for at in (datetime(2000, 1, 1), datetime(2001, 2, 2))}
    if len(found) > 1 or None in found:
        raise UserError(f"{text!r} is no date.", hint="Write it as 31 March 2026.")
    return found.pop()


def _parsed(text: str, *, default: datetime) -> date | None:
    try:
        found: datetime = dates.parse(text, dayfirst="-" not in text, default=default)
    except (ValueError, OverflowError):
        return None
    return found.date()
