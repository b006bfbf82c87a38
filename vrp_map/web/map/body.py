"""An answer of the map's data as it goes over the wire: JSON, compressed and marked once for all
who ask for it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

# Below this, compressing costs more than it saves.
_LEAST_BYTES = 1_000
# Half the time of the highest level, and 2 % more bytes.
_LEVEL = 6
NEVER_KEPT = "no-store"


@dataclass(frozen=True)
class Body:
    """The bytes of an answer.

    Attributes:
        packed: the same with gzip; empty where it is too small. tag: changes when the bytes do.
    """

    plain: bytes
    packed: bytes
    tag: str


def body_of(found: Any) -> Body:
    """What is sent of something that JSON can say."""
    if isinstance(found, Body):
        return found
    plain = json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()
    is_worth_it = len(plain) >= _LEAST_BYTES
    return Body(
        plain,
        gzip.compress(plain, _LEVEL, mtime=0) if is_worth_it else b"",
        f'"{hashlib.blake2b(plain, digest_size=16).hexdigest()}"',
    )


def response(body: Body, asked: Headers, *, cache: str) -> Response:
    """The answer to who asks; without its bytes to a browser that has them.

    Args:
        asked: the headers of the request. cache: the answer's Cache-Control.
    """
    headers = {"Cache-Control": cache, "Vary": "Cookie, Accept-Encoding"}
    if cache != NEVER_KEPT:
        headers["ETag"] = body.tag
        if asked.get("if-none-match") == body.tag:
            return Response(status_code=304, headers=headers)
    if body.packed and "gzip" in asked.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(body.packed, media_type="application/json", headers=headers)
    return Response(body.plain, media_type="application/json", headers=headers)
