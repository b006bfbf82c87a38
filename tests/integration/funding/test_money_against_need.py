"""Money beside need: every number is the one that its own room shows to partners."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from pipelines.demo_grants import leave_grants
from pipelines.demo_responses import leave_responses
from tests.integration.conftest import Demo
from vrp_map.briefs.service import brief_page
from vrp_map.cli.commands import main
from vrp_map.config import Settings
from vrp_map.disclosure.response_counts import shown_responses
from vrp_map.errors import NotAllowed, UserError
from vrp_map.funding.need.areas import CAVEATS, columns_of
from vrp_map.funding.need.places import place_shortlist
from vrp_map.funding.need.service import NeedSources, fund_years, lads_by_name, money_against_need
from vrp_map.funding.service import Funding
from vrp_map.funding.sheet import read_grants
from vrp_map.grid import cells_at, centres, from_text, to_text
from vrp_map.pilots.service import Pilots
from vrp_map.principal import DEMO, Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.desk import responses_of
from vrp_map.views.choice import Choice, place_asked
from vrp_map.views.hotspots import hotspot_view, workspace_for
from vrp_map.vocabulary import Audience, Role

NOW = datetime(2026, 11, 2, 9)
LEAD = Principal("lead", frozenset({Role.LEAD}))


@pytest.fixture(scope="module")
def settings(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = replace(demo.settings, records=tmp_path_factory.mktemp("need"))
    leave_grants(settings, now=NOW)
    leave_responses(settings)
    return settings


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    held = Records(settings.records)
    yield held
    held.close()


def test_each_number_is_that_of_its_room_as_partners_see_it(
    records: Records, settings: Settings, demo: Demo
) -> None:
    funding, ws = Funding(records), demo.workspace.for_principal(LEAD)
    responses = responses_of(records, settings)
    selection = ws.select(["violence"], first="2025-11", last="2026-10")
    sources = NeedSources(lambda: responses, lambda: Pilots(records, settings))
    found = money_against_need(
        funding, LEAD, ws, selection, year=fund_years(funding, LEAD)[0], sources=sources
    )
    by_name = {area.name: area for area in found.areas}
    walsall = by_name["Walsall"]
    assert walsall.pounds == 135_000 and by_name["Wolverhampton"].pounds == 150_000 + 365_567
    rates = ws.rates(selection, by="lad", audience="partner").frame.set_index("name")
    assert walsall.incidents == int(rates.loc["Walsall", "n"])
    assert walsall.pounds_a_head == round(135_000 / int(rates.loc["Walsall", "population"]), 2)
    assert walsall.pounds_an_incident == round(135_000 / walsall.incidents)
    exact = [
        record
        for record in responses.all(DEMO)
        if record.response.where.lad == walsall.code
        and datetime(2025, 11, 1) <= record.response.known_at < datetime(2026, 11, 1)
    ]
    as_partner = {"audience": Audience.PARTNER, "settings": settings}
    assert walsall.responses == shown_responses(len(exact), **as_partner)
    contacts = sum(record.response.reached_24_and_under or 0 for record in exact)
    assert walsall.reach in (None, shown_responses(contacts, **as_partner))
    said = " ".join(found.sentences)
    assert "incidents are not: they are set side by side" in said
    assert "of 1 fund year and the incidents" not in said
    assert f"of £{found.whole:,} names an area here" in said
    assert set(columns_of(found.areas)) - {"Area"} == set(CAVEATS)


def test_a_policing_area_counts_for_its_authority_and_no_pound_counts_twice(
    tmp_path: Path, demo: Demo
) -> None:
    head = ["Stream", "Year", "Purpose", "Amount", "Area", "Shares"]
    rows = [
        ["Fund", "2026-27", "Patrols", 1000, "Birmingham East; Birmingham West", ""],
        ["Fund", "2026-27", "Mentors", 100, "Coventry; Elsewhere", "75; 25"],
        ["Fund", "2026-27", "Region", 7, "", ""],
    ]
    records = Records(tmp_path)
    funding, ws = Funding(records), demo.workspace.for_principal(LEAD)
    funding.keep(LEAD, read_grants([head, *rows]), name="a.csv", now=NOW)
    selection = ws.select(["violence"], first="2026-01", last="2026-10")
    found = money_against_need(funding, LEAD, ws, selection)
    pounds = {area.name: area.pounds for area in found.areas if area.pounds}
    assert pounds == {"Birmingham": 1000, "Coventry": 75} and found.whole == 1107
    said = " ".join(found.sentences)
    assert found.is_same_year and "incidents are not" not in said
    assert "The money is of 1 fund year and the incidents of 10 months." in said
    # What is not known is not said to be none.
    assert {area.responses for area in found.areas} == {None}
    with pytest.raises(UserError, match="no grant of 2019-20"):
        money_against_need(funding, LEAD, ws, selection, year="2019-20")
    assert lads_by_name(ws)["coventry"] == "E08000026"
    records.close()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEAD, Role.ANALYST}))
def test_other_staff_do_not_see_it(role: Role, records: Records, demo: Demo) -> None:
    ws, who = demo.workspace, Principal("staff", frozenset({role}))
    with pytest.raises(NotAllowed, match="may read grants"):
        money_against_need(Funding(records), who, ws, ws.select())


def test_by_the_command_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(settings.records))
    asked = ["funding", "need", "--year", "2021-22", "--store", str(settings.store)]
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit, match="0"):
            main([*asked, *more])
    out = capsys.readouterr().out
    found = json.loads(out.splitlines()[-1])
    assert len(found["areas"]) == 7 and "£135,000" in out and "--json has" in out
    assert set(found["caveats"]) == set(CAVEATS)


def test_places_are_firm_hotspots_with_what_is_there_and_a_page_that_opens(
    records: Records, settings: Settings, demo: Demo
) -> None:
    ws = workspace_for(LEAD, demo.settings)
    first, last = ws.period(12)
    choice = Choice("violence", first, last)
    responses = responses_of(records, settings)
    sources = NeedSources(lambda: responses, lambda: Pilots(records, settings))
    found = place_shortlist(LEAD, ws, choice, sources=sources)
    clusters = hotspot_view(
        ws, choice.selection(ws), resolution=choice.resolution
    ).hotspots.clusters.frame
    firm = clusters[clusters["stability"] == "firm"]
    assert len(found.places) == len(firm) > 3 and found.others == len(clusters) - len(firm)
    assert {one.name for one in found.places} == set(firm["name"])
    outlined = {what for one in responses.outlines(LEAD) for what in one.interventions}
    assert {what for one in found.places for what in one.work} <= outlined
    assert any(one.is_untouched for one in found.places) or found.sentences
    query = dict(parse_qsl(urlsplit(found.places[0].brief).query))
    asked = place_asked(query, ws)
    page = brief_page(
        ws,
        asked.selection(ws),
        at=asked.at,
        resolution=asked.resolution,
        audience="partner",
        now=NOW,
    )
    assert found.places[0].name in html.unescape(page)
    with pytest.raises(NotAllowed, match="may read grants"):
        place_shortlist(Principal("n", frozenset({Role.NAVIGATOR})), ws, choice)


def test_a_pilot_is_there_where_its_hexagons_of_any_size_are(
    records: Records, settings: Settings, demo: Demo
) -> None:
    ws = workspace_for(LEAD, demo.settings)
    choice = Choice("violence", *ws.period(12))
    place = place_shortlist(LEAD, ws, choice).places[0]
    cell = place.brief.rpartition("%3A")[2]
    smaller = to_text(cells_at(*centres(from_text([cell])), resolution=10))[0]
    far = place_shortlist(LEAD, ws, choice).places[-1].brief.rpartition("%3A")[2]

    class OnePilot:
        def latest_looks(self, who: Principal) -> dict[object, object]:
            return {}

        def all(self, who: Principal) -> list[object]:
            area = SimpleNamespace(area=(smaller,))
            pilot = SimpleNamespace(name="Mentors", state="approved", places=area)
            return [SimpleNamespace(id=1, reference="P2026-01", pilot=pilot)]

    sources = NeedSources(pilots=lambda: OnePilot())  # type: ignore[arg-type,return-value]
    found = place_shortlist(LEAD, ws, choice, sources=sources).places
    assert found[0].pilots == ("P2026-01, Mentors (not judged)",)
    assert far != cell and found[-1].already == "nothing is recorded here"
