"""Incidents one by one, for the methods that need their exact place or time.

Never to be handed on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj

from vrp_map.analysis.question import Question
from vrp_map.errors import UserError
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, WGS84


def incidents(question: Question) -> pd.DataFrame:
    """One row an incident of the study area.

    Returns:
        occurred_from, occurred_to (NaT where not given), month, category, offence_code, grade,
        location_id, lon, lat, cell10, key.
    """
    return question.reader.incidents(question.study)


def some_incidents(question: Question) -> pd.DataFrame:
    """The same, where there are any.

    Raises:
        UserError: there are none, or too few to say so (`refuse_few`).
    """
    frame = incidents(question)
    question.refuse_few(frame)
    if frame.empty:
        raise UserError(
            "There are no incidents for this choice.",
            hint="Choose a longer period or another area.",
        )
    return frame


def metres(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Eastings and northings (EPSG:27700) of lon and lat; NaN where there is no place."""
    to_metres = pyproj.Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    lon, lat = (frame[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    x, y = to_metres.transform(lon, lat)
    placed = np.isfinite(lon) & np.isfinite(lat)
    return np.where(placed, x, np.nan), np.where(placed, y, np.nan)
