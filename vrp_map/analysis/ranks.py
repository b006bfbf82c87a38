"""The same areas ranked in several ways, side by side, and how far the lists disagree.

The most incidents, the highest rate and the most harm are three questions, and no list answers all
of them. Ranks are made of the numbers that the audience may see; the rate is smoothed
(`statistics.smoothing`), so that a small area is not first by chance. The agreement of two lists is
Kendall's tau-b (M. G. Kendall, Biometrika 33, 1945).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import kendalltau

from vrp_map.analysis import harm_weights
from vrp_map.analysis.options import options_of
from vrp_map.analysis.question import Analysis, Question
from vrp_map.disclosure.protect import protect
from vrp_map.errors import UserError
from vrp_map.statistics.smoothing import smoothed_rates_per_1000
from vrp_map.vocabulary import AREA_WORDS, AreaType, Method

FEWEST_AREAS = 3
# A release counts contributors by hexagon. An area's would have to be released as one number of its
# own.
NO_PINS = (
    "There is no ranking by pins. One person may pin in several hexagons of an area, so the numbers"
    " of its hexagons cannot be added up. The page Youth voice shows them hexagon by hexagon."
)


@dataclass(frozen=True)
class Agreement:
    """How far two lists of the same areas agree.

    Args:
        tau: Kendall's tau-b, -1 to 1; NaN where a list has fewer than two different numbers.
        same, pairs: pairs of areas in the same order in both; pairs whose order both lists tell.
    """

    tau: float
    same: int
    pairs: int

    @property
    def words(self) -> str:
        if not self.pairs or np.isnan(self.tau):
            return "cannot be compared"
        if self.same == self.pairs:
            return "agree"
        if self.tau >= 0.8:
            return "nearly agree"
        if self.tau >= 0.5:
            return "mostly agree"
        if self.tau >= 0.2:
            return "agree only in part"
        return "have little to do with each other" if self.tau > -0.2 else "contradict each other"


def run(question: Question) -> Analysis:
    """Rank areas by incidents and by their smoothed rate.

    Its wards where one area is chosen, otherwise the areas chosen, or every local authority.

    Returns:
        A table by area, most incidents first: code, name, population, n, rank, rate, rank_rate,
        difference (places further up by rate); harm and rank_harm where the data and the settings
        carry them. The card says what harm rests on or why there is none, and that there are no
        pins.

    Raises:
        UserError: fewer than three areas.
    """
    options_of(question)
    kind, areas = areas_to_rank(question)
    if len(areas) < FEWEST_AREAS:
        raise UserError(
            "There are fewer than three areas here, too few to rank.",
            hint="Choose a wider area, or everywhere.",
        )
    n = question.reader.counts.by_area(question.selection, areas["key"].tolist())
    frame = pd.DataFrame(areas[["code", "name", "population"]]).reset_index(drop=True).assign(n=n)
    safe = protect(frame, audience=question.audience, settings=question.settings)
    table = safe.deriving(**ranked(safe.frame["n"], safe.frame["population"]))
    harm, by_harm = harm_of_areas(question, areas["key"].tolist())
    if harm is not None:
        table = table.deriving(harm=harm, rank_harm=_rank(harm))
        by_harm += f"; with the rank by incidents: {agreement(table.frame['n'], harm).words}"
    table = table.ordered(table.frame.sort_values(["rank", "name"], na_position="last").index)
    how = agreement(table.frame["n"], table.frame["rate"])
    card = question.card(
        f"Each {AREA_WORDS[kind]} ranked by incidents and by incidents per 1,000 residents,"
        " smoothed by empirical Bayes (Marshall 1991)",
        table=table,
        incidents=table.total,
        areas=len(areas),
        rate_counts="people who live there, not people who pass through",
        kendall_tau_b="not known" if np.isnan(how.tau) else f"{how.tau:.2f}",
        by_harm=by_harm,
        by_pins=NO_PINS,
    )
    return Analysis(Method.RANKS, sentence(table.frame, how), table, card)


def areas_to_rank(question: Question) -> tuple[AreaType, pd.DataFrame]:
    """The kind of area and the areas: key, code, name, population."""
    areas, chosen = question.reader.current_areas, question.selection.areas
    kinds = {AreaType(key.partition(":")[0]) for key in chosen}
    if len(chosen) == 1 and kinds <= {AreaType.LAD, AreaType.NPU, AreaType.LPA}:
        whole = areas.loc[areas["key"] == chosen[0]].geometry.iloc[0]
        wards = areas[areas["type"] == AreaType.WARD]
        return AreaType.WARD, wards[wards.geometry.representative_point().within(whole)]
    if len(kinds) == 1 and kinds != {AreaType.FORCE}:
        return kinds.pop(), areas[areas["key"].isin(chosen)]
    lads = areas[areas["type"] == AreaType.LAD]
    return AreaType.LAD, (
        lads[lads["key"].isin(chosen)] if kinds and kinds != {AreaType.FORCE} else lads
    )


def ranked(n: pd.Series, population: pd.Series) -> dict[str, pd.Series]:
    """rank, rate, rank_rate and difference of areas from their shown numbers; missing where a
    number is hidden.

    The first has rank 1, and equal numbers have the same rank, the best of theirs. `difference` is
    how many places further up an area is by rate; an area that shares its place may stand anywhere
    in it.
    """
    rate = pd.Series(smoothed_rates_per_1000(n, population), index=n.index).round(6)
    by_count, by_rate = _rank(n.astype("Float64")), _rank(rate.astype("Float64").mask(rate.isna()))
    return {
        "rank": by_count,
        "rate": rate,
        "rank_rate": by_rate,
        "difference": _difference(n, rate),
    }


def _rank(values: pd.Series, method: Literal["min", "max"] = "min") -> pd.Series:
    return values.rank(ascending=False, method=method).astype("Int64")


def _difference(n: pd.Series, rate: pd.Series) -> pd.Series:
    a, b = n.astype("Float64"), rate.astype("Float64").mask(rate.isna())
    up, down = _rank(a) - _rank(b, "max"), _rank(b) - _rank(a, "max")
    return up.clip(lower=0) - down.clip(lower=0)


def agreement(first: ArrayLike, second: ArrayLike) -> Agreement:
    """How far two lists of numbers order the same areas alike; areas without one of the two are
    left out.
    """
    a, b = (
        pd.Series(v).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        for v in (first, second)
    )
    known = np.isfinite(a) & np.isfinite(b)
    a, b = a[known], b[known]
    if len(a) < 2 or len(np.unique(a)) < 2 or len(np.unique(b)) < 2:
        return Agreement(float("nan"), 0, 0)
    upper = np.triu_indices(len(a), 1)
    product = np.sign(np.subtract.outer(a, a)[upper]) * np.sign(np.subtract.outer(b, b)[upper])
    tau = float(kendalltau(a, b, variant="b").statistic)
    return Agreement(tau, int((product > 0).sum()), int((product != 0).sum()))


def harm_of_areas(question: Question, keys: Sequence[str]) -> tuple[pd.Series | None, str]:
    """The harm of each area, from the offences as shown, and the weights it rests on; or None, and
    why not.
    """
    plain = replace(question, options={})
    try:
        whole = harm_weights.run(plain)
    except UserError as reason:
        return None, reason.message
    harm = [
        _harm_of(replace(plain, selection=replace(question.selection, areas=(key,))))
        for key in keys
    ]
    return pd.Series(harm, dtype="Float64"), f"{whole.card['weights']}, {whole.card['unit']}"


def _harm_of(question: Question) -> float | None:
    try:
        shown = harm_weights.run(question).table.frame["harm"].dropna()
    except UserError:
        return None
    return float(shown.sum()) if len(shown) else None


def sentence(frame: pd.DataFrame, how: Agreement) -> str:
    """Who is first in each list, and how far they agree.

    Args:
        frame: name, rank, rank_rate.
    """
    tops = [frame.loc[frame[rank] == 1, "name"].tolist() for rank in ("rank", "rank_rate")]
    if not all(tops) or not how.pairs:
        return "The numbers are too small, or too alike, to rank the areas."
    most, highest = (
        " and ".join(names) if len(names) < 3 else f"{len(names)} areas" for names in tops
    )
    first = (
        f"{most} {_has(tops[0])} both the most incidents and the highest rate per resident"
        if tops[0] == tops[1]
        else (
            f"{most} {_has(tops[0])} the most incidents. {highest} {_has(tops[1])} the highest rate"
            " per resident"
        )
    )
    return (
        f"{first}. The two rankings {how.words}: {how.same:,} of {how.pairs:,} pairs of areas"
        " are in"
        " the same order."
    )


def _has(names: list[str]) -> str:
    return "has" if len(names) == 1 else "have"
