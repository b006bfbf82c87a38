"""Whether an OpenStreetMap extract (`.osm.pbf`) is whole: its blocks are walked, none is unpacked.

Format: wiki.openstreetmap.org/wiki/PBF_Format. GDAL takes what it can read of a broken file, and
says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO

# The format's own limits.
_MOST_HEAD, _MOST_BLOCK = 64 << 10, 32 << 20
_FIRST = b"OSMHeader"
# Of a block: the field of its size when unpacked, and what the key and the length of one take.
_SIZE_FIELD, _FIELD = 2, 20


def check_blocks(file: Path, count: Callable[[int], None] = lambda size: None) -> None:
    """Walk the blocks of a file.

    Args:
        count: is told how many bytes each block says that it unpacks to.

    Raises:
        ValueError: it ends too early, or a size in it cannot be true.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        is_first = True
        while stream.tell() < size:
            kind, length = _head(stream)
            if is_first and kind != _FIRST:
                raise ValueError("The file does not begin as an extract does.")
            if length > _MOST_BLOCK or stream.tell() + length > size:
                raise ValueError("The file ends inside a block.")
            end = stream.tell() + length
            count(_unpacked(stream, end))
            stream.seek(end)
            is_first = False
    if is_first:
        raise ValueError("The file is empty.")


def _head(stream: IO[bytes]) -> tuple[bytes, int]:
    """What kind of block follows, and how many bytes it has."""
    told = stream.read(4)
    length = int.from_bytes(told, "big")
    head = stream.read(length) if length <= _MOST_HEAD else b""
    if len(told) < 4 or not head or len(head) < length:
        raise ValueError("The head of a block is incomplete.")
    kind, many, at = b"", -1, 0
    while at < len(head):
        key, at = _number(head, at)
        value, at = _number(head, at)
        if key & 7 == 2:
            if key >> 3 == 1:
                kind = head[at : at + value]
            at += value
        elif key >> 3 == 3:
            many = value
    if many < 0:
        raise ValueError("The head of a block says no size.")
    return kind, many


def _unpacked(stream: IO[bytes], end: int) -> int:
    """What a block says that it unpacks to; 0 where it is not packed."""
    while (at := stream.tell()) < end:
        data = stream.read(min(_FIELD, end - at))
        key, i = _number(data, 0)
        value, i = _number(data, i)
        if key >> 3 == _SIZE_FIELD and key & 7 == 0:
            if value > _MOST_BLOCK:
                raise ValueError("A block unpacks to more than any block does.")
            return value
        stream.seek(at + i + (value if key & 7 == 2 else 0))
    return 0


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    raise ValueError("A number in the head of a block does not end.")
