"""`vrp-map fetch police-uk`: one force's months from the public archive of data.police.uk into the
inbox.

How data.police.uk publishes (its pages "About" and "Archive"): `/data/archive/` lists one zip a
month, `/data/archive/YYYY-MM.zip`, which redirects to the publisher's object store. Each zip holds
every force's files of the 36 months that end with its own (the first ones, up to 2017, everything
since December 2010), about 1.7 GB, as `YYYY-MM/YYYY-MM-<force>-street.csv`. The custom download of
one force is a web form that builds a file on request and is no interface for programs;
`/api/crimes-street-dates` names the newest 36 months only.

What we do, so that we take a few megabytes and not gigabytes:

1. Ask for the list of archives once.
2. Choose the fewest archives that cover the wanted months: for the oldest month still wanted, the
newest archive that
   reaches back to it, which also holds its latest revision. Then the next month not covered.
3. Read the zip's directory and the wanted members by byte ranges (`archive.py`); a server without
ranges gets a whole,
   resumable download.
4. Put each file in its place by rename, after its CRC-32 was checked, and note size and CRC-32 in
   `inbox/.fetch/manifest.json`. A re-run compares and asks the network only for what is missing or
   damaged.

A file somebody else put in the inbox is never overwritten, unless `replace=True`. Months are named
in what we say; rows are never looked at.
"""

from __future__ import annotations

import json
import random
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.archive import Archive, BrokenError, Progress, open_archive
from pipelines.polite import GaveUpError, Limits, NotThereError, PoliteClient
from pipelines.published import FIRST_MONTH, between, choices, published_archives
from vrp_map.config import nearest
from vrp_map.errors import UserError

# Where /data/archive/YYYY-MM.zip redirects to.
PUBLISHER_HOSTS = frozenset({"policeuk-data.s3.amazonaws.com"})
_ARCHIVES_A_MONTH = 3
_REFUSALS_IN_A_ROW = 3


@dataclass
class FetchReport:
    """What became of every wanted month: each is in exactly one of the four lists, oldest first.

    `not_published` also holds months that the archive has, but without a file from this force;
    `notes` says which. `received` is in bytes.
    """

    fetched: list[date] = field(default_factory=list)
    skipped: list[date] = field(default_factory=list)
    not_published: list[date] = field(default_factory=list)
    failed: list[tuple[date, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    received: int = 0


def fetch_police_uk(  # noqa: PLR0913 - what a fetch may be asked for, by keyword
    *,
    force: str,
    first: date,
    last: date,
    inbox: Path,
    base_url: str = "https://data.police.uk",
    progress: Progress = lambda done, total, label: None,
    replace: bool = False,
    limits: Limits | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
    rng: random.Random | None = None,
) -> FetchReport:
    """Bring the street-level files of `force` for the months `first` to `last` into
    `inbox/YYYY-MM/`.

    Args:
        force: the force's slug in file names, such as `west-midlands`.
        first, last: any day of the first and the last month.
        progress: called with (bytes done, bytes in all or None, what).
        replace: also compare months already fetched with the archive and take the publisher's
            revision.
    Raises:
        UserError: bad arguments, a force that does not exist, an inbox that cannot be written,
            another fetch at work, or an archive whose list cannot be had. A month that fails is in
            the report and raises nothing.
    """
    months = _months(force, first, last)
    scratch = inbox / ".fetch"
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        with (
            FileLock(scratch / "lock", timeout=0),
            PoliteClient(
                base_url.rstrip("/"),
                PUBLISHER_HOSTS,
                limits or Limits(),
                sleep,
                clock,
                rng or random.Random(),
            ) as client,
        ):
            return _Run(client, force, inbox, progress, replace).run(months)
    except Timeout:
        raise UserError(
            f"Another fetch into {inbox} is at work.", hint="Wait until it has ended."
        ) from None
    except OSError as error:
        raise UserError(
            f"Writing into {inbox} failed: {error.strerror or type(error).__name__}.",
            hint=(
                "Check the folder, its permissions and the room on the disk; then run the command"
                " again."
            ),
        ) from error


@dataclass
class _Run:
    client: PoliteClient
    force: str
    inbox: Path
    progress: Progress
    replace: bool
    report: FetchReport = field(default_factory=FetchReport)

    def __post_init__(self) -> None:
        self.manifest = _Manifest(self.inbox / ".fetch" / "manifest.json")
        self.forces: set[str] = set()

    def run(self, months: list[date]) -> FetchReport:
        report = self.report
        if not self.replace:
            report.skipped += (
                m for m in months if self.manifest.holds(self._name(m), self._path(m))
            )
        todo = {month for month in months if month not in report.skipped}
        if todo:
            published = published_archives(self.client)
            report.not_published += (m for m in todo if not FIRST_MONTH <= m <= max(published))
            self._fetch(todo - set(report.not_published), published)
        for months_of_one_end in (report.fetched, report.skipped, report.not_published):
            months_of_one_end.sort()
        report.failed.sort()
        report.received = self.client.received
        if (
            self.forces
            and self.force not in self.forces
            and not report.fetched
            and not report.skipped
        ):
            raise UserError(
                f"No police force is called {self.force} in the archive.",
                hint=nearest(self.force, self.forces),
            )
        return report

    def _fetch(self, todo: set[date], published: set[date]) -> None:
        """Take `todo` from as few archives as cover it; every month ends in one list of
        the report.
        """
        tried: dict[date, str] = {}
        refused = 0
        while todo:
            month = min(todo)
            choice = next((a for a in choices(month, published) if a not in tried), None)
            if (
                choice is None
                or sum(a in tried for a in choices(month, published)) >= _ARCHIVES_A_MONTH
            ):
                self._nowhere(month, [tried[a] for a in choices(month, published) if tried.get(a)])
                todo.remove(month)
                continue
            try:
                self._take(choice, todo)
                tried[choice], refused = "", 0
            except (NotThereError, BrokenError) as error:
                tried[choice], refused = f"{choice:%Y-%m}.zip: {error}", refused + 1
            except GaveUpError as error:
                # A server that is busy or gone is left alone: the next run goes on from here.
                self.report.failed += [(left, str(error)) for left in sorted(todo)]
                return
            if refused >= _REFUSALS_IN_A_ROW:
                self.report.failed += [(left, tried[choice]) for left in sorted(todo)]
                return

    def _nowhere(self, month: date, reasons: list[str]) -> None:
        if reasons:
            self.report.failed.append((month, reasons[0]))
        else:
            self.report.not_published.append(month)
            self.report.notes.append(f"{month:%Y-%m} is in none of the archives that were read.")

    def _take(self, choice: date, todo: set[date]) -> None:
        """Every month of `todo` that this archive holds; taken months leave `todo`."""
        url = f"{self.client.base_url}/data/archive/{choice:%Y-%m}.zip"
        scratch = self.inbox / ".fetch"
        with open_archive(self.client, url, scratch=scratch, progress=self.progress) as archive:
            self.forces |= archive.forces
            for month in sorted(todo & set(archive.files)):
                self._take_month(archive, month, choice)
                todo.remove(month)

    def _take_month(self, archive: Archive, month: date, choice: date) -> None:
        info = archive.files[month].get(self.force)
        name, path = self._name(month), self._path(month)
        if info is None:
            self.report.not_published.append(month)
            self.report.notes.append(
                f"{choice:%Y-%m}.zip has no file from {self.force} for {month:%Y-%m}."
            )
            return
        if _same(path, info.file_size, info.CRC):
            self.manifest.add(name, info.file_size, info.CRC, choice)
            self.report.skipped.append(month)
            return
        if path.exists() and not self.replace and name not in self.manifest.files:
            reason = (
                "another file of that name is in the inbox and differs from the archive; it was"
                " kept"
            )
            self.report.failed.append((month, reason))
            return
        temporary = self.inbox / ".fetch" / f"{path.name}.new"
        try:
            archive.copy(info, temporary)
        except BrokenError as error:
            temporary.unlink(missing_ok=True)
            self.report.failed.append((month, str(error)))
            return
        path.parent.mkdir(exist_ok=True)
        temporary.replace(path)
        self.manifest.add(name, info.file_size, info.CRC, choice)
        self.report.fetched.append(month)

    def _name(self, month: date) -> str:
        return f"{month:%Y-%m}/{month:%Y-%m}-{self.force}-street.csv"

    def _path(self, month: date) -> Path:
        return self.inbox / self._name(month)


class _Manifest:
    """Size and CRC-32 of every file we fetched, kept in one small JSON file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            found = json.loads(file.read_text(encoding="utf-8"))["files"]
            self.files: dict[str, dict[str, object]] = dict(found)
        except (OSError, ValueError, KeyError, TypeError):
            self.files = {}

    def holds(self, name: str, path: Path) -> bool:
        known = self.files.get(name)
        return isinstance(known, dict) and _same(path, known.get("size"), known.get("crc32"))

    def add(self, name: str, size: int, crc32: int, archive: date) -> None:
        self.files[name] = {"size": size, "crc32": crc32, "archive": f"{archive:%Y-%m}.zip"}
        temporary = self.file.with_suffix(".new")
        temporary.write_text(
            json.dumps({"files": self.files}, indent=1, sort_keys=True), encoding="utf-8"
        )
        temporary.replace(self.file)


def _months(force: str, first: date, last: date) -> list[date]:
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", force):
        raise UserError(
            "The force is not a name as police.uk writes it.",
            hint="Use small letters and hyphens, such as west-midlands.",
        )
    if first.replace(day=1) > last.replace(day=1):
        raise UserError(
            f"The period begins in {first:%Y-%m}, after it ends in {last:%Y-%m}.",
            hint="Swap --from and --to.",
        )
    return between(first.replace(day=1), last.replace(day=1))


def _same(path: Path, size: object, crc32: object) -> bool:
    if not path.is_file() or path.stat().st_size != size:
        return False
    found = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return found == crc32
