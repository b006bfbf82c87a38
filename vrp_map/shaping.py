"""From exact tables to what an audience may see: protect first, then derive rates, shares, changes and sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import grid, stand_ins, wording
from vrp_map import hotspots as analysis
from vrp_map.config import Settings
from vrp_map.disclosure import Protected, protect, threshold
from vrp_map.statistics.rates import rates_per_1000
from vrp_map.statistics.trend import compare, corrected, real_or_luck, sentence
from vrp_map.vocabulary import Audience

_COUNTS = ("n", "n_previous")
# From exact z, p and q the counts could be worked back: outsiders get the band that q lies in.
_EXACT = ("z", "p")
_BANDS = (0.01, 0.05, 0.10)


def with_rates(counted: Protected) -> Protected:
    """Add rate, rate_low, rate_high per 1,000 residents, from the numbers as shown."""
    rate, low, high = rates_per_1000(counted.frame["n"], counted.frame["population"])
    return counted.deriving(rate=rate, rate_low=low, rate_high=high)


def hotspot_tables(
    tested: pd.DataFrame,
    *,
    audience: Audience,
    settings: Settings,
    before_words: str,
    dispersions: NDArray[np.float64] | None = None,
    checked_with: str = "",
) -> tuple[Protected, Protected]:
    """The ranked cells and the clusters of a test, protected and with everything derived from the protected numbers.

    Args:
        tested: `hotspots.test_cells`, with the columns of `analysis.hotspot_tests` where it has them.
        before_words: the earlier period in words.
        dispersions: of each cluster's months; without it the counts are taken as Poisson counts.
        checked_with: the checks of stability in words (`wording.hotspot_sentence`).
    """
    total = int(tested["n"].sum()), int(tested["key"].sum())
    shown = analysis.ranked(tested, k=threshold(audience, settings)).assign(
        cell=lambda f: grid.to_text(f["cell"].to_numpy(dtype=np.uint64))
    )
    cells = _derived(shown, total=total, audience=audience, settings=settings)
    found = analysis.clusters(tested)
    clusters = _derived(found, total=total, audience=audience, settings=settings)
    cells, clusters = _judged(cells, checked_with), _judged(clusters, checked_with)
    clusters = _with_trends(clusters, np.ones(len(found)) if dispersions is None else dispersions, before_words)
    return _numbered(cells, clusters)


def _numbered(cells: Protected, clusters: Protected) -> tuple[Protected, Protected]:
    """Number the clusters by their incidents as shown, most first, so that number 1 is one place everywhere."""
    frame = clusters.frame.sort_values("n", ascending=False, kind="stable", na_position="last")
    number = np.zeros(int(frame["cluster"].max() if len(frame) else 0) + 1, dtype=np.int64)
    number[frame["cluster"].to_numpy()] = numbers = np.arange(1, len(frame) + 1)
    return (
        cells.deriving(cluster=number[cells.frame["cluster"].to_numpy()]),
        clusters.ordered(frame.index).deriving(cluster=numbers),
    )


def _judged(table: Protected, checked_with: str) -> Protected:
    """With the words that say whether it could be luck, and one sentence of everything that is known of it."""
    frame = table.frame
    luck = [real_or_luck(c, q) for c, q in zip(_listed(frame, "hotspot_class"), _listed(frame, "q"), strict=True)]
    n, kinds, firm, months = (_listed(frame, c) for c in ("n", "hotspot_class", "stability", "emerging"))
    sentences = [
        wording.hotspot_sentence(*row, checked_with=checked_with)
        for row in zip(n, kinds, luck, firm, months, strict=True)
    ]
    return table.deriving(real_or_luck=luck, sentence=sentences)


def _listed(frame: pd.DataFrame, column: str) -> list[Any]:
    """A column as plain objects, many times quicker to walk than the column itself; "" where there is none."""
    return list(frame[column].to_numpy(dtype=object)) if column in frame else [""] * len(frame)


def _with_trends(clusters: Protected, dispersions: NDArray[np.float64], before_words: str) -> Protected:
    """With `trend` (up, down, could be luck, too few to say; "" where not compared) and `changed`, its sentence.

    The comparisons are made of the numbers as shown, and corrected for each other.
    """
    frame = clusters.frame
    known = (frame["n"].notna() & frame["n_previous"].notna()).to_numpy()
    rows = zip(frame["n"][known], frame["n_previous"][known], dispersions[known], strict=True)
    compared = iter(corrected([compare(int(n), int(before), float(phi)) for n, before, phi in rows]))
    trend, changed = [""] * len(frame), ["No earlier numbers that can be shown."] * len(frame)
    for i in np.flatnonzero(known):
        comparison = next(compared)
        trend[i], changed[i] = comparison.verdict, sentence("It", comparison, period_words=before_words)
    return clusters.deriving(trend=trend, changed=changed)


def _derived(frame: pd.DataFrame, *, total: tuple[int, int], audience: Audience, settings: Settings) -> Protected:
    frame = frame.assign(n_previous=frame["n_previous"].astype("Int64").mask(frame["n_previous"] < 0))
    counts = (*_COUNTS, *(c for c in ("n_stand_in",) if c in frame))
    safe = protect(frame, audience=audience, settings=settings, counts=counts, exact=_EXACT, total=total)
    out = safe.frame
    n, before = out["n"].astype("Float64"), out["n_previous"].astype("Float64")
    derived: dict[str, Any] = {
        "change": (n / before - 1).mask(before.isna() | (before == 0)),
        "rate": rates_per_1000(out["n"], out["residents"].round())[0],
        "share": n / safe.total if safe.total else pd.Series(pd.NA, index=out.index, dtype="Float64"),
    }
    if "n_stand_in" in out:
        triples = zip(*(_listed(out, c) for c in ("stand_in", "n", "n_stand_in")), strict=True)
        derived["stand_in"] = [stand_ins.sentence(*triple) for triple in triples]
    if safe.k > 1:
        derived["q"] = banded(out["q"])
    return safe.deriving(**derived).without("residents", "n_stand_in")


def banded(q: pd.Series) -> pd.Series:
    """The least of 0.01, 0.05, 0.10 that q does not pass, else 1: from an exact q counts could be worked back."""
    bounds = np.array([*_BANDS, 1.0])
    return pd.Series(bounds[np.searchsorted(_BANDS, q.to_numpy(dtype=float))], index=q.index)
