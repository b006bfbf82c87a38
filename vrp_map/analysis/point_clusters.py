"""Clusters of exact points: method M11.

Places near each other (DBSCAN, HDBSCAN), or near and soon (ST-DBSCAN).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.analysis.option_values import typed_options
from vrp_map.analysis.phrases import opening
from vrp_map.analysis.question import Analysis, Question
from vrp_map.analysis.study.lattice import labels
from vrp_map.analysis.timed import incidents, metres
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.thresholds import cluster_minimum
from vrp_map.disclosure.words import TOO_FEW
from vrp_map.errors import UserError
from vrp_map.places.gazetteer import cluster_name, group_label
from vrp_map.places.naming import known_places
from vrp_map.statistics.clusters import point_clusters
from vrp_map.statistics.st_clusters import space_time_clusters
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Method

KINDS = {
    "dbscan": "DBSCAN (Ester and others 1996)",
    "hdbscan": "HDBSCAN (Campello and others 2013)",
    "st_dbscan": "ST-DBSCAN (Birant and Kut 2007), on place and day",
}
FINEST_RADIUS_M = 50.0
_EXACT = ("first_day", "last_day", "n_places")
_COLUMNS = ("cluster", "name", "lad", "npu", "cell", "n", *_EXACT)


def run(question: Question) -> Analysis:
    """Clusters of the points of the study area.

    Options: kind ("dbscan", "hdbscan" or "st_dbscan"), radius_m, min_incidents, window_days
        (ST-DBSCAN only).

    Returns:
        table: cluster, name, lad, npu, cell (resolution 9, of its busiest point), n; analysts also
        first_day, last_day, n_places (distinct points).

    Raises:
        UserError: an option that does not fit, or too fine a one for this audience.
    """
    usual = {"kind": "dbscan", "radius_m": 150.0, "min_incidents": 10, "window_days": 14.0}
    options = typed_options(question, **usual)
    if options["kind"] not in KINDS:
        raise UserError(
            f"There is no cluster method {options['kind']!r}.", hint=f"Known: {', '.join(KINDS)}."
        )
    _refuse_too_fine(question, options)
    frame = incidents(question).dropna(subset=["lon", "lat"])
    frame = frame.assign(cluster=_labels(question, frame, options) + 1)
    table = _table(question, frame)
    parameters = {
        name: value for name, value in options.items() if name not in ("kind", "window_days")
    }
    if options["kind"] == "st_dbscan":
        parameters["window_days"] = options["window_days"]
    card = question.card(
        f"Clusters of points: {KINDS[options['kind']]}, in metres (EPSG:27700)",
        table=table,
        incidents=table.total,
        **parameters,
    )
    return Analysis(Method.POINT_CLUSTERS, _sentence(question, table, options), table, card)


def _refuse_too_fine(question: Question, options: dict[str, Any]) -> None:
    """Whoever may not see small numbers could feel for them with a small radius or
    few incidents.
    """
    if question.is_exact:
        return
    fewest = cluster_minimum(question.k)
    if options["min_incidents"] < fewest or options["radius_m"] < FINEST_RADIUS_M:
        raise UserError(
            f"In the {question.audience} view a cluster needs at least {fewest} incidents and a"
            f" radius of at least {FINEST_RADIUS_M:g} m.",
            hint=f"Use min_incidents={fewest} and radius_m={FINEST_RADIUS_M:g}, or more.",
        )


def _labels(question: Question, frame: pd.DataFrame, options: dict[str, Any]) -> np.ndarray:
    (x, y), grade = metres(frame), question.facts.grade
    if options["kind"] == "st_dbscan":
        days = (
            frame["occurred_from"]
            .to_numpy(dtype="datetime64[D]")
            .astype("datetime64[s]")
            .astype(float)
            / 86_400
        )
        return space_time_clusters(
            x,
            y,
            np.where(frame["occurred_from"].isna(), np.nan, days),
            radius_m=options["radius_m"],
            window_days=options["window_days"],
            min_incidents=options["min_incidents"],
            grade=grade,
        )
    return point_clusters(
        x,
        y,
        radius_m=options["radius_m"],
        min_incidents=options["min_incidents"],
        method=options["kind"],
        grade=grade,
    )


def _table(question: Question, frame: pd.DataFrame) -> Protected:
    context = labels(question.reader, DEFAULT_RESOLUTION, known_places(question.settings))
    inside = frame[frame["cluster"] > 0]
    rows = [_cluster(int(number), group, context) for number, group in inside.groupby("cluster")]
    safe = protect(
        pd.DataFrame(rows, columns=list(_COLUMNS)),
        audience=question.audience,
        settings=question.settings,
        exact=_EXACT,
        total=len(frame),
    )
    # That a cluster is there at all says how many it has at least.
    return safe if safe.is_exact else safe.where(~safe.frame["hidden"])


def _cluster(number: int, group: pd.DataFrame, context: pd.DataFrame) -> dict[str, Any]:
    busiest = group["location_id"].value_counts(sort=False).sort_index().idxmax()
    cell10 = group.loc[group["location_id"] == busiest, "cell10"].iloc[0]
    cell = grid.parents(np.array([cell10], dtype=np.uint64), resolution=DEFAULT_RESOLUTION)
    held = np.unique(
        grid.parents(group["cell10"].to_numpy(dtype=np.uint64), resolution=DEFAULT_RESOLUTION)
    )
    found = group_label(held, context.reindex(held))
    days = group["occurred_from"]
    return {
        "cluster": number,
        "name": cluster_name(found.name, found.lad, found.npu, landmark=found.landmark),
        "lad": found.lad,
        "npu": found.npu,
        "cell": grid.to_text(cell)[0],
        "n": len(group),
        "n_places": group["location_id"].nunique(),
        "first_day": days.min().date() if days.notna().any() else None,
        "last_day": days.max().date() if days.notna().any() else None,
    }


def _sentence(question: Question, table: Protected, options: dict[str, Any]) -> str:
    begins = f"{opening(question, table)} with a place"
    found = len(table.frame)
    how = f"{options['min_incidents']} or more within {options['radius_m']:g} m of each other"
    if options["kind"] == "st_dbscan":
        how += f" and {options['window_days']:g} days"
    if options["kind"] == "hdbscan":
        how = f"{options['min_incidents']} or more, closer together than the incidents around them"
    if not found:
        return f"{begins}. They form no cluster ({how})."
    top = table.frame.iloc[0]
    n = TOO_FEW if pd.isna(top["n"]) else f"{int(top['n']):,} incidents"
    clusters = "1 cluster" if found == 1 else f"{found:,} clusters"
    return (
        f"{begins}. They form {clusters} ({how}); the largest is {top['name']}: {n}. Clusters are"
        " not tested for chance."
    )
