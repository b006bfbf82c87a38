"""A look into a GeoPackage before GDAL opens it: it is a database, and may hold more
than tables.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from vrp_map.errors import FileRefused
from vrp_map.warehouse.sql_files import sql

_EXPORT = "Export its layer again from your mapping program as a new GeoPackage or as GeoJSON."
_PLAIN_TABLE = re.compile(r"(index|trigger) |table\s+CREATE\s+TABLE\b", re.IGNORECASE)
_WELL_KNOWN_TEXT = re.compile(r"\s*([A-Z_]+\s*[\[(]|undefined\s*$|$)", re.IGNORECASE)


def check_plain_tables(file: Path) -> None:
    """Refuse a layer that is a view or a virtual table, and a CRS that is not well-known text.

    A view can call a function of the reading program that opens other files or addresses, and a CRS
    that is a link would be fetched.

    Raises:
        FileRefused: it holds one of these, or is damaged.
    """
    address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            found = base.execute(sql("geopackage/look")).fetchall()
    except sqlite3.Error as error:
        problem = "it is damaged or incomplete and cannot be read as boundaries."
        raise FileRefused(str(file), problem, hint="Get or export the file again.") from error
    for what, name, text in found:
        if what == "layer" and not _PLAIN_TABLE.match(str(text)):
            raise FileRefused(
                str(file), f"its layer {name} is a view, not a table of its own.", hint=_EXPORT
            )
        if what == "crs" and not _WELL_KNOWN_TEXT.match(str(text)):
            problem = "a coordinate reference system in it is not written out as well-known text."
            raise FileRefused(str(file), problem, hint=_EXPORT)
