"""Grants from a CSV file or an XLSX sheet, and whether its lines add up to the totals it states.

Nothing is changed to make a sum right: what differs is said, with the difference.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vrp_map.common.sheets import HEADER_WITHIN, text_of
from vrp_map.errors import UserError
from vrp_map.funding.cells import day, money, percent
from vrp_map.funding.grant import QUARTERS, Grant, GrantState, check_grant
from vrp_map.places.search_order import folded

_QS = range(1, QUARTERS + 1)


def _quarter_names(number: int, kinds: Sequence[str]) -> tuple[str, ...]:
    """ "q1 spend", "spend q1", "quarter 1 spend" and so on."""
    quarters = (f"q{number}", f"quarter {number}")
    pairs = [(q, kind) for q in quarters for kind in kinds]
    return tuple(" ".join(pair).strip() for one in pairs for pair in (one, one[::-1]))


# What a column is called, folded, by the field that it fills.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "reference": (
        *("reference", "ref", "grant reference", "grant ref", "grant id", "grant number"),
        *("our reference", "your reference", "award number", "award reference"),
    ),
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
    "published_in": ("published in", "document"),
    "ends_on": ("ends", "end", "end date", "ends on"),
    "return_due": ("return due", "next return", "monitoring due"),
    "returned_on": ("returned", "returned on", "return received", "monitoring received"),
    "match_needed": ("match needed", "match required", "match condition"),
    **{f"planned_{q}": _quarter_names(q, ("plan", "planned", "profile", "budget")) for q in _QS},
    **{f"spent_{q}": _quarter_names(q, ("spend", "spent", "actual", "")) for q in _QS},
}
_MOST_REFERENCE = 60
_NEEDED = ("stream", "purpose", "amount")
_TOTAL = re.compile(
    r"(grand |sub[- ]?|overall )?totals?( amount| stated| as printed)?:?( (of|for) .*)?", re.I
)
_MARK = re.compile(r"^'(?=\s*[=+\-@])")


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
    """One line of the sheet: the grant, or why it is left out; the digest of the line; whether it
    says the state, which is confirmed where it does not; and its reference, "" where it has none.
    """

    line: int
    grant: Grant | None
    reason: str
    digest: str
    has_state: bool = False
    reference: str = ""


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
        # What an export marks as a text, so that no spreadsheet takes it for a formula.
        texts = {f: _MARK.sub("", text_of(value)) for f, value in cells.items()}
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
        reference = _reference(texts.get("reference", ""), above)
    except UserError as error:
        return GrantLine(number, None, str(error), key)
    has_state = bool(texts.get("state"))
    return GrantLine(number, grant, "", key, has_state=has_state, reference=reference)


def _reference(text: str, above: Sequence[GrantLine]) -> str:
    """The reference of a line, which no line above it has."""
    if len(text) > _MOST_REFERENCE:
        raise UserError(
            f"The reference is longer than {_MOST_REFERENCE} characters.", hint="Shorten it."
        )
    wanted = "".join(text.casefold().split())
    for line in above:
        if wanted and "".join(line.reference.casefold().split()) == wanted:
            raise UserError(
                f"Line {line.line:,} has the reference {text} too.",
                hint="Give each grant a reference of its own.",
            )
    return text


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
        match=percent(texts.get("match", "")),
        evaluation=percent(texts.get("evaluation", "")),
        tested=percent(texts.get("tested", "")),
        objective=texts.get("objective", ""),
        published_in=texts.get("published_in", ""),
        ends_on=day(cells.get("ends_on")),
        return_due=day(cells.get("return_due")),
        returned_on=day(cells.get("returned_on")),
        match_needed=percent(texts.get("match_needed", "")),
        planned=_quarters(texts, "planned"),
        spent=_quarters(texts, "spent"),
    )


def _quarters(texts: Mapping[str, str], kind: str) -> tuple[Decimal | None, ...]:
    """The pounds of the four quarters; () where no cell says any."""
    found: list[Decimal | None] = []
    for number in _QS:
        text = texts.get(f"{kind}_{number}", "")
        found.append(money(text))
        if text and found[-1] is None:
            raise UserError(f"{text!r} is no amount.", hint="Write it as 12,500, or leave it out.")
    return tuple(found) if any(part is not None for part in found) else ()


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
