"""What a person chose to see, and its one spelling in an address.

Pages and the routes of the map's data read it here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from vrp_map.errors import UserError
from vrp_map.selection import Selection, selection_from_query
from vrp_map.views.cell_links import cells_of_short, short_text
from vrp_map.vocabulary import DEFAULT_RESOLUTION, RESOLUTION_WORDS
from vrp_map.wording import period_words
from vrp_map.workspace import Workspace

T = TypeVar("T")

LAYERS = {
    "npu": "Policing units (NPU)",
    "lpa": "Policing areas (LPA)",
    "ward": "Wards",
    "none": "Council areas only",
}
# What may be drawn over the hexagons, for those who may see it in a list.
MARKS = {
    "pilots": "Pilots",
    "routes": "School routes",
    "responses": "Responses",
    "schools": "Schools",
    "ho-hex": "Home Office hexagons",
}
COLOURS = {"count": "how many", "new": "what is new"}
DEFAULT_MONTHS, DEFAULT_LAYER, DEFAULT_WHAT = 12, "npu", "violence"
# What the numbers of a map depend on.
DATA = ("category", "from", "to", "area", "source", "resolution")
# The same, and what is picked.
PLACE = (*DATA, "at")
_AT = re.compile(r"(cell|hotspot):[0-9a-f]{15}")


@dataclass(frozen=True)
class Choice:
    """Everything that the address of a page of the map says; of the map's data, the first of it.

    Args:
        what: a preset, a category slug, or several slugs with commas.
        where: area keys "type:code" with commas; empty = everywhere.
        at: what is picked: "cell:<id>", or "hotspot:<id of a cell in it>"; empty = nothing.
        colour: what the hexagons are coloured by, one of `COLOURS`.
        snap: whether snap points are drawn.
        source: supplier names with commas; empty = all. No page has a filter for it.
        marks: what is drawn over the hexagons, of `MARKS`, with commas; empty = nothing.
        chosen: hexagons chosen together, as `cell_links` writes them; empty = one place is picked.
    """

    what: str
    first: date
    last: date
    where: str = ""
    resolution: int = DEFAULT_RESOLUTION
    layer: str = DEFAULT_LAYER
    at: str = ""
    colour: str = "count"
    snap: bool = False
    source: str = ""
    marks: str = ""
    chosen: str = ""

    def selection(self, ws: Workspace) -> Selection:
        """The incidents of the choice."""
        return ws.select(
            self.what.split(","),
            first=self.first,
            last=self.last,
            areas=_parts(self.where),
            sources=_parts(self.source),
        )

    def data_query(self) -> dict[str, str]:
        """The part of the address that numbers depend on, as the map's data are asked for: `DATA`.

        What only a picture depends on is left out, so that a browser asks once for all pictures.
        """
        where, source = _parts(self.where), _parts(self.source)
        incidents = Selection((self.what,), self.first, self.last, where, source)
        return incidents.to_query() | {"resolution": str(self.resolution)}

    def place_query(self) -> dict[str, str]:
        """The part of the address that a page about what is picked is asked for with: `PLACE`."""
        return self.data_query() | ({"at": self.at} if self.at else {})

    def to_query(self) -> dict[str, str]:
        """The address; `read_choice` reads it back to an equal choice."""
        query = {
            "layer": self.layer,
            "at": self.at,
            # The usual picture goes without saying: links stay short.
            "colour": "" if self.colour == "count" else self.colour,
            "snap": "1" if self.snap else "",
            "marks": self.marks,
            "chosen": self.chosen,
        }
        return self.data_query() | {name: value for name, value in query.items() if value}


def default_choice(ws: Workspace) -> Choice:
    """What a page shows when nothing is chosen."""
    first, last = ws.period(DEFAULT_MONTHS)
    return Choice(DEFAULT_WHAT, first, last)


def choice_from_query(query: Mapping[str, str], ws: Workspace) -> tuple[Choice, list[str]]:
    """The choice of a page's address, and a plain message for each part that cannot be had.

    A part that cannot be had is shown as its default, so a bad link still opens a page. A page has
    no filter for the source, and shows every one.
    """
    asked = {name: text for name, text in query.items() if name != "source"}
    choice, mistakes = read_choice(asked, ws, usual=default_choice(ws), months=ws.months())
    return choice, [f"{mistake} The usual choice is shown instead." for mistake in mistakes]


def data_asked(query: Mapping[str, str], ws: Workspace) -> Choice:
    """The choice that an address of the map's data asks for; an open period is that of the data.

    Raises:
        UserError: the first part of it that cannot be had.
    """
    usual = Choice(DEFAULT_WHAT, ws.snapshot.first_month, ws.snapshot.last_month)
    return _strictly(query, ws, names=DATA, usual=usual)


def place_asked(query: Mapping[str, str], ws: Workspace) -> Choice:
    """The choice that an address of a page about a place asks for; an open period is that of the
    map, which ends with the last month asked for.

    Raises:
        UserError: the first part of it that cannot be had.
    """
    ends = {name: query[name] for name in ("from", "to") if query.get(name)}
    asked = selection_from_query(ends, settings=ws.settings)
    if asked.first > ws.snapshot.last_month or asked.last < ws.snapshot.first_month:
        raise outside_data(ws)
    is_open = "to" in ends and "from" not in ends
    usual = ws.period(DEFAULT_MONTHS, last=asked.last if is_open else None)
    return _strictly(query, ws, names=PLACE, usual=Choice(DEFAULT_WHAT, *usual))


def outside_data(ws: Workspace) -> UserError:
    """What to say of a period without any month of the data."""
    held = period_words(ws.snapshot.first_month, ws.snapshot.last_month)
    return UserError(f"The data is of {held}.", hint="Choose months from those.")


def _strictly(
    query: Mapping[str, str], ws: Workspace, *, names: Sequence[str], usual: Choice
) -> Choice:
    asked = {name: query[name] for name in names if name in query}
    choice, mistakes = read_choice(asked, ws, usual=usual)
    if mistakes:
        raise mistakes[0]
    return choice


def read_choice(
    query: Mapping[str, str], ws: Workspace, *, usual: Choice, months: Sequence[date] = ()
) -> tuple[Choice, list[UserError]]:
    """Read an address: the choice, and what is wrong with it; the usual part in place of a wrong
    one.

    Args:
        months: those that may be chosen; empty = any.
    """
    mistakes: list[UserError] = []

    def read(name: str, how: Callable[[str], T], otherwise: T) -> T:
        text = query.get(name, "")
        try:
            return how(text) if text else otherwise
        except UserError as mistake:
            mistakes.append(mistake)
            return otherwise

    def period(_: str) -> tuple[date, date]:
        ends = {name: query[name] for name in ("from", "to") if query.get(name)}
        asked = selection_from_query(ends, settings=ws.settings).within(usual.first, usual.last)
        known = [f"{held:%Y-%m}" for held in months]
        for end in (asked.first, asked.last) if known else ():
            _known(f"{end:%Y-%m}", known, "month with data")
        return asked.first, asked.last

    first, last = read("from" if query.get("from") else "to", period, (usual.first, usual.last))
    choice = Choice(
        what=read("category", lambda text: _what(text, ws), usual.what),
        first=first,
        last=last,
        where=read("area", lambda text: _where(text, ws), usual.where),
        resolution=read("resolution", _size, usual.resolution),
        layer=read("layer", lambda text: _known(text, list(LAYERS), "boundary layer"), usual.layer),
        at=read("at", _at, ""),
        colour=read(
            "colour",
            lambda text: _known(text, list(COLOURS), "way to colour the map by"),
            usual.colour,
        ),
        snap=read("snap", lambda text: _known(text, ["1"], "way to draw snap points"), "") == "1",
        source=read("source", lambda text: _source(text, ws), usual.source),
        marks=read("marks", _marks, usual.marks),
    )
    chosen = read("chosen", lambda text: _chosen(text, choice.resolution), "")
    return replace(choice, chosen=chosen), mistakes


def _where(text: str, ws: Workspace) -> str:
    asked = selection_from_query({"area": text}, settings=ws.settings)
    return ",".join(ws.select([DEFAULT_WHAT], areas=asked.areas).areas)


def _source(text: str, ws: Workspace) -> str:
    asked = selection_from_query({"source": text}, settings=ws.settings)
    return ",".join(ws.select([DEFAULT_WHAT], sources=asked.sources).sources)


def _what(text: str, ws: Workspace) -> str:
    slugs = selection_from_query({"category": text}, settings=ws.settings).categories
    if text in ws.settings.presets:
        return text
    return next(
        (name for name, held in ws.settings.presets.items() if set(held) == set(slugs)),
        ",".join(slugs),
    )


def _marks(text: str) -> str:
    asked = [_known(part, list(MARKS), "layer of the map") for part in _parts(text)]
    return ",".join(name for name in MARKS if name in asked)


def _chosen(text: str, resolution: int) -> str:
    cells = short_text(cells_of_short(text))
    if cells and not cells.startswith(f"{resolution}."):
        raise UserError("The link names hexagons of another size than its map.")
    return cells


def _known(text: str, known: Sequence[str], thing: str) -> str:
    if text not in known:
        raise UserError(f"There is no {thing} {text[:40]!r}.")
    return text


def _size(text: str) -> int:
    return int(_known(text, [str(resolution) for resolution in RESOLUTION_WORDS], "hexagon size"))


def _at(text: str) -> str:
    if not _AT.fullmatch(text):
        raise UserError("The link names a place that is not on the map.")
    return text


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)
