"""Ways in: files, folders, archives and workbooks become a list of tables as text.

What is not taken is named.

Nothing is ever extracted to a path that an archive names: members are read as streams.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import IO, cast

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.files.inputs import Input
from vrp_map.warehouse.ingest.files.workbooks import read_sheets

_MEGABYTE = 1 << 20
_TEXT = (".csv", ".tsv", ".tab", ".txt")
_PACKED = tuple(f"{ending}.gz" for ending in _TEXT)
_WORKBOOK = (".xlsx", ".xlsm")
# A real CSV deflates to a tenth or so; a bomb to a thousandth. Below the floor anything may be
# packed as it likes.
_MOST_INFLATION = 100
_FLOOR_MB = 32
_MOST_MEMBERS = 20_000
# What lies inside an archive and is not read as a stream is held whole.
_MOST_HELD_MB = 256
_MOST_WORKBOOK_MB = 1_024
_READABLE = "a .csv, .tsv, .txt, .xlsx, .csv.gz or .zip file"
# Notes on the rest, and what systems and `vrp-map demo` leave in a folder.
_QUIET = ("readme", "licence", "license", "thumbs.db", "desktop.ini", "planted.json", ".")
_REMEDIES = {
    (
        ".xls",
        ".xlsb",
        ".ods",
        ".numbers",
    ): "Open it in the spreadsheet program and save it as .xlsx or CSV (UTF-8).",
    (".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst"): "Unpack it and give the folder.",
    (
        ".geojson",
        ".gpkg",
        ".shp",
        ".kml",
        ".kmz",
    ): "Boundaries are added with `vrp-map boundaries add`.",
}

Opener = Callable[[], IO[bytes]]


class _InputList:
    """The tables found so far, and what cannot be taken."""

    def __init__(self, max_member_mb: int) -> None:
        self.inputs: list[Input] = []
        self.refused: list[FileRefused] = []
        self.max_member_mb = max_member_mb

    def take(self, name: str, size: int, opener: Opener, *, is_inside: bool = False) -> None:
        """Sort one file by its ending. `is_inside`: it lies in an archive."""
        try:
            ending = name.lower()
            if ending.endswith(_PACKED):
                limit = min(self.max_member_mb, max(_FLOOR_MB, _MOST_INFLATION * size // _MEGABYTE))
                self.inputs.append(Input(name, size, _gunzipped(opener, name, limit)))
            elif ending.endswith(_TEXT):
                self.inputs.append(Input(name, size, opener))
            elif ending.endswith(_WORKBOOK):
                self._workbook(name, _whole(name, size, opener) if is_inside else opener())
            elif ending.endswith(".zip"):
                self._archive(name, _whole(name, size, opener) if is_inside else opener())
            else:
                raise _not_readable(name)
        except FileRefused as error:
            self.refused.append(error)

    def _workbook(self, name: str, content: IO[bytes]) -> None:
        _members(name, content, self.max_member_mb, most_mb=_MOST_WORKBOOK_MB, what="a workbook")
        with content:
            sheets = read_sheets(name, content)
        tables = [sheet for sheet in sheets if sheet.text]
        if not tables:
            raise FileRefused(
                name,
                "no sheet of it holds a table of incidents.",
                hint="Check that it is the right workbook.",
            )
        left = [sheet.name for sheet in sheets if not sheet.text]
        for nth, sheet in enumerate(tables):
            said = (
                [f"without a table, and not read: {', '.join(left)}."] if left and not nth else []
            )
            packed = gzip.compress(sheet.text, compresslevel=1)
            self.inputs.append(
                Input(
                    f"{name}!{sheet.name}",
                    len(sheet.text),
                    _unpacked(packed),
                    [*sheet.notes, *said],
                )
            )

    def _archive(self, name: str, content: IO[bytes]) -> None:
        archive, members = _members(
            name, content, self.max_member_mb, most_mb=None, what="an archive"
        )
        before = len(self.inputs), len(self.refused)
        for member in members:
            if _is_quiet(PurePosixPath(member.filename)):
                continue
            inside = f"{name}!{member.filename}"
            if name.count("!") and member.filename.lower().endswith(".zip"):
                self.refused.append(
                    FileRefused(
                        inside,
                        "it is an archive in an archive in an archive.",
                        hint="Unpack it first.",
                    )
                )
                continue
            limit = min(self.max_member_mb, member.file_size // _MEGABYTE + 1)
            self.take(
                inside, member.file_size, _member(archive, member, inside, limit), is_inside=True
            )
        if before == (len(self.inputs), len(self.refused)):
            raise FileRefused(
                name,
                "there is no CSV file in the archive, and no other table.",
                hint="Check that it is the right one.",
            )


def find_inputs(
    paths: Iterable[Path], *, max_member_mb: int
) -> tuple[list[Input], list[FileRefused]]:
    """Every table under the paths, in order, and every file that cannot be taken."""
    found = _InputList(max_member_mb)
    for path in paths:
        if path.is_dir():
            files = [file for file in sorted(path.rglob("*")) if _is_wanted(file, path)]
            if not files:
                found.refused.append(
                    FileRefused(
                        str(path),
                        f"there is no {_READABLE[2:]} in the folder.",
                        hint="Check the path.",
                    )
                )
        else:
            files = [path]
        for file in files:
            if file.exists():
                found.take(str(file), file.stat().st_size, _reader(file))
            else:
                found.refused.append(
                    FileRefused(
                        str(file), "there is no such file or folder.", hint="Check the path."
                    )
                )
    return found.inputs, found.refused


def _is_wanted(file: Path, folder: Path) -> bool:
    """Whether a file of a folder is to be taken or named: a link too, but nothing that no person
    put there.
    """
    inside = PurePosixPath(file.relative_to(folder).as_posix())
    return (file.is_file() or file.is_symlink()) and not _is_quiet(inside)


def _is_quiet(path: PurePosixPath) -> bool:
    """Whether a file can hold no data, so that nothing need be said of it."""
    name = path.name.lower()
    if path.parts[0] == "__MACOSX" or name.startswith(("._", "~$")):
        return True
    if name.endswith((*_TEXT, *_PACKED, *_WORKBOOK, ".zip")) and not name.startswith(
        ("readme", "licen")
    ):
        return False
    return name.startswith(_QUIET) or any(part.startswith(".") for part in path.parts)


def _not_readable(name: str) -> FileRefused:
    hint = "Save it as .xlsx or CSV (UTF-8) if it holds incidents; else take it out of the folder."
    for endings, remedy in _REMEDIES.items():
        if name.lower().endswith(endings):
            hint = remedy
    return FileRefused(name, f"it is not {_READABLE}.", hint=hint)


def _members(
    name: str, content: IO[bytes], max_member_mb: int, *, most_mb: int | None, what: str
) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The members of an archive or workbook, once none of them threatens to be more than can be
    read.
    """
    try:
        archive = zipfile.ZipFile(content)
        members = [m for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        kind = "an .xlsx workbook without a password" if most_mb else "a readable zip archive"
        raise FileRefused(
            name, f"it is not {kind}.", hint="Download it again, or save it as .xlsx."
        ) from error
    for member in members:
        _check_member(name, member, max_member_mb=max_member_mb)
    total, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if len(members) > _MOST_MEMBERS:
        raise FileRefused(
            name,
            f"it holds {len(members):,} files; {what} may hold {_MOST_MEMBERS:,}.",
            hint="Unpack it first.",
        )
    most = max(_FLOOR_MB * _MEGABYTE, _MOST_INFLATION * packed)
    if most_mb:
        most = min(most, most_mb * _MEGABYTE)
    if total > most:
        raise FileRefused(
            name,
            f"it would unpack to {total / _MEGABYTE:,.0f} MB; {what} of its size may unpack to "
            f"{most / _MEGABYTE:,.0f} MB.",
            hint="Do not trust this file; if it is right, unpack it or save it as CSV.",
        )
    return archive, members


def _check_member(file: str, member: zipfile.ZipInfo, *, max_member_mb: int) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
        raise FileRefused(
            file,
            "a name in the archive points outside it.",
            hint="Do not trust this file; get it from its publisher.",
        )
    inflation = member.file_size / max(member.compress_size, 1)
    if member.file_size > max_member_mb * _MEGABYTE or (
        member.file_size > _MEGABYTE and inflation > 2 * _MOST_INFLATION
    ):
        raise FileRefused(
            file,
            f"a file in the archive would unpack to {member.file_size / _MEGABYTE:,.0f} MB.",
            hint=(
                "Do not trust this file; if it is right, unpack it and raise the setting"
                " max_member_mb."
            ),
        )


def _reader(file: Path) -> Opener:
    return lambda: file.open("rb")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limit_mb: int) -> Opener:
    return lambda: _limited(archive.open(member), name, limit_mb)


def _gunzipped(opener: Opener, name: str, limit_mb: int) -> Opener:
    def opened() -> IO[bytes]:
        raw = opener()
        return _limited(gzip.GzipFile(fileobj=raw), name, limit_mb, raw)

    return opened


def _unpacked(packed: bytes) -> Opener:
    return lambda: cast(IO[bytes], gzip.open(io.BytesIO(packed)))


def _whole(name: str, size: int, opener: Opener) -> IO[bytes]:
    """A member of an archive that must be read from several places: held in memory, so not without
    limit.
    """
    if size > _MOST_HELD_MB * _MEGABYTE:
        raise FileRefused(
            name,
            f"it is larger than {_MOST_HELD_MB} MB inside an archive.",
            hint="Unpack the archive first.",
        )
    with Input(name, size, opener).open() as stream:
        return io.BytesIO(stream.read())


def _limited(
    stream: IO[bytes] | gzip.GzipFile, name: str, limit_mb: int, *under: IO[bytes]
) -> IO[bytes]:
    return cast(IO[bytes], _BoundedStream(stream, name, limit_mb, *under))


class _BoundedStream(io.RawIOBase):
    """A stream that refuses to give more than it promised, whatever the archive's
    directory claims.
    """

    def __init__(
        self, stream: IO[bytes] | gzip.GzipFile, name: str, limit_mb: int, *under: IO[bytes]
    ) -> None:
        self._stream, self._name, self._limit, self._under = stream, name, limit_mb, under
        self._left = limit_mb * _MEGABYTE

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise FileRefused(
                self._name,
                f"it unpacks to more than it says, or to more than the limit: {self._limit:,} MB.",
                hint="Do not trust this file; if it is right, unpack it first.",
            )
        return data

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        for stream in (self._stream, *self._under):
            stream.close()
        super().close()
