"""Which archives data.police.uk lists, and which of them hold a month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import httpx

from pipelines.polite import GaveUpError, NotThereError, PoliteClient
from vrp_map.errors import UserError

FIRST_MONTH = date(2010, 12, 1)
"""The first month that was ever published at street level as it is now."""

WINDOW_MONTHS = 36
_FIRST_ARCHIVE = date(2013, 12, 1)
_LAST_LONG_ARCHIVE = date(2017, 12, 1)
_LIST_BYTES = 4 << 20


def published_archives(client: PoliteClient) -> set[date]:
    """The months whose archive is listed on the archive page; if that page no longer names any,
    every month up to the newest one the availability API knows.

    Raises:
        UserError: neither can be had.
    """
    base = client.base_url
    try:
        months = _listed(client, f"{base}/data/archive/", r"/data/archive/(\d{4}-\d\d)\.zip")
        if not months:
            newest = _listed(
                client, f"{base}/api/crimes-street-dates", r'"date"\s*:\s*"(\d{4}-\d\d)"'
            )
            months = set(between(_FIRST_ARCHIVE, max(newest))) if newest else set()
    except GaveUpError as error:
        raise UserError(
            f"{base} could not be read: {error}.",
            hint="Run the same command later: it continues where it stopped.",
        ) from None
    if not months:
        raise UserError(
            f"{base} does not list its archives where it used to.",
            hint=(
                "Download the months by hand from https://data.police.uk/data/ and give the zip to"
                " vrp-map build."
            ),
        )
    return months


def choices(month: date, published: Iterable[date]) -> list[date]:
    """The archives that may hold `month`, best first.

    First the newest whose 36 months reach back to it, then the older ones inside those months;
    then, because the first archives held everything since December 2010, the oldest of the later
    ones.
    """
    window_end = add_months(month, WINDOW_MONTHS - 1)
    known = sorted(published)
    inside = [archive for archive in known if month <= archive <= window_end]
    return inside[::-1] + [
        archive for archive in known if window_end < archive <= _LAST_LONG_ARCHIVE
    ]


def between(first: date, last: date) -> list[date]:
    """The first days of the months from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first, n) for n in range(count)]


def add_months(month: date, count: int) -> date:
    """The first day of the month that is `count` months after `month`."""
    total = month.year * 12 + month.month - 1 + count
    return date(total // 12, total % 12 + 1, 1)


def _listed(client: PoliteClient, url: str, pattern: str) -> set[date]:
    def read(response: httpx.Response) -> str:
        chunks = client.body(response, most=_LIST_BYTES, seconds=client.limits.request_s)
        return b"".join(chunks).decode("utf-8", errors="replace")

    try:
        text = client.get(url, read)
    except NotThereError:
        return set()
    months = (found.split("-") for found in re.findall(pattern, text))
    return {
        date(int(year), int(month), 1)
        for year, month in months
        if int(year) > 2009 and 1 <= int(month) <= 12
    }
