"""After the last file: repeats out, locations placed, counts made, sums checked, the
ledger filled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC

import duckdb
import pandas as pd

from vrp_map import __version__
from vrp_map.errors import BuildFailed
from vrp_map.warehouse.boundaries.layers import Layer
from vrp_map.warehouse.ingest.job import Job
from vrp_map.warehouse.ingest.place_tables import fill_areas, fill_locations, fill_residents
from vrp_map.warehouse.ingest.warnings import say_what_is_odd
from vrp_map.warehouse.snapshots import SCHEMA_VERSION
from vrp_map.warehouse.sql_files import run

_LOAD_COLUMNS = [
    "load_id",
    "snapshot_id",
    "source",
    "layout",
    "file",
    "sha256",
    "synthetic",
    "loaded_at",
    "rows_read",
    "rows_accepted",
    "rows_quarantined",
    "rows_replaced",
]


def finish(job: Job) -> None:
    """Complete every table of the new snapshot; raises BuildFailed where a sum does not agree."""
    con = job.con
    con.register("replaced", _replaced(job))
    fill_areas(con, job.layers, today=job.now.date())
    fill_residents(con, job.layers)
    fill_locations(
        con,
        job.layers,
        generic={n for s in job.suppliers.by_name.values() for n in s.generic_places},
    )
    run(con, "build/repeated")
    run(con, "build/repeats")
    run(con, "build/core_incident")
    run(con, "build/quarantine_incident")
    con.register("new_load", _new_loads(job))
    run(con, "build/meta_load")
    con.register("new_source", _new_sources(job))
    run(con, "build/ref_source")
    run(con, "build/agg_place_month")
    run(con, "build/ref_gazetteer")
    run(
        con,
        "build/meta_snapshot",
        {
            "snapshot_id": job.snapshot_id,
            "created_at": job.now.astimezone(UTC).replace(tzinfo=None),
            "software": __version__,
            "schema_version": SCHEMA_VERSION,
            "synthetic": bool(job.synthetic),
            "boundaries": boundaries_fingerprint(job.layers),
        },
    )
    _check(con)
    _account(job)
    say_what_is_odd(job)
    _keep_warnings(job)
    con.execute("CHECKPOINT")


def boundaries_fingerprint(layers: Sequence[Layer]) -> str:
    """Changes when anything of any layer changes."""
    digest = hashlib.sha256()
    for layer in layers:
        digest.update(f"{layer.id}{layer.type}{layer.valid_from}{layer.valid_to}".encode())
        for wkb in layer.areas.geometry.to_wkb():
            digest.update(wkb)
        digest.update(layer.areas[["code", "name", "population"]].to_csv().encode())
    return digest.hexdigest()[:16]


def built_with(con: duckdb.DuckDBPyConnection) -> str:
    """The boundary fingerprint of the previous snapshot; empty where there is none."""
    row = run(con, "build/previous_boundaries").fetchone()
    return str(row[0]) if row else ""


def _replaced(job: Job) -> pd.DataFrame:
    """The months of the previous snapshot that this build's files replace."""
    staged = job.staged if job.replace else []
    brought = {
        (s.file.supplier.name, publisher, month) for s in staged for publisher, month in s.months
    }
    rows = sorted(brought & job.published.keys())
    frame = pd.DataFrame(rows, columns=["source", "publisher", "month"])
    return frame.astype({"source": "string", "publisher": "string"}).assign(
        month=pd.to_datetime(frame["month"])
    )


def _new_loads(job: Job) -> pd.DataFrame:
    counts = {load: rest for load, *rest in run(job.con, "build/load_counts").fetchall()}
    loaded_at = job.now.astimezone(UTC).replace(tzinfo=None)
    rows = [
        (
            s.load_id,
            job.snapshot_id,
            s.file.supplier.name,
            s.file.layout.name,
            s.file.file.name,
            s.file.found.sha256,
            s.file.supplier.synthetic,
            loaded_at,
            *counts.get(s.load_id, (0, 0, 0)),
            0,
        )
        for s in job.staged
    ]
    return pd.DataFrame(rows, columns=_LOAD_COLUMNS)


def _new_sources(job: Job) -> pd.DataFrame:
    suppliers = {s.file.supplier.name: s.file.supplier for s in job.staged}
    rows = [(s.name, s.title, s.attribution, s.synthetic) for s in suppliers.values()]
    return pd.DataFrame(rows, columns=["source", "title", "attribution", "synthetic"])


def _keep_warnings(job: Job) -> None:
    if (run(job.con, "build/has_warnings").fetchone() or (False,))[0]:
        run(job.con, "build/known_warnings")
    loads = {staged.file.file.name: staged.load_id for staged in job.staged}
    noted = [
        (loads[w["file"]], w["problem"], w["remedy"], w["n"])
        for w in job.ledger.noted
        if w["file"] in loads
    ]
    frame = pd.DataFrame(noted, columns=["load_id", "problem", "remedy", "n"])
    job.con.register(
        "new_warning", frame.astype({"problem": "string", "remedy": "string", "n": "Int64"})
    )
    run(job.con, "build/meta_warning")


def _check(con: duckdb.DuckDBPyConnection) -> None:
    answer = run(con, "build/checks")
    names = [column[0] for column in answer.description]
    wrong = {
        name: value for name, value in zip(names, answer.fetchone() or (), strict=True) if value
    }
    if wrong:
        raise BuildFailed(f"The build's sums do not agree, so nothing was published: {wrong}.")


def _account(job: Job) -> None:
    """Fill the ledger from the tables just written."""
    ledger, values = job.ledger, {"snapshot_id": job.snapshot_id}
    loads = run(job.con, "build/ledger_loads", values).fetchone() or (0, 0, 0, 0)
    ledger.files, ledger.rows_read, ledger.rows_accepted, ledger.rows_quarantined = (
        int(v) for v in loads
    )
    places = run(job.con, "build/ledger_places", values).fetchone() or (0, 0, 0)
    ledger.unlocated, ledger.outside, ledger.distinct_locations = places
    ledger.reasons = dict(run(job.con, "build/ledger_reasons", values).fetchall())
    ledger.by_lad = dict(run(job.con, "build/ledger_by_lad", values).fetchall())
    ledger.by_month = dict(run(job.con, "build/ledger_by_month", values).fetchall())
    ledger.replaced = [
        {
            "source": s,
            "publisher": p,
            "month": f"{m:%Y-%m}",
            "before": job.published[s, p, m.date()],
            "now": n,
        }
        for s, p, m, n in run(job.con, "build/ledger_replaced").fetchall()
    ]
