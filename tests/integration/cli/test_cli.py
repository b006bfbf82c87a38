"""`vrp-map` as somebody types it: tables, files, and mistakes answered in one sentence."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from rich.console import Console
from typer.testing import CliRunner

from tests.integration.conftest import Demo
from tests.made_up import make_boundaries, row, write
from vrp_map.cli import app, console, main
from vrp_map.cli.period import USUAL_MONTHS
from vrp_map.config import Settings
from vrp_map.views.choice import DEFAULT_MONTHS

Run = Callable[..., tuple[int, str, str]]
COMMANDS = [
    "build",
    "count",
    "hotspots",
    "quality",
    "demo",
    "serve",
    "boundaries list",
    "boundaries add",
    "fetch basemap",
    "fetch police-uk",
    "analyse",
    "backtest",
    "purge",
    "verdict",
    "pilots power",
    "basemap add",
    "basemap list",
    "basemap remove",
    "pilots approve",
    "pilots compare",
    "pilots decide",
    "pilots dose",
    "pilots export",
    "pilots import",
    "pilots list",
    "pilots log",
    "pilots verdict",
    "places add",
    "places list",
    "places remove",
    "responses import",
    "responses export",
    "responses quarter",
    "responses unanswered",
    "brief",
    "funding allocate",
    "funding benefit",
    "funding export",
    "funding import",
    "funding list",
    "funding need",
    "funding places",
    "funding save",
    "funding scenarios",
    "funding sign",
    "boundaries differences",
    "digest",
    "export",
    "needs assess",
    "needs check",
    "needs equality",
    "needs load",
    "pilots decisions",
    "pilots forest",
    "pilots match",
    "pilots plan",
    "pilots sign-off",
    "pilots story",
    "pilots plans",
    "routes counts",
    "routes export",
    "routes import",
    "routes list",
    "schools lens",
    "schools list",
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command as `main` does: exit code, what it said, what it complained of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name in [name for name in os.environ if name.startswith("VRP_")]:
        monkeypatch.delenv(name)

    def command(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(a) for a in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return int(ended.value.code or 0), said.out, said.err

    return command


@pytest.mark.parametrize("command", ["", *COMMANDS, "boundaries", "fetch"])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0 and "Usage" in result.output
    summary = [line.strip() for line in result.output.splitlines() if line.strip()][1]
    assert summary.endswith((".", "…")) or "." in summary


def test_every_command_is_in_the_list() -> None:
    names = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    names |= {
        f"{g.name} {c.name or c.callback.__name__}"
        for g in app.registered_groups
        if g.typer_instance
        for c in g.typer_instance.registered_commands
        if c.callback
    }
    assert names == set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["count", "--by", "town"], 2, "cannot be counted by 'town'"),
        (["count", "--by", "cell", "--resolution", "11"], 2, "resolution is 11"),
        (["count", "--resolution", "many"], 2, "integer"),
        (["count", "--category", "robery"], 2, "Did you mean robbery?"),
        (["count", "--from", "2026"], 2, "is not a month"),
        (["count", "--from", "2026-05", "--to", "2026-01"], 2, "before it begins"),
        (["count", "--area", "Coventri"], 2, "Did you mean Coventry?"),
        (["count", "--source", "police"], 2, "No data of the source"),
        (["count", "--audience", "everyone"], 2, "no audience 'everyone'"),
        (["count", "--format", "xml"], 2, "no format 'xml'"),
        (["count", "--format", "geoparquet"], 2, "Give a file with -o"),
        (["count", "--by", "month", "--format", "geojson"], 2, "no places to draw"),
        (
            ["count", "-o", "no/such/folder/x.csv", "--format", "csv"],
            2,
            "there is no folder no/such/folder",
        ),
        (["count", "-o", ".", "--format", "csv"], 2, "cannot be written"),
        (["count", "--from", "2031-01"], 2, "The data is of November 2024 to October 2026"),
        (["count", "--to", "2011-01"], 2, "The data is of November 2024 to October 2026"),
        (
            ["count", "--from", "2011-01", "--to", "2011-02"],
            2,
            "The data is of November 2024 to October 2026",
        ),
        (["hotspots", "--to", "2011-01"], 2, "The data is of November 2024 to October 2026"),
        (["hotspots", "--shapes", "circles"], 2, "no shapes 'circles'"),
        (["count", "--nonsense"], 2, "--nonsense"),
        (["nonsense"], 2, "nonsense"),
        (["hotspots", "--clusters", "kmeans"], 2, "no cluster method"),
        (["hotspots", "--clusters", "dbscan"], 4, "snap points"),
        (["hotspots", "--area", "lsoa:E01008881"], 2, "too few to tell"),
        (["quality", "--reason", "month:nonsense"], 2, "No record was refused for"),
        (["quality", "--rows", "-1"], 2, "rows"),
    ],
)
def test_a_mistake_is_answered_in_a_sentence(
    arguments: list[str], code: int, said: str, run: Run, demo: Demo
) -> None:
    store = [] if arguments == ["nonsense"] else ["--store", str(demo.settings.store)]
    ended, out, err = run(arguments[0], *store, *arguments[1:])
    assert (ended, out) == (code, "")
    assert said in err


def test_a_fresh_store_says_what_to_do(run: Run, tmp_path: Path) -> None:
    for command in ("count", "hotspots", "quality"):
        code, _, err = run(command, "--store", tmp_path / "none")
        assert code == 2 and "vrp-map demo" in err and "vrp-map build" in err


def test_serving_a_fresh_store_says_that_it_is_empty(
    run: Run, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrp_map.ui.serve.serve", lambda **_: None)
    code, out, _ = run("serve", "--store", tmp_path / "none", "--port", "8600")
    assert code == 0 and "no snapshot" in out and "vrp-map demo" in out and "localhost:8600" in out
    _, out, _ = run("serve", "--store", demo.settings.store)
    assert "no snapshot" not in out


def test_serving_with_a_table_that_cannot_be_used_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrp_map.ui.serve.serve", lambda **_: None)
    file = tmp_path / "own.toml"
    file.write_text('[own]\nwords = "x"\nhelps = ["polise"]\n', encoding="utf-8")
    for name, says in (("THEMES", "names 'polise'"), ("FLAG_WORDS", "own")):
        with monkeypatch.context() as set_:
            set_.setenv(f"VRP_{name}", str(file))
            code, out, err = run("serve", "--store", tmp_path / "none")
        assert code == 2 and says in err and "localhost" not in out


def test_building_nothing_or_only_a_missing_file(run: Run, tmp_path: Path) -> None:
    code, _, err = run("build", "--store", tmp_path / "s")
    assert code == 2 and "holds nothing to build again" in err
    code, out, err = run("build", "--store", tmp_path / "s", tmp_path / "none.csv")
    assert code == 3 and "no such file" in err and "nothing was published" in out
    code, _, err = run(
        "build", "--store", tmp_path / "s", "--source", "polis", tmp_path / "none.csv"
    )
    assert code == 2 and "no source 'polis'" in err


def test_build_as_json_is_one_object(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_BOUNDARIES", str(make_boundaries(tmp_path / "boundaries")))
    file = write(tmp_path / "a.csv", [row(), row(month="?")])
    code, out, err = run("build", file, "--store", tmp_path / "s", "--json")
    ledger = json.loads(out)
    assert (code, err) == (0, "")
    assert {
        "snapshot",
        "files",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "reasons",
        "unlocated",
        "outside",
        "distinct_locations",
        "by_lad",
        "by_month",
        "seconds",
    } <= ledger.keys()
    assert (ledger["rows_read"], ledger["rows_accepted"], ledger["reasons"]) == (
        2,
        1,
        {"month:invalid": 1},
    )
    code, out, _ = run("build", file, "--store", tmp_path / "s")
    assert code == 0 and "Nothing new" in out and "same content" in out
    write(tmp_path / "b.csv", [row(), row()])
    code, _, err = run("build", tmp_path / "b.csv", "--store", tmp_path / "s")
    assert code == 3 and "--replace" in err
    code, out, _ = run("build", tmp_path / "b.csv", "--store", tmp_path / "s", "--replace")
    assert code == 0 and "1 incidents before, 2 now" in out


@pytest.mark.parametrize(
    "by", ["cell", "force", "lad", "npu", "lpa", "ward", "lsoa", "month", "category"]
)
def test_count_in_every_way(by: str, run: Run, demo: Demo) -> None:
    code, out, _ = run("count", "--store", demo.settings.store, "--by", by, "--format", "json")
    document = json.loads(out)
    assert (
        code == 0
        and document["by"] == by
        and document["synthetic"]
        and document["audience"] == "partner"
    )
    assert len(document["rows"]) and all(
        r["n"] is None or r["n"] % 5 == 0 for r in document["rows"]
    )
    assert all((r["n"] is None) == r["hidden"] for r in document["rows"])


def test_count_as_a_table_says_synthetic_total_and_rule(run: Run, demo: Demo) -> None:
    code, out, _ = run("count", "--store", demo.settings.store)
    assert code == 0
    assert "SYNTHETIC" in out and "Birmingham" in out and "Total: " in out
    assert "estimated from one incident in 5." in out
    _, exact, _ = run(
        "count", "--store", demo.settings.store, "--audience", "analyst", "--category", "all"
    )
    assert f"{demo.planted.by_lad['Walsall']:,}" in exact and "analysts only" in exact


def test_formats_agree(run: Run, demo: Demo, tmp_path: Path) -> None:
    options = [
        "count",
        "--store",
        demo.settings.store,
        "--by",
        "cell",
        "--resolution",
        "8",
        "--area",
        "Coventry",
    ]
    _, text, _ = run(*options, "--format", "csv")
    table = pd.read_csv(io.StringIO(text))
    _, text, _ = run(*options, "--format", "json")
    rows = pd.DataFrame(json.loads(text)["rows"])
    _, text, _ = run(*options, "--format", "geojson")
    shapes = gpd.read_file(io.StringIO(text))
    code, _, _ = run(*options, "--format", "geoparquet", "-o", tmp_path / "x.parquet")
    parquet = gpd.read_parquet(tmp_path / "x.parquet")
    assert code == 0 and parquet.crs == "EPSG:4326"
    for other in (rows, shapes, parquet):
        assert other["cell"].tolist() == table["cell"].tolist()
        assert other["n"].astype("Int64").equals(table["n"].astype("Int64"))
    assert parquet.geometry.is_valid.all() and not parquet.geometry.is_empty.any()
    assert shapes.geometry.geom_equals_exact(parquet.geometry, tolerance=1e-5).all()


def test_count_by_area_as_geojson_has_outlines(run: Run, demo: Demo, tmp_path: Path) -> None:
    code, _, _ = run(
        "count",
        "--store",
        demo.settings.store,
        "--by",
        "npu",
        "--format",
        "geojson",
        "-o",
        tmp_path / "x.geojson",
    )
    shapes = gpd.read_file(tmp_path / "x.geojson")
    assert code == 0 and len(shapes) == 8 and shapes.geometry.notna().all()
    for format in ("csv", "json", "table"):
        code, _, _ = run(
            "count", "--store", demo.settings.store, "--format", format, "-o", tmp_path / format
        )
        assert code == 0 and "Coventry" in (tmp_path / format).read_text(encoding="utf-8")


def test_count_by_cell_begins_with_the_most(run: Run, demo: Demo) -> None:
    _, out, _ = run("count", "--store", demo.settings.store, "--by", "cell", "--format", "csv")
    shown = pd.read_csv(io.StringIO(out))["n"]
    assert (
        shown.dropna().is_monotonic_decreasing and shown.dropna().iloc[0] > shown.dropna().iloc[-1]
    )
    assert shown.isna().tolist() == sorted(shown.isna())


@pytest.mark.parametrize("by", ["cell", "lad", "npu", "ward", "month", "category"])
def test_a_table_of_counts_fits_a_narrow_window(
    by: str, run: Run, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run("count", "--store", demo.settings.store, "--by", by)
    table = out[: out.index("Total: ")].splitlines()[1:]
    assert max(map(len, table)) <= 80
    assert table[0].endswith("Incidents") and "_" not in table[0]
    # Numbers end under the end of their header.
    assert all(
        line.endswith(("hidden", *"0123456789")) and len(line) == len(table[0])
        for line in table[1:20]
    )


@pytest.mark.parametrize(
    ("shapes", "width"), [("clusters", 80), ("cells", 80), ("clusters", 60), ("clusters", 200)]
)
def test_hotspots_fit_a_window(
    shapes: str, width: int, run: Run, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    _, out, _ = run("hotspots", "--store", demo.settings.store, "--shapes", shapes)
    lines = out.splitlines()
    (at,) = [i for i, line in enumerate(lines) if line.startswith("No.")]
    rows = [
        line for line in lines[at + 1 :] if line[:3].strip().isdigit() or line[:4].strip().isdigit()
    ]
    assert len(rows) >= 8 and max(map(len, rows)) <= width
    assert (
        "Place" in lines[at]
        and "Incidents" in lines[at]
        and "Change" in lines[at]
        and "q ≤" in lines[at]
    )
    assert ("--format csv has every column" in out) == (width < 200)
    assert " NPU  " not in "".join(rows)
    assert "NPU boundaries are indicative and not in force after 2 April 2023.\n" in out


def test_hotspots_without_months_are_of_the_last_year_and_compared(run: Run, demo: Demo) -> None:
    assert DEFAULT_MONTHS == USUAL_MONTHS
    _, out, _ = run("hotspots", "--store", demo.settings.store)
    assert (
        "Period: November 2025 to October 2026 (the last 12 months; --from and --to choose others)."
        in out
    )
    assert "the 12 months before" in out
    _, out, _ = run("hotspots", "--store", demo.settings.store, "--format", "json")
    document = json.loads(out)
    assert (document["selection"]["from"], document["selection"]["to"]) == ("2025-11", "2026-10")
    assert any(c["change"] is not None for c in document["clusters"])
    _, out, _ = run(
        "hotspots", "--store", demo.settings.store, "--to", "2025-12", "--format", "json"
    )
    assert json.loads(out)["selection"]["from"] == "2025-01"
    _, out, _ = run("hotspots", "--store", demo.settings.store, "--from", "2024-11")
    assert "Period: November 2024 to October 2026.\n" in out
    assert "To see what changed, choose at most 12 months: --from 2025-11." in out


def test_hotspots_as_geojson_are_the_outlines_of_the_named_areas(
    run: Run, demo: Demo, tmp_path: Path
) -> None:
    options = ["hotspots", "--store", demo.settings.store, "--format", "geojson"]
    _, out, _ = run(*options)
    document = json.loads(out)
    assert (
        document["method"]["caveats"]
        and document["attribution"]
        and document["selection"]["category"]
    )
    areas = gpd.read_file(io.StringIO(out))
    assert {"name", "n", "rate", "share", "change", "sentence", "q", "lad", "npu"} <= set(
        areas.columns
    )
    _, out, _ = run(*options, "--shapes", "cells")
    cells = gpd.read_file(io.StringIO(out))
    assert areas.geometry.is_valid.all() and len(cells) > len(areas) >= 8
    for area in areas.itertuples():
        members = shapely.area(cells[cells["cluster"] == area.cluster].geometry.to_numpy())
        assert len(members) == area.cells
        assert area.geometry.area == pytest.approx(members.sum(), rel=1e-4)
    code, _, _ = run(*options[:-1], "geoparquet", "-o", tmp_path / "x.parquet")
    assert code == 0 and len(gpd.read_parquet(tmp_path / "x.parquet")) == len(areas)


@pytest.mark.parametrize(
    "command", [["count", "--by", "npu"], ["count", "--by", "cell"], ["hotspots"]]
)
@pytest.mark.parametrize("format", ["csv", "table", "geoparquet"])
def test_a_file_without_room_for_its_method_has_it_beside(
    command: list[str], format: str, run: Run, demo: Demo, tmp_path: Path
) -> None:
    options = [*command, "--store", demo.settings.store, "--area", "Coventry"]
    code, out, _ = run(*options, "--format", format, "-o", tmp_path / "x.dat")
    beside = tmp_path / "x.dat.method.json"
    assert code == 0 and f"Wrote {beside}." in out
    said = json.loads(beside.read_text(encoding="utf-8"))
    assert (
        said["selection"]["area"] == "lad:E08000026"
        and said["audience"] == "partner"
        and said["synthetic"]
    )
    assert said["method"]["method"] and said["attribution"] and "one incident in 5" in said["note"]
    assert "rows" not in said
    indicative = [c for c in said["method"]["caveats"] if "indicative" in c]
    assert bool(indicative) == ("cell" not in command)
    if format == "table":
        text = (tmp_path / "x.dat").read_text(encoding="utf-8")
        assert (
            text.startswith("SYNTHETIC DATA")
            and "Numbers are estimated from one incident in 5." in text
        )


def test_count_as_json_and_geojson_hold_their_method(run: Run, demo: Demo) -> None:
    for format in ("json", "geojson"):
        _, out, _ = run("count", "--store", demo.settings.store, "--by", "cell", "--format", format)
        document = json.loads(out)
        assert (
            document["method"]["period"] == "November 2024 to October 2026"
            and document["method"]["resolution"] == 9
        )
        assert document["method"]["disclosure"] == document["note"]


@pytest.mark.parametrize(
    "command",
    [["count"], ["count", "--by", "cell"], ["hotspots"], ["hotspots", "--shapes", "cells"]],
)
def test_where_numbers_are_hidden_the_rounding_is_said_too(
    command: list[str], run: Run, demo: Demo
) -> None:
    for audience, k in (("partner", 5), ("public", 10)):
        _, out, _ = run(*command, "--store", demo.settings.store, "--audience", audience)
        assert f"Numbers are estimated from one incident in {k}." in out
    _, out, _ = run(*command, "--store", demo.settings.store, "--audience", "analyst")
    assert "Exact numbers: for analysts only." in out and "hidden" not in out


def test_sentences_in_a_window_end_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/a/very/long/path/" + "x" * 40 + ".csv"
    for name in ("screen", "_err"):
        narrow = Console(
            file=io.StringIO(), width=40, force_terminal=True, color_system=None, soft_wrap=True
        )
        monkeypatch.setattr(console, name, narrow)
    console.say(f"Wrote [bold]{path}[/bold] and another sentence that is longer than one line.")
    said = console.screen.file.getvalue()  # type: ignore[attr-defined]
    assert (
        f"[bold]{path}[/bold]" in said
        and max(len(x) for x in said.split("\n") if path not in x) <= 40
    )
    assert (
        said.replace("\n", " ").split()[-6:]
        == ["sentence", "that", "is", "longer", "than", "one", "line."][-6:]
    )
    console.complain(
        "There is no such file or folder, and this says so at length.", "Check the path."
    )
    assert console._err.file.getvalue() == (  # type: ignore[attr-defined]
        "Error: There is no such file or folder,\nand this says so at length.\nCheck the path.\n"
    )


def test_the_version(run: Run) -> None:
    code, out, _ = run("--version")
    assert code == 0 and out == f"vrp-map {version('vrp-map')}\n"


def test_hotspots_in_every_format(run: Run, demo: Demo, tmp_path: Path) -> None:
    options = ["hotspots", "--store", demo.settings.store, "--from", "2025-11", "--to", "2026-10"]
    code, out, _ = run(*options)
    assert code == 0 and "around " in out and "snap point" in out and "the 12 months before" in out
    code, out, _ = run(*options, "--shapes", "cells")
    assert code == 0 and "stand out clearly" in out and "Hexagon  " in out
    _, out, _ = run(*options, "--format", "json")
    document = json.loads(out)
    assert document["synthetic"] and len(document["clusters"]) >= 8
    assert all(
        "z" not in c and "p" not in c and c["q"] in (0.01, 0.05, 0.1, 1) for c in document["cells"]
    )
    assert all(
        r[n] is None or r[n] % 5 == 0
        for part in ("cells", "clusters")
        for r in document[part]
        for n in ("n", "n_previous")
    )
    _, out, _ = run(*options, "--format", "csv")
    assert out.startswith("cluster,name,lad,npu,cells,n,")
    for format in ("geojson", "geoparquet"):
        code, _, _ = run(*options, "--format", format, "-o", tmp_path / format)
        assert code == 0 and (tmp_path / format).stat().st_size > 1_000
    _, out, _ = run(*options, "--format", "json", "--audience", "analyst")
    assert "z" in json.loads(out)["cells"][0]


def test_quality(run: Run, demo: Demo) -> None:
    code, out, _ = run(
        "quality", "--store", demo.settings.store, "--reason", "coordinate:swapped", "--rows", "3"
    )
    assert code == 0 and "coordinate:swapped" in out and "Rows read" in out
    code, out, _ = run("quality", "--store", demo.settings.store, "--json", "--rows", "7")
    document = json.loads(out)
    assert code == 0 and len(document["refused"]) == 7
    assert document["rows_read"] == document["rows_accepted"] + document["rows_quarantined"]
    assert {r["reason"]: r["n"] for r in document["reasons"]} == demo.planted.refused


def test_quality_says_missing_months(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_BOUNDARIES", str(make_boundaries(tmp_path / "boundaries")))
    run(
        "build",
        write(tmp_path / "a.csv", [row(month="2023-11"), row(month="2024-01")]),
        "--store",
        tmp_path / "s",
    )
    _, out, _ = run("quality", "--store", tmp_path / "s", "--json")
    assert str(json.loads(out)["absent"][0]["month"]).startswith("2023-12")
    _, out, _ = run("quality", "--store", tmp_path / "s")
    assert "2023-12" in out


def test_boundaries(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("boundaries", "list", "--json")
    assert code == 0 and {layer["type"] for layer in json.loads(out)} == {
        "force",
        "lad",
        "npu",
        "lpa",
        "ward",
        "lsoa",
    }
    code, out, _ = run("boundaries", "list")
    assert code == 0 and "indicative" in out
    options = ["--type", "ward", "--name-field", "n", "--code-field", "c"]
    code, _, err = run(
        "boundaries", "add", tmp_path / "none.geojson", *options, "--valid-from", "2024-01-01"
    )
    assert code in (2, 3) and "none.geojson" in err
    code, _, err = run(
        "boundaries", "add", tmp_path / "none.geojson", *options, "--valid-from", "yesterday"
    )
    assert code == 2 and "is not a date" in err


def test_the_demo_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its streets are made in test_demo_streets.py, and its events in test_voice_gaps.py."""
    left: list[tuple[Path, Path]] = []

    def leave(settings: Settings, folder: Path, **_: object) -> str:
        left.append((settings.store, folder))
        return ""

    monkeypatch.setattr("pipelines.demo_streets.add_demo_streets", leave)
    monkeypatch.setattr("vrp_map.cli.serving._demo_event", leave)
    options = [
        "demo",
        "--no-serve",
        "--store",
        tmp_path / "s",
        "--folder",
        tmp_path / "f",
        "--months",
        "2",
        "--json",
    ]
    code, out, _ = run(*options)
    ledger = json.loads(out)
    planted = json.loads((tmp_path / "f" / "planted.json").read_text())
    assert (
        code == 0
        and ledger["rows_accepted"] == planted["rows_accepted"]
        and ledger["reasons"] == planted["refused"]
    )
    code, out, _ = run(*options)
    again = json.loads(out)
    assert code == 0 and not again["published"] and len(again["skipped"]) == 2
    assert left == 2 * [(tmp_path / "s", tmp_path / f"f-{what}") for what in ("streets", "schools")]
    real = write(tmp_path / "real.csv", [row(month="2024-01")])
    code, _, err = run("build", real, "--store", tmp_path / "s")
    assert code == 2 and "synthetic" in err


def test_settings_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(f'store = "{tmp_path / "elsewhere"}"\n', encoding="utf-8")
    code, _, err = run("--settings", tmp_path / "other.toml", "count")
    assert code == 2 and "elsewhere" in err
    code, _, err = run("--settings", tmp_path / "none.toml", "count")
    assert code == 2 and "no settings file" in err
    code, _, err = run("--settings", tmp_path, "count")
    assert code == 2 and "cannot be read" in err
    (tmp_path / "vrp.toml").write_text("partner_kk = 3\n", encoding="utf-8")
    code, _, err = run("count")
    assert code == 2 and "Did you mean partner_k?" in err


def test_a_damaged_store_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "CURRENT").write_text("x.duckdb")
    (tmp_path / "s" / "x.duckdb").write_bytes(b"nonsense")
    code, _, err = run("count", "--store", tmp_path / "s")
    assert code == 2 and "not a snapshot" in err


def test_a_reader_that_stops_early_is_no_error(demo: Demo) -> None:
    order = [
        sys.executable,
        "-c",
        "from vrp_map.cli import main; main()",
        "count",
        "--by",
        "lsoa",
        "--format",
        "csv",
    ]
    process = subprocess.Popen(
        [*order, "--store", str(demo.settings.store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() in (0, 1)


def test_a_fault_of_ours_is_one_sentence_with_its_place(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, and nothing of a row: libraries write values into their messages."""

    def broken(*_: object, **__: object) -> None:
        raise KeyError("row 12: Fox Street")

    monkeypatch.setattr("vrp_map.workspace.Workspace.counts", broken)
    with pytest.raises(SystemExit) as ended:
        main(["count", "--store", str(demo.settings.store)])
    said = capsys.readouterr().err
    assert ended.value.code == 70
    assert "The fault is ours: KeyError at" in said and "vrp_map/cli/commands.py:" in said
    assert "Fox Street" not in said and "Traceback" not in said
