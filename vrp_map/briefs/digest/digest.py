"""What stands in a digest: frozen types, and the same words as plain text. Pure."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date

from vrp_map.wording import day_words

# Of a section: eight full sections fill one sheet of A4.
MOST_LINES = 6
_WIDE = 78


@dataclass(frozen=True)
class DigestLine:
    """One line.

    Attributes:
        link: the page that says more, a path of this server; "" = none.
    """

    words: str
    link: str = ""


@dataclass(frozen=True)
class DigestSection:
    """A title with its lines.

    Attributes:
        nothing: what stands there without any line. more: lines that were left out.
    """

    title: str
    lines: tuple[DigestLine, ...]
    nothing: str
    more: int = 0


@dataclass(frozen=True)
class Digest:
    """One digest.

    Attributes:
        place: the area in words. roles: for whom, in words. since: what is called new is from this
            day on. made: the day it is of. note: how its numbers are protected.
    """

    partnership: str
    place: str
    roles: str
    since: date
    made: date
    headline: str
    sections: tuple[DigestSection, ...]
    note: str
    is_synthetic: bool

    @property
    def about(self) -> str:
        """For whom it is, and since when."""
        return (
            f"For: {self.roles}. Area: {self.place}. New since {day_words(self.since)}, as of"
            f" {day_words(self.made)}."
        )


def section(title: str, lines: list[DigestLine], *, nothing: str) -> DigestSection:
    """A section with as many lines as fit; the rest is counted."""
    kept = tuple(lines[:MOST_LINES])
    return DigestSection(title, kept, nothing, more=len(lines) - len(kept))


def as_text(digest: Digest) -> str:
    """The digest as plain text, 78 letters wide."""
    parts = [
        digest.headline,
        digest.about,
        *(["Made-up data: nothing here happened."] if digest.is_synthetic else []),
    ]
    blocks = ["\n".join(_wrapped(part)) for part in parts]
    for one in digest.sections:
        lines = [_bullet(line.words) for line in one.lines] or [one.nothing]
        more = [f"And {one.more:,} more."] if one.more else []
        blocks.append("\n".join([one.title.upper(), *lines, *more]))
    blocks.append("\n".join(_wrapped(digest.note)))
    return "\n\n".join(blocks) + "\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDE, break_long_words=False, break_on_hyphens=False)


def _bullet(words: str) -> str:
    return textwrap.fill(
        words,
        _WIDE,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
