"""Several pilots at once: a forest plot whose lucky ones are drawn to the others. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vrp_map.errors import UserError
from vrp_map.pilots.look import PilotLook
from vrp_map.pilots.verdict import PilotCounts, judge
from vrp_map.statistics.partial_pooling import FEWEST, PooledEffects, pooled
from vrp_map.statistics.wdd import BeforeAfter

_SIGNIFICANT = 0.05


@dataclass(frozen=True)
class PilotForest:
    """Pilots side by side.

    Attributes:
        pilots: name, verdict, ratio, low, high (each by itself), drawn_ratio, drawn_low, drawn_high
            (drawn to the others); in the order given.
        mean, low, high: the ratio of all pilots together, 95%.
        sentence: what they say together, in plain words.
    """

    pilots: pd.DataFrame
    mean: float
    low: float
    high: float
    sentence: str

    @property
    def rows(self) -> list[dict[str, object]]:
        """The pilots as plain values; None where a number is not known or has no limit."""
        return [
            {
                str(name): None if isinstance(v, float) and not math.isfinite(v) else v
                for name, v in row.items()
            }
            for row in self.pilots.to_dict("records")
        ]


def forest_of(pilots: Mapping[str, PilotCounts]) -> PilotForest:
    """Several pilots of one kind and outcome, drawn together on the log of their ratios.

    A count of 0 is taken as one half, here alone, as every other cell of its table is half more.

    Raises:
        UserError: fewer than two pilots.
    """
    if len(pilots) < 2:
        raise UserError("Comparing pilots needs two of them.", hint="Choose more pilots.")
    logs, ses = zip(*(_log_ratio(counts) for counts in pilots.values()), strict=True)
    found = pooled(logs, ses)
    judged = [judge(counts) for counts in pilots.values()]
    table = pd.DataFrame(
        {
            "name": list(pilots),
            "verdict": [str(one.verdict) for one in judged],
            "ratio": [one.ratio.irr for one in judged],
            "low": [one.ratio.low for one in judged],
            "high": [one.ratio.high for one in judged],
            "drawn_ratio": np.exp(found.effects),
            "drawn_low": np.exp(found.lows),
            "drawn_high": np.exp(found.highs),
        }
    )
    mean, low, high = (math.exp(value) for value in (found.mean, found.low, found.high))
    return PilotForest(table, mean, low, high, _sentence(found, len(pilots), (mean, low, high)))


def forest_of_looks(looks: Mapping[str, PilotLook]) -> PilotForest:
    """The same of what pilots were judged to be: each keeps the verdict and the interval it got.

    Raises:
        UserError: fewer than two pilots.
    """
    found = forest_of({name: _counts(look) for name, look in looks.items()})
    each = list(looks.values())
    said = found.pilots.assign(
        verdict=[look.verdict for look in each],
        ratio=[math.nan if look.irr is None else look.irr for look in each],
        low=[0.0 if look.irr_low is None else look.irr_low for look in each],
        high=[math.inf if look.irr_high is None else look.irr_high for look in each],
    )
    return replace(found, pilots=said)


def _counts(look: PilotLook) -> PilotCounts:
    treated, comparison = (BeforeAfter(*pair) for pair in look.counts[:2])
    return PilotCounts(treated, comparison, dispersion=look.dispersion)


def _log_ratio(counts: PilotCounts) -> tuple[float, float]:
    table = np.array(
        [
            [counts.treated.after, counts.treated.before],
            [counts.comparison.after, counts.comparison.before],
        ],
        dtype=float,
    )
    if not table.min():
        table += 0.5
    log = float(np.log(table) @ [1, -1] @ [1, -1])
    return log, math.sqrt(counts.dispersion * float((1 / table).sum()))


def _sentence(found: PooledEffects, pilots: int, ratio: tuple[float, float, float]) -> str:
    mean, low, high = ratio
    said = (
        f"The {pilots:,} pilots together had {mean:.2f} times as many incidents as their"
        f" comparisons lead one to expect (95% interval {low:.2f} to {high:.2f})."
    )
    if pilots < FEWEST:
        return f"{said} They are too few to learn from each other."
    if found.differ_p < _SIGNIFICANT:
        apart = "They differ by more than chance would make them."
    else:
        apart = "They may differ by chance alone: do not rank them."
    return (
        f"{said} {apart} The most striking ones are drawn to the others, for they are partly luck."
    )
