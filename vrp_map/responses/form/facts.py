"""A response in words, field by field, as its page shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from vrp_map.responses.catalogue import Catalogue
from vrp_map.responses.form.changes import FIELD_NAMES
from vrp_map.responses.response import ResourceUse, Response, Strand
from vrp_map.wording import day_words, period_of_days


def facts_of(
    said: Response, lists: Catalogue, lad_names: Mapping[str, str]
) -> dict[str, list[str]]:
    """Name of each field in which anything stands -> its lines."""
    when = period_of_days(said.when.first, said.when.last)
    clock = f", {said.when.at:%H:%M}" if said.when.at else ""
    lad = lad_names.get(said.where.lad, "")
    where = said.where.words
    found: dict[str, list[str]] = {
        "what": [lists.words("categories", said.what)],
        "when": [f"{when}{clock}"],
        "where": [where if lad in where else f"{where}, {lad}"],
        "told_by": [lists.words("agencies", said.told_by)],
        "told_at": [_moment(said.told_at)],
        "first_action_at": [_moment(said.first_action_at)],
        "tier": [lists.words("tiers", said.tier)],
        "definition": [lists.words("limbs", said.definition)],
        "retaliation_risk": [_number(said.retaliation_risk)],
        "risk_review": [_day(said.risk_review)],
        "scene_managed": [said.scene_managed.capitalize()],
        "cctv_kept": [said.cctv_kept.capitalize()],
        "other_areas": list(said.other_areas),
        "lead_agency": [lists.words("agencies", said.lead_agency)],
        "meeting_held": [_day(said.meeting_held)],
        "strands": [_strand(strand, lists) for strand in said.strands],
        "interventions": [lists.words("interventions", one) for one in said.interventions],
        "resources": list(map(_resource, said.resources)),
        "reached_24_and_under": [_number(said.reached_24_and_under)],
        "reached_25_and_over": [_number(said.reached_25_and_over)],
        "schools_told": [_number(said.schools_told)],
        "links": list(said.links),
        "clocks_done": [_clock(one, lists) for one in said.clocks_done],
        "clocks_set": [_clock(one, lists) for one in said.clocks_set],
        "summary": [said.summary],
        "closed_because": [said.closed_because],
        "learning": [said.learning],
    }
    told = {field: [line for line in lines if line] for field, lines in found.items()}
    return {FIELD_NAMES[field]: lines for field, lines in told.items() if lines}


def _strand(strand: Strand, lists: Catalogue) -> str:
    parts = (
        lists.words("strands", strand.code),
        lists.words("agencies", strand.owner),
        f"due {day_words(strand.due)}" if strand.due else "",
        f"done {day_words(strand.done)}" if strand.done else "not done",
        strand.note,
    )
    return ", ".join(part for part in parts if part)


def _resource(used: ResourceUse) -> str:
    parts = (
        used.kind,
        f"{used.hours:,.10g} hours" if used.hours else "",
        f"£{used.cost:,.2f}".removesuffix(".00") if used.cost else "",
        used.fund,
    )
    return ", ".join(part for part in parts if part)


def _clock(clock: tuple[str, date], lists: Catalogue) -> str:
    code, day = clock
    words = lists.clocks[code].words if code in lists.clocks else code
    return f"{words}: {day_words(day)}"


def _moment(at: datetime | None) -> str:
    return f"{day_words(at.date())}, {at:%H:%M}" if at else ""


def _day(day: date | None) -> str:
    return day_words(day) if day else ""


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
