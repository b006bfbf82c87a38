"""A table that a phone shows as one block a row, each value with the name of its column."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence


def stacked(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Collection[str] = ()
) -> str:
    """The table as HTML.

    Args:
        numbers: the titles whose values stand to the right, under each other.
    """
    kind = dict.fromkeys(numbers, " class='n'")
    head = "".join(
        f"<th scope='col'{kind.get(title, '')}>{html.escape(title)}</th>" for title in titles
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{kind.get(title, '')} data-label='{html.escape(title)}'>"
            f"<span>{html.escape(cell)}</span></td>"
            for title, cell in zip(titles, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        "<div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
