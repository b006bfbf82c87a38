"""Finding the files and scanning them: nothing is trusted, nothing is unpacked to disk."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.files.find_tables import find_inputs
from vrp_map.warehouse.ingest.files.inputs import Input, scan


def given_bytes(data: bytes) -> Input:
    return Input("folder/x.csv", len(data), lambda: io.BytesIO(data))


@settings(deadline=None)
@given(
    lines=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters='\0\r\n;|\t,"')), min_size=1
    ),
    end=st.booleans(),
)
def test_a_scan_counts_lines_and_fingerprints(lines: list[str], end: bool) -> None:
    data = "\n".join(["a,b", *lines]).encode() + (b"\n" if end else b"")
    found = scan(given_bytes(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.header == ("a", "b")
    # An empty last line is the end of the one before it.
    assert found.lines == len(lines) + 1 - (not end and lines[-1] == "")


def test_a_line_of_a_megabyte_is_the_longest_wherever_it_lies() -> None:
    megabyte = 1 << 20
    for before in (0, megabyte // 2, megabyte - 1):
        start = b"a,b\n" + b"x\n" * (before // 2)
        assert scan(given_bytes(start + b"y" * megabyte + b"\nz\n")).lines > 2
        with pytest.raises(FileRefused, match="longer than 1 MB"):
            scan(given_bytes(start + b"y" * (megabyte + 1) + b"\nz\n"))


def test_a_refusal_names_the_file_and_the_remedy() -> None:
    with pytest.raises(FileRefused, match=r"^folder/x\.csv: it is empty\. Get it again") as error:
        scan(given_bytes(b""))
    assert (error.value.file, error.value.exit_code) == ("folder/x.csv", 3)


def test_files_of_a_folder_in_order(tmp_path: Path) -> None:
    for name in ("b/2.csv", "a/1.CSV", "a/x.csv.gz", "c/z.zip", "notes.txt", "b/.hidden/3.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"a,b\n")
    with zipfile.ZipFile(tmp_path / "c" / "z.zip", "w") as archive:
        archive.writestr("2024-01/in.csv", "a,b\n1,2\n")
        archive.writestr("__MACOSX/2024-01/._in.csv", b"\0")
        archive.mkdir("empty")
    found, refused = find_inputs([tmp_path], max_member_mb=10)
    assert refused == []
    assert [i.basename for i in found] == [
        "1.CSV",
        "x.csv.gz",
        "3.csv",
        "2.csv",
        "in.csv",
        "notes.txt",
    ]
    assert [i.name for i in found][-2] == f"{tmp_path / 'c' / 'z.zip'}!2024-01/in.csv"
    assert scan(found[-2]).header == ("a", "b")


def test_a_packed_file_is_named_whole(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "x.csv.gz"
    file.parent.mkdir()
    file.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000))
    (one,), _ = find_inputs([file], max_member_mb=1)
    with pytest.raises(FileRefused, match="unpacks to more") as error:
        scan(one)
    assert error.value.file == str(file)


def test_a_file_that_goes_away_is_said(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a,b\n")
    (one,), _ = find_inputs([file], max_member_mb=1)
    file.unlink()
    with pytest.raises(FileRefused, match="cannot be read"):
        scan(one)
