"""The digest: each role reads what its pages show; no word or place of a record leaves in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.conftest import Demo
from tests.made_up_pilots import MIDDLE, a_pilot, around
from tests.made_up_responses import a_response
from tests.mail_server import mail_server
from vrp_map.briefs.digest.digest import Digest, as_text
from vrp_map.briefs.digest.page import as_html
from vrp_map.briefs.digest.service import digest_of, reader_of
from vrp_map.briefs.sources import RecordSources
from vrp_map.cli.commands import main
from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action, may
from vrp_map.pilots.pilot import PilotPlaces
from vrp_map.pilots.service import Pilots
from vrp_map.principal import DEMO, Principal
from vrp_map.records.engine.database import Records
from vrp_map.responses.desk import responses_of
from vrp_map.responses.store import ResponseChange
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import Role

NOW = datetime(2026, 11, 2, 9)
WEEK = timedelta(days=7)
SECRET = "Zzyzx Parade"
COVENTRY, WALSALL = "lad:E08000026", "lad:E08000030"


@pytest.fixture
def sources(demo: Demo, tmp_path: Path) -> Iterator[RecordSources]:
    """Records with a response and a pilot in Coventry, and a response in Walsall."""
    settings = replace(demo.settings, records=tmp_path / "records")
    records = Records(settings.records)
    responses = responses_of(records, settings)
    for lad in (COVENTRY, WALSALL):
        place = replace(a_response().where, words=SECRET, lad=lad.partition(":")[2])
        change = ResponseChange(uuid4(), a_response(where=place, summary=SECRET), "logged")
        responses.keep(DEMO, [change], now=NOW - WEEK, past_flags=True).result()
    frame = demo.workspace.counts(
        demo.workspace.select(areas=["Coventry"]), audience="analyst"
    ).frame
    places = PilotPlaces(around(str(frame["cell"].iloc[0])), comparison=around(MIDDLE))
    pilots = Pilots(records, settings)
    pilot = a_pilot(places=places, start=NOW.date() - 10 * WEEK, end=NOW.date() + 10 * WEEK)
    reference = pilots.add_one(DEMO, pilot, now=NOW)
    pilots.approve(DEMO, pilots.record(DEMO, reference), now=NOW)
    yield RecordSources(
        summit=lambda: Summit(records, settings),
        responses=lambda: responses,
        pilots=lambda: pilots,
    )
    records.close()


def digest_for(demo: Demo, sources: RecordSources, *roles: Role, area: str = COVENTRY) -> Digest:
    reader = reader_of(DEMO, roles=roles, areas=[area])
    ws = demo.workspace.for_principal(reader)
    return digest_of(ws, since=NOW - 2 * WEEK, now=NOW, sources=sources)


def titles(digest: Digest) -> list[str]:
    return [one.title for one in digest.sections]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_the_sections_of_its_pages(
    demo: Demo, sources: RecordSources, role: Role
) -> None:
    found = titles(digest_for(demo, sources, role))
    assert ("Overdue" in found) is may([role], Action.READ_RESPONSES)
    assert ("Hours missed" in found) is may([role], Action.READ_PILOTS)
    assert ("Waiting for an answer" in found) is may([role], Action.ANSWER_PEOPLE)
    assert "Data missing" in found and "Young people's voices" in found


def test_it_is_of_its_area_alone_and_without_words_of_a_record(
    demo: Demo, sources: RecordSources
) -> None:
    here, there = (
        as_text(digest_for(demo, sources, Role.LEAD, area=area)) for area in (COVENTRY, WALSALL)
    )
    mine, theirs = (set(re.findall(r"R\d{4}-\d{4}", text)) for text in (here, there))
    assert len(mine) == len(theirs) == 1 and mine != theirs
    assert "P2026-01" in here and "P2026-01" not in there
    assert "no hours are recorded" in here
    assert SECRET not in here + there
    assert "Coventry" not in there and "Walsall" not in here


def test_what_is_new_is_so_since_a_day(demo: Demo, sources: RecordSources) -> None:
    ws = demo.workspace.for_principal(reader_of(DEMO, roles=[Role.LEAD], areas=[COVENTRY]))
    for since, new in ((NOW - 2 * WEEK, 1), (NOW - timedelta(days=1), 0)):
        found = digest_of(ws, since=since, now=NOW, sources=sources)
        section = next(one for one in found.sections if one.title.startswith("New or"))
        assert len(section.lines) == new


def test_the_page_and_its_twin_say_the_same(demo: Demo, sources: RecordSources) -> None:
    digest = digest_for(demo, sources, Role.LEAD, Role.NAVIGATOR)
    page, text = as_html(digest, address="http://localhost:8501"), as_text(digest)
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main>")[2])).split())
    flat = " ".join(text.split())
    for one in digest.sections:
        for line in one.lines:
            assert line.words in words
            assert line.words in flat.replace("\n", " ")
    assert len(page.encode()) < 60_000
    links = re.findall(r"(?:src|href|url)\s*[=(]\s*'?([^'>)]+)", page)
    assert links and all(link.startswith("http://localhost:8501/") for link in links)
    assert "<script" not in page and "href" not in as_html(digest)
    assert max(map(len, text.splitlines())) <= 78


def test_a_morning_and_an_evening_make_the_same_digest(demo: Demo, sources: RecordSources) -> None:
    ws = demo.workspace.for_principal(reader_of(DEMO, roles=[Role.LEAD], areas=[COVENTRY]))
    texts = {
        as_text(digest_of(ws, now=NOW.replace(hour=hour), sources=sources)) for hour in (1, 9, 22)
    }
    assert len(texts) == 1


def test_a_role_or_an_area_of_others_is_refused() -> None:
    worker = Principal("w", frozenset({Role.YOUTH_WORKER}), areas=(COVENTRY,))
    with pytest.raises(NotAllowed, match="role lead"):
        reader_of(worker, roles=["lead"], areas=[])
    with pytest.raises(NotAllowed, match="area"):
        reader_of(worker, roles=[], areas=[WALSALL])
    with pytest.raises(UserError, match="no role"):
        reader_of(worker, roles=["leader"], areas=[])
    assert reader_of(worker, roles=[], areas=[]).areas == (COVENTRY,)


def ended(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return int(end.value.code or 0)


def test_the_command_sends_once_also_beside_a_server(
    demo: Demo,
    sources: RecordSources,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The records are open in this very process, as they are while a server runs."""
    assert sources.summit is not None
    folder = sources.summit().settings.records
    store = ["--store", str(demo.settings.store), "--area", "Coventry"]
    with mail_server() as box:
        for name, value in {
            "RECORDS": str(folder),
            "MAIL_SERVER": f"127.0.0.1:{box.port}",
            "MAIL_TLS": "none",
            "MAIL_FROM": "map@example.org",
        }.items():
            monkeypatch.setenv(f"VRP_{name}", value)
        send = ["digest", *store, "--role", "lead", "--to", "lead@example.org"]
        assert [ended(*send), ended(*send)] == [0, 0]
    assert len(box.messages) == 1 and "P2026-01" in box.messages[0]
    assert SECRET not in box.messages[0]
    assert "not sent again" in capsys.readouterr().out
    assert not (folder / "reading").exists()
    # So do the others that only read.
    made = str(folder / "made.html")
    assert ended("needs", "assess", *store, "--module", "10", "-o", made) == 0
    assert ended("export", *store, "--layer", "areas", "-o", str(folder / "made.gpkg")) == 0
    assert ended(*send) == 0
    assert ended(*send, "--to", "second@example.org") == 75
    assert ended("digest", *store, "--since", "Monday") == 2
    monkeypatch.setenv("VRP_LOCAL_ROLES", "youth-worker")
    assert ended("digest", *store, "--role", "lead") == 5
