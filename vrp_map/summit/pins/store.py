"""Keeping pins, once each, and letting contributors take them back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from vrp_map.records.engine.database import FILES, Connection, Records
from vrp_map.summit.event_store import Event
from vrp_map.summit.pins.pin import QUARTER_HOUR, Pin, PinRefused

_CODE_BYTES = 10
_COLUMNS = [
    "contributor",
    "cells",
    "setting",
    "feeling",
    "reasons",
    "weekday",
    "hour_band",
    "role",
    "age_band",
    "helps",
    "thing",
    "thing_place",
    "table_no",
    "received_at",
]


@dataclass(frozen=True)
class PinReceipt:
    """A pin that is on the disk.

    Attributes:
        is_new: False where the same key was kept before.
    """

    delete_code: str
    is_new: bool


def keep_pin(  # noqa: PLR0913 - which pin, when, and the limits of the hall
    records: Records,
    event: Event,
    pin: Pin,
    *,
    now: datetime,
    most_each: int,
    is_extra: bool = False,
) -> Future[PinReceipt]:
    """Keep a pin; sending it again with its key keeps it once and gives the same answer.

    Args:
        most_each: how many pins one contributor may have at one event.
        is_extra: whether enough other people came from the same address (`HallLimits.is_extra`).

    Raises (from the future):
        PinRefused: too many from this contributor; a key of another pin. NotKept: the file cannot
            be written.
    """
    secret = _secret(records, event)
    code, asked = _delete_code(secret, pin), _digests(secret, event, pin)
    received = now - (now - datetime.min) % QUARTER_HOUR

    def write(con: Connection) -> PinReceipt:
        is_known, of_contributor = _known(con, asked)
        if is_known:
            return PinReceipt(code, is_new=False)
        if of_contributor >= most_each:
            raise PinRefused(
                "enough",
                f"You have sent {most_each} pins. That is the most for one person.",
                status=429,
            )
        row = _answers(pin) | asked | {"received_at": received, "is_extra": is_extra}
        FILES.run(con, "summit/writes/pin", row | {"delete_digest": _code_digest(code)})
        if pin.text and event.free_text:
            FILES.run(
                con,
                "summit/writes/pin_text",
                {"event_id": event.id, "key": pin.key, "words": pin.text},
            )
        return PinReceipt(code, is_new=True)

    return records.write(write, invalidates=())


def kept_before(records: Records, event: Event, pin: Pin) -> Future[PinReceipt | None]:
    """The receipt of a pin kept before, after all waiting writes; None = it was not.

    Raises:
        PinRefused: the event is archived: nobody can say any more which code was its; from the
            future, a key of another pin. NotKept: from the future.
    """
    secret = _secret(records, event)
    asked = _digests(secret, event, pin)

    def look(con: Connection) -> PinReceipt | None:
        is_known, _ = _known(con, asked)
        return PinReceipt(_delete_code(secret, pin), is_new=False) if is_known else None

    return records.write(look, invalidates=())


def delete_pin(records: Records, code: str) -> Future[bool]:
    """Take a pin back by its code; False where there is none with this code.

    Doing it twice is no mistake.
    """
    digest = _code_digest(code.strip().upper())

    def write(con: Connection) -> bool:
        found = FILES.run(con, "summit/queries/pin_by_delete_digest", {"digest": digest}).fetchone()
        if found is None:
            return False
        event_id, key, is_deleted = found
        if not is_deleted:
            FILES.run(con, "summit/writes/pin_deleted", {"event_id": event_id, "key": key})
            FILES.run(con, "summit/writes/forget_text", {"event_id": event_id, "key": key})
            FILES.run(con, "summit/writes/forget_redaction", {"event_id": event_id, "key": key})
        return True

    return records.write(write, invalidates=())


def pins_of(records: Records, event: Event) -> pd.DataFrame:
    """One row for each pin that counts: neither deleted nor of extra people.

    Exact and personal in its combination: for the release rules only.
    """
    return pd.DataFrame(
        records.read("summit/queries/pins_of_event", {"event_id": event.id}), columns=_COLUMNS
    )


def extra_people(records: Records, event: Event) -> int:
    """How many people pinned only from addresses from which enough others had come."""
    return int(records.read("summit/queries/extra_people", {"event_id": event.id})[0][0])


def _known(con: Connection, asked: Mapping[str, Any]) -> tuple[bool, int]:
    """Whether a pin is kept already, or was taken back; and how many its contributor has.

    Args:
        asked: of `_digests`.

    Raises:
        PinRefused: its key is that of another contributor's pin, or of one that said something
            else: saying "kept" would be untrue.
    """
    whose = {name: asked[name] for name in ("event_id", "key", "contributor")}
    is_known, of_contributor = FILES.run(con, "summit/queries/pin_known", whose).fetchone() or (
        False,
        0,
    )
    # Of a pin that was taken back and is gone nothing is left to compare with.
    same = FILES.run(con, "summit/queries/pin_same", dict(asked)).fetchone() if is_known else None
    if same and not same[0]:
        raise PinRefused(
            "key-used",
            "This pin was not saved. Please send it again.",
            status=409,
        )
    return bool(is_known), int(of_contributor)


def _digests(secret: bytes, event: Event, pin: Pin) -> dict[str, Any]:
    """What a pin is known by when it is sent again: its key, whose it is, and all that it says.

    The last is keyed with the phone's token too, which is kept nowhere: else whoever holds the
    records could try which text it is, after the text was deleted.
    """
    body = json.dumps(asdict(pin) | {"event": None}, default=str, sort_keys=True)
    return {
        "event_id": event.id,
        "key": pin.key,
        "contributor": _digest(secret, "contributor", pin.contributor),
        "body_digest": _digest(secret, "body", body),
    }


def _answers(pin: Pin) -> dict[str, Any]:
    return {
        "cells": pin.numbers.tolist(),
        "setting": pin.setting,
        "feeling": pin.feeling,
        "reasons": list(pin.reasons),
        "weekday": pin.weekday,
        "hour_band": pin.hour_band,
        "role": pin.role,
        "age_band": pin.age_band,
        "helps": list(pin.helps),
        "thing": pin.thing,
        "thing_place": pin.thing_place,
        "table_no": pin.table_no,
    }


def _secret(records: Records, event: Event) -> bytes:
    rows = records.remembered("summit/queries/event_secret", {"event_id": event.id})
    if not rows:
        raise PinRefused("closed", "This event is over. You cannot add pins any more.", status=409)
    return bytes(rows[0][0])


def _digest(secret: bytes, what: str, text: str) -> bytes:
    return hmac.new(secret, f"{what}:{text}".encode(), hashlib.sha256).digest()


def _delete_code(secret: bytes, pin: Pin) -> str:
    """The delete code from key and contributor: the same for a pin sent again."""
    made = _digest(secret, "delete", f"{pin.key}:{pin.contributor}")
    return base64.b32encode(made[:_CODE_BYTES]).decode()


def _code_digest(code: str) -> bytes:
    return hashlib.sha256(f"delete-code:{code}".encode()).digest()
