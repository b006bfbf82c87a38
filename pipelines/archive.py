"""A monthly zip of data.police.uk, read where it lies: its directory and the members wanted, by
HTTP byte ranges.

A whole archive is about 1.7 GB and one force's file about 1.5 MB of it. `RangeFile` is the seekable
file that `zipfile` needs; `zipfile` finds the members and checks each one's CRC-32. A server that
ignores `Range` (answers 200) gets the whole download instead, into a `.part` file that a later run
goes on with (`Range` with `If-Range`, so that a changed archive starts again and is never spliced
to the old one).
"""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx

from pipelines.polite import CutOffError, GaveUpError, PoliteClient

Progress = Callable[[int, int | None, str], None]
"""Called with bytes done, bytes in all (None = unknown) and what is being fetched."""

_MEMBER = re.compile(r"((?:19|20)\d\d-(?:0[1-9]|1[0-2]))/\1-([a-z-]+)-street\.csv")
# The directory of 36 months of every force is about half a megabyte: one request reads it.
_TAIL_BYTES = 1 << 20
_AHEAD_BYTES = 1 << 16
# The local header in front of a member: 30 bytes, its name and its extra field.
_HEADER_BYTES = 1 << 10
_MB = 1 << 20


class NoRangesError(Exception):
    """The server answers a range with the whole file."""


class BrokenError(Exception):
    """An archive, or one member of it, that is not what its directory promises.

    The text is for people.
    """


class RangeFile(io.RawIOBase):
    """A remote file, read by ranges.

    Raises:
        NoRangesError: the server sends the whole file. BrokenError: the file changed under way.
        NotThereError, GaveUpError: as `PoliteClient.get`.
    """

    def __init__(self, client: PoliteClient, url: str, *, label: str, progress: Progress) -> None:
        super().__init__()
        self._client, self._url, self._label, self._progress = client, url, label, progress
        self._etag = ""
        self.size = 0
        self._position = 0
        self._tail_start, self._tail = self._ask(f"bytes=-{_TAIL_BYTES}", None)
        self._window_start, self._window = 0, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if origin + offset < 0:
            raise OSError("a negative position")
        self._position = origin + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = max(0, min(len(buffer), self.size - self._position))
        held = self._held(wanted)
        if held is None:
            self.prefetch(self._position, max(wanted, _AHEAD_BYTES))
            held = self._held(wanted) or b""
        buffer[: len(held)] = held
        self._position += len(held)
        return len(held)

    def prefetch(self, start: int, length: int, *, label: str = "") -> None:
        """Hold `length` bytes from `start`, in one request, unless they are held already."""
        end = min(start + length, self.size)
        if start >= self._tail_start or (
            start >= self._window_start and end <= self._window_start + len(self._window)
        ):
            return
        if end - start > self._client.limits.member_mb * _MB + _HEADER_BYTES:
            raise BrokenError("the archive's list of files is not plausible")
        self._window_start, self._window = self._ask(
            f"bytes={start}-{end - 1}", (start, end), label=label
        )

    def drop(self) -> None:
        """Forget what is held in front of the directory, so that it is asked for again."""
        self._window_start, self._window = 0, b""

    def _held(self, wanted: int) -> bytes | None:
        for start, data in ((self._tail_start, self._tail), (self._window_start, self._window)):
            first = self._position - start
            if first >= 0 and first + wanted <= len(data):
                return data[first : first + wanted]
        return None

    def _ask(
        self, range_: str, expected: tuple[int, int] | None, *, label: str = ""
    ) -> tuple[int, bytes]:
        def headers() -> dict[str, str]:
            return {"Range": range_} | ({"If-Range": self._etag} if self._etag else {})

        def read(response: httpx.Response) -> tuple[int, bytes]:
            if response.status_code != 206:
                if expected:
                    raise BrokenError("the archive changed while it was being read")
                raise NoRangesError
            start, end, size = _content_range(response)
            if expected and ((start, end) != expected or size != self.size):
                raise BrokenError("the archive changed while it was being read")
            if not expected and (end != size or end - start > _TAIL_BYTES):
                raise NoRangesError
            data = bytearray()
            for chunk in self._client.body(
                response, most=end - start, seconds=self._client.limits.request_s
            ):
                data += chunk
                self._progress(len(data), end - start, label or self._label)
            if len(data) != end - start:
                raise CutOffError("the answer was incomplete")
            self.size, self._etag = size, _strong_etag(response)
            return start, bytes(data)

        return self._client.get(self._url, read, headers=headers)


@dataclass
class Archive:
    """An open zip: which force published a street file for which month, and a checked copy
    of one.
    """

    zip: zipfile.ZipFile
    limit_mb: int
    remote: RangeFile | None = None

    def __post_init__(self) -> None:
        self.files: dict[date, dict[str, zipfile.ZipInfo]] = {}
        for info in self.zip.infolist():
            if found := _MEMBER.fullmatch(info.filename):
                month = date.fromisoformat(f"{found[1]}-01")
                self.files.setdefault(month, {})[found[2]] = info

    @property
    def forces(self) -> set[str]:
        return {force for month in self.files.values() for force in month}

    def copy(self, info: zipfile.ZipInfo, to: Path) -> None:
        """Write one member to `to`; its CRC-32 is right when this returns.

        Raises BrokenError, GaveUpError.
        """
        if max(info.file_size, info.compress_size) > self.limit_mb * _MB:
            raise BrokenError(f"the file is larger than the limit of {self.limit_mb} MB")
        for last in (False, True):
            try:
                return self._copy(info, to)
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                NotImplementedError,
                RuntimeError,
            ) as error:
                if last or self.remote is None:
                    raise BrokenError(
                        "the file in the archive is damaged (its checksum does not match)"
                    ) from error
                self.remote.drop()

    def _copy(self, info: zipfile.ZipInfo, to: Path) -> None:
        if self.remote:
            name = Path(info.filename).name
            self.remote.prefetch(info.header_offset, info.compress_size + _HEADER_BYTES, label=name)
        with self.zip.open(info) as source, to.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 18)


@contextmanager
def open_archive(
    client: PoliteClient, url: str, *, scratch: Path, progress: Progress
) -> Iterator[Archive]:
    """The zip at `url`, by ranges where the server can, else downloaded whole into `scratch` and
    removed after use.

    Raises:
        NotThereError: no such archive. BrokenError: not a usable zip.
        GaveUpError: the server cannot be reached or is busy.
    """
    name = url.rsplit("/", 1)[-1]
    remote: RangeFile | None = None
    part = scratch / f"{name}.part"
    try:
        remote = RangeFile(client, url, label=f"{name}: list of files", progress=progress)
    except NoRangesError:
        download_whole(client, url, part, label=f"{name}: whole archive", progress=progress)
    try:
        opened = zipfile.ZipFile(remote or part)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        _forget(part)
        raise BrokenError("not a usable zip file") from error
    with opened:
        yield Archive(opened, client.limits.member_mb, remote)
    # Only after use: an interrupted run finds the download again.
    _forget(part)


def download_whole(
    client: PoliteClient, url: str, part: Path, *, label: str, progress: Progress
) -> None:
    """The whole file into `part`, going on where an earlier try or run stopped if the server's file
    is the same.
    """
    note = part.with_suffix(".note.json")
    most = client.limits.archive_mb * _MB
    known = _read_note(note) if part.exists() else {}
    if known and part.stat().st_size == known.get("size"):
        return

    def have() -> int:
        return part.stat().st_size if part.exists() else 0

    def headers() -> dict[str, str]:
        etag = _read_note(note).get("etag")
        return {"Range": f"bytes={have()}-", "If-Range": str(etag)} if etag and have() else {}

    def read(response: httpx.Response) -> None:
        if response.status_code == 416:
            _forget(part)
            raise CutOffError("the archive changed while it was being fetched")
        start, size = _start_and_size(response, have=have())
        _check_room(start, size, folder=part.parent, most=most)
        note.write_text(
            json.dumps({"etag": _strong_etag(response), "size": size}), encoding="utf-8"
        )
        with part.open("ab" if start else "wb") as file:
            for chunk in client.body(response, most=most - start):
                file.write(chunk)
                progress(file.tell(), size, label)
        if size and have() != size:
            raise CutOffError("the answer was incomplete")

    client.get(url, read, headers=headers, position=have)


def _start_and_size(response: httpx.Response, *, have: int) -> tuple[int, int | None]:
    """Where an answer begins in the archive, and the size of the whole; None = not said.

    Raises:
        CutOffError: it is another part than the one after the bytes held.
    """
    if response.status_code != 206:
        return 0, int(response.headers.get("content-length") or 0) or None
    start, _, size = _content_range(response)
    if start != have:
        raise CutOffError("the server answered with another part than was asked for")
    return start, size


def _check_room(start: int, size: int | None, *, folder: Path, most: int) -> None:
    """Give up on an archive that is too large for the limit or for the disk."""
    if (size or 0) > most:
        raise GaveUpError(f"the archive is larger than the limit of {most // _MB} MB")
    if size and size - start > shutil.disk_usage(folder).free:
        raise GaveUpError(f"the disk has no room for the {size / _MB:.0f} MB of the archive")


def _content_range(response: httpx.Response) -> tuple[int, int, int]:
    """`Content-Range: bytes first-last/size` as (first, last + 1, size)."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", response.headers.get("content-range", ""))
    if not found:
        raise NoRangesError
    return int(found[1]), int(found[2]) + 1, int(found[3])


def _strong_etag(response: httpx.Response) -> str:
    etag = str(response.headers.get("etag", ""))
    return etag if etag.startswith('"') else ""


def _read_note(note: Path) -> dict[str, object]:
    try:
        found = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _forget(part: Path) -> None:
    for file in (part, part.with_suffix(".note.json")):
        with suppress(FileNotFoundError):
            file.unlink()
