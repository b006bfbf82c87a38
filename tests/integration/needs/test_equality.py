"""The text for the equality file: it compares, joins small groups, and judges nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.demo_store import demo_settings
from vrp_map import grid
from vrp_map.cli.commands import main
from vrp_map.errors import UserError
from vrp_map.needs.service import equality_text, load_table
from vrp_map.pilots.monthly import deprivation_of
from vrp_map.principal import LOCAL_ANALYST
from vrp_map.residents.deciles import cell_deciles
from vrp_map.residents.equality import equality_note
from vrp_map.residents.places import lsoas_of, shares_inside
from vrp_map.residents.tables import DEPRIVATION, PeopleTable, loaded_people
from vrp_map.vocabulary import Audience
from vrp_map.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 29, 9)
_JUDGING = re.compile(
    r"\b(high|low|too (?:many|few) |over-?represented|under-?represented|fair|unfair|only|worse"
    r"|better|disproportion\w*|good|bad|significant\w*)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The synthetic store with made-up deciles and ethnic groups."""
    folder = tmp_path_factory.mktemp("needs")
    settings = replace(demo_settings(), needs=folder)
    ws = open_workspace(settings=settings)
    names = ws.reader.area_names
    codes = list(names.loc[names["type"] == "lsoa", "code"])
    deciles = [f"{code},{1 + at % 10}" for at, code in enumerate(codes)]
    groups = [f"{code},{500 + at % 7},{400 + at % 5},1,1,0" for at, code in enumerate(codes)]
    for name, head, lines in (
        ("imd.csv", "code,IMD decile", deciles),
        ("groups.csv", "code,White,Asian,Black,Mixed,Other ethnic group", groups),
    ):
        (folder / name).write_text("\n".join([head, *lines]), encoding="utf-8")
        load_table(LOCAL_ANALYST, settings, folder / name, today=NOW.date())
    return ws


@pytest.mark.parametrize("areas", [(), ("Coventry",), ("Coventry", "Dudley")])
def test_it_compares_and_judges_nothing(loaded: Workspace, areas: tuple[str, ...]) -> None:
    selection = loaded.select(["violence"], first="2025-11", last="2026-10", areas=areas)
    note = equality_text(loaded, selection, audience=Audience.PUBLIC, now=NOW)
    text = "\n".join(note.lines)
    assert _JUDGING.findall(text) == [] and _JUDGING.findall("a low share")
    assert note.people and note.people % 10 == 0 and "No table of ages is loaded" in text
    by = {part.kind: part.groups for part in note.parts}
    for groups in (by["deprivation"], by["ethnicity"]):
        assert sum(one.in_places for one in groups) == pytest.approx(1)
        assert sum(one.in_area for one in groups) == pytest.approx(1)
    assert "disability" in text


def test_small_groups_of_a_single_hexagon_are_joined(loaded: Workspace) -> None:
    selection = loaded.select(["violence"], areas=["Coventry"])
    hot = loaded.hotspots(selection).cells.frame
    cell = str(hot.loc[hot["cluster"] > 0, "cell"].iloc[0])
    note = equality_text(loaded, selection, audience="partner", now=NOW, cells=[cell])
    groups = next(part.groups for part in note.parts if part.kind == "ethnicity")
    assert [one.group for one in groups][-1] == "other groups together"
    assert not {"Black", "Mixed", "Other ethnic"} & {one.group for one in groups}


def test_a_hexagon_has_the_decile_of_the_lsoa_of_its_middle(loaded: Workspace) -> None:
    """And a pilot's comparison is matched on it, where enough of the hexagons are known."""
    reader, table = loaded.reader, loaded_people(loaded.settings.needs)[DEPRIVATION]
    question = loaded.question(resolution=8, audience="analyst")
    cells = question.lattice.cells
    found = cell_deciles(reader, cells, table)
    areas = reader.current_areas
    lsoas = areas[areas["type"] == "lsoa"]
    lon, lat = grid.centres(cells)
    for at in range(0, len(cells), 97):
        inside = lsoas[lsoas.contains(shapely.Point(lon[at], lat[at]))]
        rows = [table.rows[code] for code in inside["code"]]
        expected = [row.index(1) + 1 for row in rows] or [np.nan]
        np.testing.assert_array_equal(found[at], expected[0])
    matched_on = deprivation_of(loaded, question)
    assert (
        matched_on[DEPRIVATION][np.isfinite(found)].tolist() == found[np.isfinite(found)].tolist()
    )
    few = dict([*table.rows.items()][:50])
    assert np.isfinite(cell_deciles(reader, cells, replace(table, rows=few))).mean() < 0.1
    nothing = replace(loaded.settings, needs=loaded.settings.needs / "none")
    assert deprivation_of(replace(loaded, settings=nothing), question) == {}


@pytest.mark.parametrize(
    ("share", "expected"), [(1.0, ""), (0.7, "people there"), (0.3, "too few")]
)
def test_a_table_of_other_codes_says_what_it_knows(
    loaded: Workspace, share: float, expected: str
) -> None:
    """Of the LSOAs in the places only a share has a row, as in a table of an older census."""
    selection = loaded.select(["violence"], areas=["Coventry"])
    hot = loaded.hotspots(selection).cells.frame
    cells = hot.loc[hot["cluster"] > 0, "cell"].astype(str).tolist()
    residents = lsoas_of(loaded.reader, selection.areas)
    there = sorted(shares_inside(loaded.reader, residents, cells))
    gone = there[: round(len(there) * (1 - share))]
    rows = {code: (10.0, 20.0) for code in residents if code not in gone}
    table = PeopleTable("ages", ("0 to 17", "18 and over"), rows, "old.csv", NOW.date())
    note = equality_note(
        loaded.reader,
        selection.areas,
        cells,
        place="Coventry",
        places="made-up places",
        tables={"ages": table},
        today=NOW.date(),
    )
    said = note.parts[0].sentence
    assert expected in said and bool(note.parts[0].groups) == (share > 0.5)


def test_nobody_lives_in_a_place_outside(loaded: Workspace) -> None:
    selection = loaded.select(["violence"], areas=["Coventry"])
    note = equality_text(loaded, selection, audience="partner", now=NOW, cells=["89195c0481bffff"])
    assert note.people is None and "nothing is compared" in "\n".join(note.lines)
    with pytest.raises(UserError, match="local authorities"):
        equality_text(loaded, loaded.select(areas=["npu:Coventry"]), audience="partner", now=NOW)


def test_the_command_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VRP_NEEDS", str(tmp_path))
    words = ["needs", "equality", "--area", "Walsall", "--store", str(demo_settings().store)]
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main([*words, *more])
        assert not ended.value.code
        out = capsys.readouterr().out
        if more:
            assert json.loads(out)["place"] == "Walsall"
        else:
            assert "Who lives in the places picked: Walsall" in out
