"""The warehouse's queries, in the `.sql` files beside this module."""

from __future__ import annotations

from pathlib import Path

from vrp_map.common.sql_folder import SqlFolder

_files = SqlFolder(Path(__file__).parent / "sql")
FOLDER = _files.folder
sql, parameters, run = _files.sql, _files.parameters, _files.run
