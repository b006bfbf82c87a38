"""What a pin is, and everything for which one is refused.

Pure: no clock, no files, nobody's address.

A pin is one contributor's word about one hexagon, or about the hexagons of a journey. It never
holds a coordinate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.common.plain_text import plain_text
from vrp_map.errors import UserError
from vrp_map.vocabulary import pins as words

MOST_BYTES = 4096
MOST_CELLS = 40
MOST_TEXT = 300
MOST_PLACE = 200
MOST_TABLE = 99
# All that is kept of the time at which a pin came.
QUARTER_HOUR = timedelta(minutes=15)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_EVENT = re.compile(r"[A-Za-z0-9]{1,12}")
_CELL = re.compile(r"[0-9a-f]{15}")
_CELL_UNKNOWN = "We could not read that place. Please choose it again."
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FIELDS = {
    "event",
    "key",
    "contributor",
    "cells",
    "setting",
    "feeling",
    "reasons",
    "when",
    "role",
    "age_band",
    "helps",
    "text",
    "thing",
    "thing_place",
    "table",
}


class PinRefused(UserError):
    """A refused pin: a code for the page, a sentence for the person."""

    def __init__(self, code: str, message: str, *, status: int = 422) -> None:
        super().__init__(message)
        self.code, self.status = code, status


@dataclass(frozen=True)
class Pin:
    """One pin as it was sent.

    Attributes:
        key: the phone's own number of this pin, so that sending twice keeps it once.
        contributor: the phone's random token; stored only as a digest.
        cells: H3 at resolution 10, text: one, or those of a journey in order.
        thing_place: the name of the public place where the thing is; None = somewhere in the
            hexagon.
        table_no: the number of the table in the hall; it allows for friends who agree, and is never
            shown.
    """

    event: str
    key: UUID
    contributor: str
    cells: tuple[str, ...]
    setting: str
    feeling: str
    reasons: tuple[str, ...] = ()
    weekday: str = "any"
    hour_band: str = "any"
    role: str | None = None
    age_band: str | None = None
    helps: tuple[str, ...] = ()
    text: str | None = None
    thing: str | None = None
    thing_place: str | None = None
    table_no: int | None = None

    @cached_property
    def numbers(self) -> NDArray[np.uint64]:
        """Its cells as numbers, in their order: read from their text once.

        Raises:
            UserError: a text is no cell.
        """
        return grid.from_text(self.cells)


def read_pin(body: bytes) -> Pin:
    """A pin from the body of a request.

    Raises:
        PinRefused: with a code and a plain sentence; the first thing that is wrong.
    """
    if len(body) > MOST_BYTES:
        raise PinRefused("too-big", "That is too much text. Please make it shorter.", status=413)
    sent = _object(body)
    feeling = _one_of(sent, "feeling", words.FEELINGS)
    when = _when(sent)
    thing = _one_of(sent, "thing", words.THINGS, otherwise="") or None
    pin = Pin(
        event=_event(sent.get("event")),
        key=_key(sent.get("key")),
        contributor=_token(sent.get("contributor")),
        cells=_cells(sent.get("cells")),
        setting=_one_of(sent, "setting", words.SETTINGS),
        feeling=feeling,
        reasons=_some_of(sent, "reasons", words.REASONS[feeling], most=words.MOST_REASONS),
        weekday=_one_of(when, "weekday", words.WEEKDAYS, otherwise="any"),
        hour_band=_one_of(when, "hour_band", words.HOUR_BANDS, otherwise="any"),
        role=_one_of(sent, "role", words.ROLES, otherwise="") or None,
        age_band=_one_of(sent, "age_band", words.AGE_BANDS, otherwise="") or None,
        helps=_some_of(sent, "helps", words.HELPS, most=words.MOST_HELPS),
        text=_free_text(sent.get("text")),
        thing=thing,
        thing_place=_thing_place(sent.get("thing_place"), thing),
        table_no=_table(sent.get("table")),
    )
    _check_cells(pin)
    return pin


def check_place(pin: Pin, allowed: np.ndarray) -> None:
    """Refuse a pin outside its event's area.

    Args:
        allowed: uint64, sorted: the event's cells at resolution 10.
    """
    cells = pin.numbers
    at = np.minimum(np.searchsorted(allowed, cells), max(len(allowed) - 1, 0))
    if not len(allowed) or not (allowed[at] == cells).all():
        raise PinRefused(
            "outside", "That place is outside the area of this event. Please choose one inside it."
        )


def check_thing_place(pin: Pin, names: Collection[str]) -> None:
    """Refuse a place of a broken thing that is not on the list: no free text gets in.

    Args:
        names: of the public places in and around the pin's hexagons.
    """
    if pin.thing_place is None or pin.thing_place in names:
        return
    if not names:
        raise PinRefused(
            "thing_place-unknown",
            "We have no place names there. For what is broken, please choose “No exact place”.",
        )
    raise PinRefused(
        "thing_place-unknown",
        "We do not know that place near there. Please choose where it is broken from the list, or"
        " “No exact place”.",
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise PinRefused(
            "not-json", "Something went wrong on the way. Please send it again.", status=400
        )
    if set(sent) - _FIELDS:
        raise PinRefused(
            "unknown-field", "This page is out of date. Please load it again.", status=400
        )
    return sent


def _key(value: object) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise PinRefused(
            "key", "Something went wrong on the way. Please send it again.", status=400
        )
    return UUID(value)


def _token(value: object) -> str:
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise PinRefused(
            "contributor",
            "Something went wrong on the way. Please load the page again.",
            status=400,
        )
    return value


def _cells(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise PinRefused("cell-missing", "Please choose a place first.")
    if len(value) > MOST_CELLS:
        raise PinRefused(
            "too-many-cells", f"That journey is too long. Use up to {MOST_CELLS} places."
        )
    if not all(_CELL.fullmatch(text) for text in value):
        raise PinRefused("cell-unknown", _CELL_UNKNOWN)
    return tuple(dict.fromkeys(value))


def _check_cells(pin: Pin) -> None:
    try:
        sizes = grid.resolutions(pin.numbers)
    except UserError:
        raise PinRefused("cell-unknown", _CELL_UNKNOWN) from None
    if set(sizes.tolist()) != {words.PIN_RESOLUTION}:
        raise PinRefused("cell-size", _CELL_UNKNOWN)


def _when(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    value = sent.get("when")
    if value is None:
        return {}
    if not isinstance(value, dict) or set(value) - {"weekday", "hour_band"}:
        raise PinRefused(
            "when", "Something went wrong on the way. Please send it again.", status=400
        )
    return value


def _event(value: object) -> str:
    if not isinstance(value, str) or not _EVENT.fullmatch(value):
        raise PinRefused(
            "event-unknown", "We do not know this event. Please check the code.", status=404
        )
    return value


def _one_of(
    sent: Mapping[str, Any], name: str, known: Collection[str], *, otherwise: str | None = None
) -> str:
    value = sent.get(name)
    if value in (None, "") and otherwise is not None:
        return otherwise
    if not isinstance(value, str) or value not in known:
        raise PinRefused(f"{name}-unknown", _UNKNOWN[name])
    return value


def _some_of(
    sent: Mapping[str, Any], name: str, known: Collection[str], *, most: int
) -> tuple[str, ...]:
    values = sent.get(name)
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(v, str) and v in known for v in values):
        raise PinRefused(f"{name}-unknown", _UNKNOWN[name])
    chosen = tuple(dict.fromkeys(values))
    if len(chosen) > most:
        raise PinRefused(f"{name}-too-many", f"Please choose up to {most}.")
    return chosen


def _free_text(value: object) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise PinRefused(
            "text", "Something went wrong on the way. Please send it again.", status=400
        )
    clean = plain_text(value)
    if len(clean) > MOST_TEXT:
        raise PinRefused("text-too-long", f"Please use no more than {MOST_TEXT} letters.")
    return clean or None


def _table(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_TABLE:
        raise PinRefused(
            "table-unknown",
            f"Tables have numbers from 1 to {MOST_TABLE}. Leave it out if yours has none.",
        )
    return value


def _thing_place(value: object, thing: str | None) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise PinRefused(
            "thing_place", "Something went wrong on the way. Please send it again.", status=400
        )
    if len(value) > MOST_PLACE:
        raise PinRefused(
            "thing_place-too-long", "That name is too long. Please choose a place from the list."
        )
    if thing is None:
        raise PinRefused(
            "thing_place-without-thing",
            "Please say what is broken there, or choose no place for it.",
        )
    return value


_UNKNOWN = {
    "setting": "Please say what kind of place it is.",
    "feeling": "Please say if you feel safe or unsafe there.",
    "reasons": "We do not know one of those reasons. Please choose from the list.",
    "helps": "We do not know one of those answers. Please choose from the list.",
    "weekday": "Please choose a day from the list.",
    "hour_band": "Please choose a time from the list.",
    "role": "Please choose who you are from the list.",
    "age_band": "Please choose an age from the list.",
    "thing": "Please choose what is broken from the list.",
}
