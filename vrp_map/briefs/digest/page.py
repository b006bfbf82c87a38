"""The digest as one HTML file: no script, nothing from elsewhere, every word escaped."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

from vrp_map.briefs.digest.digest import Digest, DigestLine, DigestSection

_PAGE = Path(__file__).with_name("page.html")


def as_html(digest: Digest, *, address: str = "", tools: str = "") -> str:
    """The page.

    Args:
        address: of the server, such as http://localhost:8501, or "/" on a page of the server
            itself; "" = lines are no links. tools: HTML above the page, for the screen.
    """
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        tools=tools,
        title=html.escape(f"{digest.place}: {digest.headline}"),
        partnership=html.escape(digest.partnership),
        headline=html.escape(digest.headline),
        about=html.escape(digest.about),
        banner='<p class="banner"><strong>Made-up data.</strong> Nothing here happened.</p>\n'
        if digest.is_synthetic
        else "",
        sections="\n".join(_section(one, address) for one in digest.sections),
        note=html.escape(digest.note),
    )


def _section(one: DigestSection, address: str) -> str:
    lines = [_line(line, address) for line in one.lines]
    lines += [f"And {one.more:,} more."] if one.more else []
    items = "".join(f"<li>{line}</li>" for line in lines)
    body = f"<ul>{items}</ul>" if items else f"<p>{html.escape(one.nothing)}</p>"
    return f"<section><h2>{html.escape(one.title)}</h2>{body}</section>"


def _line(line: DigestLine, address: str) -> str:
    words = html.escape(line.words)
    if not (line.link and address):
        return words
    return f"<a href='{html.escape(address.rstrip('/') + line.link)}'>{words}</a>"
