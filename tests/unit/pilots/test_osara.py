"""Plans by OSARA: what they need, when they may end, and what a hotspot suggests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.made_up_pilots import MIDDLE
from vrp_map.errors import UserError
from vrp_map.pilots.osara.plan import CHEERS, OsaraPlan, check_plan, suggestion_of

PLAN = OsaraPlan("Evenings at the station", cells=(MIDDLE,), objective="Half as many by May")
DONE = replace(PLAN, assessment="Fewer", assessed_on=date(2026, 5, 31), is_closed=True)


def test_a_plan_ends_with_an_answer_to_its_own_question_and_not_without() -> None:
    check_plan(PLAN)
    check_plan(DONE)
    for gone, said in (
        ({"assessment": " \u200b"}, r"assessment of its purpose \(Is the problem still there\?\)"),
        ({"assessed_on": None, "purpose": "b"}, r"purpose \(Did we cause the change\?\)"),
        ({"objective": ""}, "no objective"),
    ):
        with pytest.raises(UserError, match=said):
            check_plan(replace(DONE, **gone))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": " "}, "no title"),
        ({"title": "x" * 121}, "title is too long"),
        ({"cells": ()}, "no place"),
        ({"purpose": "c"}, "purpose is not in the list"),
        ({"analysis": "x" * 2001}, "Analysis has more than 2,000"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_plan(replace(PLAN, **change))  # type: ignore[arg-type]


def test_one_terrible_incident_is_no_problem_in_this_sense() -> None:
    full = replace(PLAN, **dict.fromkeys(CHEERS, "Said"))  # type: ignore[arg-type]
    assert "All six" in full.scanning_sentence and full.unanswered == ()
    once = replace(full, recurring="")
    assert once.unanswered == ("Recurring",)
    assert "One terrible incident" in once.scanning_sentence
    assert "One terrible incident" not in replace(full, harm="").scanning_sentence


@pytest.mark.parametrize(
    ("emerging", "said"),
    [
        ("new: hot in the last month only", "presence first"),
        ("hot for 3 months, never before", "presence first"),
        ("stubborn: hot in 12 of 12 months", "problem-solving"),
        ("growing: hot for long", "problem-solving"),
        ("past: hot in 9 of 12 months", ""),
        ("", ""),
    ],
)
def test_a_new_hotspot_suggests_presence_and_a_stubborn_one_problem_solving(
    emerging: str, said: str
) -> None:
    found = suggestion_of(emerging)
    assert (said in found) if said else not found
