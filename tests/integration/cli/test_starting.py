"""What a start loads: the command line answers before the data libraries are there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import vrp_map
from tests.integration.conftest import Demo
from vrp_map import selection, workspace

# SciPy itself loads its parts when they are used.
HEAVY = (
    "duckdb",
    "geopandas",
    "numpy",
    "pandas",
    "scipy.special",
    "shapely",
    "sklearn",
    "streamlit",
)
RUN = """
import sys
from vrp_map.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
"""


def loaded(program: str, *arguments: object, folder: Path) -> set[str]:
    """The heavy libraries that a program of Python has loaded when it ends."""
    told = f"import sys\nsys.stderr.write(' '.join(m for m in {HEAVY} if m in sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", f"{program}\n{told}", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stderr.split())


@pytest.mark.parametrize(
    ("program", "arguments"),
    [("import vrp_map", []), ("import vrp_map.cli", []), (RUN, ["--help"]), (RUN, ["--version"])],
)
def test_a_start_loads_no_data_library(program: str, arguments: list[str], tmp_path: Path) -> None:
    assert loaded(program, *arguments, folder=tmp_path) == set()


def test_a_count_loads_what_it_counts_with(demo: Demo, tmp_path: Path) -> None:
    there = loaded(RUN, "count", "--store", demo.settings.store, folder=tmp_path)
    assert there == {"duckdb", "numpy", "pandas", "shapely"}


def test_the_package_hands_out_its_names_when_they_are_asked_for() -> None:
    assert vrp_map.open_workspace is workspace.open_workspace
    assert vrp_map.Selection is selection.Selection
    assert set(vrp_map.__all__) <= set(dir(vrp_map))
    assert all(getattr(vrp_map, name) is not None for name in vrp_map.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        vrp_map.nothing  # noqa: B018 - the name is asked for, and nothing else
