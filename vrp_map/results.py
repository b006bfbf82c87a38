"""What `Workspace` answers with. Every table in them is `Protected`, or holds no counts of incidents in places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from vrp_map.disclosure import Protected
from vrp_map.statistics.trend import Comparison


@dataclass(frozen=True)
class Trend:
    """Incidents by month, and this period against the equal one before (None where the data does not reach back)."""

    months: Protected
    comparison: Comparison | None
    sentence: str


@dataclass(frozen=True)
class Hotspots:
    """The Hotspots page in one object.

    Attributes:
        cells: rank, cell, name, lad, npu, n, n_previous, change, rate, share, hotspot_class, q, cluster, real_or_luck,
            stand_in (what to say if much of it is at one point that may stand in for unknown places; else empty).
        clusters: cluster, name, lad, npu, cells, n, n_previous, change, rate, share, hotspot_class, q, real_or_luck,
            sentence (what changed), stand_in.
        sentence: the headline. summary: how many hotspots, in words. method: what ran, for the method card.
    """

    cells: Protected
    clusters: Protected
    trend: Trend
    sentence: str
    summary: str
    method: dict[str, Any]


@dataclass(frozen=True)
class CellFigures:
    """One hexagon."""

    cell: str
    name: str | None
    lad: str | None
    npu: str | None
    months: Protected
    categories: Protected
    lad_months: Protected


@dataclass(frozen=True)
class Quality:
    """The account of everything that was ever loaded.

    Attributes:
        loads: file by file. reasons: reason, n. refused: file, line, reasons, record (JSON of the columns we read).
        read, accepted, replaced, quarantined: of everything together, exact. The other counts are None where hidden.
        months: month, source, publisher, n, unlocated; months absent between a source's first and last are in `absent`.
    """

    loads: pd.DataFrame
    reasons: pd.DataFrame
    refused: pd.DataFrame
    months: pd.DataFrame
    absent: pd.DataFrame
    unlocated_by_category: pd.DataFrame
    read: int
    accepted: int
    replaced: int
    quarantined: int
    unlocated: int | None
    outside: int | None
    lsoa_named: int | None
    lsoa_differ: int | None
