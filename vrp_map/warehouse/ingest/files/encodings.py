"""The characters of a file: UTF-8, UTF-16 with its mark (Excel's "Unicode text"), or Windows
characters (CP1252).
"""

from __future__ import annotations

import codecs
import io
import re
from typing import IO, cast

_CHUNK = 1 << 20
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WINDOWS = "cp1252"
_UTF_8_LETTERS = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_CUT_LETTER = re.compile(rb"[\x80-\xff]*\Z")


class BadByte(Exception):
    """A byte that is no text in its encoding.

    Attributes:
        line, byte: where it stands, both counted from 1.
    """

    def __init__(self, line: int, byte: int) -> None:
        super().__init__(f"line {line:,} (byte {byte:,})")
        self.line, self.byte = line, byte


class Decoder:
    """Bytes to text, part by part; `BadByte` where they are none."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._is_windows = encoding == WINDOWS
        self._taken = self._feeds = self._returns = 0
        self._tail = b""

    def decode(self, chunk: bytes, *, final: bool = False) -> str:
        if self._is_windows:
            self._refuse_utf8_letters(chunk)
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            # What the decoder held back from the chunk before stands in front of this one.
            held = len(error.object) - len(chunk)
            raise self.bad_byte(error.object, error.start, first=self._taken - held) from error
        self._taken += len(chunk)
        self._feeds += text.count("\n")
        self._returns += text.count("\r")
        return text

    def bad_byte(self, chunk: bytes, at: int, *, first: int | None = None) -> BadByte:
        """The error for byte `at` of a chunk that begins `first` bytes into the file (where the
        last one ended).
        """
        first = self._taken if first is None else first
        feeds, returns = (
            self._feeds + chunk.count(b"\n", 0, at),
            self._returns + chunk.count(b"\r", 0, at),
        )
        return BadByte(max(feeds, returns) + 1, first + at + 1)

    def _refuse_utf8_letters(self, chunk: bytes) -> None:
        """Letters of UTF-8 among Windows characters: of two encodings, one would be
        read wrongly.
        """
        # A letter may be cut between two chunks.
        joined = self._tail + chunk
        for found in _UTF_8_LETTERS.finditer(joined):
            # By chance two Windows characters make one of UTF-8 (É and a closing quote), but hardly
            # a Western one.
            if _is_windows_letter(found[0]):
                raise self.bad_byte(joined, found.start(), first=self._taken - len(self._tail))
        self._tail = _CUT_LETTER.findall(joined[-3:])[0]


def _is_windows_letter(utf8: bytes) -> bool:
    try:
        return bool(utf8.decode("utf-8").encode(WINDOWS))
    except UnicodeError:
        return False


class Recoder(io.RawIOBase):
    """A stream of text in another encoding as a stream of UTF-8; it holds no more than a chunk."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream, self._decoder = stream, Decoder(encoding)
        self._waiting, self._is_over = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._waiting and not self._is_over:
            chunk = self._stream.read(_CHUNK)
            self._is_over = not chunk
            self._waiting = self._decoder.decode(chunk, final=self._is_over).encode()
        given, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)

    def close(self) -> None:
        self._stream.close()
        super().close()


def as_utf8(stream: IO[bytes], encoding: str) -> IO[bytes]:
    """The stream read as UTF-8, in pieces as large as they are asked for."""
    return cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, Recoder(stream, encoding)), _CHUNK))
