"""The chosen incidents of a snapshot, kept beside it: choosing takes a second, reading a moment.

The file says which incidents stand for the others, so only its owner can read it, and it goes when
its snapshot goes. One that is missing, damaged or made with another secret is made again.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SUFFIX = ".sample"
_SEAL_BYTES = 32

Chosen = NDArray[np.int64]


def kept(
    snapshot: Path, steps: Sequence[int], secret: bytes, *, rows: int, choose: Callable[[], Chosen]
) -> Chosen:
    """How many incidents of each row are chosen: (rows,), from the file or by `choose`.

    Args:
        steps: as for `disclosure.sampling.sample`.
    """
    name = blake2b(repr(tuple(steps)).encode(), key=secret, digest_size=8).hexdigest()
    path = snapshot.with_name(f"{snapshot.stem}-{name}{SUFFIX}")
    found = _read(path, secret, rows)
    if found is None:
        found = choose()
        # A store that cannot be written is read all the same.
        with contextlib.suppress(OSError):
            _write(path, secret, found)
    return found


def delete_orphans(store: Path) -> None:
    """Delete the files of snapshots that are gone."""
    for path in store.glob(f"*{SUFFIX}"):
        if not path.with_name(f"{path.stem.rpartition('-')[0]}.duckdb").exists():
            path.unlink(missing_ok=True)


def _read(path: Path, secret: bytes, rows: int) -> Chosen | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    seal, body = data[:_SEAL_BYTES], data[_SEAL_BYTES:]
    if not secrets.compare_digest(seal, _seal(body, secret)):
        return None
    chosen: Chosen = np.load(io.BytesIO(body), allow_pickle=False).astype(np.int64)
    return chosen if len(chosen) == rows else None


def _write(path: Path, secret: bytes, chosen: Chosen) -> None:
    out = io.BytesIO()
    np.save(out, chosen.astype(np.uint32), allow_pickle=False)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_seal(out.getvalue(), secret) + out.getvalue())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _seal(body: bytes, secret: bytes) -> bytes:
    return blake2b(body, key=secret, digest_size=_SEAL_BYTES).digest()
