"""Responses in the records: versions are added, the latest one counts."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vrp_map.errors import UserError
from vrp_map.records.audit import Act, note_all
from vrp_map.records.engine.database import FILES, Connection, Records
from vrp_map.responses.as_json import from_json, to_json
from vrp_map.responses.response import Response


class ChangedMeanwhile(UserError):
    """A version was written after the one that is changed."""

    def __init__(self) -> None:
        super().__init__(
            "Someone else changed this response while you did. Your changes are not saved.",
            hint="Open it again to see what it says now.",
        )


@dataclass(frozen=True)
class ResponseRecord:
    """One response as it stands, with its number and who wrote it last (UTC)."""

    id: UUID
    version: int
    reference: str
    written_at: datetime
    written_by: str
    response: Response


@dataclass(frozen=True)
class ResponseVersion:
    """One line of the history of a response."""

    version: int
    written_at: datetime
    written_by: str
    act: str
    past_flags: tuple[str, ...]
    response: Response


@dataclass(frozen=True)
class ResponseChange:
    """What is to be written: a first version (`after` 0) or the one after it.

    Attributes:
        id: chosen by the writer, so that sending it twice keeps it once.
        line_digest: of the line of a sheet; "" for one typed by hand.
    """

    id: UUID
    response: Response
    act: str
    after: int = 0
    past_flags: tuple[str, ...] = ()
    line_digest: str = ""


def keep_all(
    records: Records, changes: Sequence[ResponseChange], *, who: str, now: datetime
) -> Future[list[str]]:
    """Keep these in one transaction, each with its line in the audit.

    Returns:
        The reference of each. A first version that is there already is not kept twice.

    Raises (from the future):
        UserError: somebody else changed it meanwhile. NotKept: the file cannot be written.
    """

    def write(con: Connection) -> list[str]:
        ids = {"ids": [change.id for change in changes]}
        rows = FILES.run(con, "responses/queries/latest_versions", ids).fetchall()
        held = {id: (version, reference) for id, version, reference in rows}
        number = _logged_in(con, now.year)
        found, fresh = [], []
        for change in changes:
            version, reference = held.get(change.id, (0, ""))
            if version and change.after == 0:
                found.append(reference)
                continue
            if version != change.after:
                raise ChangedMeanwhile
            number += not version
            reference = reference or f"R{now.year}-{number:04d}"
            fresh.append((change, reference))
            held[change.id] = (change.after + 1, reference)
            found.append(reference)
        if fresh:
            _write(con, fresh, who=who, now=now)
        return found

    return records.write(write)


def _write(
    con: Connection, fresh: Sequence[tuple[ResponseChange, str]], *, who: str, now: datetime
) -> None:
    """The versions, the lines of the sheet that they came from, and the lines in the audit.

    A statement for each table, not for each response: a sheet of 1,000 lines takes no longer.
    """
    changes = [change for change, _ in fresh]
    rows = {
        "response_ids": [change.id for change in changes],
        "versions": [change.after + 1 for change in changes],
        "references": [reference for _, reference in fresh],
        "written_at": now,
        "written_by": who,
        "acts": [change.act for change in changes],
        "past_flags": [list(change.past_flags) for change in changes],
        "lads": [change.response.where.lad for change in changes],
        "bodies": [to_json(change.response) for change in changes],
    }
    FILES.run(con, "responses/writes/version", rows)
    lines = {change.line_digest: change.id for change in changes if change.line_digest}
    if lines:
        sheet = {"line_digests": list(lines), "response_ids": list(lines.values())}
        FILES.run(con, "responses/writes/import", sheet)
    note_all(con, [Act(now, who, _act_of(change), reference) for change, reference in fresh])


def _act_of(change: ResponseChange) -> str:
    past = f", past a flag of {', '.join(change.past_flags)}" if change.past_flags else ""
    return f"response {change.act}{past}"


def _logged_in(con: Connection, year: int) -> int:
    """How many responses have a reference of a year."""
    asked = {"prefix": f"R{year}-"}
    found = FILES.run(con, "responses/queries/logged_in_year", asked).fetchone()
    return int(found[0]) if found else 0


def all_responses(records: Records) -> list[ResponseRecord]:
    """Every response as it stands, the latest reference first."""
    rows = records.read("responses/queries/responses")
    return [
        ResponseRecord(id, version, reference, at, who, from_json(body))
        for id, version, reference, at, who, body in rows
    ]


def history_of(records: Records, id: UUID) -> list[ResponseVersion]:
    """Every version of a response, the first one first."""
    rows = records.read("responses/queries/versions", {"response_id": id})
    return [
        ResponseVersion(version, at, who, act, tuple(past), from_json(body))
        for version, at, who, act, past, body in rows
    ]


def imported_lines(records: Records) -> frozenset[str]:
    """The digests of the lines of sheets that are responses already."""
    return frozenset(row[0] for row in records.read("responses/queries/imported"))
