"""The back-test for any audience: how well would each ranking have named next month's hexagons?

Partners and the public get no count of what was captured, and shares only in steps of a percent or
of k incidents, whichever is the larger (`shown_share`): so no count under k can be told. They may
ask for the usual shares alone, and only where these choose at least `FEWEST_CHOSEN` hexagons: one
hexagon more each time would otherwise give each one away. PEI*, gains and intervals are ratios of
exact counts, and stay with analysts; others get the verdict in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from vrp_map.analysis.backtest import track_record
from vrp_map.analysis.backtest.outcome import Backtest, LatticeOf, lattice_of
from vrp_map.analysis.backtest.rolling import METHOD_WORDS, SHARES, make_study, score_study
from vrp_map.analysis.option_values import typed_options
from vrp_map.analysis.question import Analysis, Question
from vrp_map.disclosure.bands import FEWEST_CHOSEN, may_show_share, shown_share
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.thresholds import is_exact
from vrp_map.errors import UserError
from vrp_map.statistics import rolling
from vrp_map.statistics.accuracy import cells_in_share
from vrp_map.vocabulary import Method

# Shares that anybody may ask for.
USUAL_SHARES = (0.01, 0.02, 0.05, 0.1)
KNOWN_BEFORE, SCORED = 12, 12
_EXACT = ("n", "captured", "best", "pei", "gain", "low", "high")
_SAYS = {
    "more": "more than all counts so far",
    "less": "less than all counts so far",
    "level": "level with all counts",
}


def run(question: Question) -> Analysis:
    """Rank the hexagons before each of the last months, and mark the rankings and the map by what
    came.

    Options:
        shares: of the hexagons; if not given, those of 1, 2 and 5% that may be shown. train_months:
            months known before the first one scored; 0: twelve, or half of a shorter history.
            scored: how many of the last months to score. lattice: area or observed.

    Returns:
        A row for each ranking and share: method, name, share, hexagons, capture, pai, verdict; for
        analysts n, captured, best, pei, gain, low and high too. On the lattice of the area, `more`
        has the tables of
        `track_record`: "record", "totals", "next".

    Raises:
        UserError: too few months or incidents; or, for partners and the public, an unusual share
            or fewer than ten hexagons.
    """
    chosen = typed_options(
        question, shares=None, train_months=0, scored=SCORED, lattice=str(LatticeOf.AREA)
    )
    k, kind = question.k, lattice_of(chosen["lattice"])
    question.refuse_few(question.reader.counts.by_month(question.study))
    study = make_study(
        question.reader, question.selection, resolution=question.resolution, lattice=kind
    )
    months = len(study.months)
    known = chosen["train_months"] or (
        KNOWN_BEFORE if months > KNOWN_BEFORE else max(1, months // 2)
    )
    first = max(known, months - max(1, chosen["scored"]))
    steps = list(rolling.steps(study.history, first=first, growing=kind is LatticeOf.OBSERVED))
    shares = _shares(chosen["shares"], fewest=min(len(step.cells) for step in steps), k=k)
    found = score_study(study, steps, resolution=question.resolution, shares=shares, lattice=kind)
    table = _table(question, found, k)
    kept = track_record.keep(question, study, steps) if kind is LatticeOf.AREA else None
    sentence = _sentence(table, shares) if kept is None else kept.sentence
    card = question.card(
        "Each ranking is made only from the months before a month and scored on that month: PAI,"
        " the prediction accuracy index (S. Chainey, L. Tompson and S. Uhlig 2008), and PEI*, its"
        " share of the best possible (J. M. Hunt 2016). Hexagons of equal rank share the last"
        " places",
        table=table,
        incidents=None,
        months_scored=len(found.months),
        months_known_before_the_first=first,
        lattice=str(kind),
        resolution=question.resolution,
        **(kept.parameters if kept else {}),
        our_model=(
            "Gamma-Poisson (J. F. Lawless 1987, C. N. Morris 1983), from counts only; no random"
            " numbers"
        ),
    )
    card["caveats"] = [*_caveats(found, steps, known, exact=question.is_exact), *card["caveats"]]
    return Analysis(Method.BACKTEST, sentence, table, card, kept.tables if kept else {})


def _caveats(
    found: Backtest, steps: Sequence[rolling.RollingStep], known: int, *, exact: bool
) -> list[str]:
    """What this run in particular could not do; the notes of a back-test hold exact numbers."""
    said = list(found.notes) if exact else []
    if not exact and not all(step.fitted.fitted for step in steps):
        said.append(
            "In some months there was too little for our model to learn from, so it uses the simple"
            " count there."
        )
    if known < KNOWN_BEFORE:
        said.append(
            f"The data is short: only {steps[0].month} months come before the first month scored."
        )
    return said


def _shares(given: Any, *, fewest: int, k: int) -> tuple[float, ...]:
    """The shares asked for, or those of the usual three that may be shown.

    Args:
        fewest: how many hexagons there are at least.
    """
    if given is None:
        asked = tuple(s for s in SHARES if may_show_share(cells_in_share(fewest, s), k=k))
    else:
        try:
            asked = tuple(
                float(share) for share in (given.split(",") if isinstance(given, str) else given)
            )
        except (TypeError, ValueError):
            raise UserError(
                f"{given!r} is not a list of shares.", hint="Give numbers such as 0.01 and 0.05."
            ) from None
    if not is_exact(k) and not set(asked) <= set(USUAL_SHARES):
        raise UserError(
            "Only analysts may ask for any share.", hint="Ask for 0.01, 0.02, 0.05 or 0.1."
        )
    least = min((cells_in_share(fewest, s) for s in asked), default=0)
    if not may_show_share(least, k=k):
        raise UserError(
            f"A share here would choose fewer than {FEWEST_CHOSEN} hexagons, so it is not shown.",
            hint="Choose a wider area, smaller hexagons, or a larger share.",
        )
    return asked


def _table(question: Question, found: Backtest, k: int) -> Protected:
    """The summary as the audience may see it."""
    summary = found.summary().merge(found.comparison, on=["method", "share"], how="left")
    months = len(found.months)
    capture = [shown_share(c, n, k) for c, n in zip(summary["captured"], summary["n"], strict=True)]
    area = (summary["km2"] / summary["whole_km2"]).to_numpy()
    frame = pd.DataFrame(
        {
            "method": summary["method"],
            "name": summary["method"].map(METHOD_WORDS),
            "share": summary["share"],
            "hexagons": (summary["chosen"] / months).round().astype(int),
            "capture": capture,
            "pai": summary["pai"] if question.is_exact else np.round(np.array(capture) / area, 1),
            "verdict": summary["verdict"].map(_SAYS).fillna("").mask(np.isnan(capture), ""),
            "n": summary["n"].astype(int),
            **{name: summary[name] for name in _EXACT[1:]},
        }
    )
    if not question.is_exact:
        frame = frame.drop(columns=[name for name in _EXACT if name != "n"])
    return protect(
        frame,
        audience=question.audience,
        settings=question.settings,
        total=int(summary["n"].iloc[0]),
    )


def _sentence(table: Protected, shares: Sequence[float]) -> str:
    """Our model and all counts at the share in the middle, where there is no map to speak of."""
    share = sorted(shares)[(len(shares) - 1) // 2]
    held = table.frame[table.frame["share"] == share].set_index("method")["capture"]
    ours, simple = (
        track_record.percent(held[method]) for method in (rolling.OURS, rolling.ALL_HISTORY)
    )
    return (
        f"In {100 * share:.3g}% of the hexagons our model would have held {ours} of the next"
        f" month's incidents. The simple count of all past months would have held {simple}."
    )
