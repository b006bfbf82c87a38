"""From exact tables to what an audience may see: protect first, then derive rates, shares, changes and sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj

from vrp_map import grid, stand_ins
from vrp_map import hotspots as analysis
from vrp_map.config import Settings
from vrp_map.disclosure import Protected, hide_small, protect, threshold
from vrp_map.gazetteer import cluster_name, label_of
from vrp_map.results import Quality
from vrp_map.selection import Selection, shift_month
from vrp_map.statistics.clusters import point_clusters
from vrp_map.statistics.rates import rates_per_1000
from vrp_map.statistics.trend import compare, real_or_luck, sentence
from vrp_map.vocabulary import BRITISH_NATIONAL_GRID, DEFAULT_RESOLUTION, WGS84, Audience, Grade
from vrp_map.warehouse.reader import Reader

_COUNTS = ("n", "n_previous")
_ROWS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_replaced")
# From exact z, p and q the counts could be worked back: outsiders get the band that q lies in.
_EXACT = ("z", "p")
_BANDS = (0.01, 0.05, 0.10)


def with_rates(counted: Protected) -> Protected:
    """Add rate, rate_low, rate_high per 1,000 residents, from the numbers as shown."""
    rate, low, high = rates_per_1000(counted.frame["n"], counted.frame["population"])
    return counted.deriving(rate=rate, rate_low=low, rate_high=high)


def hotspot_tables(
    tested: pd.DataFrame, *, audience: Audience, settings: Settings, before_words: str
) -> tuple[Protected, Protected]:
    """The ranked cells and the clusters of a test, protected and with everything derived from the protected numbers."""
    total = int(tested["n"].sum()), int(tested["key"].sum())
    shown = analysis.ranked(tested, k=threshold(audience, settings)).assign(
        cell=lambda f: grid.to_text(f["cell"].to_numpy(dtype=np.uint64))
    )
    cells = _derived(shown, total=total, audience=audience, settings=settings)
    cells = _judged(cells)
    clusters = _judged(_derived(analysis.clusters(tested), total=total, audience=audience, settings=settings))
    clusters.frame["sentence"] = [_change_sentence(row, before_words) for row in clusters.frame.itertuples()]
    return cells, clusters


def _judged(table: Protected) -> Protected:
    """With the sentence that says whether it could be luck."""
    pairs = zip(table.frame["hotspot_class"], table.frame["q"], strict=True)
    return table.deriving(real_or_luck=[real_or_luck(c, q) for c, q in pairs])


def _derived(frame: pd.DataFrame, *, total: tuple[int, int], audience: Audience, settings: Settings) -> Protected:
    frame = frame.assign(n_previous=frame["n_previous"].astype("Int64").mask(frame["n_previous"] < 0))
    counts = (*_COUNTS, *(c for c in ("n_stand_in",) if c in frame))
    safe = protect(frame, audience=audience, settings=settings, counts=counts, exact=_EXACT, total=total)
    out = safe.frame
    n, before = out["n"].astype("Float64"), out["n_previous"].astype("Float64")
    out["change"] = (n / before - 1).mask(before.isna() | (before == 0))
    out["rate"] = rates_per_1000(out["n"], out.pop("residents").round())[0]
    out["share"] = n / safe.total if safe.total else pd.Series(pd.NA, index=out.index, dtype="Float64")
    if "n_stand_in" in out:
        triples = zip(out["stand_in"], out["n"], out.pop("n_stand_in"), strict=True)
        out["stand_in"] = [stand_ins.sentence(*triple) for triple in triples]
    if safe.k > 1:
        out["q"] = _band(out["q"])
    return safe


def _band(q: pd.Series) -> pd.Series:
    """The least of 0.01, 0.05, 0.10 that q does not pass, else 1."""
    bounds = np.array([*_BANDS, 1.0])
    return pd.Series(bounds[np.searchsorted(_BANDS, q.to_numpy(dtype=float))], index=q.index)


def _change_sentence(row: object, before_words: str) -> str:
    n, before = getattr(row, "n", pd.NA), getattr(row, "n_previous", pd.NA)
    if pd.isna(n) or pd.isna(before):
        return "No earlier numbers that can be shown."
    return sentence("It", compare(int(n), int(before)), period_words=before_words)


def point_cluster_table(
    points: pd.DataFrame,
    *,
    method: str,
    grade: Grade,
    radius_m: float,
    min_incidents: int,
    context: pd.DataFrame,
    audience: Audience,
    settings: Settings,
) -> Protected:
    """Clusters of exact points: cluster, name, lad, npu, points, lon, lat, n."""
    to_metres = pyproj.Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    x, y = to_metres.transform(points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float))
    labels = point_clusters(
        x, y, weights=points["n"].to_numpy(), radius_m=radius_m, min_incidents=min_incidents, method=method, grade=grade
    )
    inside = points.assign(cluster=labels + 1)[labels >= 0]
    rows = [_point_cluster(int(number), group, context) for number, group in inside.groupby("cluster")]
    columns = ["cluster", "name", "lad", "npu", "points", "cell", "n"]
    return protect(pd.DataFrame(rows, columns=columns), audience=audience, settings=settings, counts=("n", "points"))


def _point_cluster(number: int, group: pd.DataFrame, context: pd.DataFrame) -> dict[str, object]:
    busiest = group.sort_values(["n", "location_id"], ascending=[False, True]).iloc[0]
    cell = grid.parents(np.array([busiest["cell10"]], dtype=np.uint64), resolution=DEFAULT_RESOLUTION)
    name, lad, npu = label_of(cell[0], context)
    return {
        "cluster": number, "name": cluster_name(name, lad, npu), "lad": lad, "npu": npu, "points": len(group),
        "cell": grid.to_text(cell)[0], "n": int(group["n"].sum()),
    }  # fmt: skip


def quality_of(reader: Reader, *, reason: str | None, rows: int, audience: Audience, settings: Settings) -> Quality:
    """The account of everything loaded, from the snapshot's own tables.

    Only analysts get exact numbers of incidents by month and category, and the refused records.
    """
    loads = reader.frame("loads")
    exact = audience == Audience.ANALYST
    k = threshold(audience, settings)
    months = reader.months if exact else reader.months.drop(columns=["n", "unlocated"])
    by_category = protect(
        reader.frame("unlocated_by_category"), audience=audience, settings=settings, counts=("n", "unlocated")
    ).frame.drop(columns="hidden")  # fmt: skip
    disagreement = reader.frame("lsoa_disagreement").iloc[0]
    everything = reader.facts(Selection(()))
    return Quality(
        loads=loads.assign(**{c: hide_small(loads[c], k=k) for c in _ROWS}),
        reasons=reader.frame("reasons"),
        refused=reader.frame("refused", {"reason": reason, "rows": rows if exact else 0}),
        months=months,
        absent=_absent(months),
        unlocated_by_category=by_category,
        read=int(loads["rows_read"].sum()),
        accepted=int(loads["rows_accepted"].sum()),
        replaced=int(loads["rows_replaced"].sum()),
        quarantined=int(loads["rows_quarantined"].sum()),
        unlocated=_one(everything.unlocated, k),
        outside=_one(everything.outside, k),
        lsoa_named=_one(disagreement["n"], k),
        lsoa_differ=_one(disagreement["differ"], k),
    )


def _one(n: int, k: int) -> int | None:
    shown = hide_small(pd.Series([n]), k=k).iloc[0]
    return None if pd.isna(shown) else int(shown)


def _absent(months: pd.DataFrame) -> pd.DataFrame:
    """Months missing between the first and the last of each source and publisher."""
    rows = []
    for (source, publisher), group in months.groupby(["source", "publisher"]):
        present, day = set(group["month"]), min(group["month"])
        while day < max(present):
            if day not in present:
                rows.append((source, publisher, day))
            day = shift_month(day, 1)
    return pd.DataFrame(rows, columns=["source", "publisher", "month"])
