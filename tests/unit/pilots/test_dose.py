"""Dose: hours, coverage, and that nobody's silence is read as nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from tests.made_up_pilots import FAR, MIDDLE
from vrp_map import grid
from vrp_map.errors import UserError
from vrp_map.pilots.catalogue import load_pilot_catalogue
from vrp_map.pilots.dose import DoseVisit, check_visit, dose_account
from vrp_map.pilots.pilot import DosePlan
from vrp_map.pilots.sheets.visits import is_track, read_gpx, read_track, read_visits, stays

FIRST = date(2026, 1, 1)
LAST = FIRST + timedelta(days=89)
PLACES = [f"place {i:02d}" for i in range(20)]
PLAN = DosePlan(place_days=720, minutes=15, headcount=2)


def account(visits: list[DoseVisit], **more: object):  # type: ignore[no-untyped-def]
    how = {"first": FIRST, "last": LAST, "today": LAST, "plan": PLAN} | more
    return dose_account(visits, PLACES, **how)  # type: ignore[arg-type]


def test_twenty_places_ninety_days_and_98_per_cent_of_720_done() -> None:
    """1,800 place-days, 720 planned as treated, 98% of them done, 1,080 planned as not treated."""
    planned = [(place, FIRST + timedelta(days=d)) for d in range(0, 90) for place in PLACES]
    treated = [pair for i, pair in enumerate(planned) if i % 5 < 2]
    assert len(treated) == 720 and len(planned) - len(treated) == 1080
    done = treated[: round(720 * 0.98)]
    found = account([DoseVisit(place, day, 15, 2) for place, day in done], budget=7060.0)
    assert found.place_days_possible == 1800 and found.place_days == 706
    assert found.delivered_share == pytest.approx(0.98, abs=0.001)
    assert found.place_days_untreated == 1800 - 706
    assert found.hours == pytest.approx(706 * 15 * 2 / 60) and found.planned_hours == 360
    assert found.cost_per_hour == pytest.approx(20.0)
    assert "98% of the 720 planned so far" in found.sentence


def test_no_log_is_not_recorded_and_a_gap_is_named() -> None:
    nothing = account([])
    assert nothing.hours is nothing.delivered_share is nothing.place_days is None
    assert nothing.by_place == ()
    assert "not recorded" in nothing.sentence and nothing.place_days_untreated is None
    gap = account([DoseVisit(PLACES[0], date(2026, m, 3), 30) for m in (1, 3)])
    assert gap.months_not_recorded == (date(2026, 2, 1),)
    assert "Not recorded: February 2026" in gap.sentence and gap.place_days_untreated is None
    # A visit that was planned and did not happen says so with 0 minutes.
    said = account([DoseVisit(PLACES[0], date(2026, m, 3), 0) for m in (1, 2, 3)])
    assert said.months_not_recorded == () and said.place_days == 0
    assert said.place_days_untreated == 1800
    some = account([DoseVisit(PLACES[0], FIRST), DoseVisit(PLACES[1], FIRST, 60)])
    assert some.hours == 1 and some.visits_without_minutes == 1
    by_place = {one.place: one for one in some.by_place}
    assert [by_place[p].hours for p in PLACES[:3]] == [None, 1, 0]
    assert by_place[PLACES[2]].served == "under, as far as it is recorded"


def test_places_are_held_against_their_share_of_the_plan() -> None:
    days = {PLACES[0]: 60, PLACES[1]: 36, PLACES[2]: 10, "elsewhere": 5}
    visits = [
        DoseVisit(place, FIRST + timedelta(days=d), 15)
        for place, n in days.items()
        for d in range(n)
    ]
    served = {one.place: one.served for one in account(visits).by_place}
    expected = {PLACES[0]: "over", PLACES[1]: "as planned", PLACES[2]: "under"}
    assert expected.items() <= served.items()
    assert served[PLACES[3]] == "under" and served["elsewhere"] == "not in the plan"


def test_the_plan_counts_as_far_as_the_days_have_passed() -> None:
    half = account([DoseVisit(PLACES[0], FIRST, 15, cost=30.0)], today=FIRST + timedelta(days=44))
    assert half.planned_so_far == 360 and half.place_days_possible == 900
    assert half.cost_per_hour == 120
    before = account([], today=date(2025, 12, 1))
    assert before.place_days_possible == 0 and before.months_not_recorded == ()


@pytest.mark.parametrize(
    ("visit", "said"),
    [
        (DoseVisit("", FIRST), "no place"),
        (DoseVisit("a", date(2025, 12, 31)), "outside the days"),
        (DoseVisit("a", FIRST, -1), "minutes of a visit"),
        (DoseVisit("a", FIRST, float("nan")), "minutes of a visit"),
        (DoseVisit("a", FIRST, 5, 0), "no people, or more than 500"),
        (DoseVisit("a", FIRST, 5, cost=-1), "below 0"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(visit: DoseVisit, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_visit(visit, first=FIRST, last=LAST)


def test_a_sheet_of_visits_is_read_as_people_write_it() -> None:
    rows = [
        ["Patrol log, made up"],
        [],
        ["Hot spot", "Visit date", "Arrived", "Left", "Staff", "Role", "Contacts", "Notes"],
        ["Example Square", "03/01/2026", "23:50", "00:05", 2, "PCSO", 4, "cold"],
        ["Example Square", date(2026, 1, 4), "", "", "", "", "", ""],
    ]
    first, second = read_visits(rows, load_pilot_catalogue())
    assert first == DoseVisit(
        "Example Square",
        date(2026, 1, 3),
        15,
        2,
        start=time(23, 50),
        kind="pcso",
        source="sheet",
        done=(("contacts", 4),),
    )
    assert second.minutes is None and second.headcount == 1
    rows[3][5] = "wizard"
    with pytest.raises(UserError, match="Line 4: the kind 'wizard' is not in the list"):
        read_visits(rows, load_pilot_catalogue())
    with pytest.raises(UserError, match="no column for date"):
        read_visits([["Place", "Minutes"], ["a", 5]], load_pilot_catalogue())


def _point(cell: str) -> tuple[float, float]:
    lon, lat = grid.centres(grid.from_text([cell]))
    return float(lon[0]), float(lat[0])


def test_a_track_becomes_stays_and_its_points_are_gone() -> None:
    start = datetime(2026, 7, 1, 15)
    walk = [(MIDDLE, m) for m in range(0, 21, 4)] + [(FAR, m) for m in range(24, 60, 4)]
    walk += [(MIDDLE, 60), (MIDDLE, 61), (FAR, 62), (MIDDLE, 200), (MIDDLE, 205)]
    points = [(start + timedelta(minutes=m), *_point(cell)) for cell, m in walk]
    found = stays(points, [MIDDLE], headcount=2)
    assert [(v.place, v.start, v.minutes) for v in found.visits] == [
        (MIDDLE, time(15, 0), 24.0),
        (MIDDLE, time(16, 0), 2.0),
        (MIDDLE, time(18, 20), 5.0),
    ]
    assert found.minutes_elsewhere == 36 and {v.headcount for v in found.visits} == {2}
    lon, lat = _point(MIDDLE)
    assert f"{lon:.4f}" not in repr(found) and f"{lat:.4f}" not in repr(found)


def test_gpx_and_csv_tracks_say_the_same_on_the_local_clock() -> None:
    lon, lat = _point(MIDDLE)
    times = [f"2026-07-01T14:{m:02d}:00Z" for m in (0, 5, 10)]
    points = "".join(f'<trkpt lat="{lat}" lon="{lon}"><time>{t}</time></trkpt>' for t in times)
    gpx = (
        f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    ).encode()
    rows = [["time", "lat", "lon"], *([t, lat, lon] for t in times)]
    assert is_track(rows) and not is_track([["place", "date"], ["a", "b"]])
    found = read_gpx(gpx, [MIDDLE], zone="Europe/London")
    assert found == read_track(rows, [MIDDLE], zone="Europe/London")
    assert found.visits[0].start == time(15, 0) and found.visits[0].minutes == 10
    for broken in (b"<gpx>", gpx.replace(b"<time>", b"<tim>"), b"<!DOCTYPE x>" + gpx, b""):
        with pytest.raises(UserError):
            read_gpx(broken, [MIDDLE], zone="Europe/London")
