"""Letters that only look like Latin ones, as Latin ones: "kill" with a Cyrillic first letter. Pure.

Of each writing only the letters that a reader takes for Latin ones are here, not its alphabet.
"""

from __future__ import annotations

import re
import unicodedata

_CYRILLIC = {
    "абвгдеёзікмнорѕстухһјԁѵԛԝьіїѓќ": "a6brdee3ikmhopsctyxhjdvqwbiirk",
    "АВЕКМНОРСТУХІЈЅԚԜҮЁЇ": "ABEKMHOPCTYXIJSQWYEI",
}
_GREEK = {
    "αβγεηικνορτυχωϲϳ": "abyenikvoptuxwcj",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "ABEZHIKMNOPTYX",
}
_OTHERS = {"ıɩȷłøđħŧƙɑɡɪʟɴʀʏʙɢʜɛɔᴢꞮօոսԼՏհ": "iijlodhtkagilnrybghecziounlsh"}
# Circles, squares, brackets, small capitals and the letters of flags: Unicode names the letter.
_NAMED = re.compile(
    r"(?:(?:NEGATIVE )?(?:CIRCLED|SQUARED)|PARENTHESIZED|CROSSED NEGATIVE SQUARED)"
    r" LATIN (?:CAPITAL|SMALL) LETTER ([A-Z])"
    r"|LATIN LETTER SMALL CAPITAL ([A-Z])|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])"
)
_BLOCKS = ((0x1D00, 0x1D30), (0x2460, 0x2500), (0xA730, 0xA7FF), (0x1F100, 0x1F200))


def in_latin_letters(text: str) -> str:
    """The text, as long as it was, with each letter that looks like a Latin one as that.

    >>> in_latin_letters("\u043a\u0456ll \U0001f1f2\u24d4")
    'kill me'
    """
    return text.translate(_TABLE)


def _named() -> dict[int, str]:
    found = {}
    for block in _BLOCKS:
        for code in range(*block):
            if match := _NAMED.fullmatch(unicodedata.name(chr(code), "")):
                found[code] = next(filter(None, match.groups())).lower()
    return found


def _paired(*tables: dict[str, str]) -> dict[int, str]:
    return {
        ord(one): latin
        for table in tables
        for ones, latins in table.items()
        for one, latin in zip(ones, latins, strict=True)
    }


_TABLE = _named() | _paired(_CYRILLIC, _GREEK, _OTHERS)
