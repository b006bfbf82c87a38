"""The certificate with which the server encrypts what crosses a network."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from vrp_map.errors import UserError

_BOTH = "Give --tls-cert and --tls-key together, each a PEM file."


@dataclass(frozen=True)
class Certificate:
    """A certificate and its private key, as PEM files that fit together."""

    cert: Path
    key: Path


def certificate(cert: Path | None, key: Path | None) -> Certificate | None:
    """The two files, checked before the server starts; None where neither is given.

    Raises:
        UserError: one is given without the other, cannot be read, needs a password, or they do not
            fit together.
    """
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise UserError(
            "A certificate needs its private key, and the key its certificate.", hint=_BOTH
        )
    for file in (cert, key):
        if not file.is_file():
            raise UserError(f"There is no file {file}.", hint=_BOTH)
    try:
        # Without an answer to a question for a password the server would stand still.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        problem = f"{cert} and {key} cannot be used as a certificate and its private key."
        raise UserError(problem, hint=f"{_BOTH} The key must have no password.") from error
    return Certificate(cert.resolve(), key.resolve())
