"""Everything that is worked out for a map of hotspots before anybody sees it: test, checks, history, trends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vrp_map import stand_ins
from vrp_map.analysis.emerging import emergence
from vrp_map.analysis.month_series import cluster_dispersions
from vrp_map.analysis.stability import check
from vrp_map.errors import UserError
from vrp_map.selection import Selection
from vrp_map.statistics.hotspots import is_hot
from vrp_map.study import has_previous, tested_cells
from vrp_map.warehouse.reader import Reader


@dataclass(frozen=True)
class HotspotTests:
    """What ran, exact: for `shaping.hotspot_tables`, which protects it.

    Attributes:
        cells: `hotspots.test_cells` with stability, emerging, pattern and the columns of `stand_ins.mark`.
        dispersions: of each cluster's months, in the order of their numbers; None where there is no earlier period.
        checked_with: the checks of stability in words, for `wording.hotspot_sentence`.
        card: for the method card: stability, emerging, and the trends of the hotspots.
    """

    cells: pd.DataFrame
    dispersions: NDArray[np.float64] | None
    checked_with: str
    card: dict[str, Any]


def hotspot_tests(reader: Reader, selection: Selection, study: Selection, *, resolution: int, k: int) -> HotspotTests:
    """Test every hexagon of a study area, check what is hot, and look back.

    Args:
        study: the selection in the areas of the test. k: the audience's threshold.

    Raises:
        UserError: the area has too few hexagons.
    """
    earlier = has_previous(reader, selection)
    tested = tested_cells(reader, study, resolution=resolution, earlier=earlier, k=k)
    checked = check(
        reader, study, tested["cell"].to_numpy(dtype=np.uint64), is_hot(tested["hotspot_class"]), resolution=resolution
    )
    tested["stability"] = checked.stability
    history = _with_history(tested, reader, study, resolution, k)
    dispersions = cluster_dispersions(reader, study, tested, resolution=resolution) if earlier else None
    card = {"stability": checked.card, "emerging": history, "trends of hotspots": _trends(dispersions)}
    return HotspotTests(stand_ins.mark(tested, reader, study, resolution=resolution), dispersions, checked.words, card)


def _with_history(tested: pd.DataFrame, reader: Reader, study: Selection, resolution: int, k: int) -> Any:
    """Add emerging (words) and pattern to the cells; returns what the card says of it."""
    tested["emerging"] = tested["pattern"] = ""
    try:
        found = emergence(reader, study, resolution=resolution, k=k)
    except UserError as reason:
        return f"not worked out: {reason.message}"
    tested["emerging"], tested["pattern"] = found.words, found.pattern
    return found.card


def _trends(dispersions: NDArray[np.float64] | None) -> str:
    if dispersions is None:
        return "not compared: there is no whole earlier period"
    if not len(dispersions):
        return "no hotspot to compare"
    return (
        "two counts each, exact given their sum (Przyborowski and Wilenski 1940), on counts divided by the dispersion "
        f"of the hotspot's own months (quasi-Poisson, {dispersions.min():.1f} to {dispersions.max():.1f}); "
        f"Benjamini-Hochberg over {len(dispersions):,} hotspots, two-sided, 0.05"
    )
