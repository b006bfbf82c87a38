"""Everything that is worked out for a map of hotspots before anybody sees it: test, checks,
history, trends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from vrp_map.analysis.emerging import emergence
from vrp_map.analysis.hotspots import default_locations
from vrp_map.analysis.hotspots.sensitivity import FEWEST_CELLS, check
from vrp_map.analysis.hotspots.tables import test_cells
from vrp_map.analysis.month_series import group_dispersions
from vrp_map.analysis.question import Question
from vrp_map.analysis.study.deliveries import EarlierPeriod
from vrp_map.errors import UserError
from vrp_map.statistics.dispersion import Spread
from vrp_map.statistics.gi_star import least_standing_out
from vrp_map.statistics.hotspots import is_hot


@dataclass(frozen=True)
class HotspotTests:
    """What ran, exact: for `shaping.hotspot_tables`, which protects it.

    Attributes:
        cells: `hotspots.test_cells` with stability, emerging, pattern and the columns of
            `default_locations.mark`.
        then: the earlier period, if there is one.
        spread: of the months of each cluster of both periods together, in the order of their
            numbers; None where the two periods cannot be compared.
        least: how many incidents one hexagon with its neighbours would need to stand out by itself.
        checked_with: the checks of stability in words, for `wording.hotspot_sentence`.
        card: for the method card: stability, emerging, and the trends of the hotspots.
    """

    cells: pd.DataFrame
    then: EarlierPeriod | None
    spread: Spread | None
    least: int
    checked_with: str
    card: dict[str, Any]


def hotspot_tests(question: Question) -> HotspotTests:
    """Test every hexagon of the study area, check what is hot, and look back.

    Raises:
        UserError: the area has too few hexagons.
    """
    then = question.earlier
    tested = tested_cells(question)
    checked = check(question, is_hot(tested["hotspot_class"]))
    tested["stability"] = checked.stability
    history = _with_history(tested, question)
    spread = None
    if then and then.same_season:
        spread = group_dispersions(question, tested, then, column="both")
    card = {
        "stability": checked.card,
        "emerging": history,
        "trends of hotspots": _trends(then, spread),
    }
    marked = default_locations.mark(
        tested, question.reader, question.study, resolution=question.resolution
    )
    least = least_standing_out(
        tested["n"].to_numpy(),
        unit=question.reader.counts.unit,
        dispersion=question.dispersion,
    )
    return HotspotTests(marked, then, spread, least, checked.words, card)


def tested_cells(question: Question) -> pd.DataFrame:
    """`test_cells` on the full lattice of the study.

    Raises:
        UserError: the lattice is too small to tell a hotspot from chance.
    """
    cells = len(question.lattice.cells)
    if cells < FEWEST_CELLS:
        raise UserError(
            f"The area has {cells} hexagons of this size: too few to tell a hotspot from chance.",
            hint="Choose a larger area or smaller hexagons.",
        )
    counts, then = question.reader.counts, question.earlier
    before = then and counts.by_cell(then.of(question.study), resolution=question.resolution)
    return test_cells(
        question.lattice,
        question.counts_by_cell,
        before,
        unit=counts.unit,
        dispersion=question.dispersion,
    )


def _with_history(tested: pd.DataFrame, question: Question) -> Any:
    """Add emerging (words) and pattern to the cells; returns what the card says of it."""
    tested["emerging"] = tested["pattern"] = ""
    try:
        found = emergence(question)
    except UserError as reason:
        return f"not worked out: {reason.message}"
    tested["emerging"], tested["pattern"] = found.words, found.pattern
    return found.card


def _trends(then: EarlierPeriod | None, spread: Spread | None) -> str:
    if then is None:
        return "not compared: there is no whole earlier period"
    if spread is None:
        return (
            "not tested: the same months a year before are not in the data, so a season would be"
            " called a change"
        )
    if not len(spread.dispersion):
        return "no hotspot to compare"
    least, most = spread.dispersion.min(), spread.dispersion.max()
    return (
        "of the hotspots of both periods together, since those of this period alone were chosen"
        " for being high in it. Two counts of the same months of the year, given their sum"
        " (quasi-Poisson) and not surer than Student's t. The dispersion is that of the hotspot's"
        f" own months ({least:.1f} to {most:.1f}); Benjamini-Hochberg over"
        f" {len(spread.dispersion):,} hotspots, two-sided, 0.05"
    )
