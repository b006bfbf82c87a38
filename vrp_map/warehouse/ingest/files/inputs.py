"""A file of rows as it is found: its bytes, its fingerprint, its lines, its first lines."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import IO

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.files.encodings import (
    UTF_16_MARKS,
    WINDOWS,
    BadByte,
    Decoder,
    as_utf8,
)
from vrp_map.warehouse.ingest.files.headers import Header, candidates

_MEGABYTE = 1 << 20
_LONGEST_LINE = _MEGABYTE
_AS_UTF_8 = "Save it as CSV UTF-8."


@dataclass(frozen=True)
class Input:
    """One table as text, wherever it lies.

    Attributes:
        notes: what a person who knows the file would not expect of its rows, in sentences.
    """

    name: str
    size: int
    opener: Callable[[], IO[bytes]]
    notes: list[str] = field(default_factory=list)

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
            raise FileRefused(
                self.name, "the compressed data is damaged.", hint="Download it again."
            ) from error
        except (NotImplementedError, RuntimeError) as error:
            raise FileRefused(
                self.name,
                "it is encrypted or compressed in an unknown way.",
                hint="Unpack it and give the folder.",
            ) from error
        except OSError as error:
            raise FileRefused(
                self.name,
                f"it cannot be read ({error.strerror or 'read error'}).",
                hint="Check that you may read it.",
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


class NotUtf8(FileRefused):
    """The refusal of a file with a byte that is no UTF-8."""

    def __init__(self, file: str, where: BadByte) -> None:
        super().__init__(file, f"{where} is not UTF-8 text.", hint=_AS_UTF_8)
        self.where = where


def scan_any(source: Input) -> tuple[Input, Scan]:
    """Scan a file in any encoding we read; the answer has the same file as UTF-8, and a note of
    what was assumed.
    """
    with source.open() as stream:
        start = stream.read(4)
    if start.startswith(UTF_16_MARKS):
        return _scan_as(source, "utf-16", "it is UTF-16 text (Unicode text), and was read so.")
    try:
        return source, scan(source)
    except NotUtf8 as error:
        if start.startswith(codecs.BOM_UTF8):
            raise FileRefused(
                source.name, f"it begins as UTF-8 text, and {error.where} is none.", hint=_AS_UTF_8
            ) from error
        try:
            return _scan_as(
                source,
                WINDOWS,
                "it is not UTF-8; its letters were read as Windows characters (CP1252).",
            )
        except BadByte as other:
            raise FileRefused(
                source.name,
                f"{error.where} is not UTF-8, and {other} is not Windows text (CP1252): it mixes"
                " encodings, or is not text.",
                hint="Save each of the files it was put together from as CSV UTF-8.",
            ) from other


def _scan_as(source: Input, encoding: str, note: str) -> tuple[Input, Scan]:
    recoded = replace(
        source, opener=lambda: as_utf8(source.opener(), encoding), notes=[*source.notes, note]
    )
    try:
        return recoded, scan(recoded)
    except BadByte as error:
        if encoding == WINDOWS:
            raise
        raise FileRefused(
            source.name, f"{error} is not UTF-16 text, as its start says.", hint=_AS_UTF_8
        ) from error


def scan(source: Input) -> Scan:
    """Read the bytes once: fingerprint, lines, header; refuse what is no CSV in UTF-8."""
    digest, size, since_newline, last, head = hashlib.sha256(), 0, 0, b"", b""
    ends = Counter[bytes]()
    utf8 = Decoder("utf-8")
    with source.open() as stream:
        while chunk := stream.read(_MEGABYTE):
            head = head or chunk
            _refuse_nul(source, utf8, chunk)
            _refuse_not_utf8(source, utf8, chunk)
            digest.update(chunk)
            size += len(chunk)
            ends += Counter(
                {
                    end: (last + chunk).count(end) - last.count(end)
                    for end in (b"\n", b"\r", b"\r\n")
                }
            )
            since_newline = _longest_so_far(source, chunk.replace(b"\r", b"\n"), since_newline)
            last = chunk[-1:]
    _refuse_not_utf8(source, utf8, b"", final=True)
    if not head.strip():
        raise FileRefused(
            source.name, "it is empty.", hint="Get it again from its publisher, or leave it out."
        )
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


def _refuse_nul(source: Input, utf8: Decoder, chunk: bytes) -> None:
    at = chunk.find(b"\0")
    if at >= 0:
        where = utf8.bad_byte(chunk, at)
        raise FileRefused(
            source.name,
            f"it holds NUL bytes, so it is not text: the first in {where}.",
            hint="Save it as CSV (UTF-8).",
        )


def _refuse_not_utf8(source: Input, utf8: Decoder, chunk: bytes, *, final: bool = False) -> None:
    try:
        utf8.decode(chunk, final=final)
    except BadByte as error:
        raise NotUtf8(source.name, error) from error


def _longest_so_far(source: Input, chunk: bytes, since_newline: int) -> int:
    """Length of the line that runs on at the end of the chunk; a line that never ends
    is refused.
    """
    first = chunk.find(b"\n")
    tail = len(chunk) - 1 - chunk.rfind(b"\n") if first >= 0 else since_newline + len(chunk)
    longest = max(since_newline + (first if first >= 0 else len(chunk)), tail)
    if longest > _LONGEST_LINE:
        raise FileRefused(
            source.name,
            "one line is longer than 1 MB.",
            hint="Check the line ends and quotes; save it as CSV (UTF-8).",
        )
    return tail


def _head(source: Input, head: bytes) -> tuple[str, ...]:
    """The first lines; they are UTF-8, but the last of them may be cut."""
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    lines = re.split("\r\n|\r|\n", text)
    return tuple(lines if len(head) < _MEGABYTE else lines[:-1] or lines)
