"""Files in, a new snapshot out; or nothing changes at all.

The order: stage every file, decide what is new, number the points, write the tables beside the live snapshot, check the
sums, move the pointer. Until that last step nobody sees anything of it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd

from vrp_map import __version__
from vrp_map.config import Settings
from vrp_map.errors import BuildFailed, FileRefused, UserError
from vrp_map.warehouse.boundaries import Layer, load_layers
from vrp_map.warehouse.inputs import Input, Scan, find_inputs, scan
from vrp_map.warehouse.ledger import Ledger
from vrp_map.warehouse.snapshots import (
    SCHEMA_VERSION,
    building,
    current,
    new_snapshot_id,
    open_snapshot,
    publish,
    unfinished_path,
)
from vrp_map.warehouse.sql_files import run, sql
from vrp_map.warehouse.staging import Staged, choose_supplier, stage
from vrp_map.warehouse.suppliers import Suppliers, load_suppliers
from vrp_map.warehouse.tables import fill_areas, fill_locations, fill_residents

# done, total (bytes), what is being done
Progress = Callable[[int, int, str], None]


@dataclass
class _Build:
    """What the steps of one build share."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    suppliers: Suppliers
    layers: list[Layer]
    snapshot_id: str
    now: datetime
    ledger: Ledger
    replace: bool
    published: dict[tuple[str, str, date], int] = field(default_factory=dict)
    known_files: dict[str, str] = field(default_factory=dict)
    synthetic: bool | None = None
    next_load: int = 1
    staged: list[Staged] = field(default_factory=list)


def build(
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
        paths: CSV, CSV.GZ or zip files, or folders of them; none = make the snapshot again, with today's boundaries.
        source: the supplier's name, when the columns alone should not decide.
        replace: let a month that is already there be replaced by this publication of it.
        progress: called with bytes done, bytes in all, and what is being read.
        now: instead of the clock; months after it are refused.

    Returns:
        The ledger. Files that could not be taken are in `ledger.refused`; the others are loaded all the same.

    Raises:
        UserError: nothing was built, and why. BuildFailed: a sum did not agree; the published snapshot is as it was.
    """
    started, now = time.perf_counter(), now or datetime.now(UTC)
    suppliers, layers = load_suppliers(settings.sources), load_layers(settings)
    if source:
        suppliers.named(source)
    with building(settings.store):
        previous = current(settings.store)
        snapshot_id = new_snapshot_id(now)
        con = _connect(settings, snapshot_id, previous)
        try:
            work = _Build(con, settings, suppliers, layers, snapshot_id, now, Ledger(), replace)
            _recall(work)
            inputs, refused = find_inputs(paths, max_member_mb=settings.max_member_mb)
            for error in refused:
                work.ledger.refuse(error)
            _stage_all(work, inputs, source, progress)
            if not inputs and not refused and previous is None:
                raise UserError(
                    f"There is nothing in {settings.store} to build again.", hint="Give the files or folders to load."
                )
            if not work.staged and (previous is None or _boundaries_fingerprint(layers) == _built_with(con)):
                work.ledger.snapshot = previous.stem if previous else ""
            else:
                _write(work)
                work.ledger.snapshot, work.ledger.published = snapshot_id, True
        finally:
            con.close()
        if work.ledger.published:
            publish(settings.store, snapshot_id, keep=settings.keep_snapshots)
        work.ledger.seconds = round(time.perf_counter() - started, 2)
        return work.ledger


def _connect(settings: Settings, snapshot_id: str, previous: Path | None) -> duckdb.DuckDBPyConnection:
    """The new file as main, the stage in a file of its own, the last snapshot (or an empty one) as `previous`."""
    store = settings.store
    if previous:
        open_snapshot(previous).close()
    con = duckdb.connect(str(unfinished_path(store, snapshot_id)))
    con.execute("SET memory_limit = ?", [f"{settings.build_memory_mb}MB"])
    con.execute("SET temp_directory = ?", [str(unfinished_path(store, snapshot_id, "-spill"))])
    con.execute("SET preserve_insertion_order = false")
    con.execute(sql("schema"))
    # In memory, spilling to disk when it grows: written nowhere, compressed by nobody.
    con.execute("ATTACH ':memory:' AS stage")
    run(con, "build/stage_table")
    if previous:
        con.execute(_attach("previous", previous) + " (READ_ONLY)")
    else:
        main = run(con, "build/main_name").fetchall()[0][0]
        con.execute("ATTACH ':memory:' AS previous")
        con.execute("USE previous")
        con.execute(sql("schema"))
        con.execute(f'USE "{main}"')
    return con


def _attach(name: str, path: Path) -> str:
    """ATTACH takes no parameter for the path, so its quotes are doubled here."""
    quoted = str(path).replace("'", "''")
    return f"ATTACH '{quoted}' AS {name}"


def _recall(work: _Build) -> None:
    """What the previous snapshot holds."""
    rows = run(work.con, "build/published").fetchall()
    work.published = {(source, publisher, month): n for source, publisher, month, n in rows}
    loads = run(work.con, "build/known_loads").fetchall()
    work.known_files = {sha: file for _, file, sha, _, is_gone in loads if not is_gone}
    work.next_load = max((load for load, *_ in loads), default=0) + 1
    work.synthetic = loads[0][3] if loads else None


def _stage_all(work: _Build, inputs: list[Input], source: str | None, progress: Progress) -> None:
    total, done = sum(i.size for i in inputs), 0
    for file in inputs:
        progress(done, total, file.basename)
        try:
            _stage_one(work, file, source)
        except FileRefused as error:
            work.ledger.refuse(error)
        done += file.size
    progress(total, total, "reading done")


def _stage_one(work: _Build, file: Input, source: str | None) -> None:
    found = scan(file)
    if found.sha256 in work.known_files:
        work.ledger.skip(file.name, f"the same content was loaded before, from {work.known_files[found.sha256]}")
        return
    supplier, layout = choose_supplier(file, found, work.suppliers, source)
    if supplier.ignore:
        work.ledger.skip(file.name, supplier.ignore)
        return
    _refuse_mixing(work, supplier.synthetic)
    try:
        staged = stage(work.con, file, found, supplier, layout, load_id=work.next_load, now=work.now)
        _refuse_republished(work, staged)
    except BaseException:
        work.con.rollback()
        raise
    work.con.commit()
    work.staged.append(staged)
    work.known_files[found.sha256] = file.name
    work.next_load += 1
    work.synthetic = supplier.synthetic


def _refuse_mixing(work: _Build, synthetic: bool) -> None:
    if work.synthetic is not None and work.synthetic != synthetic:
        held, given = ("synthetic", "real") if work.synthetic else ("real", "synthetic")
        raise UserError(
            f"The store {work.settings.store} holds {held} data, and these files are {given}.",
            hint="Give another folder with --store, so that the two never mix.",
        )


def _refuse_republished(work: _Build, staged: Staged) -> None:
    """A file that is the whole of a month may not silently double or replace that month."""
    if staged.supplier.publication != "month":
        return
    for publisher, month in staged.months:
        held = work.published.get((staged.supplier.name, publisher, month))
        if held is not None and not work.replace:
            raise FileRefused(
                staged.file.name,
                f"{month:%B %Y} of {publisher or staged.supplier.title} is already loaded ({held:,} incidents), with other content.",
                hint="Use --replace if this is a newer publication of that month.",
            )
        for other in work.staged:
            if other.file.basename == staged.file.basename and (publisher, month) in other.months:
                raise FileRefused(
                    staged.file.name,
                    f"{other.file.name} has the same name and months, but other content.",
                    hint="Give only one of the two.",
                )


def _write(work: _Build) -> None:
    """Every table of the new snapshot, from the stage and the previous one."""
    con = work.con
    con.register("replaced", _replaced(work))
    run(con, "build/repeated")
    fill_areas(con, work.layers, today=work.now.date())
    fill_residents(con, work.layers)
    fill_locations(con, work.layers, generic=_generic_places(work.suppliers))
    run(con, "build/core_incident")
    run(con, "build/quarantine_incident")
    con.register("new_load", _new_loads(work))
    run(con, "build/meta_load")
    con.register("new_source", _new_sources(work))
    run(con, "build/ref_source")
    run(con, "build/agg_place_month")
    run(con, "build/ref_gazetteer")
    run(con, "build/meta_snapshot", {
        "snapshot_id": work.snapshot_id, "created_at": work.now.astimezone(UTC).replace(tzinfo=None),
        "software": __version__, "schema_version": SCHEMA_VERSION, "synthetic": bool(work.synthetic),
        "boundaries": _boundaries_fingerprint(work.layers),
    })  # fmt: skip
    _check(con)
    _account(work)
    con.execute("CHECKPOINT")


def _replaced(work: _Build) -> pd.DataFrame:
    """The months of the previous snapshot that this build's files replace."""
    staged = work.staged if work.replace else []
    brought = {(s.supplier.name, publisher, month) for s in staged for publisher, month in s.months}
    rows = sorted(brought & work.published.keys())
    frame = pd.DataFrame(rows, columns=["source", "publisher", "month"])
    return frame.astype({"source": "string", "publisher": "string"}).assign(month=pd.to_datetime(frame["month"]))


def _new_loads(work: _Build) -> pd.DataFrame:
    counts = run(work.con, "build/load_counts").df().set_index("load_id")
    rows = [
        {
            "load_id": s.load_id, "snapshot_id": work.snapshot_id, "source": s.supplier.name, "layout": s.layout.name,
            "file": s.file.name, "sha256": s.found.sha256, "synthetic": s.supplier.synthetic,
            "loaded_at": work.now.astimezone(UTC).replace(tzinfo=None), "rows_replaced": 0,
        }
        for s in work.staged
    ]  # fmt: skip
    columns = [
        "load_id",
        "snapshot_id",
        "source",
        "layout",
        "file",
        "sha256",
        "synthetic",
        "loaded_at",
        "rows_replaced",
    ]
    frame = pd.DataFrame(rows, columns=columns).set_index("load_id").join(counts)
    return frame.fillna({"rows_read": 0, "rows_accepted": 0, "rows_quarantined": 0}).reset_index()


def _new_sources(work: _Build) -> pd.DataFrame:
    suppliers = {s.supplier.name: s.supplier for s in work.staged}
    rows = [(s.name, s.title, s.attribution, s.synthetic) for s in suppliers.values()]
    return pd.DataFrame(rows, columns=["source", "title", "attribution", "synthetic"])


def _generic_places(suppliers: Suppliers) -> set[str]:
    return {name for s in suppliers.by_name.values() for name in s.generic_places}


def _check(con: duckdb.DuckDBPyConnection) -> None:
    answer = run(con, "build/checks")
    names = [column[0] for column in answer.description]
    wrong = {name: value for name, value in zip(names, answer.fetchone() or (), strict=True) if value}
    if wrong:
        raise BuildFailed(f"The build's sums do not agree, so nothing was published: {wrong}.")


def _account(work: _Build) -> None:
    """Fill the ledger from the tables just written."""
    ledger, values = work.ledger, {"snapshot_id": work.snapshot_id}
    loads = run(work.con, "build/ledger_loads", values).fetchone() or (0, 0, 0, 0)
    ledger.files, ledger.rows_read, ledger.rows_accepted, ledger.rows_quarantined = (int(v) for v in loads)
    places = run(work.con, "build/ledger_places", values).fetchone() or (0, 0, 0)
    ledger.unlocated, ledger.outside, ledger.distinct_locations = places
    ledger.reasons = dict(run(work.con, "build/ledger_reasons", values).fetchall())
    ledger.by_lad = dict(run(work.con, "build/ledger_by_lad", values).fetchall())
    ledger.by_month = dict(run(work.con, "build/ledger_by_month", values).fetchall())
    ledger.replaced = [
        {"source": s, "publisher": p, "month": f"{m:%Y-%m}", "before": work.published[s, p, m.date()], "now": n}
        for s, p, m, n in run(work.con, "build/ledger_replaced").fetchall()
    ]


def _boundaries_fingerprint(layers: list[Layer]) -> str:
    digest = hashlib.sha256()
    for layer in layers:
        digest.update(f"{layer.id}{layer.type}{layer.valid_from}{layer.valid_to}".encode())
        for wkb in layer.areas.geometry.to_wkb():
            digest.update(wkb)
        digest.update(layer.areas[["code", "name", "population"]].to_csv().encode())
    return digest.hexdigest()[:16]


def _built_with(con: duckdb.DuckDBPyConnection) -> str:
    row = run(con, "build/previous_boundaries").fetchone()
    return str(row[0]) if row else ""
