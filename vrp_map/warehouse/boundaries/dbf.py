"""In what encoding the names of a shapefile are: its .dbf shows it better than what stands beside
it.
"""

from __future__ import annotations

from pathlib import Path

from vrp_map.warehouse.ingest.files.encodings import WINDOWS, BadByte, Decoder

# What the byte for the language says where it says nothing, or Windows.
_LANGUAGE_AT, _WINDOWS_LANGUAGES = 29, (0, 0x03, 0x57)
_HEADER_LENGTH_AT = slice(8, 10)
_UNSURE = (
    "",
    "UTF-8",
    "UTF8",
    "65001",
    "ISO-8859-1",
    "ISO8859-1",
    "88591",
    "CP1252",
    "1252",
    "ANSI 1252",
)


def dbf_encoding(shapefile: Path) -> str | None:
    """Name "utf-8" or "cp1252" where the .dbf is so and no other encoding is named; None leaves it
    to the reader.
    """
    table, named = (
        _beside(shapefile, ".dbf"),
        _beside(shapefile, ".cpg").decode("ascii", "replace").strip().upper(),
    )
    records = table[int.from_bytes(table[_HEADER_LENGTH_AT], "little") :]
    if (
        records.isascii()
        or named not in _UNSURE
        or (not named and table[_LANGUAGE_AT] not in _WINDOWS_LANGUAGES)
    ):
        return None
    for encoding in ("utf-8", WINDOWS):
        try:
            Decoder(encoding).decode(records, final=True)
        except BadByte:
            continue
        return encoding
    return None


def _beside(shapefile: Path, ending: str) -> bytes:
    """A file of the same name with another ending, in either case; nothing where it is missing or
    cannot be read.
    """
    for path in (shapefile.with_suffix(ending), shapefile.with_suffix(ending.upper())):
        try:
            return path.read_bytes()
        except OSError:
            continue
    return b""
