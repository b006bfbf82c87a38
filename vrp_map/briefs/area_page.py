"""The area brief as one HTML file that opens offline and prints on A4: no script, nothing from
elsewhere. Every word is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Template

from vrp_map.briefs.brief import AreaBrief
from vrp_map.briefs.drawn_map import drawn_map
from vrp_map.wording import day_words

_PAGE = Path(__file__).with_name("area_page.html")
_BAR_W, _BAR_H = 300.0, 70.0
_MOST_KINDS = 5


def area_page(brief: AreaBrief, *, partnership: str, step: int, made: date, tools: str = "") -> str:
    """The page.

    Args:
        step: distance of two neighbouring shown numbers (k of the small-number rule). tools: HTML
            for the screen alone, above the page; a file has none.
    """
    said = f"Map of {brief.place}: {brief.headline}"
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        tools=tools,
        title=html.escape(f"{brief.place}: {brief.what}, {brief.period}"),
        partnership=html.escape(partnership),
        what=html.escape(brief.what),
        period=html.escape(brief.period),
        audience=html.escape(str(brief.audience)),
        headline=html.escape(brief.headline),
        banner='<p class="banner"><strong>Made-up data.</strong> Nothing here happened.</p>'
        if brief.is_synthetic
        else "",
        map=drawn_map(brief.drawn, brief.outlines, step=step, said=said)
        or "<p>No hexagon of this area has a number to show.</p>",
        kinds=_kinds(brief.kinds),
        months=_bars(brief.months),
        real="".join(f"<p>{html.escape(one)}</p>" for one in brief.real),
        hotspots=_hotspots(brief),
        questions=_list(brief.questions) or "<p>Nothing stands out to ask about.</p>",
        active=_list(brief.active) or "<p>No response and no pilot is recorded here.</p>",
        voices="".join(f"<p>{html.escape(one)}</p>" for one in brief.voices),
        unknown=_list(brief.unknown),
        method=html.escape(" ".join(brief.method)),
        made=day_words(made),
    )


def _list(lines: Sequence[str]) -> str:
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _kinds(values: Mapping[str, str]) -> str:
    """The most frequent kinds with their numbers, and how many other kinds there are."""
    order = sorted(values, key=lambda name: -_size(values[name]))[:_MOST_KINDS]
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(name)}</th>"
        f"<td class='n'>{html.escape(values[name])}</td></tr>"
        for name in order
    )
    heads = "<tr><th scope='col'>Kind</th><th scope='col'>Incidents</th></tr>"
    rest = len(values) - len(order)
    more = f"<p class='small'>And {rest} other kinds, each with fewer.</p>" if rest else ""
    return f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>{more}"


def _size(words: str) -> int:
    digits = words.replace(",", "")
    return int(digits) if digits.isdigit() else 0


def _hotspots(brief: AreaBrief) -> str:
    if not brief.hotspots:
        return ""
    voices = any(line.voices for line in brief.hotspots)
    heads = ["Hotspot", "Incidents", "Sureness", "Change"]
    heads += ["Young people who feel unsafe"] if voices else []
    head = "".join(f"<th scope='col'>{name}</th>" for name in heads)
    rows = []
    for line in brief.hotspots:
        cells = [line.incidents, line.sureness, line.change, *([line.voices] if voices else [])]
        tds = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        rows.append(f"<tr><th scope='row'>{html.escape(line.name)}</th>{tds}</tr>")
    return (
        "<div class='scroll' tabindex='0' role='group' aria-label='Hotspots'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _bars(months: Mapping[str, int | None]) -> str:
    """Incidents by month as bars from 0; the same numbers as words for who cannot see them."""
    known = [n for n in months.values() if n is not None]
    if not known or not max(known):
        return "<p>No month has a number to show.</p>"
    width = _BAR_W / len(months)
    bars = []
    for number, (name, n) in enumerate(months.items()):
        high = 0.0 if n is None else _BAR_H * n / max(known)
        said = f"{name}: {'few, or none' if n is None else f'{n:,}'}"
        bars.append(
            f'<rect x="{number * width + 1:.1f}" y="{_BAR_H - high:.1f}" width="{width - 2:.1f}"'
            f' height="{high:.1f}" fill="#505a5f"><title>{html.escape(said)}</title></rect>'
        )
    names = list(months)
    spoken = "; ".join(f"{name} {'few' if n is None else n}" for name, n in months.items())
    return (
        f'<svg viewBox="0 0 {_BAR_W:.0f} {_BAR_H + 14:.0f}" role="img"'
        f' aria-label="Incidents by month: {html.escape(spoken)}">'
        f"{''.join(bars)}"
        f'<text x="0" y="{_BAR_H + 12:.0f}" font-size="11">{html.escape(names[0])}</text>'
        f'<text x="{_BAR_W:.0f}" y="{_BAR_H + 12:.0f}" font-size="11" text-anchor="end">'
        f"{html.escape(names[-1])}</text></svg>"
        f"<p class='small'>Highest month: {max(known):,} incidents.</p>"
    )
