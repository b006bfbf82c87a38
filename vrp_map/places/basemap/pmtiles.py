"""PMTiles version 3: one file of tiles, a directory of where each lies, and a JSON text.

Specification: github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md. Written clustered and with
gzip, read with two small reads a tile; the directories stay in memory.
"""

from __future__ import annotations

import gzip
import json
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import SEEK_END
from pathlib import Path
from typing import IO, Any

from vrp_map.common.unpacking import check_size, unpacked

_HEADER = struct.Struct("<7sB11Q6B4i B2i".replace(" ", ""))
_MAGIC = b"PMTiles"
HEADER_BYTES = 127
_ROOT_BYTES = 16_384 - HEADER_BYTES
_LEAF_ENTRIES = 4096
# Nothing that this reads is larger, unpacked: a directory, the JSON text, a tile.
_MOST_UNPACKED = 64 << 20
_DEEPEST = 4
_PLAIN, _GZIP = 1, 2
VECTOR, PNG, JPEG, WEBP = 1, 2, 3, 4
Entry = tuple[int, int, int, int]  # tile id, run length, length, offset


class NotPMTiles(ValueError):
    """The file is none, or an incomplete one."""


@dataclass(frozen=True)
class TileHeader:
    """The first 127 bytes: where the parts lie, and what the tiles cover."""

    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    data: tuple[int, int]
    counts: tuple[int, int, int]
    packing: tuple[int, int]
    kind: int
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]


def tile_id(z: int, x: int, y: int) -> int:
    """The number of a tile along the Hilbert curves of all zooms.

    >>> [tile_id(*tile) for tile in ((0, 0, 0), (1, 0, 0), (1, 1, 0), (2, 0, 0))]
    [0, 1, 4, 5]
    """
    number, side = ((1 << (2 * z)) - 1) // 3, 1 << z
    step = side >> 1
    while step:
        right, down = int(bool(x & step)), int(bool(y & step))
        number += step * step * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        step >>= 1
    return number


def write(
    file: Path,
    tiles: Iterable[tuple[int, bytes]],
    *,
    metadata: Mapping[str, Any],
    bounds: Sequence[float],
    zooms: tuple[int, int],
) -> int:
    """Write tiles, already packed with gzip, in the order of their numbers; how many there were.

    Args:
        bounds: west, south, east, north in degrees.
    """
    body = file.with_suffix(".data")
    entries: list[Entry] = []
    seen: dict[bytes, tuple[int, int]] = {}
    offset = 0
    with body.open("wb") as out:
        for number, data in tiles:
            if data not in seen:
                # Only small tiles repeat (open water, a plain green): others are not remembered.
                place = (len(data), offset)
                if len(data) < 512:
                    seen[data] = place
                out.write(data)
                offset += len(data)
            else:
                place = seen[data]
            entries.append((number, 1, *place))
    root, leaves = _directories(entries)
    about = gzip.compress(json.dumps(metadata, ensure_ascii=False).encode(), mtime=0)
    at = HEADER_BYTES
    parts = []
    for size in (len(root), len(about), len(leaves), offset):
        parts += [at, size]
        at += size
    box = [round(edge * 1e7) for edge in bounds]
    middle = [round((a + b) / 2) for a, b in zip(box[:2], box[2:], strict=True)]
    head = _HEADER.pack(
        _MAGIC,
        3,
        *parts,
        *(len(entries), len(entries), len({e[3] for e in entries})),
        *(1, _GZIP, _GZIP, VECTOR),
        *zooms,
        *box,
        zooms[0],
        *middle,
    )
    with file.open("wb") as out, body.open("rb") as tile_data:
        for part in (head, root, about, leaves):
            out.write(part)
        while chunk := tile_data.read(1 << 20):
            out.write(chunk)
    body.unlink()
    return len(entries)


def _directories(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """The root and the leaves; a root of its own where all fits in the first 16 kB."""
    root = _packed(entries)
    if len(root) <= _ROOT_BYTES:
        return root, b""
    size = _LEAF_ENTRIES
    while True:
        leaves, pointers = bytearray(), []
        for start in range(0, len(entries), size):
            leaf = _packed(entries[start : start + size])
            pointers.append((entries[start][0], 0, len(leaf), len(leaves)))
            leaves += leaf
        root = _packed(pointers)
        if len(root) <= _ROOT_BYTES:
            return root, bytes(leaves)
        size *= 2


def _packed(entries: Sequence[Entry]) -> bytes:
    out = bytearray()
    _varint(out, len(entries))
    last = 0
    for entry in entries:
        _varint(out, entry[0] - last)
        last = entry[0]
    for column in (1, 2):
        for entry in entries:
            _varint(out, entry[column])
    for i, entry in enumerate(entries):
        before = entries[i - 1] if i else None
        follows = before is not None and entry[3] == before[3] + before[2]
        _varint(out, 0 if follows else entry[3] + 1)
    return gzip.compress(bytes(out), mtime=0)


def _varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append((value & 0x7F) | 0x80)
        value >>= 7
    out.append(value)


def _unpacked(data: bytes) -> list[Entry]:
    try:
        return _entries_of(data)
    except (StopIteration, IndexError) as error:
        raise NotPMTiles("A directory of the file is damaged.") from error


def _entries_of(data: bytes) -> list[Entry]:
    values = iter(_varints(data))
    many = next(values)
    if many > len(data):
        raise NotPMTiles("A directory of the file is damaged.")
    ids, last = [], 0
    for _ in range(many):
        last += next(values)
        ids.append(last)
    runs = [next(values) for _ in range(many)]
    lengths = [next(values) for _ in range(many)]
    entries: list[Entry] = []
    for i in range(many):
        told = next(values)
        offset = told - 1 if told else entries[-1][3] + entries[-1][2]
        entries.append((ids[i], runs[i], lengths[i], offset))
    return entries


def _varints(data: bytes) -> Iterable[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


class TileFile:
    """A PMTiles file, read tile by tile.

    Raises:
        NotPMTiles: the file is none.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("rb") as stream:
            self.header = _header(stream.read(HEADER_BYTES))
            self.metadata: dict[str, Any] = json.loads(
                self._part(stream, self.header.metadata) or b"{}"
            )
            self._root = _unpacked(self._part(stream, self.header.root))
        self._leaf = lru_cache(maxsize=64)(self._read_leaf)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """A tile as it lies in the file (see `is_packed`); None where there is none."""
        if not (self.header.zooms[0] <= z <= self.header.zooms[1]) or not (
            0 <= x < 1 << z and 0 <= y < 1 << z
        ):
            return None
        wanted, entries = tile_id(z, x, y), self._root
        for _ in range(_DEEPEST):
            at = bisect_right(entries, wanted, key=lambda entry: entry[0]) - 1
            if at < 0:
                return None
            number, run, length, offset = entries[at]
            if run:
                if wanted >= number + run:
                    return None
                with self.file.open("rb") as stream:
                    return _bytes(stream, self.header.data[0] + offset, length)
            entries = self._leaf(offset, length)
        return None

    def tiles(self) -> Iterator[tuple[int, bytes]]:
        """Every tile with its number, in their order."""
        with self.file.open("rb") as stream:
            for number, run, length, offset in self._entries(self._root):
                data = _bytes(stream, self.header.data[0] + offset, length)
                yield from ((number + i, data) for i in range(run))

    def check(self, count: Callable[[int], None] = lambda size: None) -> None:
        """Read every part once.

        Args:
            count: is told the size of each tile, unpacked.

        Raises:
            NotPMTiles: a directory leads to itself or out of the file, or a tile is damaged or
                unpacks to more than any tile is.
        """
        with self.file.open("rb") as stream:
            seen = set()
            for _, _, length, offset in self._entries(self._root):
                if (length, offset) in seen:
                    continue
                seen.add((length, offset))
                data = _bytes(stream, self.header.data[0] + offset, length)
                if self.is_packed:
                    count(check_size(data, most=_MOST_UNPACKED))

    def _entries(self, entries: Sequence[Entry], depth: int = 1) -> Iterator[Entry]:
        if depth > _DEEPEST:
            raise NotPMTiles("A directory of the file leads to itself.")
        for entry in entries:
            if entry[1]:
                yield entry
            else:
                yield from self._entries(self._read_leaf(entry[3], entry[2]), depth + 1)

    @property
    def is_packed(self) -> bool:
        """Whether the tiles are packed with gzip."""
        return self.header.packing[1] == _GZIP

    def _read_leaf(self, offset: int, length: int) -> list[Entry]:
        with self.file.open("rb") as stream:
            return _unpacked(self._part(stream, (self.header.leaves[0] + offset, length)))

    def _part(self, stream: IO[bytes], part: tuple[int, int]) -> bytes:
        data = _bytes(stream, *part)
        if self.header.packing[0] != _GZIP or not data:
            return data
        return unpacked(data, most=_MOST_UNPACKED)


def _bytes(stream: IO[bytes], at: int, length: int) -> bytes:
    if at + length > stream.seek(0, SEEK_END):
        raise NotPMTiles("The file is incomplete.")
    stream.seek(at)
    data = stream.read(length)
    if len(data) < length:
        raise NotPMTiles("The file is incomplete.")
    return data


def _header(head: bytes) -> TileHeader:
    if len(head) < HEADER_BYTES or head[:7] != _MAGIC or head[7] != 3:
        raise NotPMTiles("The file is no PMTiles file of version 3.")
    _, _, *v = _HEADER.unpack(head)
    if not {v[12], v[13]} <= {_PLAIN, _GZIP}:
        raise NotPMTiles("The tiles are packed in a way that is not known here.")
    west, south, east, north = (edge / 1e7 for edge in v[17:21])
    return TileHeader(
        root=(v[0], v[1]),
        metadata=(v[2], v[3]),
        leaves=(v[4], v[5]),
        data=(v[6], v[7]),
        counts=(v[8], v[9], v[10]),
        packing=(v[12], v[13]),
        kind=v[14],
        zooms=(v[15], v[16]),
        bounds=(west, south, east, north),
    )
