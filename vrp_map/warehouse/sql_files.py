"""Every query lives in a `.sql` file beside this module: one statement, named parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

FOLDER = Path(__file__).parent / "sql"


@cache
def sql(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def parameters(name: str) -> frozenset[str]:
    """The named parameters a query takes; comments do not count."""
    return frozenset(re.findall(r"\$([a-z_]\w*)", re.sub(r"--.*", "", sql(name))))


def run(
    con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """Execute a query file with those of the values that it names."""
    wanted = {k: v for k, v in (values or {}).items() if k in parameters(name)}
    return con.execute(sql(name), wanted) if wanted else con.execute(sql(name))
