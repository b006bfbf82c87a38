"""What looks like a person's name, or says who or where somebody is, in a response.

It adds to the moderators' detector (`summit.moderation.details`) what staff write and young people
do not: "Given Family" in a note, dates of birth. It misses names that nobody writes with capitals
and that are not in its list, and it flags what is harmless; so it asks, and never takes out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from vrp_map.places.search_order import folded
from vrp_map.responses.response import Response, texts_of
from vrp_map.summit.moderation.details import DETAIL_WORDS, details_of

NAME, BIRTH = "a name", "a date of birth"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?[\s./-](?:\d{1,2}|[A-Za-z]{3,9})[\s./,-]{1,2}(?:\d{4}|\d{2})"
_BIRTH = re.compile(rf"(?i:\b(?:d\.?o\.?b\.?|date of birth|born)\b\D{{0,12}}{_DAY})")
_CAPITAL = r"[A-Z][a-z'’-]{1,24}"
_PAIR = re.compile(rf"\b(?P<first>{_CAPITAL}|[A-Z]\.?) (?P<last>{_CAPITAL}(?:-{_CAPITAL})?)\b")
_TITLE = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|PC|PCSO|DC|DS|Sgt|Insp)\.? {_CAPITAL}\b")
# Of a response or a pilot: its digits are nobody's telephone.
_REFERENCE = re.compile(r"\b[RP]\d{4}-\d{2,6}\b")
_OWNED = re.compile(r"['’]s\b")
_WORDS = tomllib.loads(Path(__file__).with_name("personal_words.toml").read_text(encoding="utf-8"))
_GIVEN = frozenset(_WORDS["given"].split())
_NOT_A_NAME = frozenset(_WORDS["not_names"].split())


def flags_in(text: str, *, known: Iterable[str] = ()) -> tuple[str, ...]:
    """What a text seems to hold, in words, each once: "a name", "a phone number".

    Args:
        known: names of places and agencies, which are no people's.
    """
    text = _REFERENCE.sub(" ", text)
    found = [DETAIL_WORDS[kind] for kind, _, _ in details_of(text)]
    if _BIRTH.search(text):
        found.append(BIRTH)
    places = " ".join(" ".join(folded(one)) for one in known)
    if _has_name(text, f" {places} "):
        found.append(NAME)
    return tuple(dict.fromkeys(found))


def flags_of_response(
    response: Response, *, known: Iterable[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Field -> what it seems to hold; fields without anything are left out."""
    known = tuple(known)
    found: dict[str, tuple[str, ...]] = {}
    for field, text in texts_of(response):
        if not text:
            continue
        # A place may bear a person's name, and a street has a number; a home has a postcode too.
        places = (*known, response.where.words) if field != "Where" else (text,)
        flags = flags_in(text, known=places)
        if flags:
            found[field] = tuple(dict.fromkeys((*found.get(field, ()), *flags)))
    return found


def _has_name(text: str, known: str) -> bool:
    if _TITLE.search(text):
        return True
    for match in _PAIR.finditer(text):
        words = folded(match.group())
        if not set(words) & _NOT_A_NAME and f" {' '.join(words)} " not in known:
            return True
    owned = _OWNED.sub("", text)
    return any(word in _GIVEN and f" {word} " not in known for word in folded(owned))
