"""The records beside a store, for commands that work without them too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from vrp_map.briefs.sources import NO_RECORDS, RecordSources
from vrp_map.config import Settings

if TYPE_CHECKING:
    from vrp_map.principal import Principal
    from vrp_map.records.engine.database import Records


@contextmanager
def kept_records(settings: Settings) -> Iterator[RecordSources]:
    """What gives responses, pilots and events; nothing where there are no records.

    Only to read: while a server has the records, it is a copy of them.
    """
    if not (settings.records / "records.duckdb").exists():
        yield NO_RECORDS
        return
    from vrp_map.pilots.service import Pilots
    from vrp_map.records.engine.reading_copy import records_to_read
    from vrp_map.responses.desk import responses_of
    from vrp_map.summit.service import Summit

    with records_to_read(settings.records) as records:
        yield RecordSources(
            summit=cache(lambda: Summit(records, settings)),
            responses=cache(lambda: responses_of(records, settings)),
            pilots=cache(lambda: Pilots(records, settings)),
        )


@contextmanager
def funding_records(
    settings: Settings, *, to_read: bool = False
) -> Iterator[tuple[Records, Principal]]:
    """The records for a command of money, and who asks.

    Args:
        to_read: nothing is written, so that a copy serves while a server has them.
    """
    from vrp_map.principal import of_this_computer
    from vrp_map.records.engine.database import Records
    from vrp_map.records.engine.reading_copy import records_to_read

    who = of_this_computer(settings, name="command line")
    if to_read:
        with records_to_read(settings.records) as held:
            yield held, who
        return
    records = Records(settings.records)
    try:
        yield records, who
    finally:
        records.close()


def utc_now() -> datetime:
    """Now as the records write it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)
