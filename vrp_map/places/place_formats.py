"""How publishers write their lists of places: by which columns a list is known, which of them are
read, and which rows are places that anyone looks for. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_OS = "Contains OS data © Crown copyright and database right."
_POSTCODES = f"{_OS} Contains Royal Mail data © Royal Mail copyright and database right."
_ONS = "Source: Office for National Statistics licensed under the Open Government Licence v3.0."
_OGL = "Open Government Licence v3.0"
Row = Mapping[str, str]


@dataclass(frozen=True)
class PlaceFormat:
    """How a publisher writes its places.

    Attributes:
        needs: columns by which the format is known; each may be one of several names.
        name, town: the columns read; the first that is there.
        kind: what a row is; None = not a place that anyone looks for.
        grid: columns of easting and northing, in metres. also: columns that `kind` reads besides.
    """

    title: str
    needs: Sequence[str]
    name: Sequence[str]
    grid: Sequence[tuple[str, str]]
    kind: Callable[[Row], str | None]
    town: Sequence[str] = ()
    attribution: str = ""
    also: Sequence[str] = ()

    @property
    def columns(self) -> list[str]:
        """Every column that may be read."""
        grid = [name for pair in self.grid for name in pair]
        return list(dict.fromkeys([*self.needs, *self.name, *self.town, *grid, *self.also]))


def _always(kind: str) -> Callable[[Row], str | None]:
    return lambda row: kind


def _open_school(row: Row) -> str | None:
    return None if row["establishmentstatus (name)"].casefold() == "closed" else "school"


_BUS = ("BCT", "BCS", "BCQ", "BST", "BCE")
_STOPS = dict.fromkeys(_BUS, "bus stop") | {
    "RLY": "station",
    "RSE": "station",
    "MET": "tram stop",
    "PLT": "tram stop",
}


def _active_stop(row: Row) -> str | None:
    is_gone = row.get("status", "").casefold() in ("inactive", "del", "ina", "pen")
    return None if is_gone else _STOPS.get(row["stoptype"].upper())


_METRES = (
    ("oseast1m", "osnrth1m"),
    ("east1m", "north1m"),
    ("easting", "northing"),
    ("eastings", "northings"),
)
FORMATS = (
    PlaceFormat(
        "ONS Postcode Directory",
        ("pcds", "doterm"),
        ("pcds",),
        _METRES,
        _always("postcode"),
        attribution=f"{_ONS} {_POSTCODES}",
    ),
    PlaceFormat(
        "Get Information about Schools",
        ("urn", "establishmentname", "establishmentstatus (name)"),
        ("establishmentname",),
        _METRES,
        _open_school,
        town=("town", "locality"),
        attribution="Source: Department for Education, Get Information about Schools.",
    ),
    PlaceFormat(
        "NaPTAN",
        ("atcocode", "commonname", "stoptype"),
        ("commonname",),
        _METRES,
        _active_stop,
        town=("parentlocalityname", "localityname"),
        also=("status",),
        attribution="Source: Department for Transport, NaPTAN.",
    ),
    PlaceFormat(
        "schools",
        ("school_name",),
        ("school_name",),
        _METRES,
        _always("school"),
    ),
    PlaceFormat(
        "Code-Point Open",
        ("postcode", "easting"),
        ("postcode",),
        _METRES,
        _always("postcode"),
        attribution=_POSTCODES,
    ),
)
