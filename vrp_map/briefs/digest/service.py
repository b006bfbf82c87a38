"""The digest of an area for a role: who may, then what each subject gives them, then the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from vrp_map.briefs.area import lads_of
from vrp_map.briefs.digest import sections
from vrp_map.briefs.digest.digest import Digest, DigestSection
from vrp_map.briefs.service import lads_of_cells
from vrp_map.briefs.sources import RecordSources
from vrp_map.config import nearest
from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action
from vrp_map.principal import Principal
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import Role
from vrp_map.wording import listed
from vrp_map.workspace import Workspace

USUAL_DAYS = 7


def reader_of(who: Principal, *, roles: Collection[str], areas: Sequence[str]) -> Principal:
    """A person as the reader of a digest: these of their roles, held to these areas.

    Raises:
        NotAllowed: a role or an area that is not theirs. UserError: there is no such role.
    """
    for role in roles:
        if role not in set(Role):
            raise UserError(f"There is no role {role!r}.", hint=nearest(role, list(Role)))
        if role not in who.roles:
            raise NotAllowed(
                f"You do not have the role {role}.", hint="Choose one of your own roles."
            )
    chosen = frozenset(roles) or who.roles
    reader = replace(who, roles=chosen, areas=who.held_to(tuple(areas)))
    return reader.looking_as(views.AUDIENCE)


def since_day(text: str) -> datetime | None:
    """The day that a person wrote as YYYY-MM-DD; None where nothing is written.

    Raises:
        UserError: it is no day.
    """
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        raise UserError(
            f"{text[:40]!r} is not a day.",
            hint="Write it as YYYY-MM-DD, for example 2026-11-23.",
        ) from None


def digest_of(
    workspace: Workspace, *, since: datetime | None = None, now: datetime, sources: RecordSources
) -> Digest:
    """The digest of whoever the workspace is of; the same all day long.

    Args:
        workspace: of the reader (`reader_of`). since: what is new is from its day on; None = a week
            before. now: UTC, without a zone.

    Raises:
        NotAllowed: who has no role.
    """
    who, settings = workspace.principal, workspace.settings
    who.must(Action.SEE_MAP)
    workspace = workspace.for_principal(who.looking_as(views.AUDIENCE))
    today = _local(now, settings.time_zone).date()
    first = (since or now - timedelta(days=USUAL_DAYS)).date()
    everything = workspace.allowed(workspace.select())
    found: list[DigestSection] = []
    late = 0
    if sources.responses is not None and who.may(Action.READ_RESPONSES):
        start = _utc(datetime.combine(first, time()), settings.time_zone)
        found, late = sections.response_sections(
            sources.responses(), workspace.principal, since=start, now=now
        )
    found.append(sections.change_section(workspace))
    lads = lads_of(workspace, everything)
    if sources.pilots is not None:
        hours = sections.hours_section(
            sources.pilots(),
            workspace.principal,
            now=now,
            is_here=lambda cells: not lads.isdisjoint(lads_of_cells(workspace, cells)),
        )
        found += [hours] if hours else []
    if sources.summit is not None:
        found += sections.voice_sections(
            sources.summit(),
            workspace.principal,
            today=today,
            is_here=lambda areas: (
                not lads.isdisjoint(lads_of(workspace, replace(everything, areas=tuple(areas))))
            ),
        )
    found.append(sections.data_section(workspace, today=today))
    asked = workspace.question(everything)
    return Digest(
        partnership=settings.partnership,
        place=listed(asked.area_names),
        roles=listed(sorted(role.replace("-", " ") for role in who.roles)),
        since=first,
        made=today,
        headline=_headline(late, has_responses=len(found) > 0 and found[0].title == "Overdue"),
        sections=tuple(found),
        note=workspace.counts(everything, by="category").note,
        is_synthetic=workspace.snapshot.synthetic,
    )


def _headline(late: int, *, has_responses: bool) -> str:
    if not has_responses:
        return "This week"
    if not late:
        return "This week: nothing is overdue"
    return f"This week: {late:,} {'step is' if late == 1 else 'steps are'} overdue"


def _local(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))


def _utc(moment: datetime, zone: str) -> datetime:
    local = moment.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
