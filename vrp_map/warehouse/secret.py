"""The secret of a store: 32 random bytes that decide which incidents stand for the others
(docs/decisions/0002).

It is made once and lies beside the snapshots, not in them: a snapshot that is handed on takes no
secret with it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from vrp_map.errors import UserError

SECRET_BYTES = 32
_NAME = "secret"


def secret_of(store: Path, file: str = "") -> bytes:
    """The secret of a store; the first to ask makes it.

    Args:
        file: where it lies; without it, in the store.

    Raises:
        UserError: it cannot be read, cannot be written, or is not 32 bytes.
    """
    path = Path(file) if file else store / _NAME
    try:
        if not path.exists():
            _make(path)
        found = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The secret of the store cannot be read or written at {path} ({error.strerror})."
            " Without it only analysts can see numbers.",
            hint=(
                "Let the server write that file, or name another place in the setting secret_file."
            ),
        ) from error
    if len(found) != SECRET_BYTES:
        raise UserError(
            f"{path} is not the secret of a store: it has {len(found)} bytes, not {SECRET_BYTES}."
            " Without it only analysts can see numbers.",
            hint=(
                "Put the right file back. If it is lost, delete this one, and a new secret is made."
            ),
        )
    return found


def new_secret() -> bytes:
    """Random bytes that nobody can guess."""
    return secrets.token_bytes(SECRET_BYTES)


def _make(path: Path) -> None:
    """Write a new secret whole or not at all; of two that do so at once, the first stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(new_secret())
            out.flush()
            os.fsync(out.fileno())
        if not path.exists():
            _keep_first(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _keep_first(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:
        # A file system without links: the last one stays, which only matters in the very first
        # second.
        draft.replace(path)
