"""What `Workspace` answers with.

Every table in them is `Protected`, or holds no counts of incidents in places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from vrp_map import wording
from vrp_map.disclosure.protect import Protected
from vrp_map.statistics.trend import Comparison


@dataclass(frozen=True)
class AreaTrend:
    """Incidents by month, and this period against an earlier one.

    Attributes:
        comparison: None where the same months a year before are not in the data, or a number may
            not be shown.
        reaches_back: whether there is a whole earlier period to show numbers of.
    """

    months: Protected
    comparison: Comparison | None
    sentence: str
    reaches_back: bool = False

    @property
    def method(self) -> str:
        """How the periods were compared, for the method card."""
        if self.comparison is None:
            return "not tested"
        return (
            "two counts of the same months of the year, so that no season takes part, given their"
            " sum (quasi-Poisson), and not surer than Student's t; two-sided, 0.05; with the"
            f" dispersion of the area's own months ({self.comparison.dispersion:.1f} times that of"
            " chance)"
        )


@dataclass(frozen=True)
class Hotspots:
    """The Hotspots page in one object.

    Attributes:
        cells: rank, cell, name, lad, npu, n, n_previous, change, rate, share, hotspot_class, q,
            cluster, real_or_luck, for_residents ("yes", "no", "few live here", ""), stability
            ("firm", "fragile", ""), emerging (its months in words, or ""), sentence (all that is
            known of it), stand_in (what to say if much of it is at one point that may stand in for
            unknown places; else empty).
        clusters: cluster, name, lad, npu, cells, n, n_previous, change, rate, share, hotspot_class,
            q, real_or_luck, for_residents, stability, emerging, sentence, trend (up, down, could be
            chance, too few to say, or ""), changed (its sentence), stand_in.
        sentence: the headline. summary: how many hotspots, in words. method: what ran, for the
            method card.
        checked_with: the checks of stability that ran, in words.
    """

    cells: Protected
    clusters: Protected
    trend: AreaTrend
    sentence: str
    summary: str
    method: dict[str, Any]
    checked_with: str = ""

    def firm_or_fragile(self, stability: str) -> str:
        """What "firm" or "fragile" means here, as a sentence: it names the checks that ran."""
        return wording.stability_words(stability, self.checked_with)


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
        loads: file by file. reasons: reason, n. refused: file, line, reasons, record (JSON of the
            columns we read).
        read, accepted, replaced, quarantined: of everything together, rounded to k. Other counts
            are None where hidden.
        lsoa_named, lsoa_differ: for analysts only.
        warnings: file, problem, remedy, n: what is odd about files that were taken.
        months: month, source, publisher, and exact n, unlocated for analysts. absent: the months
            that are missing between a source's first and last.
    """

    loads: pd.DataFrame
    reasons: pd.DataFrame
    refused: pd.DataFrame
    months: pd.DataFrame
    absent: pd.DataFrame
    unlocated_by_category: pd.DataFrame
    warnings: pd.DataFrame
    read: int
    accepted: int
    replaced: int
    quarantined: int
    located: int | None
    unlocated: int | None
    outside: int | None
    lsoa_named: int | None
    lsoa_differ: int | None
