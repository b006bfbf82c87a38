"""Grants in the records: versions are added, the latest one counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from vrp_map.funding.grant import GrantRecord, grant_from_json, grant_to_json
from vrp_map.funding.imports.plan import (
    GrantChange,
    GrantQuestion,
    ImportPlan,
    folded_reference,
    import_plan,
)
from vrp_map.funding.sheet import GrantLine, GrantSheet
from vrp_map.records.audit import Act, note
from vrp_map.records.engine.database import FILES, Connection, Records


@dataclass(frozen=True)
class ImportCounts:
    """What an import did: grants that it added, grants of which it said more, and the lines that it
    left until somebody answers.
    """

    added: int
    changed: int
    questions: tuple[GrantQuestion, ...] = ()


def keep_sheet(  # noqa: PLR0913 - the sheet, what was answered, and who, when, from where
    records: Records,
    sheet: GrantSheet,
    answers: Mapping[int, str],
    *,
    name: str,
    who: str,
    now: datetime,
) -> Future[ImportCounts]:
    """Keep the grants of a sheet that are not there yet, what it says more of those that are, and
    what its totals say, in one transaction with a line in the audit.

    Args:
        answers: as for `import_plan`.

    Returns:
        How many grants were added, and how many changed.
    """

    def write(con: Connection) -> ImportCounts:
        references = _references(FILES.run(con, "funding/queries/references").fetchall())
        plan = import_plan(
            sheet,
            _records(FILES.run(con, "funding/queries/grants").fetchall()),
            references=references,
            digests=dict(FILES.run(con, "funding/queries/imported").fetchall()),
            answers=answers,
        )
        ours = _our_references([*references, *(folded_reference(n.reference) for n in plan.added)])
        for line in plan.added:
            # A line may name a grant that it is not, as somebody answered.
            is_free = line.reference and folded_reference(line.reference) not in references
            _add(con, line, line.reference if is_free else "", ours, who=who, now=now)
        for change in plan.changed:
            _change(con, change, who=who, now=now)
        if plan.added or plan.changed:
            _keep_totals(con, sheet, name=name, who=who, now=now)
            more = f", changed: {len(plan.changed):,}" if plan.changed else ""
            note(con, Act(now, who, f"grants imported: {len(plan.added):,}{more}", name))
        return ImportCounts(len(plan.added), len(plan.changed), plan.questions)

    return records.write(write)


def planned_import(records: Records, sheet: GrantSheet) -> ImportPlan:
    """What `keep_sheet` would do, without an answer."""
    return import_plan(
        sheet,
        all_grants(records),
        references=_references(records.read("funding/queries/references")),
        digests={row[0]: row[1] for row in records.read("funding/queries/imported")},
        answers={},
    )


def _references(rows: Sequence[tuple[Any, ...]]) -> dict[str, UUID]:
    return {folded_reference(reference): id for reference, id, _ in rows}


def _our_references(taken: Iterable[str]) -> Iterator[str]:
    """References that nothing has, one after another: "G0001"."""
    held = set(taken)
    return (one for n in count(1) if folded_reference(one := f"G{n:04}") not in held)


def _add(  # noqa: PLR0913 - the line, its reference, and who and when
    con: Connection, line: GrantLine, given: str, ours: Iterator[str], *, who: str, now: datetime
) -> None:
    assert line.grant is not None
    row: dict[str, Any] = {"grant_id": uuid4(), "version": 1, "act": "imported"}
    row |= {"written_at": now, "written_by": who, "line_digest": line.digest}
    FILES.run(con, "funding/writes/version", row | {"body": grant_to_json(line.grant)})
    _refer(con, row["grant_id"], given or next(ours), is_given=bool(given), now=now)


def _change(con: Connection, change: GrantChange, *, who: str, now: datetime) -> None:
    record = change.record
    row: dict[str, Any] = {"grant_id": record.id, "version": record.version + 1, "act": "changed"}
    row |= {"written_at": now, "written_by": who, "line_digest": change.line.digest}
    FILES.run(con, "funding/writes/version", row | {"body": grant_to_json(change.after)})
    if change.reference:
        _refer(con, record.id, change.reference, is_given=True, now=now)


def _refer(con: Connection, id: UUID, reference: str, *, is_given: bool, now: datetime) -> None:
    row = {"reference": reference, "grant_id": id, "is_given": is_given, "written_at": now}
    FILES.run(con, "funding/writes/reference", row)


def _keep_totals(con: Connection, sheet: GrantSheet, *, name: str, who: str, now: datetime) -> None:
    for total in sheet.totals:
        said: dict[str, Any] = {"written_at": now, "written_by": who, "sheet": name}
        said |= {"line": total.line, "total_of": total.of}
        said |= {"stated": total.stated, "found": total.found}
        FILES.run(con, "funding/writes/total", said)


def all_grants(records: Records) -> list[GrantRecord]:
    """Every grant as it stands."""
    return _records(records.read("funding/queries/grants"))


def _records(rows: Sequence[tuple[Any, ...]]) -> list[GrantRecord]:
    return [
        GrantRecord(id, version, at, who, grant_from_json(body), reference, is_given)
        for id, version, at, who, body, reference, is_given in rows
    ]


def differing_totals(records: Records) -> Sequence[tuple[Any, ...]]:
    """sheet, line, total_of, stated, found of each total that its lines do not add up to."""
    return records.read("funding/queries/totals")
