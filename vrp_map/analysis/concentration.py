"""How much of it is in how few hexagons: the concentration curve and its figures, as
shares only.

The figures come from the counts of what the audience may see, hexagons without incidents included;
beside each stands what as many incidents give that fall anywhere by chance
(`statistics.concentration`, with the sources). Only shares to a tenth of a per cent are given, none
under `FEWEST_INCIDENTS`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from vrp_map.analysis.options import options_of
from vrp_map.analysis.question import Analysis, Question
from vrp_map.config import VIOLENCE
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.thresholds import is_exact
from vrp_map.errors import UserError
from vrp_map.statistics.concentration import Concentration, Figure, concentration
from vrp_map.vocabulary import Method

FEWEST_INCIDENTS, FEWEST_CELLS = 100, 30
# Shares of the hexagons at which the curve is given.
POINTS = (
    0.005,
    0.01,
    0.02,
    0.03,
    0.04,
    0.05,
    0.075,
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.35,
    0.4,
    0.45,
    0.5,
    0.6,
    0.75,
    1.0,
)
_HALF, _QUARTER, _ONE_IN_100, _ONE_IN_20 = 0.5, 0.25, 0.01, 0.05
_COLUMNS = ("value", "scatter", "low", "high")


def run(question: Question) -> Analysis:
    """The concentration of a selection over the study's hexagons.

    Options:
        worlds, seed: of the scatter.

    Returns:
        A table of the curve: share_of_cells, share (of the incidents; missing where that number is
        hidden).
        `more["figures"]`: figure, value; scatter, low, high: what chance alone gives, and the
            middle 95% of it.

    Raises:
        UserError: too few incidents or hexagons to speak of shares.
    """
    chosen = options_of(question, worlds=199, seed=0)
    n = question.lattice.align(question.counts_by_cell)
    table = _curve(question, n)
    if (table.total or 0) < FEWEST_INCIDENTS:
        raise UserError(
            f"There are fewer than {FEWEST_INCIDENTS} incidents: too few to say how concentrated"
            " they are.",
            hint="Choose a longer period, another kind, or a wider area.",
        )
    if len(n) < FEWEST_CELLS:
        raise UserError(
            f"The area has {len(n):,} hexagons of this size: too few to say how concentrated"
            " incidents are.",
            hint="Choose a larger area or smaller hexagons.",
        )
    found = concentration(
        n,
        step=question.k,
        holding=(_HALF, _QUARTER),
        top=(_ONE_IN_100, _ONE_IN_20),
        worlds=int(chosen["worlds"]),
        seed=int(chosen["seed"]),
    )
    card = question.card(
        "Shares of the incidents in the busiest hexagons (Weisburd 2015) and the generalised Gini"
        " coefficient (Bernasco and Steenbeek 2017), hexagons without incidents included; compared"
        " with the same number of incidents, each as likely to fall in any hexagon (Chalfin, Kaplan"
        " and Cuellar 2021)",
        table=table,
        incidents=table.total,
        hexagons=len(n),
        each_stands_for=question.k,
        scatter=f"the middle {found.confidence:.0%} of {found.worlds} worlds",
        seed=found.seed,
        shares="to 0.1%",
        resolution=question.resolution,
    )
    return Analysis(
        Method.CONCENTRATION,
        sentence(found, _what(question), k=question.k),
        table,
        card,
        {"figures": _figures(question, found, total=int(n.sum()))},
    )


def sentence(found: Concentration, what: str, *, k: int = 1) -> str:
    """Say what share of the hexagons holds half of the incidents, and what chance would give.

    Args:
        what: the incidents in words. k: how many each one counted stands for.
    """
    half = found.holding[_HALF]
    happen = "happens" if what == "the violence" else "happen"
    sample = "" if is_exact(k) else f" in your sample (one incident in {k})"
    begins = f"Half of {what}{sample} {happen} in {half.value:.1%} of the hexagons."
    alone = (
        "if the same number of incidents were scattered at random, half would lie in"
        f" {_between(half.low, half.high)}"
    )
    if half.value >= half.low:
        return f"{begins} That is no sign of concentration: {alone}."
    beyond = 100 * (half.scatter - half.value)
    return (
        f"{begins} That is more concentrated than chance: {alone}. The difference is"
        f" {beyond:.1f} percentage points."
    )


def _between(low: float, high: float) -> str:
    return f"{low:.1%}" if f"{low:.1%}" == f"{high:.1%}" else f"{low:.1%} to {high:.1%}"


def _what(question: Question) -> str:
    violence = tuple(sorted(question.settings.presets.get("violence", VIOLENCE)))
    return (
        "the violence"
        if tuple(sorted(question.selection.categories)) == violence
        else "these incidents"
    )


def _curve(question: Question, n: np.ndarray) -> Protected:
    """The curve from the shown numbers: incidents in the busiest hexagons, protected, over the
    shown total.
    """
    order = np.argsort(-n, kind="stable")
    held = np.cumsum(n[order])
    whole = (
        np.unique([max(1, round(point * len(n))) for point in POINTS])
        if len(n)
        else np.empty(0, dtype=int)
    )
    frame = pd.DataFrame({"share_of_cells": whole / max(len(n), 1), "n": held[whole - 1]})
    total = int(n.sum())
    safe = protect(frame, audience=question.audience, settings=question.settings, total=total)
    shown = safe.frame["n"].to_numpy(dtype=float, na_value=np.nan) / (safe.total or np.nan)
    # Two numbers rounded apart may stand a little the wrong way round: a curve never falls, nor
    # passes the whole.
    rising = np.fmax.accumulate(np.minimum(shown, 1.0)).round(3)
    share = pd.Series(np.where(np.isnan(shown), np.nan, rising), index=frame.index)
    return safe.deriving(share_of_cells=frame["share_of_cells"].round(4), share=share).only(
        ["share_of_cells", "share"]
    )


def _figures(question: Question, found: Concentration, *, total: int) -> Protected:
    rows = [
        ("Share of the hexagons that hold half of the incidents", found.holding[_HALF], 3),
        ("Share of the hexagons that hold a quarter", found.holding[_QUARTER], 3),
        ("Share of the incidents in 1% of the hexagons", found.top[_ONE_IN_100], 3),
        ("Share of the incidents in 5% of the hexagons", found.top[_ONE_IN_20], 3),
        ("Generalised Gini (0 = even, 1 = all in one)", found.gini, 2),
    ]
    corrected = {
        "figure": "Gini beyond chance (0 = no more than chance)",
        "value": round(found.gini.beyond, 2),
    }
    frame = pd.DataFrame([*(_row(*row) for row in rows), corrected]).assign(n=total)
    safe = protect(frame, audience=question.audience, settings=question.settings, total=total)
    return safe.only(["figure", *_COLUMNS])


def _row(name: str, figure: Figure, digits: int) -> dict[str, object]:
    return {"figure": name, **{c: round(getattr(figure, c), digits) for c in _COLUMNS}}
