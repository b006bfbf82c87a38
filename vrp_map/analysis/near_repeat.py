"""Near repeats: after an incident, are there more nearby and soon after than chance would bring?

Method M9 (Knox).

A band stands out when it has at least 1.2 times the pairs that chance gives (the usual rule of
thumb) and its q, after Benjamini and Hochberg over all bands of the table, is at most 0.05: of
sixteen bands one passes p <= 0.05 by chance.
"""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from vrp_map.analysis.option_values import typed_options
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.timed import incidents, metres
from vrp_map.disclosure.bands import p_band
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.errors import UserError
from vrp_map.statistics.fdr import q_values
from vrp_map.statistics.near_repeat import FLAG_RATIO, NearRepeat, near_repeat
from vrp_map.vocabulary import Audience, Method

# Metres; the first band is "at the same place".
DISTANCES = (0.0, 0.1, 100.0, 200.0, 400.0)
DAYS = (0.0, 7.0, 14.0, 21.0, 28.0)
PERMUTATIONS = 999
_SAME_PLACE = 1.0
_SURE = 0.05
_MOST_PERMUTATIONS = 9999
_MOST_EDGES = 21


def run(question: Question) -> Analysis:
    """The Knox test on incidents with an exact place and at least a day.

    Options: distances (edges of the bands, metres), days (edges, days), permutations, seed, metric
    ("manhattan" or "euclidean"), progress (called with done and all after each permutation).

    Returns:
        table: one row a band: distance, time (in words), from_m, to_m, from_days, to_days, n (pairs
        of incidents), ratio (to the pairs that chance gives), p, q, stands_out; analysts also
        expected. Outsiders get protected pairs, a ratio rounded to a tenth, and the bands that p
        and q lie in.

    Raises:
        UserError: an option that does not fit, or fewer than two incidents that have place and day.
    """
    usual = {
        "distances": DISTANCES,
        "days": DAYS,
        "permutations": PERMUTATIONS,
        "seed": 0,
        "metric": "manhattan",
        "progress": None,
    }
    options = typed_options(question, **usual)
    _check(options)
    question.refuse_all_but_analysts(
        "near repeats",
        "others are shown one incident in several, and an incident and its repeat are seldom both"
        " shown",
    )
    frame = incidents(question).dropna(subset=["lon", "lat", "occurred_from"])
    question.refuse_few(frame)
    if len(frame) < 2:
        raise UserError(
            "There are fewer than two incidents with a place and a day.",
            hint="Choose a longer period or another area.",
        )
    x, y = metres(frame)
    # Whole days: where the hour is known, bands of days should mean the same as where it is not.
    days = frame["occurred_from"].to_numpy(dtype="datetime64[D]").astype(float)
    found = near_repeat(
        x,
        y,
        days,
        distance_edges_m=options["distances"],
        time_edges_days=options["days"],
        grade=question.facts.grade,
        metric=options["metric"],
        permutations=options["permutations"],
        seed=options["seed"],
        progress=options["progress"],
    )
    table = _table(question, found, total=len(frame))
    card = question.card(
        "Near repeats: the Knox test (Knox 1964), with the times shuffled among the places",
        table=table,
        incidents=table.total,
        distance_bands_m=list(found.distance_edges_m),
        time_bands_days=list(found.time_edges_days),
        bands="each band includes its lower edge, not its upper one",
        distance=found.metric,
        permutations=found.permutations,
        seed=found.seed,
        p="one-sided: more pairs than chance",
        stands_out=(
            f"q at most {_SURE} (Benjamini-Hochberg over the bands) and at least {FLAG_RATIO} times"
            " chance"
        ),
    )
    return Analysis(Method.NEAR_REPEAT, _sentence(question, table), table, card)


def _check(options: dict[str, Any]) -> None:
    edges, spans = len(options["distances"]), len(options["days"])
    if max(edges, spans) > _MOST_EDGES:
        raise UserError(
            "There are too many bands.", hint=f"Give at most {_MOST_EDGES} edges of each kind."
        )
    # The least p is 1 / (permutations + 1): with fewer, not even the surest of so many bands could
    # reach q <= 0.05.
    fewest = math.ceil((edges - 1) * (spans - 1) / _SURE) - 1
    if not fewest <= options["permutations"] <= _MOST_PERMUTATIONS:
        raise UserError(
            f"{options['permutations']:,} permutations are too few, or too many, for these bands.",
            hint=f"Choose {fewest:,} to {_MOST_PERMUTATIONS:,}; {PERMUTATIONS} is usual.",
        )


def _table(question: Question, found: NearRepeat, *, total: int) -> Protected:
    edges, spans = found.distance_edges_m, found.time_edges_days
    rows, columns = np.array(list(product(range(len(edges) - 1), range(len(spans) - 1)))).T
    ratio = _ratio(found).ravel()
    frame = pd.DataFrame(
        {
            "distance": [distance_words(edges[i], edges[i + 1]) for i in rows],
            "time": [time_words(spans[j], spans[j + 1]) for j in columns],
            "from_m": np.array(edges)[rows],
            "to_m": np.array(edges)[rows + 1],
            "from_days": np.array(spans)[columns],
            "to_days": np.array(spans)[columns + 1],
            "n": found.observed.ravel(),
            "expected": found.expected.ravel().round(2),
            "ratio": ratio.round(2),
            "p": found.p.ravel(),
            "q": q_values(found.p.ravel()),
        }
    )
    # A number of pairs and the pairs that chance gives would tell each other: outsiders get their
    # ratio only.
    table = protect(
        frame,
        audience=question.audience,
        settings=question.settings,
        exact=("expected",),
        total=total,
    )
    if question.audience != Audience.ANALYST:
        shown = table.frame
        table = table.deriving(
            ratio=shown["ratio"].round(1).mask(shown["n"].isna()),
            p=shown["p"].map(p_band),
            q=shown["q"].map(p_band),
        )
    shown = table.frame
    return table.deriving(
        stands_out=(shown["ratio"] >= FLAG_RATIO) & (shown["q"] <= _SURE) & shown["n"].notna()
    )


def _ratio(found: NearRepeat) -> np.ndarray:
    """Observed to expected pairs.

    Where no permutation had any pair, chance is taken as one in all of them together.
    """
    least = np.maximum(found.expected, 1 / found.permutations)
    return np.where((found.observed == 0) & (found.expected == 0), np.nan, found.observed / least)


def _sentence(question: Question, table: Protected) -> str:
    frame = table.frame
    begins = (
        f"{opening(question, table)} with a place and a day"
        if table.total is not None
        else opening(question, table)
    )
    surest = frame[frame["stands_out"]]
    if surest.empty:
        shown = frame[frame["n"].notna()]
        if shown.empty:
            return f"{begins}. The numbers are too small to show."
        hidden = (
            f"; {len(frame) - len(shown)} more are too small to show"
            if len(shown) < len(frame)
            else ""
        )
        return (
            f"{begins}. Incidents do not follow each other, near and soon, more often than chance"
            f" would explain ({len(shown)} bands of distance and time tested{hidden})."
        )
    # The nearest band, then the soonest: what a patrol can use.
    first = surest.sort_values(["from_m", "from_days"], kind="stable").iloc[0]
    more = len(surest) - 1
    others = (
        f" {more} other {'band stands' if more == 1 else 'bands stand'} out too." if more else ""
    )
    ratio = float(first["ratio"])
    times = f"{ratio:,.0f} times as many" if ratio >= 10 else f"{ratio:.1f} times as many"
    return (
        f"{begins}. After an incident there are {times} others {first['distance']} {first['time']}"
        " as chance would bring. If incidents did not follow each other, at most"
        f" {100 * p_band(float(first['q'])):.0f} tables in 100 would mark any band this strongly."
        f"{others}"
    )


def distance_words(low: float, high: float) -> str:
    """ "at the same place", "within 100 m", "100 m to 200 m away"."""
    if high <= _SAME_PLACE:
        return "at the same place"
    return (
        f"within {high:g} m"
        if low <= _SAME_PLACE and low == 0
        else f"{_metres(low)} to {high:g} m away"
    )


def _metres(low: float) -> str:
    return "up" if low < _SAME_PLACE else f"{low:g} m"


def time_words(low: float, high: float) -> str:
    """ "in the next 7 days", "7 to 13 days later": the upper edge is not in the band."""
    last = high - 1
    if low == 0:
        return "on the same day" if last <= 0 else f"in the first {high:g} days"
    if last <= low:
        return "1 day later" if low == 1 else f"{low:g} days later"
    return f"{low:g} to {last:g} days later"
