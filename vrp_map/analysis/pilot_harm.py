"""Did the harm in a pilot's place change? Its difference offence by offence, times their weights.

Only of data with Home Office offence codes, and by an official table that the operator supplies:
one police.uk category holds offences of ten days and of fifteen years. Exact numbers: for analysts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from vrp_map import grid
from vrp_map.analysis.harm_weights import loaded_weights
from vrp_map.analysis.question import Question
from vrp_map.analysis.timed import incidents
from vrp_map.errors import MethodRefused, UserError
from vrp_map.selection import month_span
from vrp_map.statistics import eligibility
from vrp_map.statistics.harm import HarmWeights, offence_code, weights_of
from vrp_map.statistics.wdd import BeforeAfter, Difference, harm_weighted, weighted_difference
from vrp_map.vocabulary import WHY_NOT, Method

# An offence that makes up more of the variance than this decides the answer alone.
_MOST_OF_IT = 0.5


@dataclass(frozen=True)
class PilotHarm:
    """The change of harm in a pilot's place beyond that of its comparison.

    Attributes:
        difference: in `unit`, of a period as long as the one after the start.
        offences: offence, weight, wdd, se, part (of the variance of the whole), largest part first.
        unweighted: incidents in the places that took no part: no code, or none in the table.
        index, unit: of the table of weights.
        sentence: the answer in plain words.
    """

    difference: Difference
    offences: pd.DataFrame
    unweighted: int
    index: str
    unit: str
    sentence: str


def pilot_harm(
    question: Question,
    places: Sequence[ArrayLike],
    *,
    start: date,
    months: Collection[date] = (),
    dispersion: float = 1.0,
) -> PilotHarm:
    """The weighted displacement difference in harm.

    Args:
        question: its period holds the months before and after.
        places: cells (uint64) of the area, its comparison, and, with rings, of their rings.
        start: first month after. months: those that count; none = all of the period.
        dispersion: how many times more than Poisson the counts vary.

    Raises:
        MethodRefused: the offences are not known.
        UserError: no table is set, whoever asks sees a sample, or the places hold no incident that
            has a weight.
    """
    question.refuse_all_but_analysts("the harm in a pilot's place", "a sample has few grave ones")
    eligibility.require(Method.HARM_WEIGHTS, question.facts.grade)
    weights = loaded_weights(question)
    first, last = question.period
    if not first < start <= last:
        raise UserError(
            "The period does not hold months before and after the start.",
            hint="Choose a period that begins before the start and ends after it.",
        )
    frame = _in_places(question, places)
    if months:
        frame = frame[pd.to_datetime(frame["month"]).dt.date.isin(set(months))]
    coded = _coded(question, frame, weights)
    time_weights = (month_span(first, start) - 1, month_span(start, last))
    if months:
        early = sum(month < start for month in months)
        time_weights = early, len(set(months)) - early
    table, differences = _by_offence(
        coded, len(places), start, time_weights=time_weights, dispersion=dispersion
    )
    whole = harm_weighted(differences, table["weight"].tolist())
    table["part"] = (table["weight"] * table["se"]) ** 2 / whole.se**2
    table = table.sort_values(["part", "offence"], ascending=[False, True], ignore_index=True)
    unweighted = len(frame) - len(coded)
    return PilotHarm(
        whole,
        table,
        unweighted=unweighted,
        index=f"{weights.name}, {weights.version}",
        unit=weights.unit,
        sentence=_sentence(whole, table, weights, unweighted, len(frame)),
    )


def _in_places(question: Question, places: Sequence[ArrayLike]) -> pd.DataFrame:
    """The incidents of the places, with the number of each one's place."""
    frame = incidents(question)
    cells = grid.parents(
        frame["cell10"].fillna(0).to_numpy(dtype=np.uint64), resolution=question.resolution
    )
    place = np.full(len(frame), -1)
    for number, some in enumerate(places):
        place[np.isin(cells, np.asarray(some, dtype=np.uint64))] = number
    return frame.assign(place=place)[place >= 0]


def _coded(question: Question, frame: pd.DataFrame, weights: HarmWeights) -> pd.DataFrame:
    """The incidents whose offence has a weight, with it."""
    coded = frame[frame["offence_code"].fillna("").str.strip() != ""]
    if coded.empty:
        raise MethodRefused(
            "We cannot weigh harm here: no incident of these places has an offence code, and"
            f" {WHY_NOT[Method.HARM_WEIGHTS]}.",
            hint="Load an extract with Home Office offence codes, or judge the pilot by counts.",
        )
    coded = coded.assign(
        weight=weights_of(coded["offence_code"], weights, grade=question.facts.grade),
        offence=[offence_code(code) for code in coded["offence_code"]],
    ).dropna(subset="weight")
    if not (coded["weight"] > 0).any():
        raise UserError(
            "No offence of these places is in the table of weights.",
            hint="Check that the table is of the same years as the offence codes.",
        )
    return coded[coded["weight"] > 0]


def _by_offence(
    coded: pd.DataFrame,
    places: int,
    start: date,
    *,
    time_weights: tuple[int, int],
    dispersion: float,
) -> tuple[pd.DataFrame, list[Difference]]:
    rows, differences = [], []
    after = pd.to_datetime(coded["month"]).dt.date >= start
    for offence, group in coded.groupby("offence"):
        late = after[group.index]
        counts = [
            _counted(group["place"].to_numpy(), of.to_numpy(), places) for of in (~late, late)
        ]
        pairs = [BeforeAfter(*map(float, pair)) for pair in zip(*counts, strict=True)]
        ring, comparison_ring = pairs[2:] or (None, None)
        found = weighted_difference(
            *pairs[:2],
            ring=ring,
            comparison_ring=comparison_ring,
            # In incidents of a period as long as the one after.
            time_weights=(time_weights[0] / time_weights[1], 1.0),
            dispersion=dispersion,
        )
        weight = float(group["weight"].iloc[0])
        rows.append({"offence": offence, "weight": weight, "wdd": found.wdd, "se": found.se})
        differences.append(found)
    return pd.DataFrame(rows), differences


def _counted(place: NDArray[np.int64], of: NDArray[np.bool_], places: int) -> NDArray[np.int64]:
    return np.bincount(place[of], minlength=places)


def _sentence(
    whole: Difference, table: pd.DataFrame, weights: HarmWeights, unweighted: int, incidents: int
) -> str:
    sure = whole.high < 0 or whole.low > 0
    said = (
        f"{whole.wdd:+,.0f} {weights.unit} of harm against the comparison by the {weights.name}"
        f" (95% interval {whole.low:+,.0f} to {whole.high:+,.0f})."
        f" {'Chance alone would hardly give that.' if sure else 'This could be chance.'}"
    )
    top = table.iloc[0]
    if len(table) > 1 and top["part"] > _MOST_OF_IT:
        said += (
            f" Offence {top['offence']} decides it nearly alone ({top['part']:.0%} of the"
            " uncertainty): a few grave incidents weigh more than all others."
        )
    if unweighted:
        said += f" {unweighted:,} of {incidents:,} incidents have no weight and took no part."
    return said
