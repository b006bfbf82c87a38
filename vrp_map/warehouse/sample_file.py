"""What an audience may see of a snapshot, kept beside it: choosing takes a second.

The file says which incidents stand for the others, so only its owner can read it, and it goes when
its snapshot goes. One that is missing, damaged or made with another secret is made again.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrp_map.warehouse.sealed_file import read_sealed, write_sealed

SUFFIX = ".sample"

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
    body = read_sealed(path, secret)
    if body is not None:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return dict(arrays)
    chosen = choose()
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **chosen)
    write_sealed(path, secret, out.getvalue())
    return chosen
