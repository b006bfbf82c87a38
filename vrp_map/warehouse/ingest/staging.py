"""Files into the stage: typed, judged; all of a file or nothing of it.

The stage is a folder of Parquet files: small, on disk, written once, and whole or not there.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vrp_map.common.plain_text import plain_text
from vrp_map.vocabulary import ALL_CATEGORIES, CATEGORY_ALIASES, WGS84
from vrp_map.warehouse.ingest.database_faults import as_pattern
from vrp_map.warehouse.ingest.files.glued import in_one_order
from vrp_map.warehouse.ingest.files.headers import fold
from vrp_map.warehouse.ingest.files.parse import ParsedFile
from vrp_map.warehouse.ingest.files.rows import NotPlain, exact_batches, fast_batches
from vrp_map.warehouse.ingest.files.whole_file import UNDERSTOOD, understood
from vrp_map.warehouse.ingest.invisible_characters import without_unseen
from vrp_map.warehouse.ingest.suppliers import Supplier
from vrp_map.warehouse.sql_files import run

# The whole extent of the British National Grid, metres.
_GRID_BOUNDS = (0.0, 0.0, 700_000.0, 1_300_000.0)
# A query costs the same to plan for ten rows as for many thousand.
_ROWS_A_QUERY = 250_000


@dataclass(frozen=True)
class StagedFile:
    """A file that is in the stage.

    Attributes:
        months: every (publisher, month) that it is the publication of (`publications.sql`).
        is_misnamed: no row is of the month that its name says.
    """

    load_id: int
    file: ParsedFile
    months: frozenset[tuple[str, date]]
    is_misnamed: bool = False


class Stage:
    """Where the rows of one build wait. Small files of one kind go in together."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, folder: Path, now: datetime, *, time_zone: str
    ) -> None:
        self._con, self._folder, self._now, self._time_zone = con, folder, now, time_zone
        self._waiting: list[tuple[int, ParsedFile]] = []
        self._parts = itertools.count()
        # How many names of each file held what cannot be seen.
        self.unseen: Counter[int] = Counter()
        folder.mkdir()
        con.execute("ATTACH ':memory:' AS stage")
        run(con, "build/wall_clock")
        run(con, "build/local_clock")
        run(con, "build/folded")
        run(con, "build/is_summary")
        run(con, "build/stage_table")
        run(con, "build/stage_dropped")
        run(con, "build/stage_first_part", {"part": self._next_part()})
        con.execute("SET VARIABLE stage_parts = ?", [str(Path(as_pattern(folder)) / "*.parquet")])
        run(con, "build/stage_view")

    def add(self, file: ParsedFile, load_id: int) -> list[StagedFile]:
        """Take a file; the answer is the files that are in the stage since the last call."""
        done = []
        if self._waiting and not _alike(self._waiting[0][1], file):
            done += self.flush()
        if file.rows is None:
            return [*done, *self.flush(), *self._add_large(file, load_id)]
        self._waiting.append((load_id, file))
        if sum(b.num_rows for _, f in self._waiting for b in f.rows or ()) >= _ROWS_A_QUERY:
            done += self.flush()
        return done

    def flush(self) -> list[StagedFile]:
        """Put what waits into the stage."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return []
        self._write([self._table(f.rows or [], load, f) for load, f in waiting], waiting[0][1])
        return self._staged(waiting)

    def drop(self, load_id: int) -> None:
        """Take a file out again."""
        run(self._con, "build/unstage", {"load_id": load_id})

    def _add_large(self, file: ParsedFile, load_id: int) -> list[StagedFile]:
        """A file that is not held whole: part by part, and no part stays where a later
        one fails.
        """
        for reader in (fast_batches, exact_batches):
            written = []
            self.unseen.pop(load_id, None)
            try:
                read = in_one_order(
                    reader(file.file, file.found, file.layout), file.file, file.found, file.layout
                )
                for batches in _groups(understood(read, file.layout, file.supplier)):
                    written.append(self._write([self._table(batches, load_id, file)], file))
                break
            except BaseException as error:
                for part in written:
                    part.unlink()
                if not isinstance(error, NotPlain):
                    raise
        return self._staged([(load_id, file)])

    def _table(self, batches: list[pa.RecordBatch], load_id: int, file: ParsedFile) -> pa.Table:
        plain = [batch.replace_schema_metadata(None) for batch in batches]
        rows, unseen = without_unseen(pa.Table.from_batches(plain, schema=UNDERSTOOD))
        self.unseen[load_id] += unseen
        return _with_file(rows, load_id, file)

    def _write(self, tables: list[pa.Table], like: ParsedFile) -> Path:
        part = self._next_part()
        self._con.register("batch", pa.concat_tables(tables))
        try:
            run(
                self._con,
                "build/stage_batch",
                _values(like, self._now, self._time_zone) | {"part": part},
            )
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        finally:
            self._con.unregister("batch")
        return Path(part)

    def _next_part(self) -> str:
        return str(self._folder / f"{next(self._parts):06}.parquet")

    def _staged(self, files: list[tuple[int, ParsedFile]]) -> list[StagedFile]:
        brought: dict[int, set[tuple[str, date]]] = {load: set() for load, _ in files}
        named, others = {load: _month_in_name(file) for load, file in files}, set()
        for load, publisher, month in run(
            self._con, "build/publications", {"loads": list(brought)}
        ).fetchall():
            if named[load] in (None, month):
                brought[load].add((publisher, month))
            else:
                others.add(load)
        # The rows are on disk now; the rest of the build needs only what the file is.
        return [
            StagedFile(
                load,
                replace(file, rows=None),
                frozenset(brought[load]),
                load in others and not brought[load],
            )
            for load, file in files
        ]


def _month_in_name(file: ParsedFile) -> date | None:
    """The month that the name of a publisher's file begins with, as data.police.uk names them."""
    match = re.match(r"(20\d{2})-(0[1-9]|1[0-2])(?!\d)", file.file.basename)
    return date(int(match[1]), int(match[2]), 1) if match else None


def _alike(one: ParsedFile, other: ParsedFile) -> bool:
    return one.supplier is other.supplier and one.layout is other.layout


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= _ROWS_A_QUERY:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _with_file(table: pa.Table, load_id: int, file: ParsedFile) -> pa.Table:
    """The rows with what is the same for the whole file: its number, and what its name and all of
    it tell.
    """
    pattern = file.supplier.publisher_from_name
    match = re.search(pattern, file.file.basename) if pattern else None
    for name, value in (
        ("load_id", pa.scalar(load_id, pa.int32())),
        ("file_publisher", pa.scalar(plain_text(match[1]) if match else None, pa.string())),
        ("only_midnight", pa.scalar(file.facts.only_midnight, pa.bool_())),
    ):
        table = table.append_column(name, pa.repeat(value, len(table)))
    if not file.facts.is_coarse:
        # Here a place given to few digits is a coincidence.
        table = table.set_column(
            table.schema.get_field_index("net"), "net", pa.nulls(len(table), pa.float64())
        )
    if file.facts.no_ids:
        named = pc.is_in(table["id"], value_set=pa.array(sorted(file.facts.no_ids)))
        ids = pc.if_else(named, pa.scalar("", pa.string()), table["id"])
        table = table.set_column(table.schema.get_field_index("id"), "id", ids)
    return table.append_column("slug", _slugs(table["category"], file.supplier))


def _slugs(words: pa.ChunkedArray, supplier: Supplier) -> pa.Array:
    """Our slug for each of the supplier's category words; null where we know none."""
    known = {name.lower(): slug for slug, name in ALL_CATEGORIES.items()}
    known |= {slug: slug for slug in ALL_CATEGORIES} | dict(CATEGORY_ALIASES)
    known |= {word.lower(): slug for word, slug in supplier.categories.items()}
    coded = words.combine_chunks().dictionary_encode()
    slugs = pa.array(
        [known.get(word.lower()) for word in coded.dictionary.to_pylist()], pa.string()
    )
    return slugs.take(coded.indices)


def _values(file: ParsedFile, now: datetime, time_zone: str) -> dict[str, Any]:
    supplier, layout = file.supplier, file.layout
    degrees = layout.crs == WGS84
    west, south, east, north = supplier.bounds if degrees else _GRID_BOUNDS
    next_month = (now.replace(day=1) + timedelta(days=32)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    return {
        "source": supplier.name,
        "grade": supplier.grade,
        "crs": layout.crs,
        "keep_point": supplier.keep_point,
        "default_category": supplier.default_category,
        "no_place": list(supplier.no_place) or [""],
        "place_prefix": supplier.place_prefix,
        "is_degrees": degrees,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "time_word": "month" if "month" in layout.columns else "time",
        "column_names": sorted({fold(name) for name in layout.columns.values()}),
        "next_month": next_month.replace(tzinfo=None),
        "time_zone": time_zone,
    }
