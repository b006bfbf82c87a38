"""A needs assessment as one HTML file that opens offline: no script, nothing from elsewhere. Every
word is escaped. And the words of people out of such a file.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from string import Template

from vrp_map.common.plain_text import plain_text
from vrp_map.needs.assessment import (
    BULLET,
    PICTURE,
    TABLE,
    NeedsAssessment,
    NeedsBlock,
    NeedsModule,
    NeedsTrace,
)
from vrp_map.needs.stored import to_text
from vrp_map.wording import day_words

_PAGE = Path(__file__).with_name("needs_page.html")
_ENDS = {"p", "li", "br", "div", "tr", "h2", "h3"}


def to_html(document: NeedsAssessment) -> str:
    """The page."""
    page = Template(_PAGE.read_text(encoding="utf-8"))
    banner = "<p class='banner'><strong>Made-up data.</strong> Nothing here happened.</p>"
    return page.substitute(
        title=html.escape(document.title),
        partnership=html.escape(document.partnership),
        audience=html.escape(document.audience),
        banner=banner if document.is_synthetic else "",
        contents="".join(_entry(module) for module in document.modules),
        modules="\n".join(_module(module) for module in document.modules),
        sources="".join(_source(trace) for trace in document.traces),
        # As text of a script element, no letter can end it.
        stored=to_text(document).replace("<", "\\u003c"),
    )


def _entry(module: NeedsModule) -> str:
    return f"<li><a href='#module-{module.number}'>{html.escape(module.title)}</a></li>"


def _module(module: NeedsModule) -> str:
    words = "".join(f"<p>{html.escape(line)}</p>" for line in module.words)
    made = f"Made on {day_words(module.made)} from snapshot {module.snapshot}."
    return (
        f"<section id='module-{module.number}' aria-labelledby='title-{module.number}'>"
        f"<h2 id='title-{module.number}'>{module.number}. {html.escape(module.title)}</h2>"
        f"<div data-made='{module.number}'>{_blocks(module.blocks)}"
        f"<p class='small'>{html.escape(made)}</p></div>"
        f"<h3 id='words-{module.number}'>In our words</h3>"
        f"<p class='prompt'>{html.escape(module.prompt)}</p>"
        f"<div class='slot' data-slot='{module.number}'>{words}</div></section>"
    )


def _blocks(blocks: Iterable[NeedsBlock]) -> str:
    parts = []
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        drawn = [_block(block) for block in group]
        parts.append(f"<ul>{''.join(drawn)}</ul>" if kind == BULLET else "".join(drawn))
    return "".join(parts)


def _block(block: NeedsBlock) -> str:
    said, source = html.escape(block.text), _reference(block.source)
    if block.kind == BULLET:
        return f"<li>{said}{source}</li>"
    if block.kind == PICTURE:
        return f"<p><img alt='{said}' src='data:image/png;base64,{html.escape(block.image)}'></p>"
    if block.kind == TABLE:
        return _table(block, f"{said}{source}")
    return f"<p>{said}{source}</p>"


def _table(block: NeedsBlock, caption: str) -> str:
    heads = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in block.header)
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(row[0])}</th>"
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in block.rows
    )
    return (
        f"<div class='scroll' tabindex='0' role='group' aria-label='{html.escape(block.text)}'>"
        f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _reference(source: str) -> str:
    return f" <a class='source' href='#source-{source}'>[{source}]</a>" if source else ""


def _source(trace: NeedsTrace) -> str:
    tds = "".join(f"<td>{html.escape(cell)}</td>" for cell in trace.cells[1:])
    return f"<tr id='source-{trace.id}'><th scope='row'>{trace.id}</th>{tds}</tr>"


class _Parts(HTMLParser):
    """The stored document of a page, and what people wrote into its slots."""

    def __init__(self) -> None:
        super().__init__()
        self.stored, self.slots = "", dict[int, list[str]]()
        self._is_stored, self._slot, self._depth, self._line = False, 0, 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self._is_stored = given.get("id") == "assessment"
        elif self._slot:
            self._depth += tag == "div"
            self._end_line(tag)
        elif (slot := given.get("data-slot") or "").isdigit():
            self._slot, self._depth = int(slot), 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._is_stored = False
        elif self._slot:
            self._end_line(tag)
            self._depth -= tag == "div"
            if not self._depth:
                self._slot = 0

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.stored += data if self._is_stored else ""
        elif self._slot:
            self._line += data

    def _end_line(self, tag: str) -> None:
        line = plain_text(" ".join(self._line.split()))
        if tag in _ENDS:
            self._line = ""
            if line:
                self.slots.setdefault(self._slot, []).append(line)


def parts_of_html(text: str) -> tuple[str, dict[int, tuple[str, ...]]]:
    """The stored document of a page as text, and people's words in it by module."""
    parts = _Parts()
    parts.feed(text)
    return parts.stored, {number: tuple(lines) for number, lines in parts.slots.items()}
