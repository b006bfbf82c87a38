"""What a decision rests on: a sentence for each part, and what it is from."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from tests.made_up_pilots import a_pilot
from vrp_map.funding.grant import Grant
from vrp_map.pilots.deciding import case, files
from vrp_map.pilots.deciding.case import DecisionCase, TracedSentence
from vrp_map.pilots.dose import DoseAccount, DoseVisit, dose_account
from vrp_map.pilots.look import PilotLook, judged_words
from vrp_map.pilots.pilot import DosePlan, Pilot, SchoolRoute

NOW = datetime(2026, 7, 2, 9)
DAY = date(2026, 2, 3)


def account_of(pilot: Pilot, *visits: DoseVisit) -> DoseAccount:
    return dose_account(
        visits,
        pilot.places.area,
        first=pilot.start,
        last=pilot.end,
        today=pilot.end,
        plan=pilot.dose,
        budget=pilot.budget,
    )


def test_what_nobody_recorded_is_said_to_be_so_and_never_none() -> None:
    pilot = a_pilot(dose=DosePlan())
    empty = account_of(pilot)
    parts = [
        case.cost_of(pilot, empty, record="pilot"),
        case.dose_of(pilot, empty, record="pilot"),
        case.reach_of([]),
    ]
    assert {part.sentence for part in parts} == {"Not recorded."}
    assert all(part.rests_on == () for part in parts)
    assert case.verdict_of(None, judged_on=None).sentence == "Not judged yet."
    assert "No event has asked" in case.voice_of([], [], events=0).sentence
    route = a_pilot(route=SchoolRoute(sessions_planned=380))
    assert "380 sessions were planned; how many were held is not recorded" in (
        case.dose_of(route, empty, record="pilot").sentence
    )


def test_each_sentence_says_what_it_is_from() -> None:
    pilot = a_pilot(budget=9000.0, fund="Made-up fund")
    visits = [
        DoseVisit(pilot.places.area[0], DAY, 30.0, 2, done=(("contacts", 4), ("searches", 1))),
        DoseVisit(pilot.places.area[1], DAY, 30.0, 2, done=(("contacts", 3),)),
        DoseVisit(pilot.places.area[1], DAY, 0.0),
    ]
    account = account_of(pilot, *visits)
    cost = case.cost_of(pilot, account, record="pilot P2026-01, version 3")
    assert cost.sentence.startswith("£9,000 is its budget (Made-up fund). An hour of one person")
    assert cost.rests_on == ("pilot P2026-01, version 3: budget", "log of visits: 3 lines")
    reach = case.reach_of(visits)
    assert reach.sentence == ("Contacts: 7, searches: 1. One person may be counted more than once.")
    assert reach.rests_on == ("log of visits: 2 lines with such counts",)
    look = PilotLook(
        "working",
        "Working: -9 incidents against the comparison (95% interval -14 to -4). Chance alone.",
        date(2025, 1, 1),
        date(2026, 6, 1),
        12,
        6,
        (),
        1.0,
    )
    said = case.verdict_of(look, judged_on=DAY)
    assert said.sentence.endswith("(95% interval -14 to -4).")
    assert said.rests_on == ("look of 3 February 2026, data to June 2026",)


def test_a_verdict_that_changed_is_told_with_its_days() -> None:
    first, second, third = (date(2026, month, 3) for month in (2, 3, 4))
    assert judged_words([(first, "working")]) == "Judged once, last on 3 February 2026."
    alike = judged_words([(first, "working"), (second, "working")])
    assert alike == "Judged 2 times, last on 3 March 2026."
    said = judged_words([(first, "not shown"), (second, "working"), (third, "working")])
    assert said.endswith(
        "The verdict changed: not shown from 3 February 2026, then working from 3 March 2026."
    )


def test_voices_are_told_apart_by_the_start() -> None:
    said = case.voice_of(["Made-up day: not enough voices"], [], events=1)
    assert said.sentence == (
        "Before it: Made-up day: not enough voices. Since its start: no event."
    )
    assert said.rests_on == ("releases of 1 event",)


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({"purpose": "Something else"}, "No grant in the records names it."),
        ({"purpose": "Made-up PATROLS"}, "Core 2026-27, indicative, £5,000."),
        ({"purpose": "For P2026-01"}, "Core 2026-27, indicative, £5,000."),
        (
            {"purpose": "Made-up patrols", "year": "2025-26"},
            "No grant that names it lasts longer than the pilot.",
        ),
        (
            {"purpose": "Made-up patrols", "ends_on": date(2026, 6, 30)},
            "No grant that names it lasts longer than the pilot.",
        ),
    ],
)
def test_a_fund_that_could_follow_names_the_pilot_and_lasts_longer(
    grant: dict[str, object], said: str
) -> None:
    values: dict[str, object] = {"stream": "Core", "year": "2026-27", "body": "Council"}
    values |= {"amount": Decimal(5000), "state": "indicative"}
    found = case.fund_of(a_pilot(), "P2026-01", [Grant(**(values | grant))])  # type: ignore[arg-type]
    assert found.sentence == said


def test_the_files_hold_every_sentence_and_no_formula() -> None:
    parts = tuple(TracedSentence(about, f"={about}()", ("record",)) for about in files.ABOUT)
    one = DecisionCase("P2026-01", "+Patrols", "place", "ended", "working", parts, "keep", "@ it")
    (line,) = list(csv.DictReader(io.StringIO(files.to_csv([one]))))
    assert [line[about] for about in files.ABOUT] == [f"'={about}()" for about in files.ABOUT]
    assert line["Why"] == "'@ it" and line["Pilot"] == "'+Patrols"
    book = openpyxl.load_workbook(io.BytesIO(files.to_xlsx([one], now=NOW)))
    assert [sheet.title for sheet in book] == ["Decisions", "Rests on"]
    assert not any(c.data_type == "f" for sheet in book for row in sheet for c in row)
    assert len(list(book["Rests on"].rows)) == 1 + len(parts)
    plain = json.loads(files.to_json([one], now=NOW))["pilots"][0]
    assert plain["parts"][0] == {"about": "Cost", "sentence": "=Cost()", "rests_on": ["record"]}
