"""What money may follow beside incidents and residents: who lives there, firm hotspots, harm, and
what young people said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from vrp_map.analysis import harm_weights
from vrp_map.errors import UserError
from vrp_map.funding.need.voices import unsafe_by_area
from vrp_map.residents.places import lsoas_of, people_by_group
from vrp_map.residents.tables import AGES, DECILES, DEPRIVATION, KIND_WORDS, loaded_people
from vrp_map.selection import Selection
from vrp_map.summit.service import Summit
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import DEFAULT_RESOLUTION, AreaType, Audience
from vrp_map.wording import listed
from vrp_map.workspace import Workspace

_YOUNG = 24
_MOST_DEPRIVED = DECILES[:2]


def more_values(
    workspace: Workspace,
    selection: Selection,
    source: str,
    *,
    audience: Audience,
    summit: Callable[[], Summit] | None = None,
) -> Mapping[str, float]:
    """The values of a source by the code of the local authority.

    Args:
        source: "young", "deprived", "hotspots", "harm" or "voices". summit: what gives the voices.

    Raises:
        UserError: a table is not loaded or does not say it, a number is hidden, the offences are
            not known, or the young people of an area were not heard.
    """
    if source == "voices":
        return _voices(workspace, summit)
    if source == "harm":
        return _harm(workspace, selection, audience)
    if source == "hotspots":
        return _in_hotspots(workspace, selection, audience)
    kind, is_in = (AGES, _is_young) if source == "young" else (DEPRIVATION, _is_deprived)
    return _residents(workspace, kind, is_in)


def _residents(workspace: Workspace, kind: str, is_in: Callable[[str], bool]) -> dict[str, float]:
    """Residents of the groups that a test takes, to the whole person."""
    table = loaded_people(workspace.settings.needs).get(kind)
    if table is None:
        raise UserError(
            f"No table of {KIND_WORDS[kind]} is loaded.",
            hint="Load one with vrp-map needs load, or leave the factor out.",
        )
    wanted = [i for i, group in enumerate(table.groups) if is_in(group)]
    areas = workspace.reader.current_areas
    lads = areas[areas["type"] == AreaType.LAD]
    found = {}
    for key, code in zip(lads["key"], lads["code"], strict=True):
        people, _ = people_by_group(lsoas_of(workspace.reader, [key]), table)
        found[str(code)] = float(round(sum(row[i] for row in people.values() for i in wanted)))
    return found


def _voices(workspace: Workspace, summit: Callable[[], Summit] | None) -> dict[str, float]:
    """People at events who feel unsafe. An area whose young people were not heard is not one that
    feels safe: then there is no such factor.
    """
    said = unsafe_by_area(workspace, summit) if summit else {}
    names = _names(workspace)
    silent = [name for name in names.values() if not said.get(name)]
    if silent:
        raise UserError(
            f"Too few young people of {listed(silent)} were heard to share money out by it.",
            hint="Hold an event there first, or leave the factor out.",
        )
    return {code: float(said[name]) for code, name in names.items()}


def _harm(workspace: Workspace, selection: Selection, audience: Audience) -> dict[str, float]:
    """Incidents times the official weights of their offences, of the offences that may be shown."""
    found = {}
    for code in _names(workspace):
        own = replace(selection, areas=(f"{AreaType.LAD}:{code}",))
        table = harm_weights.run(workspace.question(own, audience=audience)).table.frame
        found[code] = float(table["harm"].sum())
    return found


def _names(workspace: Workspace) -> dict[str, str]:
    """Code of each local authority -> its name."""
    areas = workspace.reader.current_areas
    lads = areas[areas["type"] == AreaType.LAD]
    return dict(zip(lads["code"].astype(str), lads["name"].astype(str), strict=True))


def _is_deprived(group: str) -> bool:
    return group in _MOST_DEPRIVED


def _is_young(group: str) -> bool:
    """Whether a group of ages ends at 24 or before.

    Raises:
        UserError: it holds people of both sides.
    """
    bounds = [int(n) for n in re.findall(r"\d+", group)]
    if bounds and bounds[0] <= _YOUNG and ("over" in group or bounds[-1] > _YOUNG):
        raise UserError(
            f"The table of ages counts {group!r} together, so nobody knows who is under 25.",
            hint="Load a table with a border between 24 and 25 years.",
        )
    return bool(bounds) and bounds[-1] <= _YOUNG


def _in_hotspots(
    workspace: Workspace, selection: Selection, audience: Audience
) -> dict[str, float]:
    """Incidents in firm hotspots, as shown; one across a border counts where most of it is."""
    if audience is views.AUDIENCE:
        view = views.hotspot_view(workspace, selection, resolution=DEFAULT_RESOLUTION)
        clusters = view.hotspots.clusters.frame
    else:
        clusters = workspace.hotspots(selection, audience=audience).clusters.frame
    firm = clusters[clusters["stability"] == "firm"]
    if firm["n"].isna().any():
        raise UserError(
            "A number of incidents in a hotspot is hidden from this audience.",
            hint="Choose a longer period or more kinds, or leave the factor out.",
        )
    sums = firm.groupby("lad")["n"].sum()
    return {code: float(sums.get(name, 0)) for code, name in _names(workspace).items()}
