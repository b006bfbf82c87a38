"""What who is no analyst is shown of a snapshot: one incident in k, each standing for k
(docs/decisions/0002).

The incidents are chosen once for a snapshot, with the store's secret, before any question. Every
number is then a sum over the same chosen incidents, so tables of any period, area, kind or size
agree with each other, and no set of them tells more than the choice itself. The public's incidents
are chosen among the partners'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.disclosure.thresholds import is_exact
from vrp_map.statistics.balanced_sample import balanced_sample

# The hexagons whose months are kept near the truth, and the larger ones that are drawn for
# together.
UNIT, BLOCK = 9, 8

Numbers = NDArray[np.uint64]


@dataclass(frozen=True)
class Atoms:
    """The rows of a count table with what the choice goes by.

    Attributes:
        n: (m,) incidents. month: (m,) codes of the months, sorted. cell10: (m,) uint64, 0 = no
            place.
        kind: (m,) codes of category and source together. kinds: the name of each.
        area: (m,) codes of the area (local authority) whose totals are kept near the truth. areas:
            the name of each.
        months: the name of each month.
    """

    n: NDArray[np.int64]
    month: NDArray[np.intp]
    cell10: Numbers
    kind: NDArray[np.intp]
    area: NDArray[np.intp]
    months: Sequence[str]
    kinds: Sequence[str]
    areas: Sequence[str]


def sample(atoms: Atoms, steps: Sequence[int], secret: bytes) -> NDArray[np.int64]:
    """How many incidents of each row are chosen.

    Args:
        steps: of how many one is chosen, and of how many of those again: (5,) for one in 5, (5, 2)
            for one in 10 that are among them.
    """
    n = atoms.n
    for number, k in enumerate(steps):
        n = _chosen(
            atoms, n, k, blake2b(secret, digest_size=32, person=f"step {number}".encode()).digest()
        )
    return n


def stand_for_others(
    frame: pd.DataFrame, shown: pd.DataFrame, *, unit: int, secret: bytes
) -> pd.DataFrame:
    """The chosen incidents of a frame, each as often as it stands for others.

    Args:
        frame: one row an incident: month, category, source, grade, place_id, key, and others.
            shown: what is shown of each month, category, source, grade and place_id (-1 = none)
            that the frame holds in whole.
    """
    by = ["month", "category", "source", "grade", "place_id"]
    wanted = frame[by].assign(
        month=frame["month"].astype("datetime64[us]"),
        place_id=frame["place_id"].fillna(-1).astype(np.int64),
    )
    number = wanted.groupby(by, sort=False, observed=True).ngroup()
    as_text = dict.fromkeys(by[1:4], str)
    held = wanted.astype(as_text).merge(shown.astype(as_text), on=by, how="left")
    seed = np.frombuffer(
        blake2b(secret, digest_size=8, person=b"incidents").digest(), dtype="<u8"
    ).astype(np.uint64)
    turn = pd.Series(mixed(mixed(frame["key"].to_numpy(dtype=np.uint64)) ^ seed))
    rank = turn.groupby(number.to_numpy()).rank(method="first").to_numpy()
    chosen = frame[rank <= held["n"].fillna(0).to_numpy() / unit]
    return chosen.loc[chosen.index.repeat(unit)].reset_index(drop=True)


def drawn(n: NDArray[np.number[Any]], *, k: int) -> NDArray[np.float64]:
    """How many incidents were drawn of those that are shown, each standing for k: what a test may
    take for independent.
    """
    return np.asarray(n / k, dtype=np.float64)


def lone_share(counted: pd.DataFrame, *, k: int) -> float:
    """The share of the incidents shown in cells that show a lone k; 0 where all are shown (k = 1),
    1 where none is.

    Args:
        counted: n by cell, as the audience is shown it.
    """
    total = int(counted["n"].sum())
    if is_exact(k):
        return 0.0
    return float(counted["n"][counted["n"] <= k].sum() / total) if total else 1.0


def _chosen(atoms: Atoms, n: NDArray[np.int64], k: int, secret: bytes) -> NDArray[np.int64]:
    """One step of `sample`: first how many of each hexagon and month, then which of its rows."""
    rows = np.flatnonzero(n)
    out = np.zeros_like(n)
    if not len(rows):
        return out
    cells, cell10 = np.unique(atoms.cell10[rows], return_inverse=True)
    parents = np.zeros((2, len(cells)), dtype=np.uint64)
    for line, resolution in zip(parents, (UNIT, BLOCK), strict=True):
        line[cells > 0] = grid.parents(cells[cells > 0], resolution=resolution)
    units, cell = np.unique(parents[0], return_inverse=True)
    kind, area = atoms.kind[rows], atoms.area[rows]
    group = kind * len(atoms.areas) + area
    unit = group * len(units) + cell[cell10]
    # Rows are sorted by month, and so are the hexagons' months.
    both = atoms.month[rows] * (len(atoms.kinds) * len(atoms.areas) * len(units)) + unit
    first, at = np.unique(both, return_index=True, return_inverse=True)[1:]
    block = parents[1][cell10][first]
    month, kind, area, group = (column[first] for column in (atoms.month[rows], kind, area, group))
    # Plain numbers: 300,000 names take a second if each is made of four of NumPy's.
    each = zip(
        *(column.tolist() for column in (month, kind, area, units[cell[cell10]][first])),
        strict=True,
    )
    draws = _draws(
        (f"{atoms.months[m]} {atoms.kinds[t]} {atoms.areas[a]} {c:x}" for m, t, a, c in each),
        secret,
    )
    held = balanced_sample(
        np.bincount(at, weights=n[rows]).astype(np.int64),
        unit=np.unique(unit[first], return_inverse=True)[1],
        block=block,
        group=group,
        month=month,
        order=draws,
        start=_starts(atoms, secret),
        k=k,
    )
    out[rows] = _dealt(n[rows], at, held, draws, atoms.cell10[rows])
    return out


def _starts(atoms: Atoms, secret: bytes) -> NDArray[np.float64]:
    """A number of 0 to 1 for each month and each kind in each area: (months, kinds x areas)."""
    names = [
        f"{month} {kind} {area}"
        for month in atoms.months
        for kind in atoms.kinds
        for area in atoms.areas
    ]
    return (_draws(names, secret) / 2.0**64).reshape(len(atoms.months), -1)


def _dealt(
    n: NDArray[np.int64],
    at: NDArray[np.intp],
    held: NDArray[np.int64],
    draws: Numbers,
    cell10: Numbers,
) -> NDArray[np.int64]:
    """How many of each row's incidents are among those chosen of its hexagon's month.

    Args:
        n, at, cell10: (rows,) incidents, which hexagon's month, and the cell. held, draws: of each
            hexagon's month.
    """
    rows = np.flatnonzero(held[at])
    each = np.repeat(rows, n[rows])
    turn = np.arange(len(each)) - np.repeat(np.cumsum(n[rows]) - n[rows], n[rows])
    order = np.lexsort(
        (mixed(draws[at[each]] ^ mixed(cell10[each] + turn.astype(np.uint64))), at[each])
    )
    group = at[each][order]
    starts = (
        np.flatnonzero(np.append(True, group[1:] != group[:-1]))
        if len(group)
        else np.zeros(0, dtype=np.intp)
    )
    rank = np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))
    return np.bincount(each[order][rank < held[group]], minlength=len(n)).astype(np.int64)


def _draws(names: Iterable[str], secret: bytes) -> Numbers:
    """A random number for each name that nobody can tell without the secret; the same name, the
    same number.
    """
    keyed, draws = blake2b(key=secret, digest_size=8), []
    for name in names:
        one = keyed.copy()
        one.update(name.encode())
        draws.append(one.digest())
    return np.frombuffer(b"".join(draws), dtype="<u8").astype(np.uint64)


def mixed(numbers: Numbers) -> Numbers:
    """Spread numbers over the whole range (the finaliser of SplitMix64); of secret numbers it makes
    secret ones.
    """
    out = numbers ^ (numbers >> np.uint64(30))
    out = out * np.uint64(0xBF58476D1CE4E5B9)
    out = (out ^ (out >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(out ^ (out >> np.uint64(31)))
