"""Finding the area somebody means, by name or code, and the cells of a study area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from vrp_map import grid
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.vocabulary import AreaType

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


_ORDER = {str(kind): i for i, kind in enumerate(AreaType)}


def area_keys(words: Iterable[str], areas: pd.DataFrame) -> tuple[str, ...]:
    """Keys "type:code" of areas given as key, code, name, or "type:name".

    A name that several types share means the broadest of them.

    Args:
        areas: type, code, name, key; those in force now.
    """
    return tuple(_key(word.strip(), areas) for word in words if word.strip())


def _key(word: str, areas: pd.DataFrame) -> str:
    # Pages ask by key, many times a second.
    if (areas["key"] == word).any():
        return word
    kind, _, rest = word.partition(":")
    among, name = (areas[areas["type"] == kind], rest) if rest and kind in _ORDER else (areas, word)
    wanted = name.casefold()
    found = among[
        (among["code"].str.casefold() == wanted) | (among["name"].str.casefold() == wanted)
    ]
    if found.empty:
        raise UserError(
            f"There is no area {word!r} in the boundary layers.",
            hint=nearest(name, set(among["name"])),
        )
    broadest = found.assign(order=found["type"].map(_ORDER)).sort_values("order")
    same = broadest[broadest["type"] == broadest["type"].iloc[0]]
    if len(same) > 1:
        codes = ", ".join(sorted(same["code"]))
        raise UserError(
            f"Several areas are called {name!r}.", hint=f"Give the code of one: {codes}."
        )
    return str(same["key"].iloc[0])


def study_area(keys: tuple[str, ...], areas: pd.DataFrame) -> tuple[str, ...]:
    """The areas a test is about: those chosen, or everything in the broadest layer."""
    if keys or areas.empty:
        return keys
    broadest = min(areas["type"], key=lambda kind: _ORDER[kind])
    return tuple(sorted(areas.loc[areas["type"] == broadest, "key"]))


def study_cells(keys: tuple[str, ...], areas: gpd.GeoDataFrame, *, resolution: int) -> np.ndarray:
    """Sorted cells whose centre lies in any of the areas."""
    return grid.lattice(areas.loc[areas["key"].isin(keys)].geometry, resolution=resolution)


def area_names(keys: Iterable[str], areas: pd.DataFrame) -> list[str]:
    named = areas.set_index("key")["name"]
    return [str(named[key]) for key in keys]
