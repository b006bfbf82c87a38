"""Unpacking what strangers packed: never more than was agreed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_STEP = 1 << 20


@dataclass(frozen=True)
class UnpackLimit:
    """What a packed file may unpack to, in bytes.

    Attributes:
        times: as a multiple of its size. always: what a file of any size may.
    """

    times: int
    always: int

    def of(self, size: int) -> int:
        """The limit of a file of so many bytes."""
        return max(self.always, self.times * size)


def unpacked(data: bytes, *, most: int) -> bytes:
    """What was packed with gzip.

    Raises:
        ValueError: it is damaged, or larger than `most` bytes.
    """
    job = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        out = job.decompress(data, most + 1)
    except zlib.error as error:
        raise ValueError("A packed part of the file is damaged.") from error
    if len(out) > most or not job.eof:
        raise ValueError("A packed part of the file is incomplete, or too large.")
    return out


def check_size(data: bytes, *, most: int) -> int:
    """Unpack and throw away; how many bytes it was.

    Raises:
        ValueError: as `unpacked`.
    """
    job, total = zlib.decompressobj(_GZIP_OR_ZLIB), 0
    try:
        while data and not job.eof:
            total += len(job.decompress(data, _STEP))
            data = job.unconsumed_tail
            if total > most:
                raise ValueError("A packed part of the file is too large.")
    except zlib.error as error:
        raise ValueError("A packed part of the file is damaged.") from error
    return total
