"""A build that is killed, at any moment, leaves the published snapshot as it was, and the next
build works.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.made_up import row, settings_in, write
from vrp_map.errors import UserError
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.snapshots import building, clear_unfinished, current
from vrp_map.workspace import open_workspace

# The query, or the renaming, before which the process kills itself.
MOMENTS = {
    "while reading": "build/stage_batch",
    "while taking incidents": "build/core_incident",
    "while finding repeats": "build/repeated",
    "before the checks": "build/checks",
    "before the snapshot is renamed": "rename:.duckdb",
    "before the pointer moves": "rename:CURRENT",
}

KILLER = """
import json, os, signal, sys
from pathlib import Path
from tests.made_up import settings_in
from vrp_map.warehouse import sql_files
from vrp_map.warehouse.ingest import build as build_module

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def arm(moment):
    if moment.startswith("rename:"):
        replace = os.replace
        os.replace = lambda old, new: die() if str(new).endswith(moment[7:]) else replace(old, new)
        return
    run = sql_files.run
    armed = lambda con, name, values=None: die() if name == moment else run(con, name, values)
    for module in list(sys.modules.values()):
        if getattr(module, "run", None) is run:
            module.run = armed

for folder, moment in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        arm(moment)
        build_module.build([Path(folder) / "new.csv"], settings=settings_in(Path(folder)))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str, int]]:
    """For every moment: the folder, the snapshot that was published, and how the killed process
    ended.
    """
    folders, published = {}, {}
    for number, moment in enumerate(MOMENTS):
        folders[moment] = tmp_path_factory.mktemp(f"killed{number}")
        settings = settings_in(folders[moment])
        published[moment] = build(
            [write(folders[moment] / "old.csv", [row(), row()])], settings=settings
        ).snapshot
        write(folders[moment] / "new.csv", [row(month="2024-02")] * 50)
    plan = json.dumps([[str(folders[moment]), step] for moment, step in MOMENTS.items()])
    done = subprocess.run(
        [sys.executable, "-c", KILLER, plan], capture_output=True, text=True, timeout=60, check=True
    )
    codes = [int(line) for line in done.stdout.split()]
    return {m: (folders[m], published[m], code) for m, code in zip(MOMENTS, codes, strict=True)}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_build_harms_nothing_and_the_next_one_works(
    moment: str, killed: dict[str, tuple[Path, str, int]]
) -> None:
    folder, snapshot, code = killed[moment]
    settings = settings_in(folder)
    assert code == -signal.SIGKILL
    left = list(settings.store.glob("*.building*"))
    assert left, "nothing was under way when the process was killed"
    ws = open_workspace(settings=settings)
    assert (ws.snapshot.id, ws.snapshot.incidents) == (snapshot, 2)

    ledger = build([folder / "new.csv"], settings=settings)
    assert (ledger.published, ledger.rows_accepted) == (True, 50)
    assert open_workspace(settings=settings).snapshot.incidents == 52
    assert not list(settings.store.glob("*.building*"))


def test_kill_9_from_outside(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    first = build([write(tmp_path / "old.csv", [row()])], settings=settings)
    write(tmp_path / "new.csv", [row(month="2024-02", crime_id=str(i)) for i in range(60_000)])
    order = f"""
from pathlib import Path
from tests.made_up import settings_in
from vrp_map.warehouse.ingest.build import build
build([Path({str(tmp_path / "new.csv")!r})], settings=settings_in(Path({str(tmp_path)!r})))
"""
    process = subprocess.Popen([sys.executable, "-c", order])
    until = time.monotonic() + 30
    while (
        not list(settings.store.glob("*.building.wal"))
        and time.monotonic() < until
        and process.poll() is None
    ):
        os.sched_yield()
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert open_workspace(settings=settings).snapshot.id == first.snapshot
    assert build([tmp_path / "new.csv"], settings=settings).rows_accepted == 60_000
    assert not list(settings.store.glob("*.building*"))


def test_a_second_build_at_once_is_refused(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    first = build([write(tmp_path / "old.csv", [row()])], settings=settings)
    with (
        building(settings.store),
        pytest.raises(UserError, match=r"Another build is using .*\. Wait until it has finished"),
    ):
        build([write(tmp_path / "new.csv", [row(month="2024-02")])], settings=settings)
    assert open_workspace(settings=settings).snapshot.id == first.snapshot
    assert build([tmp_path / "new.csv"], settings=settings).published


def test_a_build_that_fails_clears_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("vrp_map.warehouse.ingest.finish.fill_residents", full)
        with pytest.raises(OSError, match="No space"):
            build([write(tmp_path / "a.csv", [row()])], settings=settings)
    assert [p.name for p in settings.store.iterdir()] == [".lock"]
    assert build([tmp_path / "a.csv"], settings=settings).published


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(UserError, match="cannot be written"):
        build([write(tmp_path / "a.csv", [row()])], settings=settings_in(tmp_path))


def test_a_pointer_to_nothing_and_a_foreign_snapshot_are_said(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build([write(tmp_path / "a.csv", [row()])], settings=settings)
    path = current(settings.store)
    assert path is not None
    other = settings.store / "20990101T000000Z-ffffff.duckdb"
    other.write_bytes(b"not a database")
    (settings.store / "CURRENT").write_text(other.name)
    with pytest.raises(UserError, match="not a snapshot this version can read"):
        open_workspace(settings=settings)
    other.unlink()
    with pytest.raises(UserError, match=r"is gone\. Restore the store from a backup"):
        open_workspace(settings=settings)
    (settings.store / "CURRENT").write_text(f"../../{path.name}")
    assert current(settings.store) == path


def test_clearing_touches_nothing_else(tmp_path: Path) -> None:
    for name in (
        "20240101T000000Z-abcdef.duckdb",
        "CURRENT",
        "notes.txt",
        "x.building",
        "x-stage.building",
        "x-stage.building.wal",
    ):
        (tmp_path / name).write_text("")
    (tmp_path / "x-spill.building").mkdir()
    clear_unfinished(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "20240101T000000Z-abcdef.duckdb",
        "CURRENT",
        "notes.txt",
    ]
