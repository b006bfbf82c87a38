"""A file beside a snapshot, for its owner's eyes, that is read only where it is whole and meant for
the asker; it goes when its snapshot goes.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from hashlib import blake2b
from pathlib import Path

_SEAL_BYTES = 32


def read_sealed(path: Path, key: bytes) -> memoryview | None:
    """What was written with a key of at most 64 bytes; None where it is missing, damaged or of
    another key.
    """
    try:
        data = memoryview(path.read_bytes())
    except OSError:
        return None
    seal, body = data[:_SEAL_BYTES], data[_SEAL_BYTES:]
    return body if secrets.compare_digest(seal, _seal(body, key)) else None


def write_sealed(path: Path, key: bytes, body: bytes) -> None:
    """Write it whole or not at all; a store that cannot be written is left as it is."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with contextlib.suppress(OSError):
        try:
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(_seal(body, key) + body)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def delete_orphans(store: Path, suffix: str) -> None:
    """Delete the files, NAME-WORD.suffix, of snapshots that are gone."""
    for path in store.glob(f"*{suffix}"):
        if not path.with_name(f"{path.stem.rpartition('-')[0]}.duckdb").exists():
            path.unlink(missing_ok=True)


def _seal(body: bytes | memoryview, key: bytes) -> bytes:
    return blake2b(body, key=key, digest_size=_SEAL_BYTES).digest()
