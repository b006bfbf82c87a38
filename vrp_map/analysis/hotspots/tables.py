"""From counts per cell to hotspots and clusters: the tables of the Hotspots page, before
disclosure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.disclosure.protect import found, hide_small
from vrp_map.disclosure.thresholds import is_exact
from vrp_map.places.gazetteer import cluster_name, group_label
from vrp_map.statistics.clusters import join_cells
from vrp_map.statistics.dispersion import USUAL
from vrp_map.statistics.fdr import passes, q_values
from vrp_map.statistics.gi_star import Scores, gi_star_test, summed_around
from vrp_map.statistics.hotspots import classify, is_hot
from vrp_map.statistics.residents import FEWEST_RESIDENTS, high_for_residents
from vrp_map.statistics.sensitivity import firm_or_fragile_groups
from vrp_map.vocabulary import HotspotClass

# Only cells this sure are joined into clusters.
CLUSTERED = (HotspotClass.HOT_99, HotspotClass.HOT_95)
FEWEST_IN_A_CLUSTER = 10
HIGH_FOR_RESIDENTS, NOT_FOR_RESIDENTS, FEW_LIVE_HERE = "yes", "no", "few live here"
_ORDER = {c: i for i, c in enumerate(HotspotClass)}
_SUMMED = ("n", "n_previous", "residents", "n_stand_in")


@dataclass(frozen=True)
class StudyGrid:
    """The study area's cells with their neighbours: all that a test needs.

    Attributes:
        cells: uint64 (n,), sorted. neighbours: int32 (n, 6), n = none.
        whole: bool (n,) whether the cell and its neighbours lie in the area whole; None = all of
            them do. Those at the border hold few incidents because little of them is counted, so
            they are never called quiet.
    """

    cells: np.ndarray
    neighbours: np.ndarray
    whole: np.ndarray | None = field(default=None, kw_only=True)

    def align(self, counts: pd.DataFrame, column: str = "n") -> np.ndarray:
        """A column of counts by cell as an array over the cells, zeros included."""
        out = np.zeros(len(self.cells), dtype=np.int64)
        cells = counts["cell"].to_numpy(dtype=np.uint64)
        at = np.minimum(np.searchsorted(self.cells, cells), max(len(self.cells) - 1, 0))
        inside = self.cells[at] == cells if len(self.cells) else np.zeros(len(cells), dtype=bool)
        out[at[inside]] = counts[column].to_numpy(dtype=np.int64)[inside]
        return out

    def hot(
        self, counts: pd.DataFrame, *, unit: float = 1.0, dispersion: float = USUAL
    ) -> np.ndarray:
        """Which cells are hot at 90% or surer, by the same test as the map's."""
        tested = gi_star_test(self.align(counts), self.neighbours, unit=unit, dispersion=dispersion)
        return np.asarray((tested.z > 0) & passes(tested.p, 0.10))


@dataclass(frozen=True)
class Lattice(StudyGrid):
    """A study grid with residents and labels; made once and kept.

    Attributes:
        residents: float (n,). context: name, landmark, lad, npu by cell.
    """

    residents: np.ndarray
    context: pd.DataFrame


def test_cells(
    lattice: Lattice,
    now: pd.DataFrame,
    before: pd.DataFrame | None,
    *,
    unit: float = 1.0,
    dispersion: float = USUAL,
) -> pd.DataFrame:
    """Gi* with Benjamini-Hochberg q-values and classes for every cell of the lattice, zero cells
    included.

    Level: on at most 10% of maps of incidents that fall evenly at random is any cell called hot
        (`gi_star_test`).

    Args:
        now, before: incidents by cell: cell, n; `before` None where there is no earlier equal
            period.
        unit, dispersion: as for `gi_star_test`.

    Returns:
        One row a lattice cell: cell (uint64), n, n_previous (-1 = not known), z, p, q,
        hotspot_class, cluster (0 = none), residents, name, landmark, lad, npu, for_residents (of
        hot cells: whether they are high for the number of residents too), both (the cluster of both
        periods together).
    """
    n, earlier = lattice.align(now), None if before is None else lattice.align(before)
    tested = gi_star_test(n, lattice.neighbours, unit=unit, dispersion=dispersion)
    p = not_quiet_at_the_border(tested, lattice.whole)
    q = q_values(p)
    classes = classify(tested.z, q)
    labels = _worth_a_name(join_cells(np.isin(classes, CLUSTERED), lattice.neighbours), n)
    out = pd.DataFrame(
        {
            "cell": lattice.cells,
            "n": n,
            "n_previous": -1 if earlier is None else earlier,
            "z": tested.z,
            "p": p,
            "q": q,
            "hotspot_class": classes,
            "cluster": labels + 1,
            "residents": lattice.residents,
            **{c: lattice.context[c].to_numpy() for c in ("name", "landmark", "lad", "npu")},
        }
    )
    high = high_for_residents(
        n, lattice.residents, lattice.neighbours, unit=unit, dispersion=dispersion
    )
    few = summed_around(lattice.residents, lattice.neighbours) < FEWEST_RESIDENTS
    words = np.where(
        few, FEW_LIVE_HERE, np.where(high, HIGH_FOR_RESIDENTS, NOT_FOR_RESIDENTS)
    ).astype(object)
    out["for_residents"] = np.where(is_hot(classes), words, "")
    if earlier is None:
        return out.assign(both=0)
    # What is chosen because it is high now has fallen before and will fall again: whether it is up
    # must be asked of places chosen by both periods alike.
    together = gi_star_test(n + earlier, lattice.neighbours, unit=unit, dispersion=dispersion)
    hot = (together.z > 0) & passes(together.p, 0.05)
    return out.assign(both=_worth_a_name(join_cells(hot, lattice.neighbours), n + earlier) + 1)


def not_quiet_at_the_border(tested: Scores, whole: np.ndarray | None) -> np.ndarray:
    """The p-values, 1 where a sum is low and part of its cells lies outside the area.

    Args:
        tested: (n,) or (n, T). whole: `StudyGrid.whole`.
    """
    if whole is None:
        return tested.p
    cut = ~whole if tested.z.ndim == 1 else ~whole[:, None]
    return np.where((tested.z < 0) & cut, 1.0, tested.p)


test_cells.__test__ = False  # type: ignore[attr-defined]


def _worth_a_name(labels: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Drop clusters of very few incidents (a cell may be hot by its neighbours alone) and close the
    gaps they leave.
    """
    inside = labels >= 0
    enough = np.bincount(labels[inside], weights=n[inside]) >= FEWEST_IN_A_CLUSTER
    number = np.append(np.where(enough, np.cumsum(enough) - 1, -1), -1)
    return np.asarray(number[labels])


def ranked(tested: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """The cells worth a row: any incident that may be shown, or any class; surest first, then most
    incidents.

    Args:
        k: the audience's threshold. The order follows the numbers as they are shown, so that it
            tells nothing more.
    """
    shown = tested[found(tested, k=k) | (tested["hotspot_class"] != HotspotClass.NONE)]
    keys = pd.DataFrame(
        {
            "class": shown["hotspot_class"].map(_ORDER),
            "n": -hide_small(shown["n"], k=k).fillna(0),
            "z": -shown["z"] if is_exact(k) else 0.0,
            "cell": shown["cell"],
        },
        index=shown.index,
    )
    out = shown.loc[keys.sort_values(list(keys)).index].reset_index(drop=True)
    out.insert(0, "rank", np.arange(1, len(out) + 1))
    return out.drop(columns=["pattern", "both", "landmark"], errors="ignore")


def clusters(tested: pd.DataFrame) -> pd.DataFrame:
    """Neighbouring hot cells (95% or surer) joined into areas, numbered by size.

    Returns:
        cluster, name, lad, npu, cells (how many), n, n_previous, residents, hotspot_class (the
        surest), q (least); for_residents, stability and emerging (of most of its incidents) where
        the cells have them; n_stand_in, stand_in where they have those
        (`default_locations.mark`); both: the
        cluster of both periods together that most of it is in.
    """
    members = tested[tested["cluster"] > 0].sort_values(
        ["cluster", "n", "cell"], ascending=[True, False, True]
    )
    first, at = members.drop_duplicates("cluster"), members["cluster"].to_numpy(dtype=np.int64) - 1
    named = [
        group_label(group["cell"].to_numpy(dtype=np.uint64), group)
        for _, group in members.groupby("cluster")
    ]
    sums = {c: _summed(members[c], at, len(first)) for c in _SUMMED if c in members}
    unknown = (
        np.bincount(at, weights=members["n_previous"].to_numpy() < 0, minlength=len(first)) > 0
    )
    sums["n_previous"] = np.where(unknown, -1, sums["n_previous"])
    surest, q = np.full(len(first), len(_ORDER) - 1), np.ones(len(first))
    np.minimum.at(surest, at, members["hotspot_class"].map(_ORDER).to_numpy(dtype=np.int64))
    np.minimum.at(q, at, members["q"].to_numpy(dtype=float))
    out = pd.DataFrame(
        {
            "cluster": first["cluster"].to_numpy(),
            "name": [cluster_name(n.name, n.lad, n.npu, landmark=n.landmark) for n in named],
            "lad": np.array([n.lad for n in named], dtype=object),
            "npu": np.array([n.npu for n in named], dtype=object),
            "cells": np.bincount(at, minlength=len(first)),
            **sums,
        }
    ).set_index("cluster")
    if "for_residents" in members:
        sums = members.groupby(["cluster", "for_residents"])["n"].sum().reset_index()
        most = sums.sort_values(
            ["cluster", "n"], ascending=[True, False], kind="stable"
        ).drop_duplicates("cluster")
        out["for_residents"] = most.set_index("cluster")["for_residents"]
    if "both" in members:
        out["both"] = _mostly_in(members)
    if "n_stand_in" in members:
        most = members.sort_values("n_stand_in", ascending=False, kind="stable").drop_duplicates(
            "cluster"
        )
        out["stand_in"] = most.set_index("cluster")["stand_in"]
    out["hotspot_class"] = np.array([str(c) for c in HotspotClass], dtype=object)[surest]
    if "stability" in members:
        out["stability"] = firm_or_fragile_groups(
            members["stability"], members["cluster"] - 1, members["n"], number=len(out)
        )
    if "pattern" in members:
        out["emerging"] = _emerging_of_most(members)
    return out.assign(q=q).reset_index()


def _summed(column: pd.Series, at: np.ndarray, size: int) -> np.ndarray:
    total = np.bincount(at, weights=column.to_numpy(dtype=float), minlength=size)
    return total if column.dtype.kind == "f" else total.astype(np.int64)


def of_both_periods(tested: pd.DataFrame) -> pd.DataFrame:
    """The clusters of both periods together: both, cells, n, n_previous."""
    columns = ["n", "n_previous"]
    grouped = tested[tested["both"] > 0].groupby("both")
    return grouped[columns].sum().assign(cells=grouped.size()).reset_index()


def _mostly_in(members: pd.DataFrame) -> pd.Series:
    """For each cluster, that of both periods together with most of its incidents in both; 0
    = none.
    """
    inside = members[members["both"] > 0].assign(weight=lambda f: f["n"] + f["n_previous"])
    sums = inside.groupby(["cluster", "both"])["weight"].sum().reset_index()
    most = sums.sort_values(
        ["cluster", "weight"], ascending=[True, False], kind="stable"
    ).drop_duplicates("cluster")
    return most.set_index("cluster")["both"].reindex(
        sorted(members["cluster"].unique()), fill_value=0
    )


def _emerging_of_most(members: pd.DataFrame) -> pd.Series:
    """The class that most of a cluster's incidents lie in, in the words of its busiest cell of that
    class.
    """
    sums = members.groupby(["cluster", "pattern"], sort=False)["n"].sum().reset_index(name="weight")
    first = members.drop_duplicates(["cluster", "pattern"]).merge(sums, on=["cluster", "pattern"])
    most = first.sort_values(
        ["cluster", "weight"], ascending=[True, False], kind="stable"
    ).drop_duplicates("cluster")
    return most.set_index("cluster")["emerging"]


def make_lattice(
    area_grid: StudyGrid, *, residents: pd.DataFrame, context: pd.DataFrame, resolution: int
) -> Lattice:
    """Put together a lattice from its cells and the residents of the resolution-10 cells."""
    parents = grid.parents(residents["cell10"].to_numpy(dtype=np.uint64), resolution=resolution)
    people = (
        pd.Series(residents["residents"].to_numpy())
        .groupby(parents)
        .sum()
        .reindex(area_grid.cells, fill_value=0.0)
    )
    return Lattice(
        area_grid.cells,
        area_grid.neighbours,
        people.to_numpy(dtype=float),
        context,
        whole=area_grid.whole,
    )
