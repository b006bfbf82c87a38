"""Which responses a list shows: by state, local authority and words. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from vrp_map.places.search_order import folded
from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.store import ResponseRecord


def latest_first(found: Iterable[ResponseRecord]) -> list[ResponseRecord]:
    """By the day on which it happened; a sheet may have brought them in any order."""
    return sorted(found, key=lambda r: (r.response.when.first, r.reference), reverse=True)


def listed(
    found: Iterable[ResponseRecord],
    lists: Catalogue,
    *,
    is_open: bool = False,
    lad: str = "",
    text: str = "",
) -> list[ResponseRecord]:
    """Those that fit, in the order they came.

    Args:
        is_open: only those that are open. lad: code; "" = every one.
        text: words that begin words of the reference, the place or what happened.
    """
    wanted = folded(text)
    return [
        record
        for record in found
        if (record.response.is_open or not is_open)
        and lad in ("", record.response.where.lad)
        and _has(record, wanted, lists)
    ]


def _has(record: ResponseRecord, wanted: Iterable[str], lists: Catalogue) -> bool:
    said = record.response
    what = lists.words("categories", said.what)
    words = folded(f"{record.reference} {said.where.words} {what}")
    return all(any(word.startswith(one) for word in words) for one in wanted)
