"""What people look for beside the names of incidents' points: streets, stations and parks of the
base map, and the schools and stops of the lists that the operator added. Never a postcode.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from vrp_map import grid
from vrp_map.config import Settings
from vrp_map.places.basemap.base_map import usable_streets
from vrp_map.places.place_lists import added_places
from vrp_map.places.search import KIND_WORDS

_FINEST = 10
_TOWNS = ("town", "village")
_WIDE = (*_TOWNS, "road number")


def searchable_places(settings: Settings) -> pd.DataFrame:
    """The places of the base map and of the lists.

    Returns:
        name, kind (a value of `KIND_WORDS` or ""), is_generic (False), lon, lat, cell10, and
        is_wide: it is a town, a part of one or a whole road, near which much lies.
    """
    streets, lists = usable_streets(settings), added_places(settings)
    frames = [lists[lists["kind"] != "postcode"][["kind", "name", "lon", "lat"]]]
    if streets is not None:
        names = streets.names()
        frames.append(names.loc[names["rank"] == 0, ["kind", "name", "lon", "lat"]])
    found = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    kind = found["kind"].map(KIND_WORDS).fillna("")
    name = found["name"].astype(str)
    # Base maps write "Coventry" at its station.
    says = np.array([k in n.casefold() for k, n in zip(kind, name, strict=True)], dtype=bool)
    named = name.where(says | (kind != "station"), name + " Station")
    named = named.where(says | (kind != "stop"), name + " (stop)")
    cells = grid.cells_at(found["lon"], found["lat"], resolution=_FINEST)
    return pd.DataFrame(
        {
            "name": named,
            "kind": kind,
            "is_generic": np.zeros(len(found), dtype=bool),
            "lon": found["lon"].astype(float),
            "lat": found["lat"].astype(float),
            "cell10": cells,
            "is_wide": found["kind"].isin(_WIDE).to_numpy(bool),
        }
    )


def known_towns(settings: Settings) -> pd.DataFrame:
    """Towns and parts of towns of the base map: name, lon, lat."""
    streets = usable_streets(settings)
    if streets is None:
        return pd.DataFrame({"name": [], "lon": [], "lat": []})
    names = streets.names()
    return names.loc[names["kind"].isin(_TOWNS), ["name", "lon", "lat"]]


def search_version(settings: Settings) -> str:
    """Another word once the base map or a list is another."""
    streets = usable_streets(settings)
    lists = [(f.name, f.stat().st_mtime_ns) for f in sorted(settings.places.glob("*.parquet"))]
    return f"{streets.version if streets else ''} {lists}"
