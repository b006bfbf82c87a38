"""What the steps of one build share, and the connection they share it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb

from vrp_map.config import Settings
from vrp_map.warehouse.boundaries.layers import Layer
from vrp_map.warehouse.ingest.ledger import Ledger
from vrp_map.warehouse.ingest.staging import Stage, StagedFile
from vrp_map.warehouse.ingest.suppliers import Suppliers
from vrp_map.warehouse.snapshots import open_snapshot, unfinished_path
from vrp_map.warehouse.sql_files import run, sql

# done, total (bytes), what is being done
Progress = Callable[[int, int, str], None]


@dataclass
class Job:
    """One build.

    Attributes:
        published: incidents by (source, publisher, month) in the previous snapshot.
        known_files: digest of every file whose rows are there -> its name.
        synthetic: whether the store holds synthetic data; None while it holds nothing.
        next_load: the number of this build's next file.
    """

    con: duckdb.DuckDBPyConnection
    settings: Settings
    suppliers: Suppliers
    layers: list[Layer]
    snapshot_id: str
    now: datetime
    replace: bool
    ledger: Ledger = field(default_factory=Ledger)
    published: dict[tuple[str, str, date], int] = field(default_factory=dict)
    known_files: dict[str, str] = field(default_factory=dict)
    synthetic: bool | None = None
    next_load: int = 1
    staged: list[StagedFile] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = unfinished_path(self.settings.store, self.snapshot_id, "-stage")
        self.stage = Stage(self.con, parts, self.now, time_zone=self.settings.time_zone)

    def recall(self) -> None:
        """Learn what the previous snapshot holds."""
        rows = run(self.con, "build/published").fetchall()
        self.published = {(source, publisher, month): n for source, publisher, month, n in rows}
        loads = run(self.con, "build/known_loads").fetchall()
        self.known_files = {sha: file for _, file, sha, _, is_gone in loads if not is_gone}
        self.next_load = max((load for load, *_ in loads), default=0) + 1
        self.synthetic = loads[0][3] if loads else None


def connect(
    settings: Settings, snapshot_id: str, previous: Path | None
) -> duckdb.DuckDBPyConnection:
    """The new file as the main database, and the last snapshot (or an empty one) attached as
    `previous`.
    """
    store = settings.store
    if previous:
        open_snapshot(previous).close()
    con = duckdb.connect(str(unfinished_path(store, snapshot_id)))
    con.execute("SET memory_limit = ?", [f"{settings.build_memory_mb}MB"])
    con.execute("SET temp_directory = ?", [str(unfinished_path(store, snapshot_id, "-spill"))])
    con.execute("SET preserve_insertion_order = false")
    con.execute(sql("schema"))
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
