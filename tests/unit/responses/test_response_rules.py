"""A response: what it needs, what cannot be, and that it comes back as it was kept."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, datetime, time

import pytest

from tests.made_up_responses import a_response
from vrp_map.errors import UserError
from vrp_map.responses.as_json import as_plain, from_json, to_json
from vrp_map.responses.calendar import to_ics
from vrp_map.responses.catalogue import load_catalogue, read_catalogue
from vrp_map.responses.clocks import due_items, overdue
from vrp_map.responses.form.changes import FIELD_NAMES, changed_fields, changes_of
from vrp_map.responses.form.facts import facts_of
from vrp_map.responses.form.filling import form_values
from vrp_map.responses.form.reading import read_form
from vrp_map.responses.places import ResponsePlaces
from vrp_map.responses.response import (
    IncidentTime,
    ResourceUse,
    Response,
    ResponsePlace,
    Strand,
    check,
)

CATALOGUE = load_catalogue()
TODAY = date(2026, 11, 3)
NOWHERE = ResponsePlaces.__new__(ResponsePlaces)
FULL = a_response(
    when=IncidentTime(date(2026, 10, 12), date(2026, 10, 13), time(22, 30)),
    where=ResponsePlace("Example Parade", "89195d3b183ffff", "E08000025"),
    told_at=datetime(2026, 10, 13, 7, 15),
    first_action_at=datetime(2026, 10, 13, 9, 45),
    tier="gold",
    retaliation_risk=4,
    risk_review=date(2026, 10, 20),
    strands=(Strand("education", "school", date(2026, 10, 20), note="Assembly held"),),
    interventions=("mentoring-group",),
    resources=(ResourceUse("youth work", 12.5, 300.0, "core grant"),),
    reached_24_and_under=30,
    clocks_done=(("day", date(2026, 10, 14)),),
    clocks_set=(("trial", date(2027, 2, 1)),),
    links=("route 7",),
)


@pytest.mark.parametrize("response", [a_response(), FULL])
def test_a_response_comes_back_as_it_was_kept(response: object) -> None:
    assert from_json(to_json(response)) == response  # type: ignore[arg-type]
    check(response, CATALOGUE, today=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"what": "murder"}, "what happened"),
        ({"where": ResponsePlace("\u200b ")}, "where it happened"),
        ({"told_by": " "}, "who told us"),
        ({"when": IncidentTime(date(2026, 10, 12), date(2026, 10, 11))}, "before the first"),
        ({"when": IncidentTime(date(2026, 11, 4), date(2026, 11, 4))}, "yet to come"),
        ({"told_at": datetime(2026, 10, 11, 23, 59)}, "before it happened"),
        ({"first_action_at": datetime(2026, 10, 13, 7, 0)}, "before we were told"),
        ({"tier": "silver"}, "tier is not in the list"),
        ({"strands": (Strand("sports"),)}, "strand is not in the list"),
        ({"retaliation_risk": 6}, "risk of retaliation"),
        ({"reached_24_and_under": -1}, "number of people"),
        ({"resources": (ResourceUse("hours", float("nan")),)}, "Hours or pounds"),
        ({"summary": "x" * 2001}, "2,001 characters"),
        ({"state": "closed"}, "why it was closed"),
        ({"closed_because": "done"}, "why it was closed"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(change: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        check(replace(FULL, **change), CATALOGUE, today=TODAY)
    assert refused.value.hint


def test_the_tier_sets_the_clocks_and_a_person_sets_the_trial() -> None:
    items = {item.code: item for item in due_items(FULL, CATALOGUE)}
    assert "day" not in items and "immediate" not in items and "review" not in items
    assert items["week"].at == datetime(2026, 10, 20, 7, 15)
    assert items["trial"].at.date() == date(2027, 2, 1)
    assert items["strand:education"].owner == "School or college"
    late = overdue(due_items(FULL, CATALOGUE), datetime(2026, 10, 20, 12))
    assert [item.code for item in late] == ["week"]


def test_a_closed_response_has_nothing_due_and_no_clock_closes_one() -> None:
    closed = replace(FULL, state="closed", closed_because="The work is done")
    assert due_items(closed, CATALOGUE) == []
    assert overdue(due_items(FULL, CATALOGUE), datetime(2036, 1, 1)) and FULL.is_open


def test_the_calendar_says_what_is_due_and_neither_where_nor_what_happened() -> None:
    items = [("R2026-0001", item) for item in due_items(FULL, CATALOGUE)]
    text = to_ics(items, now=datetime(2026, 10, 13, 10))
    assert text.count("BEGIN:VEVENT") == len(items) and "SUMMARY:R2026-0001: Check: 1 week" in text
    for words in ("Example", "Parade", "Assembly", "knife", "89195", "Birmingham"):
        assert words not in text


def test_an_own_catalogue_with_a_clock_that_does_not_exist_is_refused() -> None:
    lists = {n: {"a": "A"} for n in ("categories", "limbs", "agencies", "strands", "interventions")}
    table = lists | {"tiers": {"a": "A"}, "clocks": {}, "clocks_of_tier": {"a": ["never"]}}
    with pytest.raises(UserError, match="never is in one list and not in the other"):
        read_catalogue(table)
    with pytest.raises(UserError, match="one is missing"):
        read_catalogue({"categories": []})


def test_a_form_changes_what_it_sends_and_nothing_else() -> None:
    before = a_response(summary="As it was", meeting_held=date(2026, 10, 14))
    said = {"risk_review": "2026-10-20", "meeting_held": "", "retaliation_risk": "4"}
    said |= {"scene_managed": "yes"}
    after = read_form(said, NOWHERE, CATALOGUE, before=before)
    assert (after.risk_review, after.meeting_held) == (date(2026, 10, 20), None)
    assert (after.retaliation_risk, after.scene_managed) == (4, "yes")
    assert (after.summary, after.where) == (before.summary, before.where)
    with pytest.raises(UserError, match="day cannot be read"):
        read_form({"risk_review": "soon"}, NOWHERE, CATALOGUE, before=before)


class _Words(ResponsePlaces):
    """Places that are only words and hexagons."""

    def __init__(self) -> None:
        pass

    def at(self, words: str, **more: str) -> ResponsePlace:  # type: ignore[override]
        return ResponsePlace(words, more["cell"], more["lad"])


@pytest.mark.parametrize("response", [a_response(), FULL])
def test_the_form_is_filled_with_what_it_reads_again(response: Response) -> None:
    said = form_values(response, CATALOGUE)
    assert json.loads(json.dumps(said)) == said
    assert read_form(said, _Words(), CATALOGUE) == response
    other = a_response(summary="Other", tier="monitor", links=("a", "b"))
    assert read_form(said, _Words(), CATALOGUE, before=other) == response
    assert read_form({}, _Words(), CATALOGUE, before=response) == response


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"strands": "hospital"}, "Strands: the list cannot be read"),
        ({"strands": ["hospital"]}, "Strands: a row cannot be read"),
        ({"strands": [{"owner": "Police"}]}, "A strand has no name"),
        ({"strands": [{"code": "hospital", "due": "soon"}]}, "A strand: the day cannot be read"),
        ({"resources": [{"hours": "2"}]}, "A resource has no kind"),
        ({"resources": [{"kind": "Rooms", "cost": "12,50"}]}, "are no number"),
        ({"clocks_done": ["day"]}, "The clocks cannot be read"),
        ({"clocks_set": {"trial": "1.2.2027"}}, "Days set for clocks: the day cannot be read"),
        ({"strands": [{}] * 51}, "the list cannot be read"),
        ({"reached_24_and_under": "many"}, "Contacts aged 24 and under: this is no number"),
        ({"told_at": "noon"}, "When we were told: the date and time"),
    ],
)
def test_a_part_of_the_form_that_cannot_be_read_is_named(said: object, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        read_form(said, _Words(), CATALOGUE, before=FULL)  # type: ignore[arg-type]


def test_rows_without_a_word_are_no_strands() -> None:
    said = {"strands": [{"code": "", "owner": " "}, {"code": "family", "owner": "Health"}]}
    after = read_form(said, _Words(), CATALOGUE, before=a_response())
    assert after.strands == (Strand("family", "health"),)


def test_the_history_names_the_fields_that_changed() -> None:
    closed = replace(FULL, state="closed", closed_because="Done", reached_24_and_under=31)
    assert changes_of([a_response(), FULL, closed]) == [
        [],
        changed_fields(a_response(), FULL),
        ["Contacts aged 24 and under", "Open or closed", "Closed because"],
    ]
    assert set(FIELD_NAMES) == {field.name for field in fields(Response)}


def test_the_page_of_a_response_shows_every_field_that_is_filled() -> None:
    named = facts_of(FULL, CATALOGUE, {"E08000025": "Birmingham"})
    filled = {FIELD_NAMES[field] for field in as_plain(FULL)} - {"Open or closed"}
    assert set(named) == filled
    assert named["Where it happened"] == ["Example Parade, Birmingham"]
    assert named["Resources"] == ["youth work, 12.5 hours, £300, core grant"]
    assert named["Strands"] == [
        "Education, School or college, due 20 October 2026, not done, Assembly held"
    ]
