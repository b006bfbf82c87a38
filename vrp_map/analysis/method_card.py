"""Method cards: what ran, with which numbers, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from vrp_map import wording
from vrp_map.analysis.hotspots.tables import CLUSTERED
from vrp_map.disclosure.bands import rounded_up
from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import no_incidents
from vrp_map.statistics.sensitivity import FIRM
from vrp_map.vocabulary import ALL_CATEGORIES, AreaType, Grade
from vrp_map.warehouse.reader import SelectionFacts, Snapshot

NOT_FOR_PEOPLE = "This test does not allow for how many people live or come there."


def method_card(  # noqa: PLR0913 - each is a line of the card, by keyword
    *,
    categories: Sequence[str],
    period: tuple[date, date],
    compared_with: str,
    hexagons: int,
    resolution: int,
    incidents: int | None,
    facts: SelectionFacts,
    snapshot: Snapshot,
    layers: pd.DataFrame,
    cells: Protected,
    gaps: Mapping[str, Sequence[date]],
    ran: Mapping[str, Any],
) -> dict[str, Any]:
    """Method card of a hotspot map.

    Args:
        layers: the boundary layers in force. incidents: protected.
        ran: what else ran, by name; a "mind" in it is a caveat.
    """
    more = {
        name: {k: v for k, v in v.items() if k != "mind"} if isinstance(v, dict) else v
        for name, v in ran.items()
    }
    minds = [v["mind"] for v in ran.values() if isinstance(v, dict) and "mind" in v]
    return {
        "method": (
            "Gi* (Ord and Getis 1995) on every hexagon inside the boundary, zeros included; "
            "binary weights, the hexagon and its neighbours"
        ),
        "correction": (
            "two-sided Benjamini-Hochberg q-values (where no place differs from another, at most"
            " this share of maps has any hexagon marked so strongly). The p-value of a high number"
            " is at least twice the chance of a count that high (Poisson, or negative binomial"
            " with the months' dispersion)"
        ),
        "compared with": (
            f"the average hexagon of {compared_with}, not allowing for how many people live or come"
            " there"
        ),
        "residents": (
            "hot hexagons are tested a second time, against the number of residents of the hexagon"
            " and its neighbours (same distribution of counts, q at most 0.05)"
        ),
        "border": (
            "a hexagon is never called quiet if it or one of its neighbours lies partly outside the"
            " area"
        ),
        "level": (
            "if incidents fell evenly at random, at most 10 in 100 such maps would have any hot"
            " hexagon"
        ),
        "hexagons tested": hexagons,
        "resolution": resolution,
        **more,
        "incidents": incidents,
        "categories": [ALL_CATEGORIES[c] for c in categories],
        "period": wording.period_words(*period),
        "grade": str(facts.grade),
        "sources": list(facts.sources),
        "snapshot": snapshot.id,
        "boundaries": sorted(layers["layer"]),
        "disclosure": cells.note,
        "caveats": [*gap_caveats(gaps), *minds, *caveats(facts, layers, period=period)],
    }


def count_card(  # noqa: PLR0913 - each is a line of the card, by keyword
    *,
    by: str,
    resolution: int,
    categories: Sequence[str],
    period: tuple[date, date],
    facts: SelectionFacts,
    snapshot: Snapshot,
    layers: pd.DataFrame,
    counted: Protected,
    gaps: Mapping[str, Sequence[date]],
) -> dict[str, Any]:
    """Method card of a table of counts; it names those of `layers` that the table needs."""
    used = layers[layers["type"] == by]
    return {
        "method": f"Incidents counted by {'hexagon' if by == 'cell' else by}, each once",
        **({"resolution": resolution} if by == "cell" else {}),
        "incidents": counted.total,
        "categories": [ALL_CATEGORIES[c] for c in categories],
        "period": wording.period_words(*period),
        "grade": str(facts.grade),
        "sources": list(facts.sources),
        "snapshot": snapshot.id,
        "boundaries": sorted(used["layer"]),
        "disclosure": counted.note,
        "caveats": [*gap_caveats(gaps), *data_caveats(facts), *layer_caveats(used, period=period)],
    }


def brief_layer_caveats(layers: pd.DataFrame, *, period: tuple[date, date]) -> list[str]:
    """Caveats of the layers for a screen, one short line a layer; the card has all of them."""
    found = []
    for row in layers.itertuples():
        words = ["indicative"] if row.basis == "indicative" else []
        if _had_not_begun(row, period[0]):
            words.append(f"not in force before {wording.day_words(row.valid_from)}")
        if _is_over(row.valid_to, period[1]):
            words.append(f"not in force after {wording.day_words(row.valid_to)}")
        if words:
            found.append(f"{str(row.type).upper()} boundaries are {' and '.join(words)}.")
    return found


def caveats(facts: SelectionFacts, layers: pd.DataFrame, *, period: tuple[date, date]) -> list[str]:
    """What anyone must know before using a map of hotspots."""
    residents = (
        "Residents of a hexagon are estimated by spreading each area's residents evenly over its"
        " hexagons."
    )
    return [*data_caveats(facts), *layer_caveats(layers, period=period), residents]


def data_caveats(facts: SelectionFacts) -> list[str]:
    """What the incidents themselves cannot tell."""
    found = []
    if facts.grade == Grade.D:
        found.append(
            "The publisher moved each incident to a nearby shared point (snap point) and gave only"
            " its month."
        )
    return [*found, "Incidents without a place count in the totals, but are on no map."]


def layer_caveats(layers: pd.DataFrame, *, period: tuple[date, date]) -> list[str]:
    """Which boundaries are inferred, and which were not in force in all the months shown."""
    found = []
    for row in layers.itertuples():
        if row.basis == "indicative":
            found.append(f"{row.name}: indicative. {row.basis_note}")
        if _had_not_begun(row, period[0]):
            found.append(
                f"{row.name}: not in force before {wording.day_words(row.valid_from)}, though shown"
                " for earlier months."
            )
        if _is_over(row.valid_to, period[1]):
            found.append(
                f"{row.name}: not in force after {wording.day_words(row.valid_to)}, though shown"
                " for later months."
            )
    return found


def _had_not_begun(layer: Any, first: date) -> bool:
    """Of policing areas only: everything else is counted in today's areas by custom."""
    return layer.type in (AreaType.NPU, AreaType.LPA) and pd.Timestamp(
        layer.valid_from
    ) > pd.Timestamp(first)


def _is_over(valid_to: Any, last: date) -> bool:
    return not pd.isna(valid_to) and pd.Timestamp(valid_to) < pd.Timestamp(last)


def gap_caveats(gaps: Mapping[str, Sequence[date]]) -> list[str]:
    """One sentence a supplier that has not delivered every month of the period."""
    return [
        f"{supplier[:1].upper()}{supplier[1:]} has no data for {len(months)} of these months"
        f" ({wording.period_words(months[0], months[-1])}): a low number there may only mean"
        " missing data."
        for supplier, months in gaps.items()
    ]


def summary(cells: Protected, clusters: Protected, *, least: int) -> str:
    """How many hotspots stand out; where none does, how many incidents would have.

    Args:
        least: how many incidents one hexagon with its neighbours needs to stand out
            (`gi_star.least_standing_out`).
    """
    hot = int(cells.frame["hotspot_class"].isin(CLUSTERED).sum())
    if not hot:
        return _nothing_stands_out(cells, rounded_up(least, k=cells.k))
    hexagons = "1 hexagon" if hot == 1 else f"{hot:,} hexagons"
    stand = "stands" if hot == 1 else "stand"
    first = f"{hexagons} {stand} out clearly from the average hexagon."
    places, inside = len(clusters.frame), int((cells.frame["cluster"] > 0).sum())
    if places:
        one = places == 1
        hotspots = "1 hotspot" if one else f"{places:,} hotspots"
        if inside == hot:
            stand = "stands" if one else "stand"
            first = f"{hotspots} ({hexagons}) {stand} out clearly from the average hexagon."
        else:
            first += f" {inside:,} of them form {hotspots}."
    firm = int((clusters.frame["stability"] == FIRM).sum()) if "stability" in clusters.frame else 0
    how_firm = f" {firm:,} {'is' if firm == 1 else 'are'} firm." if firm else ""
    return f"{first}{how_firm} {NOT_FOR_PEOPLE}"


def _nothing_stands_out(cells: Protected, least: int) -> str:
    if not cells.total:
        few = no_incidents(cells.k)
        return f"There are {few}, so no hexagon is tested."
    if least > cells.total:
        return (
            "There are too few incidents for any hexagon to stand out: a hexagon and its neighbours"
            f" would need {least:,} together."
        )
    return (
        "No hexagon stands out clearly. A hexagon and its neighbours with"
        f" {least:,} or more incidents together would."
    )
