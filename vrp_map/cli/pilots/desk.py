"""What the commands of pilots share: the pilots of the records, who asks, and JSON."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vrp_map.cli import console
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.pilots.service import Pilots
    from vrp_map.principal import Principal

ReferenceArgument = Annotated[str, typer.Argument(metavar="PILOT", help="As P2026-01.")]


@contextmanager
def opened_pilots(settings: Settings) -> Iterator[tuple[Pilots, Principal]]:
    from vrp_map.pilots.service import Pilots
    from vrp_map.principal import of_this_computer
    from vrp_map.records.engine.database import Records

    records = Records(settings.records)
    try:
        yield Pilots(records, settings), of_this_computer(settings, name="command line")
    finally:
        records.close()


def as_json(plain: Any) -> None:
    console.plain(json_text.dumps(plain, ensure_ascii=False))


def now_utc() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
