"""A quotation mark that is opened and not closed makes one field of all the rows behind it: found
by the file's lines.

The lines are counted by the file, not by who parses it. Where one record takes several lines, each
of them is looked at by itself: a line that is a row on its own has been swallowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from vrp_map.errors import FileRefused
from vrp_map.warehouse.ingest.files.headers import Header, split_line

_HINT = "Close or remove the quotation mark in that line, then give the file again."
_NOTHING = {"", "na", "n/a", "null", "none", "nan", "-"}
# Text may hold a line with as many commas as a row has. Three such lines are no accident.
_MOST_BY_WIDTH = 2


class Lines:
    """The lines of a file for a parser, which remembers those of the record that is
    being parsed.
    """

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self.record: list[str] = []
        self.ended_inside = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._text)
        except StopIteration:
            # A parser that has given every record asks for one line more; with a quote open it
            # still holds lines.
            self.ended_inside = bool(self.record)
            raise
        self.record.append(line)
        return line


def refuse_swallowed(  # noqa: PLR0913 - where in a file a quote stands
    file: str,
    lines: Lines,
    record: Sequence[str],
    *,
    first: int,
    header: Header,
    keys: Sequence[int],
) -> None:
    """Refuse a file in which a quotation mark has made one record of several.

    Args:
        lines: with the lines of this record. first: the number of the first of them.
        keys: where the columns stand that give time and place.
    """
    if len(lines.record) < 2:
        return
    if lines.ended_inside:
        raise _refusal(file, first, len(lines.record) - 1, "before the file ends")
    own, *others = lines.record
    like = [_is_row(line, header, keys) for line in others]
    swallowed = sum(like)
    # Where the field with the line end stands before time and place, the record's last line holds
    # them.
    if (
        swallowed
        and like[-1]
        and len(record) == len(header.names)
        and not _is_row(own, header, keys)
    ):
        swallowed -= 1
    wide = sum(line.count(header.delimiter) >= header.named - 1 for line in others[:-1])
    if swallowed or wide > _MOST_BY_WIDTH:
        raise _refusal(file, first, max(swallowed, wide), "before the next rows")


def _refusal(file: str, first: int, rows: int, where: str) -> FileRefused:
    lines = "line" if rows == 1 else "lines"
    return FileRefused(
        file,
        f"a quotation mark opened in line {first} is not closed {where}: {rows:,} {lines} would be"
        " lost.",
        hint=_HINT,
    )


def _is_row(line: str, header: Header, keys: Sequence[int]) -> bool:
    """Whether a line is a row by itself: as many columns as the header, and times and numbers where
    they belong.
    """
    line = line.rstrip("\r\n")
    for cells in (split_line(line, header.delimiter), line.split(header.delimiter)):
        if len(cells) >= header.named:
            # An unquoted comma moves what stands behind it to the right.
            moved = len(cells) - header.named
            told = [[cell.strip(" \t\"'") for cell in cells[key : key + moved + 1]] for key in keys]
            told = [some for some in told if not any(cell.lower() in _NOTHING for cell in some)]
            if told and all(any(map(_may_be_number_or_time, some)) for some in told):
                return True
    return False


def _may_be_number_or_time(cell: str) -> bool:
    return (
        len(cell) <= 40
        and any(c.isdigit() for c in cell)
        and len(re.findall(r"[^\W\d_]", cell)) <= 9
    )
