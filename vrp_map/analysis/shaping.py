"""From exact tables to what an audience may see: protect first, then derive rates, shares, changes
and sentences.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid, wording
from vrp_map.analysis.hotspots import default_locations
from vrp_map.analysis.hotspots import tables as analysis
from vrp_map.config import Settings
from vrp_map.disclosure.bands import p_bands
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.thresholds import threshold
from vrp_map.statistics.dispersion import Spread
from vrp_map.statistics.rates import rates_per_1000
from vrp_map.statistics.trend import compare, corrected, real_or_chance, sentence
from vrp_map.vocabulary import Audience

_COUNTS = ("n", "n_previous")
# From exact z, p and q the counts could be worked back: outsiders get the band of q (`p_bands`).
_EXACT = ("z", "p")


def with_rates(counted: Protected) -> Protected:
    """Add rate, rate_low, rate_high per 1,000 residents, from the numbers as shown."""
    rate, low, high = rates_per_1000(counted.frame["n"], counted.frame["population"])
    return counted.deriving(rate=rate, rate_low=low, rate_high=high)


def hotspot_tables(  # noqa: PLR0913 - each is a column or a filter of the table
    tested: pd.DataFrame,
    *,
    audience: Audience,
    settings: Settings,
    earlier_words: str,
    spread: Spread | None = None,
    checked_with: str = "",
) -> tuple[Protected, Protected]:
    """The ranked cells and the clusters of a test, protected and with everything derived from the
    protected numbers.

    Args:
        tested: `hotspots.test_cells`, with the columns of `analysis.hotspot_tests` where it has
            them.
        earlier_words: the earlier period in words.
        spread: of the months of each cluster of both periods together; without it no change is
            tested.
        checked_with: the checks of stability in words (`wording.hotspot_sentence`).
    """
    total = int(tested["n"].sum())
    shown = analysis.ranked(tested, k=threshold(audience, settings)).assign(
        cell=lambda f: grid.to_text(f["cell"].to_numpy(dtype=np.uint64))
    )
    cells = _derived(shown, total=total, audience=audience, settings=settings)
    found = analysis.clusters(tested)
    clusters = _derived(found, total=total, audience=audience, settings=settings)
    cells, clusters = _judged(cells, checked_with), _judged(clusters, checked_with)
    both = protect(
        analysis.of_both_periods(tested),
        audience=audience,
        settings=settings,
        counts=_COUNTS,
        total=total,
    )
    clusters = _with_trends(clusters, both.frame, spread, earlier_words)
    return _numbered(cells, clusters)


def _numbered(cells: Protected, clusters: Protected) -> tuple[Protected, Protected]:
    """Number the clusters by their incidents as shown, most first, so that number 1 is one place
    everywhere.
    """
    frame = clusters.frame.sort_values("n", ascending=False, kind="stable", na_position="last")
    number = np.zeros(int(frame["cluster"].max() if len(frame) else 0) + 1, dtype=np.int64)
    number[frame["cluster"].to_numpy()] = numbers = np.arange(1, len(frame) + 1)
    return (
        cells.deriving(cluster=number[cells.frame["cluster"].to_numpy()]),
        clusters.ordered(frame.index).deriving(cluster=numbers),
    )


def _judged(table: Protected, checked_with: str) -> Protected:
    """With the words that say whether it could be chance, and one sentence of everything that is
    known of it.
    """
    frame = table.frame
    verdicts = [
        real_or_chance(c, q)
        for c, q in zip(_listed(frame, "hotspot_class"), _listed(frame, "q"), strict=True)
    ]
    n, kinds, firm, months = (
        _listed(frame, c) for c in ("n", "hotspot_class", "stability", "emerging")
    )
    sentences = [
        wording.hotspot_sentence(*row, checked_with=checked_with)
        for row in zip(n, kinds, verdicts, firm, months, strict=True)
    ]
    return table.deriving(real_or_luck=verdicts, sentence=sentences)


def _listed(frame: pd.DataFrame, column: str) -> list[Any]:
    """A column as plain objects, many times quicker to walk than the column itself; "" where there
    is none.
    """
    return list(frame[column].to_numpy(dtype=object)) if column in frame else [""] * len(frame)


def _with_trends(
    clusters: Protected, both: pd.DataFrame, spread: Spread | None, earlier_words: str
) -> Protected:
    """With `trend` (up, down, could be chance, too few to say; "" where not compared) and its
    sentence `changed`.

    Level: where no place changes, at most 5% of maps have any hotspot called up or down, as often
        one as the other.

    A hotspot was chosen for being high now, so that most look up by chance alone. The comparison is
    that of the hotspot of both periods together which it is in, made of the numbers as shown and
    corrected over all of those.

    Args:
        both: `hotspots.of_both_periods`, protected. spread: of their months.
    """
    known = (
        both[both["n"].notna() & both["n_previous"].notna()] if spread is not None else both.head(0)
    )
    compared = [
        compare(
            int(n),
            int(before),
            float(spread.dispersion[number - 1]),
            freedom=float(spread.freedom[number - 1]),
        )
        for number, n, before in zip(known["both"], known["n"], known["n_previous"], strict=True)
        if spread is not None
    ]
    found = dict(
        zip(known["both"], zip(corrected(compared), known["cells"], strict=True), strict=True)
    )
    trend, changed = [], []
    frame = clusters.frame
    for number, cells, n in zip(frame["both"], frame["cells"], frame["n"], strict=True):
        if number in found:
            comparison, size = found[number]
            trend.append(comparison.verdict)
            subject = "It" if (size, comparison.now) == (cells, n) else _both_words(size)
            changed.append(sentence(subject, comparison, period_words=earlier_words))
        else:
            trend.append("")
            changed.append(_why_not_compared(in_both=number > 0, same_season=spread is not None))
    return clusters.only([c for c in frame if c not in ("both", "hidden")]).deriving(
        trend=trend, changed=changed
    )


def _both_words(size: int) -> str:
    return (
        "The part that stands out in both periods together"
        f" ({'1 hexagon' if size == 1 else f'{size:,} hexagons'})"
    )


def _why_not_compared(*, in_both: bool, same_season: bool) -> str:
    if not same_season:
        return "Not tested: the same months a year before are not in the data."
    if in_both:
        return "Not tested: the earlier numbers are too small to show."
    return "Not tested: it stands out in this period only, so a test would favour a rise."


def _derived(
    frame: pd.DataFrame, *, total: int, audience: Audience, settings: Settings
) -> Protected:
    frame = frame.assign(
        n_previous=frame["n_previous"].astype("Int64").mask(frame["n_previous"] < 0)
    )
    counts = (*_COUNTS, *(c for c in ("n_stand_in",) if c in frame))
    safe = protect(
        frame, audience=audience, settings=settings, counts=counts, exact=_EXACT, total=total
    )
    out = safe.frame
    n, before = out["n"].astype("Float64"), out["n_previous"].astype("Float64")
    derived: dict[str, Any] = {
        "change": (n / before - 1).mask(before.isna() | (before == 0)),
        "rate": rates_per_1000(out["n"], out["residents"].round())[0],
        "share": (
            n / safe.total if safe.total else pd.Series(pd.NA, index=out.index, dtype="Float64")
        ),
    }
    if "n_stand_in" in out:
        triples = zip(*(_listed(out, c) for c in ("stand_in", "n", "n_stand_in")), strict=True)
        derived["stand_in"] = [default_locations.sentence(*triple) for triple in triples]
    derived["q"] = p_bands(out["q"], k=safe.k)
    return safe.deriving(**derived).without("residents", "n_stand_in")
