"""What an audience may see of a snapshot, kept beside it: choosing takes a second.

The file says which incidents stand for the others, so only its owner can read it, and it goes when
its snapshot goes. One that is missing, damaged or made with another secret is made again.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SUFFIX = ".sample"
_SEAL_BYTES = 32

# Goes up when the arrays change: files of before are then made again.
_FORM = 2

Arrays = Mapping[str, NDArray[Any]]


def kept(
    snapshot: Path, steps: Sequence[int], secret: bytes, *, choose: Callable[[], Arrays]
) -> Arrays:
    """The arrays of the counts that an audience may see, from the file or by `choose`.

    Args:
        steps: as for `disclosure.sampling.sample`.
    """
    called = repr((_FORM, snapshot.stem, tuple(steps))).encode()
    name = blake2b(called, key=secret, digest_size=8).hexdigest()
    path = snapshot.with_name(f"{snapshot.stem}-{name}{SUFFIX}")
    found = _read(path, secret)
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


def _read(path: Path, secret: bytes) -> Arrays | None:
    try:
        data = memoryview(path.read_bytes())
    except OSError:
        return None
    seal, body = data[:_SEAL_BYTES], data[_SEAL_BYTES:]
    if not secrets.compare_digest(seal, _seal(body, secret)):
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        return dict(arrays)


def _write(path: Path, secret: bytes, arrays: Arrays) -> None:
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_seal(out.getvalue(), secret) + out.getvalue())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _seal(body: bytes | memoryview, secret: bytes) -> bytes:
    return blake2b(body, key=secret, digest_size=_SEAL_BYTES).digest()
