"""What lies where in a Word file of a needs assessment: what was made from the data, by the
bookmarks round it, and what people wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import nsmap, qn
from lxml import etree

from vrp_map.common.plain_text import plain_text
from vrp_map.needs.assessment import NeedsAssessment, NeedsBlock, NeedsModule
from vrp_map.needs.stored import from_text
from vrp_map.wording import day_words

SOURCES = 0
_SOURCE_HEADER = ("Source", "What", "Query", "Data", "Protection")


@dataclass(frozen=True)
class MadeRegion:
    """What lies between two bookmarks: the marks, the parts of the body, and where they begin."""

    start: Any
    end: Any
    children: list[Any]
    at: int


def region_of(file: Any, number: int) -> MadeRegion | None:
    """The region of a module; Word may have moved the marks into the paragraphs beside them."""
    body = file.element.body
    start = next(iter(found_in(body, f".//w:bookmarkStart[@w:name='made_{number}']")), None)
    if start is None:
        return None
    id = start.get(qn("w:id"))
    end = next(iter(found_in(body, f".//w:bookmarkEnd[@w:id='{id}']")), None)
    if end is None:
        return None
    children = list(body)
    first, last = (children.index(_top(mark, body)) for mark in (start, end))
    begin = first + 1 if start.getparent() is body else first
    # A mark behind any text holds the paragraph, one before all text does not.
    holds = end.getparent() is not body and found_in(end, "preceding-sibling::w:r")
    inside = children[begin : last + 1 if holds else last]
    at = first if start.getparent() is body else begin
    return MadeRegion(start, end, inside, at)


def _top(element: Any, body: Any) -> Any:
    """The part of the body that an element lies in."""
    while element.getparent() is not body:
        element = element.getparent()
    return element


def chapters(file: Any, body: list[Any]) -> list[tuple[int, int, int]]:
    """Module, the position of its heading, and of the next one's, in their order."""
    begins: list[tuple[int, int]] = []
    for mark in found_in(file.element.body, ".//w:bookmarkStart[starts-with(@w:name, 'made_')]"):
        number = mark.get(qn("w:name")).removeprefix("made_")
        at = body.index(_top(mark, file.element.body))
        if number.isdigit():
            begins.append((int(number), _heading_before(body, at, begins[-1][1] if begins else 0)))
    ends = [at for _, at in begins[1:]] + [len(body)]
    return [(n, at, end) for (n, at), end in zip(begins, ends, strict=True)]


def _heading_before(body: list[Any], at: int, least: int) -> int:
    """The position of the last heading before a place; the place where there is none."""
    for place in range(at, least, -1):
        style = found_in(body[place], "./w:pPr/w:pStyle/@w:val")
        if style and style[0] in ("Heading1", "Heading 1"):
            return place
    return at


@dataclass(frozen=True)
class MadeParts:
    """What a file held as it was made: whatever else it holds people wrote."""

    paragraphs: frozenset[str]
    tables: frozenset[tuple[tuple[str, ...], ...]]
    prompts: frozenset[str]

    @classmethod
    def of(cls, stored: str) -> MadeParts:
        """Those of a stored document."""
        document = from_text(stored, name="The file")
        paragraphs, tables = {""}, {source_rows(document)}
        for module in document.modules:
            paragraphs.add(made_on(module))
            for block in module.blocks:
                paragraphs.add(block_text(block))
                tables.add((block.header, *block.rows))
        prompts = frozenset(module.prompt for module in document.modules)
        return cls(frozenset(paragraphs), frozenset(tables), prompts)

    def holds(self, child: Any) -> bool:
        """Whether a part of the body is as it was made."""
        if child.tag == qn("w:tbl"):
            return tuple(tuple(row) for row in cells_of(child)) in self.tables
        return child.tag != qn("w:sdt") and text_of(child) in self.paragraphs


def found_in(element: Any, path: str) -> list[Any]:
    """What an XPath finds; marks in the body are elements of a plain kind, which know no prefix."""
    return list(etree.XPath(path, namespaces=nsmap)(element))


def cells_of(table: Any) -> list[list[str]]:
    return [
        [text_of(cell) for cell in found_in(row, "./w:tc")] for row in found_in(table, "./w:tr")
    ]


def text_of(element: Any) -> str:
    """The words of a part of the body on one line, without what was deleted with changes
    tracked.
    """
    texts = found_in(element, ".//w:t")
    return " ".join("".join(one.text or "" for one in texts).split())


def lines_of(child: Any) -> list[str]:
    """The words of a part of the body: a line a paragraph, or a row of a table."""
    if child.tag == qn("w:tbl"):
        rows = [" | ".join(row) for row in cells_of(child)]
        return [row for row in rows if row.replace("|", "").strip()]
    if child.tag == qn("w:sdt"):
        return [line for inner in found_in(child, "./w:sdtContent/*") for line in lines_of(inner)]
    return [text] if (text := plain_text(text_of(child))) else []


def block_text(block: NeedsBlock) -> str:
    """What a paragraph says, with its source."""
    return f"{block.text} [{block.source}]" if block.source else block.text


def made_on(module: NeedsModule) -> str:
    return f"Made on {day_words(module.made)} from snapshot {module.snapshot}."


def source_rows(document: NeedsAssessment) -> tuple[tuple[str, ...], ...]:
    """The list of sources, its header first."""
    return (_SOURCE_HEADER, *(trace.cells for trace in document.traces))
