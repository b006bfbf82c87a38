"""Ways in: files, folders and zips become a list of CSV files, each scanned before a row of it is read.

Nothing is ever extracted to a path that an archive names: members are read as streams.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from vrp_map.errors import FileRefused
from vrp_map.warehouse.headers import Header, candidates

_MEGABYTE = 1 << 20
_LONGEST_LINE = _MEGABYTE
# A real CSV deflates to a tenth or so; a bomb to a thousandth.
_MOST_INFLATION = 200
_SUFFIXES = (".csv", ".csv.gz", ".zip")


@dataclass(frozen=True)
class Input:
    """One CSV file, wherever it lies."""

    name: str
    size: int
    opener: Callable[[], IO[bytes]]

    @property
    def basename(self) -> str:
        return PurePosixPath(self.name.replace("\\", "/")).name

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes of the file; whatever goes wrong in reading them is a refusal of this file."""
        try:
            with self.opener() as stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError) as error:
            raise FileRefused(self.name, "the compressed data is damaged.", hint="Download it again.") from error
        except (NotImplementedError, RuntimeError) as error:
            raise FileRefused(
                self.name, "it is encrypted or compressed in an unknown way.", hint="Unpack it and give the folder."
            ) from error
        except OSError as error:
            raise FileRefused(
                self.name, f"it cannot be read ({error.strerror or 'read error'}).", hint="Check that you may read it."
            ) from error


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes found.

    Attributes:
        lines: counted by their ends (LF, CRLF or CR), whoever parses them.
        lone_returns: how many of the ends are a CR alone, as on old Macs.
        head: the first lines.
        header: the column names, once it is known which line holds them.
    """

    sha256: str
    size: int
    lines: int
    lone_returns: int
    head: tuple[str, ...]
    columns: Header

    @property
    def header(self) -> tuple[str, ...]:
        return self.columns.names


def find_inputs(paths: Iterable[Path], *, max_member_mb: int) -> tuple[list[Input], list[FileRefused]]:
    """Every CSV under the paths, in order, and every path or archive that cannot be taken."""
    inputs: list[Input] = []
    refused: list[FileRefused] = []
    for path in paths:
        files = _files(path)
        if not files:
            refused.append(
                FileRefused(str(path), "there is no .csv, .csv.gz or .zip file in the folder.", hint="Check the path.")
            )
        for file in files:
            try:
                inputs += _expand(file, max_member_mb=max_member_mb)
            except FileRefused as error:
                refused.append(error)
    return inputs, refused


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(
            p for p in path.rglob("*") if (p.is_file() or p.is_symlink()) and p.name.lower().endswith(_SUFFIXES)
        )
    return [path]


def _expand(file: Path, *, max_member_mb: int) -> list[Input]:
    name = file.name.lower()
    if not file.exists():
        raise FileRefused(str(file), "there is no such file or folder.", hint="Check the path.")
    if name.endswith(".zip"):
        return _members(file, max_member_mb=max_member_mb)
    if name.endswith(".csv.gz"):
        return [Input(str(file), file.stat().st_size, lambda: _limited(gzip.open(file), str(file), max_member_mb))]
    if name.endswith(".csv"):
        return [Input(str(file), file.stat().st_size, lambda: file.open("rb"))]
    raise FileRefused(str(file), "it is not a .csv, .csv.gz or .zip file.", hint="Save it as CSV (UTF-8) first.")


def _members(file: Path, *, max_member_mb: int) -> list[Input]:
    try:
        archive = zipfile.ZipFile(file)
        members = [m for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileRefused(str(file), "it is not a readable zip archive.", hint="Download it again.") from error
    for member in members:
        _check_member(file, member, max_member_mb=max_member_mb)
    wanted = [m for m in members if m.filename.lower().endswith(".csv") and not _is_mac_shadow(m.filename)]
    if not wanted:
        raise FileRefused(str(file), "there is no CSV file in the archive.", hint="Check that it is the right one.")
    return [_member_input(file, archive, m, max_member_mb) for m in wanted]


def _is_mac_shadow(name: str) -> bool:
    """macOS puts a binary shadow of every file into the zips it makes."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def _check_member(file: Path, member: zipfile.ZipInfo, *, max_member_mb: int) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
        raise FileRefused(
            str(file),
            "a name in the archive points outside it.",
            hint="Do not trust this file; get it from its publisher.",
        )
    inflation = member.file_size / max(member.compress_size, 1)
    if member.file_size > max_member_mb * _MEGABYTE or (member.file_size > _MEGABYTE and inflation > _MOST_INFLATION):
        raise FileRefused(
            str(file),
            f"a file in the archive would unpack to {member.file_size / _MEGABYTE:,.0f} MB.",
            hint="Do not trust this file; if it is right, unpack it and raise the setting max_member_mb.",
        )


def _member_input(file: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_member_mb: int) -> Input:
    name = f"{file}!{member.filename}"
    limit = min(max_member_mb, member.file_size // _MEGABYTE + 1)
    return Input(name, member.file_size, lambda: _limited(archive.open(member), name, limit))


def _limited(stream: IO[bytes] | gzip.GzipFile, name: str, limit_mb: int) -> IO[bytes]:
    return cast(IO[bytes], _Limited(stream, name, limit_mb))


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than it promised, whatever the archive's directory claims."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, name: str, limit_mb: int) -> None:
        self._stream, self._name, self._left = stream, name, limit_mb * _MEGABYTE

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise FileRefused(self._name, "it unpacks to more than it says.", hint="Do not trust this file.")
        return data

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def scan(source: Input) -> Scan:
    """Read the bytes once: fingerprint, lines, header; refuse what is no CSV in UTF-8."""
    digest, size, since_newline, last, head = hashlib.sha256(), 0, 0, b"", b""
    ends = Counter[bytes]()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        while chunk := stream.read(_MEGABYTE):
            if not head:
                head = chunk
                _refuse_encoding(source, head)
            if b"\0" in chunk:
                raise FileRefused(source.name, "it holds NUL bytes, so it is not text.", hint="Save it as CSV (UTF-8).")
            _refuse_not_utf8(source, utf8, chunk)
            digest.update(chunk)
            size += len(chunk)
            ends += Counter({end: (last + chunk).count(end) - last.count(end) for end in (b"\n", b"\r", b"\r\n")})
            since_newline = _longest_so_far(source, chunk.replace(b"\r", b"\n"), since_newline)
            last = chunk[-1:]
    _refuse_not_utf8(source, utf8, b"", final=True)
    if not head.strip():
        raise FileRefused(source.name, "it is empty.", hint="Get it again from its publisher, or leave it out.")
    lone = ends[b"\r"] - ends[b"\r\n"]
    lines = ends[b"\n"] + lone + (last not in (b"\n", b"\r"))
    first_lines = _head(source, head)
    first = next(candidates(first_lines), None)
    if first is None:
        raise FileRefused(
            source.name,
            "its first lines cannot be read as column names.",
            hint="Save it as CSV UTF-8 with a line for the column names.",
        )
    return Scan(digest.hexdigest(), size, lines, lone, first_lines, first)


def _refuse_not_utf8(source: Input, utf8: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> None:
    try:
        utf8.decode(chunk, final)
    except UnicodeDecodeError as error:
        raise FileRefused(source.name, "it is not UTF-8 text.", hint="Save it as CSV UTF-8.") from error


def _longest_so_far(source: Input, chunk: bytes, since_newline: int) -> int:
    """Length of the line that runs on at the end of the chunk; a line that never ends is refused."""
    first = chunk.find(b"\n")
    tail = len(chunk) - 1 - chunk.rfind(b"\n") if first >= 0 else since_newline + len(chunk)
    longest = max(since_newline + (first if first >= 0 else len(chunk)), tail)
    if longest > _LONGEST_LINE:
        raise FileRefused(
            source.name, "one line is longer than 1 MB.", hint="Check the line ends and quotes; save it as CSV (UTF-8)."
        )
    return tail


def _refuse_encoding(source: Input, head: bytes) -> None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(source.name, "it is UTF-16, not UTF-8.", hint="Save it as CSV UTF-8.")


def _head(source: Input, head: bytes) -> tuple[str, ...]:
    """The first lines; they are UTF-8, but the last of them may be cut."""
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    lines = re.split("\r\n|\r|\n", text)
    return tuple(lines if len(head) < _MEGABYTE else lines[:-1] or lines)
