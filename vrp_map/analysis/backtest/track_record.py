"""The record of the Hotspots page: each month's hotspots marked by the month after, beside the
plain count.

The hotspots of a month are those that the page would have shown at the end of the month before: of
the twelve whole months until then, hot at 95% or surer, on the hexagons that it is drawn on today.
All-history counts and our model choose as many hexagons. Nothing is kept: a snapshot gives the same
record each time.

Partners and the public see the shares of `shown_shares`, and none of fewer than ten
hexagons; the numbers of hexagons can be counted on the map itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.analysis.backtest.rolling import Study
from vrp_map.analysis.question import Question
from vrp_map.config import VIOLENCE
from vrp_map.disclosure.bands import may_show_share, nearest, shown_share
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.statistics import rolling
from vrp_map.statistics.record import HOTSPOTS, RIVALS, SUREST, MonthMap, record

WINDOW, TOP = 12, 10
NAMES = {
    HOTSPOTS: "Hotspots shown",
    rolling.ALL_HISTORY: "All counts so far",
    rolling.OURS: "Our model",
}
_REASONS_SHOWN, _LEAST_REASON, _NEARLY_ALL = 3, 0.1, 0.95


@dataclass(frozen=True)
class TrackRecord:
    """The record.

    Attributes:
        tables: "record": a row for each month, its columns as `_by_month` says; "totals": method,
            name, n, area, share (of the incidents, all months together), times (as many as in any
            equal area), verdict (against all counts so far); "next": the ten hexagons that our
            model puts first for the next month.
        parameters: for the method card.
    """

    tables: Mapping[str, Protected]
    sentence: str
    parameters: Mapping[str, Any]


def keep(question: Question, study: Study, steps: Sequence[rolling.RollingStep]) -> TrackRecord:
    """Mark the map of each step's month.

    Args:
        study: on the lattice of the area.
    """
    window = min(WINDOW, steps[0].month)
    marked = record(study.history, steps, window=window, k=question.k)
    totals = _totals(question, study, marked)
    tables = {
        "record": _by_month(question, study, marked),
        "totals": totals,
        "next": _next_month(question, study),
    }
    parameters = {
        "map marked": f"Gi* (Ord and Getis 1995) on the last {window} months, q at most {SUREST}",
        "first month marked": f"{study.months[marked[0].month]:%Y-%m}",
        "last month marked": f"{study.months[marked[-1].month]:%Y-%m}",
    }
    return TrackRecord(tables, sentence(question, totals, marked), parameters)


def percent(share: float) -> str:
    """ "23%", or that it cannot be said."""
    return "a share too small to show" if pd.isna(share) else f"{share:.0%}"


def sentence(question: Question, totals: Protected, marked: Sequence[MonthMap]) -> str:
    """What the hotspots held, and what the simple rival would have held, from the shown shares and
    the tests.
    """
    if not any(m.hot.any() for m in marked):
        return (
            "No hexagon stood out clearly before any of these months, so there is no map to score."
        )
    rows = totals.frame.set_index("method")
    mine, rival = rows.loc[HOTSPOTS, "share"], rows.loc[rolling.ALL_HISTORY, "share"]
    months = "the last month" if len(marked) == 1 else f"the last {len(marked)} months"
    violence = set(question.selection.categories) == set(VIOLENCE)
    counted = "violence" if violence else "incidents"
    if pd.isna(mine) or pd.isna(rival):
        return (
            f"In {months} there were too few hotspots or incidents to say how much {counted} they"
            " held."
        )
    return (
        f"In {months} the hotspots shown held {percent(mine)} of the next month's {counted}, in"
        f" {_area(rows.loc[HOTSPOTS, 'area'])} of the area. A simple count of all past months would"
        f" have held {percent(rival)}{_who_wins(str(rows.loc[HOTSPOTS, 'verdict']))}."
    )


def _area(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"


def _who_wins(verdict: str) -> str:
    return {
        "more": ", so the hotspots did better",
        "less": ", so the simple count did better",
    }.get(verdict, ". The difference could be chance")


def _by_month(question: Question, study: Study, marked: Sequence[MonthMap]) -> Protected:
    """month, n, hexagons (hot), area (their share), held, before (what they held in the months the
    map was drawn from), times (as many as in any equal area), again (share of them hot in the month
    alone), all_history and ours (held by as many hexagons).
    """
    k = question.k
    rows = []
    for m in marked:
        mine = m.scores[HOTSPOTS]
        few = not may_show_share(mine.chosen, k=k)
        held = {
            name: np.nan if few else shown_share(s.captured, s.n, k) for name, s in m.scores.items()
        }
        area = mine.km2 / mine.whole_km2
        rows.append(
            {
                "month": pd.Timestamp(study.months[m.month]),
                "n": mine.n,
                "hexagons": mine.chosen,
                "area": area,
                "held": held[HOTSPOTS],
                "before": np.nan if few else shown_share(m.before, m.all_before, k),
                "times": held[HOTSPOTS] / area if area else np.nan,
                "again": m.again / mine.chosen if mine.chosen else np.nan,
                **{name: held[name] for name in RIVALS},
            }
        )
    return protect(pd.DataFrame(rows), audience=question.audience, settings=question.settings)


def _totals(question: Question, study: Study, marked: Sequence[MonthMap]) -> Protected:
    k = question.k
    scores = {name: [m.scores[name] for m in marked] for name in (HOTSPOTS, *RIVALS)}
    rows = []
    for name, mine in scores.items():
        n, chosen = sum(s.n for s in mine), sum(s.chosen for s in mine)
        share = (
            shown_share(sum(s.captured for s in mine), n, k)
            if may_show_share(chosen, k=k)
            else np.nan
        )
        area = sum(s.km2 for s in mine) / sum(s.whole_km2 for s in mine)
        verdict = (
            ""
            if name == rolling.ALL_HISTORY
            else _against(study, mine, scores[rolling.ALL_HISTORY])
        )
        rows.append(
            {
                "method": name,
                "name": NAMES[name],
                "area": area,
                "share": share,
                "times": share / area if area else np.nan,
                "verdict": verdict,
            }
        )
    n = sum(m.scores[HOTSPOTS].n for m in marked)
    frame = pd.DataFrame(rows).assign(n=n)
    return protect(frame, audience=question.audience, settings=question.settings, total=n)


def _against(study: Study, mine: Sequence[rolling.Score], rival: Sequence[rolling.Score]) -> str:
    return rolling.against(study.history, mine, rival).verdict


def _next_month(question: Question, study: Study) -> Protected:
    """cell, name, lad, n (in the last twelve months), expected (a month, shown to the nearest k),
    why.
    """
    k = question.k
    fitted = study.history.fit()
    top = np.argsort(-fitted.expected, kind="stable")[:TOP]
    months = study.months[-WINDOW:]
    period = replace(question.study, first=months[0], last=months[-1])
    counted = question.reader.counts.by_cell(period, resolution=question.resolution)
    lattice = question.lattice
    expected = fitted.expected[top]
    frame = pd.DataFrame(
        {
            "cell": grid.to_text(study.cells[top]),
            **{c: lattice.context[c].to_numpy(dtype=object)[top] for c in ("name", "lad")},
            "n": lattice.align(counted)[top],
            "expected": nearest(expected, k=k),
            "why": [_why(fitted.explain(int(i)), exact=question.is_exact) for i in top],
        }
    )
    safe = protect(frame, audience=question.audience, settings=question.settings)
    safe = safe.deriving(expected=safe.frame["expected"].mask(safe.frame["hidden"]))
    by = ["expected", "n", "name"]
    return safe.ordered(
        safe.frame.sort_values(by, ascending=[False, False, True], kind="stable").index
    )


def _why(parts: Sequence[tuple[str, float]], *, exact: bool) -> str:
    """What a hexagon's expected incidents are made of: the largest parts, in tens of per cent
    for partners and the public.
    """
    whole = sum(part for _, part in parts)
    rounded = (
        [(name, round(part / whole, 2 if exact else 1)) for name, part in parts]
        if whole > 0
        else []
    )
    shares = [(name, share) for name, share in rounded if share >= _LEAST_REASON][:_REASONS_SHOWN]
    if shares and shares[0][1] >= _NEARLY_ALL:
        return f"almost all {shares[0][0]}"
    return "; ".join(f"{name} {share:.0%}" for name, share in shares) or "many small things"
