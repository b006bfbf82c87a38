"""The choice is kept beside its snapshot, for its owner alone, and never believed when damaged."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from vrp_map.warehouse.sample_file import SUFFIX, Arrays, kept
from vrp_map.warehouse.sealed_file import delete_orphans

SECRET = bytes(range(32))
CHOICE = {"n": np.array([0, 2, 1, 5]), "words": np.array(["a", "béta"])}


def same(one: Arrays, other: Arrays) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


def never() -> Arrays:
    raise AssertionError("it should have been read")


def made(folder: Path) -> tuple[Path, Path]:
    snapshot = folder / "20260101T000000Z-abc123.duckdb"
    snapshot.write_bytes(b"")
    assert same(kept(snapshot, (5,), SECRET, choose=CHOICE.copy), CHOICE)
    (file,) = folder.glob(f"*{SUFFIX}")
    return snapshot, file


def test_it_is_chosen_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    snapshot, file = made(tmp_path)
    assert same(kept(snapshot, (5,), SECRET, choose=never), CHOICE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if p not in (snapshot, file)] == []


@pytest.mark.parametrize("damage", ["cut", "bit", "empty", "secret", "steps", "snapshot"])
def test_what_is_not_the_choice_is_made_again(damage: str, tmp_path: Path) -> None:
    snapshot, file = made(tmp_path)
    data = file.read_bytes()
    secret, steps = SECRET, (5,)
    if damage == "cut":
        file.write_bytes(data[:-3])
    elif damage == "bit":
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "secret":
        secret = bytes(32)
    elif damage == "steps":
        steps = (5, 2)
    else:
        snapshot = snapshot.with_name("20260102T000000Z-abc124.duckdb")
        file.rename(file.with_name(file.name.replace("20260101T000000Z-abc123", snapshot.stem)))
    other = {"n": np.arange(4)}
    assert same(kept(snapshot, steps, secret, choose=other.copy), other)


def test_a_store_that_cannot_be_written_is_read_all_the_same(tmp_path: Path) -> None:
    nowhere = tmp_path / "gone" / "20260101T000000Z-abc123.duckdb"
    assert same(kept(nowhere, (5,), SECRET, choose=CHOICE.copy), CHOICE)


def test_it_goes_when_its_snapshot_goes(tmp_path: Path) -> None:
    snapshot, file = made(tmp_path)
    delete_orphans(tmp_path, SUFFIX)
    assert file.exists()
    snapshot.unlink()
    delete_orphans(tmp_path, SUFFIX)
    assert not file.exists()
