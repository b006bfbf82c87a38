"""What is new on the map: the classes of the emerging hot spots in a few groups, each with a colour
and a pattern.

Seventeen classes are too many to tell apart on a map; the full class stays in the tooltip and in
the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vrp_map.disclosure.protect import Protected
from vrp_map.disclosure.words import FEW_OR_NONE
from vrp_map.maps.classes import DARK, Palette
from vrp_map.maps.layers import Hatch
from vrp_map.maps.rows import is_hatched, tooltip_name

NO_PATTERN = "No pattern"
_MOST_NAMES = 3


@dataclass(frozen=True)
class ClassGroup:
    """Emerging classes that are drawn alike.

    Args:
        light, dark: its colour by day and by night.
        pattern: drawn over the colour, so that the colour is not the only cue; None = plain.
        css: the same pattern in a legend.
        classes: how the words of the classes in it begin ("past: hot in 9 of 12 months, …").
    """

    name: str
    light: str
    dark: str
    pattern: Hatch | None
    css: str
    classes: tuple[str, ...]

    def colour(self, palette: Palette) -> str:
        return self.dark if palette.name == DARK.name else self.light


def _lines(angle: int) -> str:
    return f"repeating-linear-gradient({angle}deg,#0b0c0c 0 1px,transparent 1px 5px)"


_DOTS = "radial-gradient(#0b0c0c 1.2px,transparent 1.4px) 0 0/5px 5px"
GROUPS = (
    ClassGroup(
        "new",
        "#d55e00",
        "#d55e00",
        Hatch("dots"),
        _DOTS,
        ("new:", "hot for "),
    ),
    ClassGroup(
        "growing",
        "#f0a800",
        "#f5c242",
        Hatch(angle=45),
        _lines(135),
        ("growing:",),
    ),
    ClassGroup("stubborn", "#5b1a6e", "#8f63c9", None, "", ("stubborn:",)),
    ClassGroup(
        "on and off",
        "#d98cb3",
        "#c9709c",
        Hatch(angle=90),
        _lines(90),
        ("on and off:",),
    ),
    ClassGroup(
        "fading or past",
        "#4a9fd4",
        "#7fd0f0",
        Hatch(angle=135),
        _lines(45),
        ("fading:", "past:"),
    ),
)
NO_GROUP = ClassGroup("no hotspot pattern", "#dcdfe0", "#39424a", None, "", ())


def has_emerging(cells: Protected) -> bool:
    """Whether the cells were classed at all: short data has no steps to compare."""
    return "emerging" in cells.frame and bool(cells.frame["emerging"].fillna("").ne("").any())


def emerging_group(words: pd.Series) -> pd.Series:
    """The group of each class: 1 to 5 as in `GROUPS`, 0 for no pattern, quieter than chance, or not
    classed.
    """
    return (
        words.fillna("")
        .map({word: _group_of(str(word)) for word in words.fillna("").unique()})
        .astype(int)
    )


def _group_of(words: str) -> int:
    return next((i for i, group in enumerate(GROUPS, 1) if words.startswith(group.classes)), 0)


def emerging_rows(cells: Protected) -> list[dict[str, Any]]:
    """The cells for the browser, by what is new: h cell, t its name, g group (absent = 0), e the
    class in words, n the count.
    """
    frame = _with_group(cells)[is_drawn_by_group(cells)]
    columns = (frame[column] for column in ("cell", "name", "g", "emerging", "n"))
    rows = []
    for cell, name, g, e, n in zip(*columns, strict=True):
        said = f"{e[:1].upper()}{e[1:]}" if isinstance(e, str) and e else NO_PATTERN
        many = FEW_OR_NONE if pd.isna(n) else f"{n:,}"
        row = {"h": str(cell), "t": tooltip_name(name), "e": said, "n": many}
        rows.append(row | {"g": int(g)} if g else row)
    return rows


def is_drawn_by_group(cells: Protected) -> pd.Series:
    """Which hexagons a map by what is new draws: those with a pattern or any incident. A hexagon
    may be hot by its neighbours alone.
    """
    frame = _with_group(cells)
    return (frame["g"] > 0) | is_hatched(cells) | (frame["n"].fillna(0) > 0)


def _with_group(cells: Protected) -> pd.DataFrame:
    return cells.frame.assign(g=emerging_group(cells.frame["emerging"]))


def emerging_sentence(cells: Protected) -> str:
    """What is new and what is growing, with the names of the places; names come in the order of the
    ranked list.
    """
    group = emerging_group(cells.frame["emerging"])
    new, growing = (cells.frame.loc[group == i, "name"].dropna() for i in (1, 2))
    if new.empty and growing.empty:
        return "No hexagon here is clearly new, and none is clearly growing."
    first = f"Newly hot: {_places(new)}." if len(new) else "No hexagon here is clearly new."
    return f"{first} Hot nearly always and growing: {_places(growing)}." if len(growing) else first


def _places(names: pd.Series) -> str:
    """ "3 hexagons, around Fox Street, High Street"."""
    known = list(dict.fromkeys(str(name).removeprefix("near ") for name in names))
    more = " and others" if len(known) > _MOST_NAMES else ""
    many = "1 hexagon" if len(names) == 1 else f"{len(names):,} hexagons"
    return f"{many}, around {', '.join(known[:_MOST_NAMES])}{more}"


def group_counts(cells: Protected) -> list[int]:
    """How many cells that are drawn each group has; last, those of none."""
    drawn = _with_group(cells)[is_drawn_by_group(cells)]
    many = np.bincount(drawn["g"], minlength=len(GROUPS) + 1).tolist()
    return [*many[1:], many[0]]
