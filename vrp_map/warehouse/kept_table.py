"""What is worked out of a snapshot and of nothing that changes, kept beside it: read, not made.

For what every command would work out again, as the names of hexagons. A file fits its snapshot and
a stated state of everything else; one that does not fit or is damaged is made again, and it goes
when its snapshot goes. Nothing is kept in it that depends on who asks.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pandas as pd
import pyarrow as pa

SUFFIX = ".table"
_SEAL_BYTES = 32


def kept_table(
    snapshot: Path, subject: str, state: object, *, make: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """The table of a subject, from its file or by `make`.

    Args:
        subject: one word of letters and digits; there is one file for each. state: what else the
            table depends on, its own form included; another `repr` is another table.
    """
    path = snapshot.with_name(f"{snapshot.stem}-{subject}{SUFFIX}")
    said = repr((snapshot.stem, subject, state)).encode()
    found = _read(path, said)
    if found is None:
        found = make()
        # A store that cannot be written is read all the same.
        with contextlib.suppress(OSError):
            _write(path, said, found)
    return found


def delete_orphan_tables(store: Path) -> None:
    """Delete the files of snapshots that are gone."""
    for path in store.glob(f"*{SUFFIX}"):
        if not path.with_name(f"{path.stem.rpartition('-')[0]}.duckdb").exists():
            path.unlink(missing_ok=True)


def _read(path: Path, said: bytes) -> pd.DataFrame | None:
    try:
        data = memoryview(path.read_bytes())
    except OSError:
        return None
    if data[:_SEAL_BYTES] != _seal(data[_SEAL_BYTES:], said):
        return None
    with pa.ipc.open_stream(data[_SEAL_BYTES:]) as stream:
        return stream.read_all().to_pandas()


def _write(path: Path, said: bytes, table: pd.DataFrame) -> None:
    arrow = pa.Table.from_pandas(table)
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, arrow.schema) as stream:
        stream.write_table(arrow)
    body = out.getvalue().to_pybytes()
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_seal(body, said) + body)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _seal(body: bytes | memoryview, said: bytes) -> bytes:
    """Fits these bytes and this state alone."""
    seal = blake2b(said, digest_size=_SEAL_BYTES)
    seal.update(b"\0")
    seal.update(body)
    return seal.digest()
