"""What is worked out of a snapshot is kept beside it, and made again where it does not fit."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vrp_map.warehouse.kept_table import SUFFIX, kept_table
from vrp_map.warehouse.sealed_file import delete_orphans

NAMES = pd.DataFrame(
    {"name": ["Elm Road", None], "lad": pd.array(["Coventry", pd.NA], dtype="string")},
    index=pd.Index(np.array([2**63 + 5, 7], dtype=np.uint64), name="cell"),
)


def never() -> pd.DataFrame:
    raise AssertionError("it should have been read")


def kept(folder: Path) -> tuple[Path, Path]:
    snapshot = folder / "20260101T000000Z-abc123.duckdb"
    snapshot.write_bytes(b"")
    kept_table(snapshot, "names8", (1, "streets"), make=NAMES.copy)
    (file,) = folder.glob(f"*{SUFFIX}")
    return snapshot, file


def test_it_is_made_once_comes_back_as_it_was_and_only_its_owner_can_read_it(
    tmp_path: Path,
) -> None:
    snapshot, file = kept(tmp_path)
    found = kept_table(snapshot, "names8", (1, "streets"), make=never)
    pd.testing.assert_frame_equal(found, NAMES)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(tmp_path.iterdir()) == {snapshot, file}


@pytest.mark.parametrize("damage", ["cut", "bit", "empty", "state", "snapshot", "subject"])
def test_what_does_not_fit_is_made_again(damage: str, tmp_path: Path) -> None:
    snapshot, file = kept(tmp_path)
    data, state, subject = file.read_bytes(), (1, "streets"), "names8"
    if damage == "cut":
        file.write_bytes(data[:-3])
    elif damage == "bit":
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "state":
        state = (1, "other streets")
    elif damage == "snapshot":
        snapshot = snapshot.with_name("20260102T000000Z-abc124.duckdb")
        file.rename(file.with_name(file.name.replace("20260101T000000Z-abc123", snapshot.stem)))
    else:
        subject = "names9"
        file.rename(file.with_name(file.name.replace("names8", subject)))
    other = NAMES.assign(name="Oak Road")
    for make in (other.copy, never):
        found = kept_table(snapshot, subject, state, make=make)
        pd.testing.assert_frame_equal(found, other)


def test_a_store_that_cannot_be_written_is_read_all_the_same(tmp_path: Path) -> None:
    nowhere = tmp_path / "gone" / "20260101T000000Z-abc123.duckdb"
    assert kept_table(nowhere, "names8", 1, make=NAMES.copy).equals(NAMES)


def test_it_goes_when_its_snapshot_goes(tmp_path: Path) -> None:
    snapshot, file = kept(tmp_path)
    delete_orphans(tmp_path, SUFFIX)
    assert file.exists()
    snapshot.unlink()
    delete_orphans(tmp_path, SUFFIX)
    assert not file.exists()
