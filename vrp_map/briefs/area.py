"""What is on one page about an area: what, where, when, whether it is real, who is active, what is
not known, what to ask.

Every number is of a `Protected` table of the audience, and no other number is worked out from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vrp_map import wording
from vrp_map.analysis.results import Hotspots
from vrp_map.disclosure.protect import Protected
from vrp_map.responses.places import ResponseOutline
from vrp_map.selection import Selection
from vrp_map.vocabulary import GRADE_WORDS, AreaType, Audience
from vrp_map.workspace import Workspace

MOST_HOTSPOTS = 5


@dataclass(frozen=True)
class HotspotLine:
    """One hotspot of the page, in words.

    Attributes:
        incidents: as shown to the audience, "" where hidden. voices: of young people, or "".
    """

    name: str
    incidents: str
    sureness: str
    change: str
    voices: str


@dataclass(frozen=True)
class AreaBrief:
    """The page's contents.

    Attributes:
        headline: the area's trend, a sentence. kinds, months: label -> number as shown. drawn: the
            hexagons of the map: cell, n (missing = hidden), is_hot. outlines: of the area,
            EPSG:4326. active: what the partnership did here. unknown: what the data cannot say.
            questions: to ask in the room. method: how the numbers were made, in lines.
    """

    place: str
    what: str
    period: str
    audience: Audience
    headline: str
    summary: str
    hotspots: tuple[HotspotLine, ...]
    kinds: dict[str, str]
    months: dict[str, int | None]
    drawn: pd.DataFrame
    outlines: Sequence[Any]
    active: tuple[str, ...]
    unknown: tuple[str, ...]
    questions: tuple[str, ...]
    method: tuple[str, ...]
    is_synthetic: bool


def area_brief(
    workspace: Workspace,
    selection: Selection,
    hotspots: Hotspots,
    *,
    audience: Audience,
    active: Sequence[ResponseOutline] = (),
) -> AreaBrief:
    """The page of the areas of a selection.

    Args:
        hotspots: of the same selection and audience, with the voices beside them where there are
            any. active: where the partnership responded, as every partner may see it.
    """
    asked = workspace.question(selection, audience=audience)
    names = wording.listed(asked.area_names)
    kinds = workspace.counts(selection, by="category", audience=audience)
    lines = tuple(
        _line(row, place=names)
        for row in hotspots.clusters.frame.head(MOST_HOTSPOTS).to_dict("records")
    )
    unknown = _unknown(workspace, selection, audience=audience)
    snapshot = workspace.snapshot_for(audience)
    return AreaBrief(
        place=names,
        what=wording.what(selection.categories, workspace.settings),
        period=wording.period_words(*asked.period),
        audience=audience,
        headline=hotspots.trend.sentence,
        summary=hotspots.summary,
        hotspots=lines,
        kinds={str(r["name"]): _shown(r["n"]) for r in kinds.frame.to_dict("records")},
        months=_months(hotspots.trend.months),
        drawn=_drawn(hotspots.cells),
        outlines=list(_outlines(workspace, selection)),
        active=_active(active, asked.area_names),
        unknown=unknown,
        questions=_questions(lines, has_responses=bool(active)),
        method=(
            hotspots.cells.note,
            f"Hotspots: hexagons of about 0.1 km² that stand out from the average one (Gi*, false"
            f" discovery rate). Data: snapshot {snapshot.id}.",
            *workspace.attributions(),
        ),
        is_synthetic=snapshot.synthetic,
    )


def _line(row: dict[str, Any], *, place: str) -> HotspotLine:
    voices = str(row.get("voices") or "")
    return HotspotLine(
        # The page says already where it is.
        name=str(row["name"]).replace(f", {place}", "", 1),
        incidents=_shown(row["n"]),
        sureness=str(row["stability"] or "not checked"),
        change=str(row["emerging"] or row["trend"] or "no clear change"),
        voices=voices,
    )


def _shown(n: Any) -> str:
    return "few, or none" if pd.isna(n) else f"{int(n):,}"


def _months(months: Protected) -> dict[str, int | None]:
    frame = months.frame
    return {
        f"{month:%b %Y}": None if pd.isna(n) else int(n)
        for month, n in zip(frame["month"], frame["n"], strict=True)
    }


def _drawn(cells: Protected) -> pd.DataFrame:
    frame = cells.frame
    return pd.DataFrame(
        {"cell": frame["cell"].astype(str), "n": frame["n"], "is_hot": frame["cluster"] > 0}
    )


def _outlines(workspace: Workspace, selection: Selection) -> Sequence[Any]:
    areas = workspace.reader.current_areas
    wanted = selection.areas or tuple(areas.loc[areas["type"] == AreaType.LAD, "key"])
    return list(areas.loc[areas["key"].isin(wanted), "geometry"])


def _active(outlines: Sequence[ResponseOutline], areas: Sequence[str]) -> tuple[str, ...]:
    """What was done in these local authorities, without any number."""
    done = sorted({what for one in outlines if one.lad in areas for what in one.interventions})
    return tuple(done)


def _unknown(workspace: Workspace, selection: Selection, *, audience: Audience) -> tuple[str, ...]:
    """What the data cannot say."""
    grade = workspace.carried_by(selection, audience=audience).grade
    said = [f"The data know {GRADE_WORDS[grade]}."]
    missing = workspace.gaps(selection, audience=audience)
    said += [
        f"{source}: {wording.listed([wording.month_words(m) for m in months])} not delivered."
        for source, months in missing.items()
    ]
    said.append("Police data hold what was reported. Hospitals and young people know of more.")
    return tuple(said)


def _questions(lines: Sequence[HotspotLine], *, has_responses: bool) -> tuple[str, ...]:
    """What to ask in the room, by what is on the page."""
    asked = []
    for line in lines:
        if line.change.startswith(("growing", "hot for", "up")):
            asked.append(f"What is new {line.name}? Who would know?")
        elif line.change.startswith("stubborn"):
            asked.append(f"What keeps violence {line.name}? Which problem would have to be solved?")
        if line.sureness == "fragile":
            asked.append(
                f"Does anyone who works there know the hotspot {line.name}? It is fragile."
            )
    if any(line.voices == "not enough voices" for line in lines):
        asked.append("Young people have not been asked about all of these places. Who could?")
    if not has_responses:
        asked.append("What has the partnership done here? No response is recorded.")
    return tuple(dict.fromkeys(asked))[:MOST_HOTSPOTS]
