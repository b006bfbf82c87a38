"""Modules 1 and 3 to 5: what serious violence is here, how much, where and when."""

from __future__ import annotations

from vrp_map.disclosure.thresholds import threshold
from vrp_map.needs.inquiry import Inquiry
from vrp_map.needs.modules.lacks import NO_ADMISSIONS
from vrp_map.needs.pictures import bars_picture, map_picture
from vrp_map.vocabulary import Method

_LIMBS = (
    "The maximum penalty of the offences.",
    "The impact on victims.",
    "How common it is in the area.",
    "The impact on the community.",
)


def definition(to: Inquiry) -> None:
    """1: definition and scope."""
    to.table("scope", "What this document is about")
    to.say("The law names four things to weigh when deciding which violence is serious here.")
    to.list(_LIMBS)


def how_much(to: Inquiry) -> None:
    """3: what and how much."""
    to.table("kinds", "Incidents by kind")
    to.table("rate", "Incidents per head")
    trend = to.table("trend", "Incidents by month")
    values = {row[0]: row[1] for row in trend.rows}
    said = "Incidents by month. The table beside it has the same numbers."
    to.picture(bars_picture(values), said, to.traces[-1])
    if to.sources.admissions is None:
        to.say(NO_ADMISSIONS)
    else:
        to.table("admissions", "Emergency hospital admissions for assault")
    to.say(
        "Police data hold what was reported and recorded. A force that changes how it records"
        " changes these numbers."
    )


def where(to: Inquiry) -> None:
    """4: where, and whether chance could explain it."""
    found = to.table("hotspots", "Places that stand out")
    if found.drawn is not None:
        said = (
            f"Map of {to.sources.place}: darker hexagons have more incidents, thick edges are the"
            " places that stand out. The table has the same places."
        )
        areas = to.sources.workspace.reader.current_areas
        outlines = list(areas.loc[areas["key"] == to.sources.area, "geometry"])
        step = threshold(to.sources.audience, to.sources.settings)
        to.picture(map_picture(found.drawn, outlines, step=step), said, to.traces[-1])
    to.table("method", "How concentrated it is", method=str(Method.CONCENTRATION))


def when(to: Inquiry) -> None:
    """5: when."""
    for method, caption in (
        (Method.DAY_OF_WEEK, "Days of the week"),
        (Method.HOUR_OF_WEEK, "Hours of the week"),
    ):
        to.table("method", caption, method=str(method))
    to.say("Months are in the module on how much. Term, hours after school and nights need days.")
