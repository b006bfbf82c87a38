"""In which order places are shown that were found by words: those that are called so before those
that lie where it is.

Pure. The first is whose own name has the most of the words. Of these: the name itself, or a station
that has the words in its name; names that begin with them; names in which they stand together; all
others. Then what has a name of its own before what is only a kind of place, the shorter before the
longer, and the alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Apostrophes as keyboards and word processors write them; accents, once they stand by themselves.
_SILENT, _WORD = re.compile("[.'`´‘’′\\u02b0-\\u02ff\\u0300-\\u036f]"), re.compile(r"[^\W_]+")
Order = tuple[int, int, bool, int, str, str]


def folded(text: str) -> list[str]:
    """The words of a text as they are compared: small letters without accents, and digits.

    >>> folded("Caffé & Tŷ Bach, St. Mary's")
    ['caffe', 'and', 'ty', 'bach', 'st', 'marys']
    """
    return list(_folded(text))


# The same names of places and columns are compared with every line of a sheet.
@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("&", " and ")
    return tuple(_WORD.findall(_SILENT.sub("", plain)))


def order(
    wanted: Sequence[str], own: Sequence[str], *, is_kind: bool, name: str, area: str
) -> Order:
    """A place's rank: the smallest comes first.

    Args:
        wanted: the words asked for. own: the words of the place's own name. Both folded.
        is_kind: the name is only a kind of place: "Supermarket".
        name, area: as they are shown; the name may say what the place is near.
    """
    if len(own) > 1 and own[0] == "the":
        own = own[1:]
    named = [word for word in wanted if any(part.startswith(word) for part in own)]
    return (
        len(wanted) - len(named),
        _closeness(named, own, is_kind=is_kind),
        is_kind,
        len(name),
        name,
        area,
    )


def _closeness(named: Sequence[str], own: Sequence[str], *, is_kind: bool) -> int:
    text, name = " ".join(named), " ".join(own)
    if not text or f" {text}" not in f" {name}":
        return 3
    if name == text or (own[-1] == "station" and not is_kind):
        return 0
    return 1 if name.startswith(text) else 2
