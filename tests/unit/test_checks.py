"""`make check` and CI are one script, and it stops at the first part that fails."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECK = ROOT / ".ci" / "check"
TESTS = "pytest -n 2 --dist loadfile"
TOOLS = ("ruff", "mypy", "pytest", "python3", "mktemp")


def run_with_made_up_tools(folder: Path, *parts: str, failing: str = "") -> tuple[int, list[str]]:
    """Run the script with tools that only write down how they were called; one call may fail."""
    log = folder / "log"
    # The made-up `python3 -m venv` leaves a made-up pip and vrp-map where a real one would.
    venv = f'mkdir -p "$3/bin"; for t in pip vrp-map; do cp {folder}/bin/ruff "$3/bin/$t"; done'
    (folder / "bin").mkdir()
    for tool in TOOLS:
        body = (
            f'line="$(basename "$0") $*"\necho "$line" >>{log}\n[ "$line" != "{failing}" ] ||'
            " exit 1\n"
        )
        body += (
            venv
            if tool == "python3"
            else f"mkdir {folder}/work; echo {folder}/work"
            if tool == "mktemp"
            else ""
        )
        (folder / "bin" / tool).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (folder / "bin" / tool).chmod(0o755)
    path = f"{folder}/bin:{os.environ['PATH']}"
    ended = subprocess.run(
        [CHECK, *parts], env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    return ended.returncode, log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def test_everything_lints_types_tests_and_tries_a_wheel(tmp_path: Path) -> None:
    code, called = run_with_made_up_tools(tmp_path)
    assert code == 0
    assert called[:4] == ["ruff check .", "ruff format --check .", "mypy ", TESTS]
    assert "pip install --quiet . -c constraints.txt" in called
    assert [line for line in called if line.startswith("vrp-map demo --no-serve")]
    assert called[-1] == "vrp-map count --by lad --format csv"
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    "failing",
    [
        "ruff check .",
        "ruff format --check .",
        "mypy ",
        TESTS,
        "pip install --quiet . -c constraints.txt",
    ],
)
def test_a_failure_stops_it(failing: str, tmp_path: Path) -> None:
    code, called = run_with_made_up_tools(tmp_path, failing=failing)
    assert code != 0 and called[-1] == failing


def test_one_part_alone_and_one_that_there_is_not(tmp_path: Path) -> None:
    assert run_with_made_up_tools(tmp_path, "types") == (0, ["mypy "])
    ended = subprocess.run([CHECK, "nonsense"], capture_output=True, text=True)
    assert ended.returncode == 2 and "There is no check 'nonsense'. Choose lint" in ended.stderr


def test_make_and_ci_have_no_checks_of_their_own() -> None:
    for name in ("Makefile", ".ci/run"):
        lines = [line.strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
        assert [line for line in lines if line == ".ci/check"], name
        own = [line for line in lines if re.match(r"(ruff|mypy|pytest( -n.*)?$|vrp-map)", line)]
        assert own == [], name


def test_the_script_runs_the_readme_test_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r'pip install -e "\.\[test\]" -c constraints\.txt && (.+)', readme)
    assert command in [line.strip() for line in CHECK.read_text(encoding="utf-8").splitlines()]
