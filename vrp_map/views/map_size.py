"""How large the maps of the staff pages are, in pixels."""

from __future__ import annotations

from typing import NamedTuple


class MapSize(NamedTuple):
    """Width and height; the width only about, to choose a map's first view."""

    width: int
    height: int


# On a phone no higher than what else must be seen with it.
_WIDE, _NARROW = MapSize(820, 600), MapSize(358, 440)


def is_phones(user_agent: str) -> bool:
    """Whether a browser that says it is this is a phone's."""
    return "Mobi" in user_agent


def map_size_of(user_agent: str) -> MapSize:
    """The size for a browser that says it is this."""
    return _NARROW if is_phones(user_agent) else _WIDE
