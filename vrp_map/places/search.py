"""Finding a named place as people type it: words in any order, their beginnings, their usual short
forms, and with a letter wrong. Pure but for the table of places.

Ranked by `search_order`. Where words say what kind of place is meant ("school"), places of that
kind come first. Spelling is forgiven only where nothing is spelt as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from vrp_map.places.corners import Corners
from vrp_map.places.search_order import Order, folded, order
from vrp_map.places.word_index import WordIndex, is_short, short_forms

MOST_FOUND = 20
SHORTEST = 2
_LONGEST, _MOST_WORDS = 60, 8
# A road's number as it is also typed: "A 66".
_NUMBER = re.compile(r"\b([abm]) (?=\d{1,4}\b)")
_MOST_RANKED = 500
# Corners are shown beside fewer places than this that are called what was typed.
_FEW = 4
_TWO_STREETS = 2
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


# The ways to read one word that was typed, each with how many of its letters are wrong.
Choice = Mapping[str, int]


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
        found: the places. words: of each, in the same order. corners: asked where no place has all
            the words.
    """

    def __init__(
        self,
        found: Sequence[NamedPlace],
        words: Sequence[PlaceWords],
        corners: Corners | None = None,
    ) -> None:
        self._found, self._words, self._corners = found, words, corners
        self._index = WordIndex(map(_all_words, found, words))
        self._own = WordIndex(one.own for one in words)
        self._letters = np.array([len(place.name) for place in found], dtype=np.int64)
        self._kinds = np.array([own.kind for own in words], dtype=object)
        self.search = lru_cache(maxsize=2048)(self._search)

    def _search(self, text: str) -> list[NamedPlace]:
        """The places that a text may mean, the best first; none for less than two letters."""
        wanted = _words(text)
        if len("".join(wanted)) < SHORTEST:
            return []
        choices: list[Choice] = [self._index.meant(word) for word in wanted]
        hits = self._index.with_all(choices)
        corners = self._corners_beside(hits, choices, wanted)
        if corners is not None:
            return corners
        if not len(hits):
            choices, hits = self._forgiving(choices, wanted)
        found = self._ranked(hits, choices)
        # Where the words after a comma say nothing that is known, the place is before it.
        before, comma, _ = text.partition(",")
        return found if found or not comma else list(self.search(before))

    def _forgiving(
        self, choices: Sequence[Choice], wanted: Sequence[str]
    ) -> tuple[list[Choice], NDArray[np.int64]]:
        """The words with letters wrong, or with a space too many or too few; and who has them."""
        alike: list[Choice] = [
            {**self._index.alike(word), **choice}
            for choice, word in zip(choices, wanted, strict=True)
        ]
        hits = self._index.with_all(alike)
        if len(hits):
            return alike, hits
        for words in self._index.spaced(wanted):
            spaced: list[Choice] = [self._index.meant(word) for word in words]
            if len(found := self._index.with_all(spaced)):
                return spaced, found
        return alike, hits

    def _ranked(self, hits: NDArray[np.int64], choices: Sequence[Choice]) -> list[NamedPlace]:
        kinds = {word for choice in choices for word in choice} & set(KIND_WORDS.values())
        spelt = [_written(choice) for choice in choices]
        if len(hits) > _MOST_RANKED:
            hits = self._worth_ranking(hits, kinds, choices)
        ranked = nsmallest(MOST_FOUND, hits.tolist(), key=lambda at: self._rank(at, spelt, kinds))
        return [self._found[at] for at in ranked]

    def _corners_beside(
        self, hits: NDArray[np.int64], choices: Sequence[Choice], wanted: Sequence[str]
    ) -> list[NamedPlace] | None:
        """The best of the places that are called so, the corners that words may mean, then the
        others; None where many are called so, and where there is no such corner.
        """
        if self._corners is None or len(wanted) < _TWO_STREETS:
            return None
        called = (at for at in hits.tolist() if self._has(at, choices, with_area=False))
        if len(list(islice(called, _FEW))) == _FEW:
            return None
        corners = [NamedPlace(*corner) for corner in self._corners.search(wanted)]
        if not corners:
            return None
        # "Elm Road, near Oak Road" has the words too, yet may lie some way from the corner.
        meant = [at for at in hits.tolist() if self._has(at, choices, with_area=True)]
        ranked = self._ranked(np.array(meant, dtype=np.int64), choices)
        return [*ranked[: _FEW - 1], *corners, *ranked[_FEW - 1 :]][:MOST_FOUND]

    def _has(self, at: int, choices: Sequence[Choice], *, with_area: bool) -> bool:
        """Whether a place has the words in its own name and its kind, or in its area too."""
        words = self._words[at]
        area = folded(self._found[at].area) if with_area else ()
        own = (*words.own, words.kind, *area)
        return all(any(_begins(w, own) for w in _written(one)) for one in choices)

    def _worth_ranking(
        self, hits: NDArray[np.int64], kinds: set[str], choices: Sequence[Choice]
    ) -> NDArray[np.int64]:
        """Of very many hits, as two letters or the name of a town have, those of the kind that is
        meant, and the shortest names among those called so and among all: the rest would not come
        to the front.
        """
        meant = hits[np.isin(self._kinds[hits], list(kinds))] if kinds else hits[:0]
        called = np.intersect1d(self._own.with_all(choices), hits, assume_unique=True)
        worth = (meant[:_MOST_RANKED], self._shortest(called), self._shortest(hits))
        return np.unique(np.concatenate(worth))

    def _shortest(self, hits: NDArray[np.int64]) -> NDArray[np.int64]:
        if len(hits) <= _MOST_RANKED:
            return hits
        return hits[np.argpartition(self._letters[hits], _MOST_RANKED)[:_MOST_RANKED]]

    def _rank(
        self, at: int, choices: Sequence[Choice], kinds: set[str]
    ) -> tuple[bool, int, int, Order]:
        place, words = self._found[at], self._words[at]
        own = list(words.own)
        # Of the ways to read each word, the nearest one that the place's own name has.
        wanted = [
            next((w for w in _nearest(choice) if _begins(w, own)), next(iter(choice)))
            for choice in choices
        ]
        everything = (*own, words.kind, *folded(place.area), *folded(place.name))
        wrong = sum(
            min((_wrong(w, many, everything) for w, many in choice.items()), default=0)
            for choice in choices
        )
        rank = order(wanted, own, is_kind=words.is_generic, name=place.name, area=place.area)
        elsewhere, *_ = rank
        return bool(kinds) and words.kind not in kinds, elsewhere, wrong, rank


def _words(text: str) -> list[str]:
    """The words that a text asks for, each once."""
    wanted = _NUMBER.sub(r"\1", " ".join(folded(text[:_LONGEST]))).split()
    if len(wanted) > 1 and wanted[0] == "the":
        wanted = wanted[1:]
    return list(dict.fromkeys(wanted))[:_MOST_WORDS]


def _written(choice: Choice) -> dict[str, int]:
    """The ways to read a word, and how names may write them short."""
    return dict(choice) | {
        short: wrong for word, wrong in choice.items() for short in short_forms(word)
    }


def _wrong(word: str, many: int, own: Sequence[str]) -> int:
    """How many letters are wrong if a place has this word; many if it has it not.

    A short form that only begins a word of it is one letter off: "High St" is no "High Stone".
    """
    if word in own:
        return many
    return many + is_short(word) if _begins(word, own) else _MOST_WORDS


def _nearest(choice: Choice) -> list[str]:
    return sorted(choice, key=choice.__getitem__)


def _begins(word: str, own: Sequence[str]) -> bool:
    return any(part.startswith(word) for part in own)


def _all_words(place: NamedPlace, words: PlaceWords) -> set[str]:
    """The words of a place's name as it is shown, of its area and of its kind."""
    own = words.own if " ".join(words.own) == place.name.casefold() else folded(place.name)
    return {*own, *folded(place.area), words.kind}
