"""An attacker who reads pages as equations: a shown number is the sum of so many unknown ones.

What any sums and differences of all pages give for a hidden number is found by linear algebra.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np

Unknown = tuple[str, str]


@dataclass
class Evidence:
    """Equations: the unknown numbers of a sum, and the sum; and what was seen to be hidden."""

    sums: list[tuple[frozenset[Unknown], int]] = field(default_factory=list)
    hidden: set[Unknown] = field(default_factory=set)

    def take(self, page: str, units: Iterable[str]) -> None:
        """Read the months and the total of a page about some units together."""
        units, names = list(units), []
        for month, words in re.findall(r"<title>(\w{3} \d{4}): ([^<]+)</title>", page):
            names.append(month)
            n = int(words.replace(",", "")) if words[0].isdigit() else None
            self.keep(frozenset((unit, month) for unit in units), n)
        found = re.search(r"<td class='n'>([\d,]+)", page)
        if found:
            self.keep(frozenset(product(units, names)), int(found[1].replace(",", "")))

    def keep(self, unknowns: frozenset[Unknown], n: int | None, *, least: int = 0) -> None:
        """An equation, unless the number is hidden.

        Args:
            least: strike out numbers below this, as a careless publisher would.
        """
        if n is not None and n >= least:
            self.sums.append((unknowns, n))
        elif len(unknowns) == 1:
            self.hidden |= unknowns


@dataclass(frozen=True)
class Recovered:
    """What the equations say.

    Attributes:
        numbers: hidden number -> its value, where they leave only one. residual: by how much two
            equations contradict each other at most: 0 = all looks are one look.
    """

    numbers: Mapping[Unknown, float]
    residual: float


def solved(evidence: Evidence) -> Recovered:
    """Every hidden number that any sums and differences of the equations determine."""
    unknowns = sorted(evidence.hidden | {u for held, _ in evidence.sums for u in held})
    at = {unknown: i for i, unknown in enumerate(unknowns)}
    left = np.zeros((len(evidence.sums), len(unknowns)))
    for row, (held, _) in enumerate(evidence.sums):
        left[row, [at[u] for u in held]] = 1
    right = np.array([n for _, n in evidence.sums], dtype=float)
    inverse = np.linalg.pinv(left, rcond=1e-9)
    values, sure = inverse @ right, np.diag(inverse @ left) > 1 - 1e-6
    numbers = {u: float(values[at[u]]) for u in evidence.hidden if sure[at[u]]}
    return Recovered(numbers, float(np.abs(left @ values - right).max()))
