"""The cells of a sheet of money: amounts, percentages and days as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dateutil import parser as dates

from vrp_map.common.sheets import text_of
from vrp_map.errors import UserError

# Commas stand before thousands alone: "1,5" is one and a half to some, and is refused.
_MONEY = re.compile(r"\(?-?\s*£?\s*-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?\)?\s*(k|m)?", re.I)


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


def percent(text: str) -> float | None:
    said = text.replace("%", "").strip()
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        raise UserError(f"{text!r} is no percentage.", hint="Write it as 10 or 10%.") from None
    return number


def day(value: Any) -> date | None:
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
