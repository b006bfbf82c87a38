"""What both databases share: queries live in `.sql` files, one statement a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb


class SqlFolder:
    """The `.sql` files under a folder, by their path without the ending: "queries/months"."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sql = lru_cache(maxsize=None)(self._sql)
        self.parameters = lru_cache(maxsize=None)(self._parameters)

    def _sql(self, name: str) -> str:
        return (self.folder / f"{name}.sql").read_text(encoding="utf-8")

    def _parameters(self, name: str) -> frozenset[str]:
        # The named parameters a query takes; comments do not count.
        return frozenset(re.findall(r"\$([a-z_]\w*)", re.sub(r"--.*", "", self.sql(name))))

    def run(
        self, con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Execute a query file with those of the values that it names."""
        wanted = {k: v for k, v in (values or {}).items() if k in self.parameters(name)}
        return con.execute(self.sql(name), wanted) if wanted else con.execute(self.sql(name))
