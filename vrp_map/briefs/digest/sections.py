"""The sections of a digest, each from the service of its subject, for who may read that.

A line about a response has its reference, what is due and whose it is: no place and no words of
anybody, as in the calendar of due dates. A digest may leave this computer by e-mail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from vrp_map import wording
from vrp_map.analysis.periods import CellChange
from vrp_map.briefs.digest.digest import DigestLine, DigestSection, section
from vrp_map.errors import UserError
from vrp_map.maps.changes import change_words
from vrp_map.permissions import Action
from vrp_map.pilots.service import Pilots
from vrp_map.principal import Principal
from vrp_map.responses.clocks import DueItem, moment_words
from vrp_map.responses.service import Responses
from vrp_map.responses.store import ResponseRecord
from vrp_map.selection import month_span
from vrp_map.summit.follow_up.replies import to_answer
from vrp_map.summit.service import Summit
from vrp_map.summit.voice_gap.released import heard
from vrp_map.views import changes as views
from vrp_map.views.choice import DEFAULT_MONTHS, default_choice
from vrp_map.workspace import Workspace

_NEXT = timedelta(days=7)
_MOST_CHANGES = 5
_SURE = {CellChange.MORE_SURE, CellChange.FEWER_SURE}
# Suppliers publish about so many months late.
_USUAL_DELAY = 3
_Due = Sequence[tuple[ResponseRecord, DueItem]]


def response_sections(
    responses: Responses, who: Principal, *, since: datetime, now: datetime
) -> tuple[list[DigestSection], int]:
    """What is overdue, due and new, and how many steps are overdue.

    Args:
        since, now: UTC. What is overdue is so at the begin of the day.
    """
    known = responses.all(who)
    today = responses.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    due = responses.due_among(known)
    late = [one for one in due if one[1].at < today]
    soon = [one for one in due if today <= one[1].at < today + _NEXT]
    fresh = sorted((r for r in known if r.written_at >= since), key=lambda r: r.reference)
    new = [_of(r, "new" if r.version == 1 else "changed") for r in fresh]
    found = [
        section("Overdue", _due_lines(late), nothing="Nothing is overdue."),
        section("Due in the next 7 days", _due_lines(soon), nothing="Nothing is due."),
        section("New or changed responses", new, nothing="No response is new or changed."),
    ]
    return found, len(late)


def _due_lines(due: _Due) -> list[DigestLine]:
    return [
        _of(record, f"{item.words}, {item.owner}, {moment_words(item)}") for record, item in due
    ]


def _of(record: ResponseRecord, words: str) -> DigestLine:
    return DigestLine(
        f"{record.reference}: {words}", f"/responses?{urlencode({'response': record.reference})}"
    )


def change_section(ws: Workspace) -> DigestSection:
    """What changed on the map between the latest two periods, as What changed says it."""
    title = f"Changed on the map, {DEFAULT_MONTHS} months against those before"
    choice = default_choice(ws)
    try:
        found = views.changes(ws, ws.allowed(choice.selection(ws)), resolution=choice.resolution)
    except UserError as refusal:
        return section(title, [DigestLine(str(refusal))], nothing="")
    frame = found.table.frame
    sure = frame[frame["verdict"].isin(_SURE)].head(_MOST_CHANGES) if len(frame) else frame
    lines = [DigestLine(found.sentence, "/what-changed")] + [
        DigestLine(
            f"{name or cell}: {change_words(verdict)}", f"/?{urlencode({'at': f'cell:{cell}'})}"
        )
        for cell, name, verdict in zip(
            *(sure.get(c, ()) for c in ("cell", "name", "verdict")), strict=True
        )
    ]
    return section(title, lines, nothing="")


def hours_section(
    pilots: Pilots, who: Principal, *, now: datetime, is_here: Callable[[Sequence[str]], bool]
) -> DigestSection | None:
    """Hours missed of the pilots that run in the area; None for who may not read pilots.

    Args:
        is_here: whether any of these hexagons is in the area.
    """
    if not who.may(Action.READ_PILOTS):
        return None
    today, lines = pilots.today(now), []
    for record in pilots.all(who):
        pilot = record.pilot
        if pilot.stage(today) != "running" or not is_here(pilot.places.area):
            continue
        given = pilots.dose(who, record, now=now)
        words = _hours(given.hours, given.planned_hours)
        lost = [wording.month_words(month) for month in given.months_not_recorded]
        gap = f" Not recorded: {wording.listed(lost)}." if lost else ""
        link = f"/pilots?{urlencode({'pilot': record.reference})}"
        lines.append(DigestLine(f"{record.reference}, {pilot.name}: {words}{gap}", link))
    lines.sort(key=lambda line: line.words)
    return section("Hours missed", lines, nothing="No pilot runs here.")


def _hours(hours: float | None, planned: float | None) -> str:
    if hours is None:
        return "no hours are recorded."
    if planned is None:
        return f"{hours:,.0f} hours; no hours are planned."
    missed = max(0.0, planned - hours)
    return f"{hours:,.0f} of {planned:,.0f} hours planned so far, {missed:,.0f} missed."


def voice_sections(
    summit: Summit, who: Principal, *, today: date, is_here: Callable[[Sequence[str]], bool]
) -> list[DigestSection]:
    """What young people said as it was released, and the places that wait for an answer.

    Args:
        is_here: whether these areas of an event share ground with the digest's.
    """
    here = [one for one in heard(summit) if not one.event.areas or is_here(one.event.areas)]
    coming = [one.event for one in here if not one.event.is_over and one.event.ends_on >= today]
    lines = [
        DigestLine(f"{e.name}: {wording.period_of_days(e.starts_on, e.ends_on)}", "/events")
        for e in sorted(coming, key=lambda e: (e.starts_on, e.name))
    ]
    for one in here:
        if one.is_out:
            said = f"{one.event.name}: {one.release.contributors:,} people have spoken so far."
            lines.append(DigestLine(said, f"/youth-voice?{urlencode({'event': one.event.code})}"))
    found = [
        section("Young people's voices", lines, nothing="No event has anything to show here yet.")
    ]
    if who.may(Action.ANSWER_PEOPLE):
        owed = []
        for one in here:
            waiting = sum(row.reply is None for row in to_answer(summit, one.event, one.release))
            if waiting:
                places = "1 place waits" if waiting == 1 else f"{waiting:,} places wait"
                owed.append(DigestLine(f"{one.event.name}: {places}.", "/you-said-we-did"))
        found.append(section("Waiting for an answer", owed, nothing="No place waits."))
    return found


def data_section(ws: Workspace, *, today: date) -> DigestSection:
    """What the data lack: months that were not delivered, and how old the latest one is."""
    last = ws.snapshot.last_month
    late = month_span(last, today.replace(day=1)) - 1
    lines = [DigestLine(f"The data end with {wording.month_words(last)}.", "/data-quality")]
    if late > _USUAL_DELAY:
        lines.append(DigestLine(f"That is {late} months ago, later than suppliers usually are."))
    missing = ws.gaps(default_choice(ws).selection(ws), audience=ws.principal.audience)
    lines += [
        DigestLine(
            f"{source}: {wording.listed([wording.month_words(m) for m in months])} not delivered.",
            "/data-quality",
        )
        for source, months in sorted(missing.items())
    ]
    return section("Data missing", lines, nothing="")
