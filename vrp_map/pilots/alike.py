"""How alike a pilot and its comparison were before the start, and how far apart places drift where
nothing is done: exact numbers, for analysts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vrp_map import grid
from vrp_map.analysis.comparison_cells import ComparisonMatch, comparison_match
from vrp_map.errors import UserError
from vrp_map.pilots.monthly import deprivation_of, past_question, placebos_before
from vrp_map.pilots.pilot import Pilot
from vrp_map.workspace import Workspace

# With fewer placebo pilots the middle 95 of 100 is not told.
_FEWEST_PLACEBOS = 40


@dataclass(frozen=True)
class PilotMatch:
    """How alike they were, and what placebo pilots of the same size did.

    Attributes:
        comparison: how like the pilot's area its comparison was.
        placebos: (draws,) incidents more or fewer than their comparison leads one to expect, the
            smallest first, over as many months as the pilot has; empty where the past is too short.
        difference: where the pilot itself stands; None where it was not judged.
    """

    comparison: ComparisonMatch
    placebos: NDArray[np.float64]
    difference: float | None = None

    @property
    def middle(self) -> tuple[float, float] | None:
        """What 95 of 100 placebo pilots lie between; None of too few."""
        if len(self.placebos) < _FEWEST_PLACEBOS:
            return None
        low, high = np.quantile(self.placebos, [0.025, 0.975])
        return float(low), float(high)

    @property
    def sentence(self) -> str:
        """What the placebo pilots say, in plain words."""
        between = self.middle
        if between is None:
            return (
                "The months before the start are too few for made-up pilots, so how far places"
                " drift apart where nothing is done is not known."
            )
        low, high = between
        said = (
            f"Of {len(self.placebos):,} made-up pilots of its size, where nothing was done, 95 of"
            f" 100 ended between {low:+,.0f} and {high:+,.0f} incidents against their comparison."
        )
        if self.difference is None:
            return said
        below = int((self.placebos <= self.difference).sum())
        many = {0: "none of them is", 1: "one of them is"}.get(below, f"{below:,} of them are")
        own = f"The pilot itself stands at {self.difference:+,.0f}"
        return f"{said} {own}: {many} as low or lower."


def pilot_match(
    ws: Workspace,
    pilot: Pilot,
    *,
    difference: float | None = None,
    away_from: Sequence[str] = (),
) -> PilotMatch:
    """How alike a pilot and the comparison that is recorded were before the start.

    Args:
        difference: where the pilot stands, of its last look. away_from: the areas and rings of
            other pilots, where no placebo pilot may lie.

    Raises:
        NotAllowed: whoever asks may not see exact numbers. UserError: no comparison, or too few
            months.
    """
    if not pilot.places.comparison:
        raise UserError("The pilot has no comparison.", hint="Find one, or give places like it.")
    question = past_question(ws, pilot)
    area, comparison = (
        grid.from_text(list(cells)) for cells in (pilot.places.area, pilot.places.comparison)
    )
    match = comparison_match(question, area, comparison, more=deprivation_of(ws, question))
    placebos = placebos_before(ws, pilot, away_from=away_from)
    spread = np.sort(placebos.differences) if placebos else np.empty(0)
    return PilotMatch(match, spread, difference)
