"""Which names have the words that somebody typed: words in any order, by their beginnings, in their
usual short forms, and with a letter wrong. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
_MOST_ALIKE = 8
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


class WordIndex:
    """Names by their words.

    Args:
        words: of each name, folded (`search_order.folded`).
    """

    def __init__(self, words: Iterable[Iterable[str]]) -> None:
        ids: defaultdict[str, list[int]] = defaultdict(list)
        for at, own in enumerate(words):
            for word in set(own) - {""}:
                ids[word].append(at)
        self._vocabulary = sorted(ids)
        self._ids = [np.array(ids[word], dtype=np.int64) for word in self._vocabulary]

    def meant(self, word: str) -> list[str]:
        """The word, what it is short for, and, where no word begins so, words like it."""
        meant = [word, _SHORT_FORMS[word]] if word in _SHORT_FORMS else [word]
        return meant if any(map(self._begins, meant)) else [*meant, *self.alike(word)]

    def alike(self, word: str) -> list[str]:
        """Words of names that are a letter or two from this one, the nearest first."""
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

    def with_all(self, choices: Iterable[Sequence[str]]) -> Ids:
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
