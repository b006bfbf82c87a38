"""The line with the column names: found among the first lines of a file, and compared as people
write names.

Spreadsheets and R leave their marks on a header: a title above it, columns without a name,
`Crime.ID` for `Crime ID`.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vrp_map.errors import FileRefused

DELIMITERS = (",", ";", "\t", "|")
# A title, a note or two, an empty line: a header further down is none.
_HEADER_LINES = 30
_NOT_IN_A_NAME = re.compile(r"[\s._\-\u200b\ufeff]+")


@dataclass(frozen=True)
class Header:
    """Column names as they stand in the file.

    Attributes:
        line: the line they stand in, the first being 1.
        delimiter: what stands between two of them.
    """

    names: tuple[str, ...]
    line: int = 1
    delimiter: str = ","

    @property
    def named(self) -> int:
        """How many columns there are up to the last that has a name."""
        return max((n for n, name in enumerate(self.names, start=1) if name.strip()), default=0)

    @property
    def unnamed(self) -> tuple[int, ...]:
        """Where columns without a name stand; the first is not counted: R and pandas number the
        rows there.
        """
        return tuple(n for n, name in enumerate(self.names) if n and not name.strip())

    def refuse_doubled(self, file: str) -> None:
        """Refuse two columns of one name: which of them holds what was meant cannot be known."""
        doubled = sorted(
            {name for name in self.names if name.strip() and self.names.count(name) > 1}
        )
        if doubled:
            raise FileRefused(
                file,
                f"the column {doubled[0]!r} is there twice.",
                hint="Rename or remove one of the two.",
            )


def fold(name: str) -> str:
    """A column name without case, spaces, dots, underscores and hyphens.

    >>> fold("Crime.ID") == fold(" crime_id ") == fold("Crime ID")
    True
    """
    return _NOT_IN_A_NAME.sub("", name).casefold()


def column_of(name: str, names: Sequence[str]) -> str | None:
    """The column of a file that is meant by a supplier's name: the same, or the only one that
    differs in writing.
    """
    if name in names:
        return name
    alike = [other for other in names if fold(other) == fold(name)]
    return alike[0] if len(alike) == 1 else None


def lookalike(name: str, names: Iterable[str]) -> str | None:
    """A column whose name may be a mistyped `name`."""
    by_fold = {fold(other): other for other in names if other.strip()}
    close = difflib.get_close_matches(fold(name), by_fold, n=1, cutoff=0.8)
    return by_fold[close[0]] if close else None


def candidates(head: Sequence[str]) -> Iterator[Header]:
    """What each of the first lines would be as a header, with the delimiter that gives most
    columns.
    """
    for number, line in enumerate(head[:_HEADER_LINES], start=1):
        if line.strip():
            split = {mark: names for mark in DELIMITERS if (names := split_line(line, mark))}
            if split:
                mark = max(split, key=lambda m: len(split[m]))
                yield Header(tuple(split[mark]), number, mark)


def split_line(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none where its quotes go wrong."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def letter(column: int) -> str:
    """The name that a spreadsheet gives to column 0, 1, ….

    >>> letter(7), letter(26)
    ('H', 'AA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
