"""A store that is held, damaged, or lies in an odd folder: said in words whose advice loses
nothing, or it works.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.made_up import row, settings_in, write
from vrp_map.cli import app
from vrp_map.cli.commands import _run
from vrp_map.config import Settings
from vrp_map.errors import UserError
from vrp_map.selection import Selection
from vrp_map.warehouse.ingest.build import build
from vrp_map.warehouse.ingest.staging import Stage
from vrp_map.warehouse.reader import Reader, open_reader
from vrp_map.warehouse.snapshots import current

_HOLD = (
    "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print('held', flush=True);"
    " sys.stdin.read()"
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("whole")
    settings = settings_in(folder)
    rows = [
        row(crime_id=str(n), month=f"2024-{n % 9 + 1:02d}", latitude=f"52.4{n:05d}")
        for n in range(3_000)
    ]
    build([write(folder / "a.csv", [*rows, row(crime_type="?")])], settings=settings)
    return settings


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Another program that has the file open to write; its process number."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        yield other.pid
        other.communicate(b"")


def test_a_snapshot_open_in_another_program_is_said_to_be_that_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(tmp_path)
    file = write(tmp_path / "a.csv", [row()])
    build([file], settings=settings)
    path = current(settings.store)
    assert path
    with held(path) as pid:
        for arguments in (["count"], ["build", str(file)], ["build"]):
            assert (
                _run(
                    lambda a=arguments: app(
                        args=[*a, "--store", str(settings.store)], standalone_mode=False
                    )
                )
                == 2
            )
            said = capsys.readouterr().err
            assert (
                f"open in another program (process {pid}). Close it there and try again."
                in said.replace("\n", " ")
            )
            assert "away" not in said and "again on all" not in said and "Traceback" not in said
    assert open_reader(settings.store).snapshot.incidents == 1


def _truncated(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(len(data))]


def _flipped(data: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice([1, 50, 5_000])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _zeroed(data: bytearray, chance: random.Random) -> bytearray:
    start, length = chance.randrange(len(data)), chance.choice([512, 4096, 262_144])
    data[start : start + length] = bytes(len(data[start : start + length]))
    return data


def _head_flipped(data: bytearray, chance: random.Random) -> bytearray:
    """The first blocks say what the file is and where all else lies."""
    for _ in range(8):
        data[chance.randrange(12_288)] ^= 1 << chance.randrange(8)
    return data


@pytest.mark.parametrize("damage", [_truncated, _flipped, _zeroed, _head_flipped])
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_snapshot_is_a_user_error_or_harmless(
    damage: object, seed: int, whole: Settings, tmp_path: Path
) -> None:
    good = current(whole.store)
    assert good
    settings = replace(whole, store=tmp_path / "store")
    shutil.copytree(whole.store, settings.store)
    path = settings.store / good.name
    path.write_bytes(damage(bytearray(path.read_bytes()), random.Random(seed)))  # type: ignore[operator]
    try:
        reader = Reader(path)
        for name in (
            "areas",
            "layers",
            "places",
            "gazetteer",
            "residents",
            "months",
            "coverage",
            "snapshot",
        ):
            getattr(reader, name)
        facts = reader.facts(Selection(categories=("robbery",)))
        assert facts.incidents == 3_000
    except UserError as error:
        assert str(path) in error.message and f"Keep {settings.store} as it is" in error.hint
    try:
        ledger = build([write(tmp_path / "b.csv", [row(month="2023-01")])], settings=settings)
        assert ledger.rows_accepted == 1 and open_reader(settings.store).snapshot.incidents == 3_001
    except UserError as error:
        assert "damaged" in error.message and f"Keep {settings.store} as it is" in error.hint
        assert path.exists() and current(settings.store) == path


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe", b"../..\n", b"nothing.duckdb\n", b"a/b\n", b"\0\n"]
)
def test_a_damaged_pointer_is_said(content: bytes, whole: Settings, tmp_path: Path) -> None:
    settings = replace(whole, store=tmp_path / "store")
    shutil.copytree(whole.store, settings.store)
    (settings.store / "CURRENT").write_bytes(content)
    for act in (lambda: open_reader(settings.store), lambda: build([], settings=settings)):
        with pytest.raises(
            UserError, match=r"CURRENT (does not name a snapshot|names .* which is gone)"
        ):
            act()


# Folders in folders: patterns, and what an address, a shell or SQL would read otherwise.
ODD = [
    "data [2024]",
    "st*ar/**/{a,b}/[[]",
    "it's/per%20cent/ha#sh/se;mi/ünï 磨坊/new\nline/\"",
]


@pytest.mark.parametrize("name", ODD)
def test_a_store_works_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    settings = replace(settings_in(tmp_path), store=tmp_path / name / "store")
    # Where the name was a pattern, this neighbour would match it, or it would match the neighbour.
    neighbour = tmp_path / "data 2" / "store"
    neighbour.mkdir(parents=True)
    file = write(tmp_path / name / f"{name.replace('/', ' ')}.csv", [row(), row(crime_type="?")])
    assert build([file], settings=settings).rows_accepted == 1
    assert (
        build([write(tmp_path / "b.csv", [row(month="2024-02")])], settings=settings).rows_accepted
        == 1
    )
    assert open_reader(settings.store).snapshot.incidents == 2
    assert not list(neighbour.iterdir())


def test_a_folder_that_the_database_cannot_use_is_refused_in_words(tmp_path: Path) -> None:
    settings = replace(settings_in(tmp_path), store=tmp_path / "which?" / "store")
    with pytest.raises(UserError, match="there is a question mark in the folder's name"):
        build([write(tmp_path / "a.csv", [row()])], settings=settings)
    assert not settings.store.exists()


def test_a_full_disk_or_memory_is_said_and_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    settings = settings_in(tmp_path)
    build([write(tmp_path / "a.csv", [row()])], settings=settings)
    for error, said in (
        (duckdb.IOException("Could not write file: No space left on device"), "is full"),
        (duckdb.OutOfMemoryException("could not allocate block"), "more memory than 512 MB"),
    ):
        monkeypatch.setattr(Stage, "flush", lambda self, error=error: (_ for _ in ()).throw(error))
        with pytest.raises(UserError, match=said):
            build([write(tmp_path / "b.csv", [row(month="2024-02")])], settings=settings)
    monkeypatch.undo()
    assert open_reader(settings.store).snapshot.incidents == 1
