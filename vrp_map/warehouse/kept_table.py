"""What is worked out of a snapshot and of nothing that changes, kept beside it: read, not made.

For what every command would work out again, as the names of hexagons. A file fits its snapshot and
a stated state of everything else; one that does not fit or is damaged is made again, and it goes
when its snapshot goes. Nothing is kept in it that depends on who asks.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pandas as pd
import pyarrow as pa

from vrp_map.warehouse.sealed_file import read_sealed, write_sealed

SUFFIX = ".table"


def kept_table(
    snapshot: Path, subject: str, state: object, *, make: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """The table of a subject, from its file or by `make`.

    Args:
        subject: one word of letters and digits; there is one file for each. state: what else the
            table depends on, its own form included; another `repr` is another table.
    """
    path = snapshot.with_name(f"{snapshot.stem}-{subject}{SUFFIX}")
    key = blake2b(repr((snapshot.stem, subject, state)).encode()).digest()
    body = read_sealed(path, key)
    if body is not None:
        with pa.ipc.open_stream(body) as stream:
            return stream.read_all().to_pandas()
    made = make()
    write_sealed(path, key, _bytes(made))
    return made


def _bytes(table: pd.DataFrame) -> bytes:
    arrow = pa.Table.from_pandas(table)
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, arrow.schema) as stream:
        stream.write_table(arrow)
    body: bytes = out.getvalue().to_pybytes()
    return body
