"""The areas that a page offers to choose from."""

from __future__ import annotations

from vrp_map.vocabulary import AREA_WORDS, AreaType
from vrp_map.workspace import Workspace

_ORDER = (AreaType.LAD, AreaType.NPU, AreaType.LPA, AreaType.WARD)


def area_names(ws: Workspace) -> dict[str, str]:
    """Key -> name of every area that may be chosen: council areas, then the others; for some people
    only their own.
    """
    mine = set(ws.principal.areas)
    names = {"": "All of my areas" if mine else f"All of {ws.settings.place}"}
    frame = ws.areas().drop(columns="geometry")
    frame = frame[frame["type"].isin([kind.value for kind in _ORDER])]
    columns = (frame[name].astype(str) for name in ("type", "code", "name"))
    keyed = [
        (f"{kind}:{code}", AreaType(kind), name) for kind, code, name in zip(*columns, strict=True)
    ]
    keyed = [area for area in keyed if not mine or area[0] in mine]
    keyed.sort(key=lambda area: (_ORDER.index(area[1]), area[2]))
    return names | {
        key: name if kind is AreaType.LAD else f"{name} ({AREA_WORDS[kind]})"
        for key, kind, name in keyed
    }
