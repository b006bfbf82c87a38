"""Who did what with the records: one line an act, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from vrp_map.records.engine.database import FILES, Records


@dataclass(frozen=True)
class Act:
    """One line of the audit.

    `subject` is the code of an event or the key of a pin, never what anybody wrote.
    """

    happened_at: datetime
    who: str
    act: str
    subject: str


def note(con: duckdb.DuckDBPyConnection, act: Act) -> None:
    """Add a line inside the job that does the act, so that both are kept or neither."""
    note_all(con, [act])


def note_all(con: duckdb.DuckDBPyConnection, done: Sequence[Act]) -> None:
    """Add a line for each of these acts, as `note` does for one."""
    rows = {
        "moments": [act.happened_at for act in done],
        "names": [act.who for act in done],
        "acts": [act.act for act in done],
        "subjects": [act.subject for act in done],
    }
    FILES.run(con, "engine/writes/audit", rows)


def acts(records: Records, *, subject: str | None = None, most: int = 200) -> list[Act]:
    """The latest lines first, of one subject or of all."""
    return [
        Act(*row)
        for row in records.read("engine/queries/audit", {"subject": subject, "most": most})
    ]
