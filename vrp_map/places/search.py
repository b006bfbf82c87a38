"""Finding a named place as people type it: words in any order, their beginnings, their usual short
forms, and with a letter wrong. Pure but for the table of places.

Ranked by `search_order`. Where words say what kind of place is meant ("school"), places of that
kind come first. Spelling is forgiven only where nothing is spelt as it was typed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from vrp_map.places.search_order import Order, folded, order

MOST_FOUND = 20
_SHORTEST, _LONGEST = 2, 60
_MOST_ALIKE = 8
_MOST_RANKED = 500
# Letters that may be wrong in a word of at least so many letters.
_WRONG = ((8, 2), (4, 1))
_SHORT_FORMS = {
    "st": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "dr": "drive",
    "cres": "crescent",
    "sq": "square",
    "pl": "place",
    "ct": "court",
    "gdns": "gardens",
    "hosp": "hospital",
    "stn": "station",
    "uni": "university",
    "mkt": "market",
    "sch": "school",
    "pk": "park",
    "ctr": "centre",
    "center": "centre",
}
# What people call a kind, by the kinds of base maps and lists.
KIND_WORDS = {
    "school": "school",
    "station": "station",
    "rail": "station",
    "park": "park",
    "hospital": "hospital",
    "bus stop": "stop",
    "tram stop": "stop",
}


@dataclass(frozen=True)
class NamedPlace:
    """A named place as people choose it: its name, the area it lies in, and its hexagon."""

    name: str
    area: str
    cell: str


@dataclass(frozen=True)
class PlaceWords:
    """What a place is found by.

    Attributes:
        own: the words of its own name, folded. is_generic: the name is only a kind of place.
        kind: what it is, one of the values of `KIND_WORDS`, or "".
    """

    own: tuple[str, ...]
    is_generic: bool = False
    kind: str = ""


class PlaceSearch:
    """Places to be found by their words.

    Args:
        found: the places. words: of each, in the same order.
    """

    def __init__(self, found: Sequence[NamedPlace], words: Sequence[PlaceWords]) -> None:
        self._found, self._words = found, words
        ids: defaultdict[str, list[int]] = defaultdict(list)
        for at, (place, own) in enumerate(zip(found, words, strict=True)):
            named = own.own if " ".join(own.own) == place.name.casefold() else folded(place.name)
            for word in {*named, *folded(place.area), own.kind} - {""}:
                ids[word].append(at)
        self._letters = np.array([len(place.name) for place in found], dtype=np.int64)
        self._vocabulary = sorted(ids)
        self._ids = [np.array(ids[word], dtype=np.int64) for word in self._vocabulary]
        self._kinds = np.array([own.kind for own in words], dtype=object)
        self.search = lru_cache(maxsize=2048)(self._search)

    def _search(self, text: str) -> list[NamedPlace]:
        """The places that a text may mean, the best first; none for less than two letters."""
        wanted = folded(text[:_LONGEST])
        if len(wanted) > 1 and wanted[0] == "the":
            wanted = wanted[1:]
        if len("".join(wanted)) < _SHORTEST:
            return []
        choices = [self._meant(word) for word in wanted]
        hits = self._with_all(choices)
        if not len(hits):
            choices = [[*choice, *self._alike(word)] for choice, word in zip(choices, wanted)]  # noqa: B905
            hits = self._with_all(choices)
        kinds = {word for choice in choices for word in choice} & set(KIND_WORDS.values())
        spelt = [self._spelt(choice) for choice in choices]
        hits = self._worth_ranking(hits, kinds)
        ranked = nsmallest(MOST_FOUND, hits.tolist(), key=lambda at: self._rank(at, spelt, kinds))
        return [self._found[at] for at in ranked]

    def _worth_ranking(self, hits: NDArray[np.int64], kinds: set[str]) -> NDArray[np.int64]:
        """Of very many hits, as two letters have, those of the kind that is meant and the ones with
        the shortest names: the rest would not come to the front.
        """
        if len(hits) <= _MOST_RANKED:
            return hits
        meant = hits[np.isin(self._kinds[hits], list(kinds))] if kinds else hits[:0]
        shortest = np.argpartition(self._letters[hits], _MOST_RANKED)[:_MOST_RANKED]
        return np.union1d(meant[:_MOST_RANKED], hits[shortest])

    def _meant(self, word: str) -> list[str]:
        """The word, what it is short for, and, where no word begins so, words like it."""
        meant = [word, _SHORT_FORMS[word]] if word in _SHORT_FORMS else [word]
        return meant if any(map(self._begins, meant)) else [*meant, *self._alike(word)]

    def _alike(self, word: str) -> list[str]:
        """Words of places that are a letter or two from this one, the nearest first."""
        most = next((wrong for letters, wrong in _WRONG if len(word) >= letters), 0)
        if not most:
            return []
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        near = extract(
            word,
            self._vocabulary,
            scorer=OSA.distance,
            processor=None,
            score_cutoff=most,
            limit=_MOST_ALIKE,
        )
        return [found for found, _, _ in near]

    def _begins(self, word: str) -> bool:
        at = bisect_left(self._vocabulary, word)
        return at < len(self._vocabulary) and self._vocabulary[at].startswith(word)

    def _with_all(self, choices: Iterable[Sequence[str]]) -> NDArray[np.int64]:
        """The places that have of each choice a word that begins with one of it."""
        hits: NDArray[np.int64] | None = None
        for choice in choices:
            parts = [self._ids[at] for word in choice for at in self._range(word)]
            here = np.unique(np.concatenate(parts)) if parts else np.empty(0, np.int64)
            hits = here if hits is None else np.intersect1d(hits, here, assume_unique=True)
        return np.empty(0, np.int64) if hits is None else hits

    def _range(self, word: str) -> range:
        """Where the words of the vocabulary stand that begin so."""
        first = bisect_left(self._vocabulary, word)
        return range(first, bisect_left(self._vocabulary, word + "\U0010ffff", lo=first))

    def _spelt(self, choice: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(choice))

    def _rank(
        self, at: int, choices: Sequence[Sequence[str]], kinds: set[str]
    ) -> tuple[bool, Order]:
        place, words = self._found[at], self._words[at]
        own = list(words.own)
        # Of the ways to read each word, the one that the place's own name has.
        wanted = [
            next((w for w in choice if any(part.startswith(w) for part in own)), choice[0])
            for choice in choices
        ]
        rank = order(wanted, own, is_kind=words.is_generic, name=place.name, area=place.area)
        return bool(kinds) and words.kind not in kinds, rank
