"""What each supplier's files look like.

A supplier is a TOML file in `pipelines/sources/`; there is no code for any.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.vocabulary import ALL_CATEGORIES, BRITISH_NATIONAL_GRID, WGS84, Grade
from vrp_map.warehouse.ingest.files.headers import column_of

# What the build can read from a row; each supplier names its columns for them. Nothing else is
# read.
FIELDS = (
    "id",
    "month",
    "from",
    "to",
    "publisher",
    "x",
    "y",
    "x2",
    "y2",
    "grid_ref",
    "place",
    "lsoa",
    "category",
    "offence_code",
    "setting",
    "precision",
)

BY_ROW = "by-row"
_KEYS = {
    "name",
    "title",
    "grade",
    "keep_point",
    "publication",
    "bounds",
    "no_place",
    "place_prefix",
    "attribution",
    "synthetic",
    "detect",
    "like",
    "default_category",
    "ignore",
    "format",
    "categories",
    "publisher_from_name",
    "generic_places",
    "file_names",
}


@dataclass(frozen=True)
class Format:
    """One header that a supplier's files may have: field -> column, and the CRS of
    the coordinates.
    """

    name: str
    crs: str
    columns: Mapping[str, str]
    optional: tuple[str, ...] = ()
    also_required: tuple[str, ...] = ()

    @property
    def required(self) -> list[str]:
        return [c for f, c in self.columns.items() if f not in self.optional] + list(
            self.also_required
        )

    def missing(self, header: Sequence[str]) -> list[str]:
        """The required columns that the header does not have, however it writes them."""
        return [column for column in self.required if column_of(column, header) is None]

    def matched(self, header: Sequence[str]) -> int:
        """How many of all its columns the header has."""
        return sum(
            column_of(c, header) is not None for c in [*self.columns.values(), *self.also_required]
        )

    def as_in(self, header: Sequence[str]) -> Format:
        """The same format with the columns' names as the file writes them; itself where they are
        the same.
        """
        names = {
            field: column_of(column, header) or column for field, column in self.columns.items()
        }
        return self if names == self.columns else replace(self, columns=names)


@dataclass(frozen=True)
class Supplier:
    """A kind of file: its formats, its words, and what its data can carry."""

    name: str
    title: str
    grade: str
    formats: tuple[Format, ...]
    categories: Mapping[str, str]
    bounds: tuple[float, float, float, float]
    keep_point: bool = False
    publication: str = "rows"
    no_place: tuple[str, ...] = ()
    place_prefix: str = ""
    attribution: str = ""
    synthetic: bool = False
    detect: bool = True
    default_category: str = ""
    ignore: str = ""
    publisher_from_name: str = ""
    file_names: str = ""
    generic_places: tuple[str, ...] = ()

    def format_for(self, header: Sequence[str]) -> Format | None:
        return next((f for f in self.formats if not f.missing(header)), None)

    def closest(self, header: Sequence[str]) -> Format:
        """The format that shares most columns with the header and misses fewest."""
        return max(self.formats, key=lambda f: f.matched(header) - len(f.missing(header)))


@dataclass(frozen=True)
class Suppliers:
    """Every supplier there is, and the choice between them."""

    by_name: Mapping[str, Supplier] = field(default_factory=dict)

    def named(self, name: str) -> Supplier:
        if name not in self.by_name:
            raise UserError(f"There is no source {name!r}.", hint=nearest(name, self.by_name))
        return self.by_name[name]

    def detect(self, header: Sequence[str], basename: str) -> list[tuple[Supplier, Format]]:
        """The suppliers that claim the name, or whose format explains most columns; several where
        they are alike.
        """
        claimed = [
            s for s in self.by_name.values() if s.file_names and re.search(s.file_names, basename)
        ]
        able = claimed or [s for s in self.by_name.values() if s.detect]
        found = [(s, f) for s in able for f in s.formats if not f.missing(header)]
        best = max((len(f.required) for _, f in found), default=0)
        equal: dict[str, tuple[Supplier, Format]] = {}
        for s, f in found:
            if len(f.required) == best:
                # A file that fits two formats of one supplier is of the first: it may say what the
                # second is for.
                equal.setdefault(s.name, (s, f))
        return list(equal.values())

    def closest(self, header: Sequence[str]) -> tuple[str, Format]:
        """The supplier whose format shares most columns with the header and misses fewest."""
        able = [
            (s.name, s.closest(header)) for s in self.by_name.values() if s.detect and not s.ignore
        ]
        return max(able, key=lambda pair: pair[1].matched(header) - len(pair[1].missing(header)))


def load_suppliers(folder: Path) -> Suppliers:
    """Read every `*.toml` of a folder; a mistake in one is refused, naming file and key."""
    raw = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            raw[path] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UserError(
                f"{path} is not valid TOML: {error}.", hint="Mend that line and try again."
            ) from error
    if not raw:
        raise UserError(
            f"There are no supplier files in {folder}.", hint="Check the setting sources."
        )
    named: dict[str, dict[str, Any]] = {}
    for path, table in raw.items():
        name = str(table.get("name", path.stem))
        if name in named:
            raise UserError(
                f"{path} has the name {name!r}, which another supplier file has.",
                hint="Give it a name of its own.",
            )
        named[name] = table
    return Suppliers({str(t.get("name", p.stem)): _supplier(p, t, named) for p, t in raw.items()})


def _supplier(path: Path, table: dict[str, Any], others: Mapping[str, dict[str, Any]]) -> Supplier:
    if like := table.get("like"):
        if like not in others:
            raise UserError(
                f"{path} is like {like!r}, which does not exist.", hint=nearest(like, others)
            )
        table = {
            k: others[like][k]
            for k in ("format", "categories", "generic_places")
            if k in others[like]
        } | table
    for key in table:
        if key not in _KEYS:
            raise UserError(f"{path} has the unknown key {key!r}.", hint=nearest(key, _KEYS))
    if not table.get("format"):
        raise UserError(
            f"{path} describes no format.",
            hint="Add [[format]] with crs and columns, or like = another source.",
        )
    grade = str(table.get("grade", ""))
    if grade != BY_ROW and grade not in list(Grade):
        raise UserError(f"{path}: grade is {grade!r}.", hint="It must be A, B, C, D or by-row.")
    words = dict(table.get("categories", {}))
    for slug in [*words.values(), *filter(None, [table.get("default_category")])]:
        if slug not in ALL_CATEGORIES:
            raise UserError(
                f"{path} maps to the category {slug!r}.", hint=nearest(slug, ALL_CATEGORIES)
            )
    return Supplier(
        name=str(table.get("name", path.stem)),
        title=str(table.get("title", path.stem)),
        grade=grade,
        formats=tuple(_format(path, f) for f in table.get("format", [])),
        categories=words,
        bounds=_bounds(path, table.get("bounds", [-180.0, -90.0, 180.0, 90.0])),
        keep_point=bool(table.get("keep_point", False)),
        publication=str(table.get("publication", "rows")),
        no_place=tuple(table.get("no_place", ())),
        place_prefix=str(table.get("place_prefix", "")),
        attribution=str(table.get("attribution", "")),
        synthetic=bool(table.get("synthetic", False)),
        detect=bool(table.get("detect", True)),
        default_category=str(table.get("default_category", "")),
        ignore=str(table.get("ignore", "")),
        publisher_from_name=_pattern(path, table, "publisher_from_name", groups=1),
        file_names=_pattern(path, table, "file_names", groups=0),
        generic_places=tuple(table.get("generic_places", ())),
    )


def _format(path: Path, table: dict[str, Any]) -> Format:
    columns = dict(table.get("columns", {}))
    for name in columns:
        if name not in FIELDS:
            raise UserError(f"{path} names the unknown field {name!r}.", hint=nearest(name, FIELDS))
    if (
        not ({"x", "y"} <= columns.keys() or "grid_ref" in columns)
        or not {"month", "from"} & columns.keys()
    ):
        raise UserError(
            f"{path}: a format needs x and y or grid_ref, and month or from.",
            hint="Add them to its columns.",
        )
    crs = str(table.get("crs", ""))
    if crs not in (WGS84, BRITISH_NATIONAL_GRID):
        raise UserError(
            f"{path}: the CRS is {crs!r}.", hint=f"It must be {WGS84} or {BRITISH_NATIONAL_GRID}."
        )
    return Format(
        str(table.get("name", "")),
        crs,
        columns,
        tuple(table.get("optional", ())),
        tuple(table.get("also_required", ())),
    )


def _pattern(path: Path, table: Mapping[str, Any], key: str, *, groups: int) -> str:
    text = str(table.get(key, ""))
    try:
        found = re.compile(text).groups
    except re.error as error:
        raise UserError(
            f"{path}: {key} is not a valid pattern ({error}).", hint="Mend it."
        ) from error
    if text and found != groups:
        raise UserError(
            f"{path}: {key} has {found} groups, not {groups}.",
            hint="Put brackets round the publisher only.",
        )
    return text


def _bounds(path: Path, values: Sequence[float]) -> tuple[float, float, float, float]:
    if len(values) != 4 or not (values[0] < values[2] and values[1] < values[3]):
        raise UserError(
            f"{path}: bounds must be west, south, east, north.",
            hint="Give four numbers in that order.",
        )
    west, south, east, north = (float(v) for v in values)
    return west, south, east, north
