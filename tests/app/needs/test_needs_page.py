"""The page of needs assessments without a browser: what each module lacks, and for whom it is."""

from __future__ import annotations

import html
import json
import zipfile
from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from tests.demo_voices import voiced as voiced
from tests.pages import html_of, page_at
from vrp_map.errors import NotAllowed, UserError
from vrp_map.needs.files import MOST_BYTES, earlier_file, written_file
from vrp_map.needs.modules.catalogue import MODULES
from vrp_map.needs.service import assessment, needs_sources, refreshed_file
from vrp_map.needs.sources import NeedsSources
from vrp_map.needs.stored import FORMAT
from vrp_map.principal import Principal
from vrp_map.residents.tables import PeopleTable, save_people
from vrp_map.server import utc_now
from vrp_map.vocabulary import Role
from vrp_map.workspace import Workspace

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture(autouse=True)
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of loaded tables: none yet."""
    monkeypatch.setenv("VRP_NEEDS", str(tmp_path / "needs"))
    return tmp_path / "needs"


def sources_of(ws: Workspace, area: str = "Coventry", audience: str = "partner") -> NeedsSources:
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas=[area])
    return needs_sources(ws, selection, audience=audience, now=utc_now())


@pytest.mark.usefixtures("voiced")
def test_each_module_says_what_it_lacks_and_how_to_load_it(tables: Path) -> None:
    page = page_at("needs").run()
    assert not page.exception and not page.error
    said = html.unescape(html_of(page))
    for number, kind in MODULES.items():
        assert f"{number}. {kind.title}" in said
    assert "No table of deprivation is loaded. Load the English Indices" in said
    assert "Days of the week are refused for data of grade D" in said
    before = int(page.title[0].value.split(": ")[1].split()[0])
    tables.mkdir()
    save_people(PeopleTable("deprivation", ("1", "2"), {}, "imd.csv", date(2026, 11, 1)), tables)
    page.run()
    assert "No table of deprivation" not in html_of(page)
    assert int(page.title[0].value.split(": ")[1].split()[0]) == before + 1


def test_who_is_held_to_areas_has_these_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_LOCAL_ROLES", "navigator")
    monkeypatch.setenv("VRP_LOCAL_AREAS", "Dudley")
    page = page_at("needs").run()
    assert page.selectbox(key="needs_area").options == ["Dudley"]
    assert page.title[0].value.startswith("Dudley: ")
    monkeypatch.setenv("VRP_LOCAL_AREAS", "npu:Coventry")
    page = page_at("needs").run()
    assert "no needs assessment of your areas" in page.title[0].value and not page.exception


def test_a_file_is_refreshed_and_keeps_what_people_wrote(ws: Workspace) -> None:
    sources = sources_of(ws)
    document = assessment(sources, [1, 6]).with_words({6: ("Ours stays.",)})
    for kind in (".docx", ".html"):
        earlier = earlier_file(f"ours{kind}", written_file(document, kind))
        again = earlier_file(f"again{kind}", refreshed_file(sources, earlier)).document
        assert [m.number for m in again.modules] == [1, 6]
        assert again.modules[1].words == ("Ours stays.",)


def test_a_file_of_another_area_or_of_exact_numbers_is_refused(ws: Workspace) -> None:
    mine = ws.for_principal(Principal("n", frozenset({Role.NAVIGATOR}), areas=("lad:E08000027",)))
    with pytest.raises(NotAllowed, match="not see that area"):
        sources_of(mine, "lad:E08000026")
    with pytest.raises(NotAllowed, match="analyst view"):
        sources_of(ws, audience="analyst")


def packed(size: int, parts: int = 1) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(parts):
            archive.writestr(f"word/{number}.xml", b" " * size)
    return out.getvalue()


def stored(text: str) -> bytes:
    return f'<script type="application/json" id="assessment">{text}</script>'.encode()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF", "neither .html nor .docx"),
        ("a.docx", b"x" * (MOST_BYTES + 1), "larger than 20 MB"),
        ("a.docx", partial(packed, 201_000_000), "unpack to more than"),
        ("a.docx", partial(packed, 1, parts=5_001), "unpack to more than"),
        ("a.docx", packed(1), "no Word document"),
        ("a.docx", stored("{}"), "no Word document"),
        ("a.html", packed(1), "holds no needs assessment"),
        ("a.html", b"<p>A page</p>", "holds no needs assessment"),
        ("a.html", stored("[" * 100_000), "holds no needs assessment"),
        ("a.html", stored(json.dumps({"format": FORMAT})), "holds no needs assessment"),
        ("a.html", stored(json.dumps({"format": FORMAT, "document": 7})), "holds no needs"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_in_words(
    name: str, data: bytes | Callable[[], bytes], said: str
) -> None:
    """What takes a second to make is made here, and not by each process that collects tests."""
    held = data if isinstance(data, bytes) else data()
    with pytest.raises(UserError, match=said):
        earlier_file(name, held)
