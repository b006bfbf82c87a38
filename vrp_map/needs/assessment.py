"""What a needs assessment holds: modules of paragraphs, tables and pictures, and where every number
in them comes from. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

PARAGRAPH, BULLET, TABLE, PICTURE = "paragraph", "bullet", "table", "picture"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class NeedsTrace:
    """Where numbers come from: the query, what it was asked, and what it answered.

    Attributes:
        id: "3.1" = the first query of module 3. query: of `queries.QUERIES`. choice: what it was
            asked, by name. snapshot: the data. protection: what was done to the numbers. header,
            rows, sentence: the answer, as its audience may see it.
    """

    id: str
    what: str
    query: str
    choice: tuple[tuple[str, str], ...]
    audience: str
    snapshot: str
    protection: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sentence: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """Its line in the list of sources: id, what, query, data, protection."""
        choice = "; ".join(f"{name} {value}" for name, value in self.choice)
        return self.id, self.what, f"{self.query} ({choice})", self.snapshot, self.protection

    @property
    def text(self) -> str:
        """Everything that it holds, as one text."""
        cells = [*self.header, *(cell for row in self.rows for cell in row)]
        chosen = [value for pair in self.choice for value in pair]
        return " ".join([*cells, self.sentence, *chosen, self.what, self.protection])


@dataclass(frozen=True)
class NeedsBlock:
    """One part of a module.

    Attributes:
        kind: of the four above. text: of a paragraph or bullet; the caption of a table; what a
            screen reader says of a picture. image: PNG, base64. source: the trace of its numbers.

    Raises:
        ValueError: it has a number and no source.
    """

    kind: str
    text: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    image: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not self.source and numbers_in(" ".join(self.words)):
            raise ValueError(f"A number has no source: {self.text[:40]!r}.")

    @property
    def words(self) -> list[str]:
        """Its texts: what it says, its header and its cells."""
        return [self.text, *self.header, *(cell for row in self.rows for cell in row)]


@dataclass(frozen=True)
class NeedsModule:
    """One module: what was made from the data, and the place for people's own words.

    Attributes:
        prompt: what people are asked to write. words: what they wrote, by paragraph.
        made: the day. snapshot: the data it was made from.
    """

    number: int
    title: str
    prompt: str
    made: date
    snapshot: str
    blocks: tuple[NeedsBlock, ...] = ()
    traces: tuple[NeedsTrace, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class NeedsAssessment:
    """The document about one local authority, for one audience.

    Attributes:
        area: the key of the local authority. place: its name.
    """

    area: str
    place: str
    partnership: str
    audience: str
    is_synthetic: bool
    modules: tuple[NeedsModule, ...]

    @property
    def title(self) -> str:
        return f"Serious violence needs assessment: {self.place}"

    @property
    def traces(self) -> tuple[NeedsTrace, ...]:
        """Where every number of the document comes from, in the order of the modules."""
        return tuple(trace for module in self.modules for trace in module.traces)

    def refreshed(self, newer: Iterable[NeedsModule]) -> NeedsAssessment:
        """The same document with some modules made again; people's words stay."""
        made = {module.number: module for module in newer}
        words = {module.number: module.words for module in self.modules}
        kept = {module.number: module for module in self.modules}
        merged = kept | {n: replace(m, words=m.words or words.get(n, ())) for n, m in made.items()}
        return replace(self, modules=tuple(merged[n] for n in sorted(merged)))

    def with_words(self, words: dict[int, tuple[str, ...]]) -> NeedsAssessment:
        """The same document with these words of people, by module."""
        modules = (replace(m, words=words.get(m.number, m.words)) for m in self.modules)
        return replace(self, modules=tuple(modules))


def numbers_in(text: str) -> list[str]:
    """The numbers that a text names.

    >>> numbers_in("Up 5.2% to 1,204 (95% in 3)")
    ['5.2', '1,204', '95', '3']
    """
    return _NUMBER.findall(text)
