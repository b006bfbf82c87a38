"""Copying the records, table by table, into a new file: what is left out leaves no byte there.

The tables are found in the file's own catalogue, so that one that is added later cannot be
forgotten.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import duckdb

from vrp_map.errors import VrpError

_ROWS = 50_000
# Of an event that is purged, only these stay: that it was held, and what everyone has seen
# already, answers too.
STAY = frozenset({"event", "event_state", "release", "release_count", "reply"})
_ITSELF = "meta_migration"


class CopyFailed(VrpError):
    """The copy does not hold what it should; the old file is still in its place."""


def tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Every table of the file, in the order they were made, with its columns."""
    found = (
        con.table_function("duckdb_columns")
        .filter("table_oid IN (SELECT table_oid FROM duckdb_tables() WHERE NOT internal)")
        .aggregate("table_oid, table_name, list(column_name ORDER BY column_index) AS columns")
        .order("table_oid")
    )
    return {name: columns for _, name, columns in found.fetchall()}


def read_through(con: duckdb.DuckDBPyConnection) -> None:
    """Read every row, so that a damaged block raises now."""
    for name in _filled(con):
        _fingerprint(con.table(name))


def copy(
    old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection, *, purged: Collection[UUID] = ()
) -> dict[str, int]:
    """Copy and check every table, without purged events and deleted pins.

    Args:
        new: a file with the same tables, empty.

    Returns:
        How many rows were left out, by table.

    Raises:
        CopyFailed: the new file has other tables, or not the same rows.
    """
    if tables(old) != tables(new):
        raise CopyFailed("The new records file has other tables than the old one.")
    left_out = {}
    for name in tables(old):
        if name == _ITSELF:
            continue
        kept = _in_no_order_of_time(staying(old, name, purged))
        new.from_arrow(kept.to_arrow_reader(_ROWS)).insert_into(name)
        if _fingerprint(staying(old, name, purged)) != _fingerprint(new.table(name)):
            raise CopyFailed(f"The copy of the table {name} differs.")
        left_out[name] = _count(old.table(name)) - _count(new.table(name))
    return left_out


def staying(
    con: duckdb.DuckDBPyConnection, name: str, purged: Collection[UUID] = ()
) -> duckdb.DuckDBPyRelation:
    """The rows of a table that stay."""
    rows = con.table(name)
    if "event_id" not in rows.columns or name in STAY:
        return rows
    if purged:
        rows = rows.filter(
            duckdb.ColumnExpression("event_id").isnotin(
                *(duckdb.ConstantExpression(e) for e in purged)
            )
        )
    if name == "event_secret":
        gone = con.table("event_state").filter("state = 'archived'")
        return rows.join(gone.set_alias("gone"), "event_id", how="anti")
    # That a key was taken back is remembered: else a phone that sends it once more would make the
    # pin again.
    if "key" in rows.columns and name != "pin_deleted":
        return rows.join(con.table("pin_deleted").set_alias("gone"), "event_id, key", how="anti")
    return rows


def _in_no_order_of_time(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Rows of pins by random key: the order of arrival would say more than the time kept."""
    if "key" not in rows.columns:
        return rows
    return rows.order(
        ", ".join(name for name in ("event_id", "key", "nth") if name in rows.columns)
    )


def personal_rows(con: duckdb.DuckDBPyConnection, event_id: UUID) -> int:
    """How many rows of an event a purge would delete."""
    this = duckdb.ColumnExpression("event_id") == duckdb.ConstantExpression(event_id)
    mine = [
        name for name, columns in tables(con).items() if "event_id" in columns and name not in STAY
    ]
    return sum(_count(con.table(name).filter(this)) for name in mine)


def owed(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file holds deleted pins or keys of archived events."""
    return any(
        _count(con.table(name)) > _count(staying(con, name))
        for name in _filled(con)
        if name != _ITSELF
    )


def _filled(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables that may hold rows. Most files use few of the tables, and what the catalogue says
    of a table counts its deleted rows too: none are said of a table that never had one.
    """
    found = con.table_function("duckdb_tables").filter("NOT internal AND estimated_size > 0")
    return [name for (name,) in found.order("table_oid").project("table_name").fetchall()]


def _count(rows: duckdb.DuckDBPyRelation) -> int:
    found = rows.aggregate("count(*)").fetchone()
    return int(found[0]) if found else 0


def _fingerprint(rows: duckdb.DuckDBPyRelation) -> tuple[object, ...] | None:
    """How many rows there are and what is in them, whatever their order."""
    return rows.set_alias("r").aggregate("count(*), sum(hash(r))").fetchone()
