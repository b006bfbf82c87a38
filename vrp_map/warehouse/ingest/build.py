"""Files in, a new snapshot out; or nothing changes at all.

The order: take every file into a new database beside the live one, finish its tables, check the
sums, move the pointer. Until that last step nobody sees anything of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from vrp_map.config import Settings
from vrp_map.errors import FileRefused, UserError
from vrp_map.warehouse.boundaries.layers import load_layers
from vrp_map.warehouse.ingest.database_faults import building_with
from vrp_map.warehouse.ingest.files.find_tables import find_inputs
from vrp_map.warehouse.ingest.files.parse import ParsedFile, Repeat, read, read_ahead
from vrp_map.warehouse.ingest.finish import boundaries_fingerprint, built_with, finish
from vrp_map.warehouse.ingest.job import Job, Progress, connect
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.warehouse.ingest.staging import StagedFile
from vrp_map.warehouse.ingest.suppliers import load_suppliers
from vrp_map.warehouse.snapshots import building, current, new_snapshot_id, publish
from vrp_map.warehouse.sql_files import run

MOST_REFUSED_ROWS = 1_000_000


def build(  # noqa: PLR0913 - the options of `vrp-map build`, by keyword
    paths: Iterable[Path],
    *,
    settings: Settings,
    source: str | None = None,
    replace: bool = False,
    progress: Progress = lambda done, total, label: None,
    now: datetime | None = None,
) -> Ledger:
    """Load files into a new snapshot of `settings.store` and publish it.

    Args:
        paths: CSV, CSV.GZ or zip files, or folders of them; none = make the snapshot again, with
            today's boundaries.
        source: the supplier's name, when the columns alone should not decide.
        replace: let a month that is already there be replaced by this publication of it.
        progress: called with bytes done, bytes in all, and what is being read.
        now: instead of the clock; months after it are refused.

    Returns:
        The ledger. Files that could not be taken are in `ledger.refused`; the others are loaded all
        the same.

    Raises:
        UserError: nothing was built, and why. BuildFailed: a sum did not agree; the published
            snapshot is as it was.
    """
    started, now = time.perf_counter(), now or datetime.now(UTC)
    suppliers, layers = load_suppliers(settings.sources), load_layers(settings)
    if source:
        suppliers.named(source)
    with building(settings.store):
        previous, snapshot_id = current(settings.store), new_snapshot_id(now)
        with (
            building_with(settings, previous),
            closing(connect(settings, snapshot_id, previous)) as con,
        ):
            job = Job(con, settings, suppliers, layers, snapshot_id, now, replace)
            job.recall()
            _take_all(job, paths, source, progress)
            if not (job.staged or job.ledger.refused or job.ledger.skipped or previous):
                raise UserError(
                    f"{settings.store} holds nothing to build again.",
                    hint="Give the files or folders to load.",
                )
            if job.staged or (previous and boundaries_fingerprint(layers) != built_with(con)):
                progress(0, 0, "finishing the snapshot")
                finish(job)
                job.ledger.published = True
        if job.ledger.published:
            publish(settings.store, snapshot_id, keep=settings.keep_snapshots)
            job.ledger.snapshot = snapshot_id
        else:
            job.ledger.snapshot = previous.stem if previous else ""
    job.ledger.seconds = round(time.perf_counter() - started, 2)
    return job.ledger


def _take_all(job: Job, paths: Iterable[Path], source: str | None, progress: Progress) -> None:
    inputs, refused = find_inputs(paths, max_member_mb=job.settings.max_member_mb)
    for error in refused:
        job.ledger.refuse(error)
    total, done = sum(i.size for i in inputs), 0
    reader = partial(
        read, suppliers=job.suppliers, source=source, known=frozenset(job.known_files), now=job.now
    )
    for file, being_read in read_ahead(inputs, reader):
        progress(done, total, file.basename)
        try:
            _take_one(job, being_read.result())
        except FileRefused as error:
            job.ledger.refuse(error)
        done += file.size
    _keep(job, job.stage.flush())
    progress(total, total, "all files read")


def _take_one(job: Job, taken: ParsedFile | Repeat) -> None:
    sha256 = taken.sha256 if isinstance(taken, Repeat) else taken.found.sha256
    has_rows = (
        isinstance(taken, Repeat)
        or taken.rows is None
        or any(batch.num_rows for batch in taken.rows)
    )
    if not has_rows:
        # Archives hold such files for forces that sent nothing, so it is no reason to refuse; a
        # month may be missing.
        job.ledger.warn(
            taken.file.name,
            "it has a header and no rows.",
            "If the month should have incidents, ask its publisher. If not, you need do nothing.",
        )
    if sha256 in job.known_files:
        if not has_rows:
            return
        name = job.known_files[sha256]
        job.ledger.skip(taken.file.name, f"the same content was loaded before, from {name}")
        return
    assert isinstance(taken, ParsedFile)
    if taken.supplier.ignore:
        job.ledger.skip(taken.file.name, taken.supplier.ignore)
        return
    _refuse_mixing(job, synthetic=taken.supplier.synthetic)
    for oddity in taken.facts.warnings:
        job.ledger.warn(taken.file.name, oddity.problem, oddity.remedy, oddity.n)
    _warn_of_form(job, taken)
    _keep(job, job.stage.add(taken, job.next_load))
    job.known_files[sha256] = taken.file.name
    job.next_load += 1
    job.synthetic = taken.supplier.synthetic


def _warn_of_form(job: Job, taken: ParsedFile) -> None:
    for note in taken.file.notes:
        job.ledger.warn(taken.file.name, note, "Check that this is what you meant.")
    above = taken.found.columns.line - 1
    if above:
        job.ledger.warn(
            taken.file.name,
            f"the column names are in line {above + 1}; the lines above it were not read.",
            "Check that there are no incidents above that line.",
        )


def _keep(job: Job, staged: Iterable[StagedFile]) -> None:
    """Take what is in the stage into the build, or out of the stage again."""
    for one in staged:
        try:
            _refuse_too_many_refused(job, one)
            _refuse_republished(job, one)
        except FileRefused as error:
            job.stage.drop(one.load_id)
            job.ledger.refuse(error)
        else:
            job.staged.append(one)
            _say_unseen(job, one)
            if one.is_misnamed:
                job.ledger.warn(
                    one.file.file.name,
                    "No row has the month in the file's name; each was counted in its own month.",
                    "Check that it is the right file. If it is, rename it after its month.",
                )


def _say_unseen(job: Job, staged: StagedFile) -> None:
    many = job.stage.unseen[staged.load_id]
    if many:
        job.ledger.names_cleaned += many
        job.ledger.warn(
            staged.file.file.name,
            "names hold invisible characters; each was read as a space.",
            "You need do nothing. Such characters can make one name look like another: tell its"
            " publisher.",
            many,
        )


def _refuse_too_many_refused(job: Job, staged: StagedFile) -> None:
    """Refused rows are kept as they came, so a file may not fill the store with them."""
    (n,) = run(job.con, "build/refused_rows", {"load_id": staged.load_id}).fetchall()[0]
    if n > MOST_REFUSED_ROWS:
        raise FileRefused(
            staged.file.file.name,
            f"{n:,} of its rows were refused; a file with more than {MOST_REFUSED_ROWS:,} is"
            " refused as a whole.",
            hint=(
                "Build from its first rows to see why they are refused, and mend the file or the"
                " supplier file."
            ),
        )


def _refuse_mixing(job: Job, *, synthetic: bool) -> None:
    if job.synthetic is not None and job.synthetic != synthetic:
        held, given = ("synthetic", "real") if job.synthetic else ("real", "synthetic")
        raise UserError(
            f"The store {job.settings.store} holds {held} data, and these files are {given}.",
            hint="Give another folder with --store, so that the two never mix.",
        )


def _refuse_republished(job: Job, staged: StagedFile) -> None:
    """A file that is the whole of a month may not silently double or replace that month."""
    supplier, file = staged.file.supplier, staged.file.file
    if supplier.publication != "month":
        return
    for publisher, month in sorted(staged.months):
        held = job.published.get((supplier.name, publisher, month))
        if held is not None and not job.replace:
            raise FileRefused(
                file.name,
                f"{month:%B %Y} of {publisher or supplier.title} is already loaded ({held:,}"
                " incidents), with other content.",
                hint="Use --replace if this is a newer publication of that month.",
            )
        for other in job.staged:
            if other.file.supplier.name == supplier.name and (publisher, month) in other.months:
                raise FileRefused(
                    file.name,
                    f"{month:%B %Y} of {publisher or supplier.title} is in {other.file.file.name}"
                    " too, with other content.",
                    hint="Give only the one that you downloaded last.",
                )
