"""The area brief: one page of what its audience may see, and of nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.integration.conftest import Demo
from vrp_map import grid
from vrp_map.briefs.area import drawn_cells, lads_of
from vrp_map.briefs.drawn_map import drawn_map
from vrp_map.briefs.service import brief_page
from vrp_map.cli.commands import main
from vrp_map.errors import NotAllowed, UserError
from vrp_map.principal import Principal
from vrp_map.vocabulary import Audience, Role

NOW = datetime(2026, 11, 2, 9)


def page_of(demo: Demo, audience: Audience, area: str = "Coventry") -> str:
    ws = demo.workspace
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas=[area])
    return brief_page(ws, selection, audience=audience, now=NOW)


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
def test_every_incident_count_is_one_that_the_audience_may_see(
    demo: Demo, audience: Audience
) -> None:
    """A multiple of 5 for partners and of 10 for the public, wherever incidents are counted."""
    page = page_of(demo, audience)
    step = {Audience.PARTNER: 5, Audience.PUBLIC: 10}[audience]
    counts = [
        *re.findall(r"<td class='n'>([\d,]+)", page),
        *re.findall(r"([\d,]+) incidents", page),
        *re.findall(r"<title>\w+ \d{4}: ([\d,]+)", page),
        *re.findall(r"</th><td>([\d,]+)</td>", page),
    ]
    assert len(counts) > 12
    assert [n for n in counts if int(n.replace(",", "")) % step] == []


PLACES = ["hotspot", "cell", "hidden cell"]


def place_of(demo: Demo, kind: str) -> str:
    """A hotspot, a hexagon with a number, or one whose number partners do not see."""
    ws = demo.workspace
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas=["Coventry"])
    frame = ws.hotspots(selection, audience=Audience.PARTNER).cells.frame
    if kind == "hidden cell":
        every = grid.to_text(ws.question(selection).grid.cells)
        shown = set(frame.loc[frame["n"].notna(), "cell"].astype(str))
        return "cell:" + next(cell for cell in every if cell not in shown)
    rows = frame[frame["cluster"] > 0] if kind == "hotspot" else frame[frame["cluster"] == 0]
    return f"{kind}:{rows['cell'].iloc[0]}"


@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.PUBLIC])
@pytest.mark.parametrize("kind", PLACES)
def test_a_place_has_the_numbers_of_its_panel_and_no_other(
    demo: Demo, audience: Audience, kind: str
) -> None:
    at, ws = place_of(demo, kind), demo.workspace
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas=["Coventry"])
    try:
        page = brief_page(ws, selection, at=at, audience=audience, now=NOW)
    except UserError as refusal:
        assert kind == "hotspot" and audience is Audience.PUBLIC, refusal
        return
    step = {Audience.PARTNER: 5, Audience.PUBLIC: 10}[audience]
    counts = re.findall(r"([\d,]+) incidents", page) + re.findall(r"<td class='n'>([\d,]+)", page)
    assert counts and [n for n in counts if int(n.replace(",", "")) % step] == []
    if kind == "hidden cell" and audience is Audience.PARTNER:
        assert "too few incidents to show, or none" in page
    assert "this place" in page and "<h2>Young people’s voice</h2>" in page


def test_no_word_of_the_legend_leaves_the_map(demo: Demo) -> None:
    """Wide classes and a place of its own take a second row."""
    ws = demo.workspace
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas=["Coventry"])
    cells = drawn_cells(ws.hotspots(selection, audience=Audience.PARTNER).cells)
    cells = cells.assign(n=cells["n"] * 1000, is_here=[True] + [False] * (len(cells) - 1))
    drawn = drawn_map(cells, [], step=5000, said="")
    words = re.findall(r'<text x="(\d+)" y="(\d+)" font-size="17">([^<]+)', drawn)
    height = float(re.search(r'viewBox="0 0 640 (\d+)', drawn)[1])  # type: ignore[index]
    assert len({y for _, y, _ in words}) > 1 and words[-1][2] == "this place"
    assert all(int(x) + 9 * len(said) <= 640 and int(y) < height for x, y, said in words)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("cell:89195c3264fffff", "not on this map"),
        ("cell:88195c3265fffff", "not on this map"),
        ("cell:nonsense", "not on this map"),
        ("hotspot:COLD", "in no hotspot"),
    ],
)
def test_a_place_that_is_not_there_is_refused(demo: Demo, at: str, said: str) -> None:
    ws = demo.workspace
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas=["Coventry"])
    at = at.replace("COLD", place_of(demo, "cell").partition(":")[2])
    with pytest.raises(UserError, match=said):
        brief_page(ws, selection, at=at, audience=Audience.PARTNER, now=NOW)


@pytest.mark.parametrize(
    ("kind", "lads"),
    [("npu", {"Coventry"}), ("ward", {"Coventry"}), ("force", None)],
)
def test_work_is_that_of_the_local_authorities_around(
    demo: Demo, kind: str, lads: set[str] | None
) -> None:
    ws = demo.workspace
    areas = ws.reader.current_areas
    lad = areas[areas["name"].eq("Coventry") & areas["type"].eq("lad")].geometry.iloc[0]
    among = areas[areas["type"] == kind]
    if among.empty:
        pytest.skip(f"no layer {kind}")
    inside = among if lads is None else among[among.representative_point().within(lad)]
    found = lads_of(ws, ws.select(["violence"], areas=[inside["key"].iloc[0]]))
    assert found == (lads or set(areas.loc[areas["type"] == "lad", "name"]))


def test_it_stands_alone(demo: Demo) -> None:
    """No script and no address that a browser would ask for: it opens offline."""
    page = page_of(demo, Audience.PARTNER)
    assert "<script" not in page
    assert re.findall(r"(?:src|href|url)\s*[=(]", page) == []
    assert "Made-up data." in page
    assert "few, or none" in page or "hidden" in page


def test_names_are_text_wherever_they_come_from(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = demo.workspace
    monkeypatch.setattr(
        "vrp_map.analysis.question.Question.area_names", ["<img src=x onerror=alert(1)>${title}"]
    )
    selection = ws.select(["violence"], first="2025-11", last="2026-10", areas=["Coventry"])
    page = brief_page(ws, selection, audience=Audience.PARTNER, now=NOW)
    assert "<img" not in page and "&lt;img" in page and "${title}" in page


def test_an_area_without_a_hotspot_says_so(demo: Demo) -> None:
    ws = demo.workspace
    selection = ws.select(["bicycle-theft"], first="2026-10", last="2026-10", areas=["Solihull"])
    page = brief_page(ws, selection, audience=Audience.PUBLIC, now=NOW)
    assert "<h2>Is it real?</h2>" in page and "<table>" in page


def test_nobody_sees_more_than_they_may(demo: Demo) -> None:
    who = Principal("navigator", frozenset({Role.NAVIGATOR}), areas=("lad:E08000026",))
    ws = demo.workspace.for_principal(who)
    selection = demo.workspace.select(["violence"], areas=["Dudley"])
    with pytest.raises(NotAllowed, match="area"):
        brief_page(ws, selection, audience=Audience.PARTNER, now=NOW)
    with pytest.raises(NotAllowed, match="analyst"):
        brief_page(ws, ws.select(["violence"]), audience=Audience.ANALYST, now=NOW)


def test_the_map_of_nothing_is_nothing(demo: Demo) -> None:
    frame = demo.workspace.hotspots(demo.workspace.select(["violence"])).cells.frame.head(0)
    empty = frame.assign(is_hot=False, is_here=False)[["cell", "n", "is_hot", "is_here"]]
    assert drawn_map(empty, [], step=5, said="nothing") == ""


def test_the_command_writes_the_page(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_RECORDS", str(tmp_path / "records"))
    file = tmp_path / "brief.html"
    with pytest.raises(SystemExit) as ended:
        main(["brief", "--area", "Walsall", "--store", str(demo.settings.store), "-o", str(file)])
    assert not ended.value.code
    assert "<h1>Violence in Walsall" in file.read_text(encoding="utf-8")
