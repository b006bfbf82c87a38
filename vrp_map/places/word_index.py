"""Which names have the words that somebody typed: words in any order, by their beginnings, in their
usual short forms, and with a letter wrong. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
_MOST_ALIKE = 8
# Letters that may be wrong in a word of at least so many letters.
_WRONG = ((8, 2), (4, 1))
_SHORT_FORMS: Mapping[str, tuple[str, ...]] = {
    "st": ("street", "saint"),
    "str": ("street",),
    "rd": ("road",),
    "ave": ("avenue",),
    "av": ("avenue",),
    "ln": ("lane",),
    "la": ("lane",),
    "dr": ("drive", "doctor"),
    "cl": ("close",),
    "cres": ("crescent",),
    "gr": ("grove", "green"),
    "grn": ("green",),
    "sq": ("square",),
    "pl": ("place",),
    "ct": ("court",),
    "crt": ("court",),
    "ter": ("terrace",),
    "terr": ("terrace",),
    "tce": ("terrace",),
    "gdns": ("gardens",),
    "bldgs": ("buildings",),
    "hts": ("heights",),
    "ho": ("house",),
    "est": ("estate",),
    "ind": ("industrial",),
    "mt": ("mount",),
    "nth": ("north",),
    "sth": ("south",),
    "gt": ("great",),
    "lwr": ("lower",),
    "upr": ("upper",),
    "hosp": ("hospital",),
    "stn": ("station",),
    "sta": ("station",),
    "uni": ("university",),
    "coll": ("college",),
    "acad": ("academy",),
    "lib": ("library",),
    "mkt": ("market",),
    "sch": ("school",),
    "prim": ("primary",),
    "pk": ("park",),
    "ctr": ("centre",),
    "center": ("centre",),
}
_LONG_FORMS: Mapping[str, list[str]] = {
    word: [short for short, words in _SHORT_FORMS.items() if word in words]
    for words in _SHORT_FORMS.values()
    for word in words
}
# The shortest parts of two words that were typed as one.
_LEAST_PART = 3


class WordIndex:
    """Names by their words.

    Args:
        words: of each name, folded (`search_order.folded`).
    """

    def __init__(self, words: Iterable[Iterable[str]]) -> None:
        ids: defaultdict[str, list[int]] = defaultdict(list)
        for at, own in enumerate(words):
            for word in _with_long_forms(own):
                ids[word].append(at)
        self._vocabulary = sorted(ids)
        self._ids = [np.array(ids[word], dtype=np.int64) for word in self._vocabulary]

    def meant(self, word: str) -> dict[str, int]:
        """The word, what it is short for, and, where no word begins so, words like it; each with
        how many of its letters are wrong.
        """
        meant = dict.fromkeys((word, *_SHORT_FORMS.get(word, ())), 0)
        return meant if any(map(self._begins, meant)) else {**meant, **self.alike(word)}

    def alike(self, word: str) -> dict[str, int]:
        """Words of names that are a letter or two from this one, the nearest first; each with how
        many.
        """
        most = next((wrong for letters, wrong in _WRONG if len(word) >= letters), 0)
        if not most:
            return {}
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
        return {found: int(wrong) for found, wrong, _ in near}

    def spaced(self, words: Sequence[str]) -> Iterator[list[str]]:
        """The same words with a space more or a space less, where names have such words."""
        for at, (one, other) in enumerate(pairwise(words)):
            if self._begins(one + other):
                yield [*words[:at], one + other, *words[at + 2 :]]
        for at, word in enumerate(words):
            for cut in range(_LEAST_PART, len(word) - _LEAST_PART + 1):
                parts = word[:cut], word[cut:]
                if all(map(self._begins, parts)):
                    yield [*words[:at], *parts, *words[at + 1 :]]

    def with_all(self, choices: Iterable[Iterable[str]]) -> Ids:
        """The names that have of each choice a word that begins with one of it, in their order."""
        hits: Ids | None = None
        for choice in choices:
            parts = [self._ids[at] for word in choice for at in self._range(word)]
            here = np.unique(np.concatenate(parts)) if parts else np.empty(0, np.int64)
            hits = here if hits is None else np.intersect1d(hits, here, assume_unique=True)
        return np.empty(0, np.int64) if hits is None else hits

    def _begins(self, word: str) -> bool:
        at = bisect_left(self._vocabulary, word)
        return at < len(self._vocabulary) and self._vocabulary[at].startswith(word)

    def _range(self, word: str) -> range:
        """Where the words of the vocabulary stand that begin so."""
        first = bisect_left(self._vocabulary, word)
        return range(first, bisect_left(self._vocabulary, word + "\U0010ffff", lo=first))


def short_forms(word: str) -> Sequence[str]:
    """How names may write a word short: "street" is "st"."""
    return _LONG_FORMS.get(word, [])


def is_short(word: str) -> bool:
    """Whether a word stands for a longer one."""
    return word in _SHORT_FORMS


def _with_long_forms(words: Iterable[str]) -> set[str]:
    """The words of a name, and what they may be short for: "st" is a street or a saint."""
    own = set(words) - {""}
    return own.union(*(_SHORT_FORMS.get(word, ()) for word in own))
