"""The panel beside the map: the figures of what is picked, or the area's and three places to look
at.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from vrp_map.analysis.results import AreaTrend, CellFigures
from vrp_map.disclosure.protect import Protected
from vrp_map.errors import UserError
from vrp_map.selection import Selection, shift_month
from vrp_map.summit.voice_gap import beside as voice_beside
from vrp_map.ui.hotspots import several
from vrp_map.ui.pilots import osara
from vrp_map.ui.responses import here as responses_here
from vrp_map.ui.shared import charts, filters, session, words
from vrp_map.ui.shared.figures import figures, heading
from vrp_map.ui.shared.markdown import plain
from vrp_map.views import hotspots as views
from vrp_map.views.choice import Choice
from vrp_map.views.hotspots import HotspotView
from vrp_map.wording import class_in_words
from vrp_map.workspace import Workspace

_WORTH_A_LOOK = 3
_CHART_MONTHS = 36


def show(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    """Draw the panel."""
    with st.container(key="panel"):
        if several.is_on():
            several.panel(view, choice)
            return
        kind, _, cell = choice.at.partition(":")
        cluster = _cluster_of(view, cell) if kind == "hotspot" else None
        if cluster is not None:
            _hotspot(ws, view, choice, cluster)
        elif cell:
            _hexagon(ws, view, choice, cell)
        else:
            _area(ws, view, choice)


def _cluster_of(view: HotspotView, cell: str) -> pd.Series | None:
    frame = view.hotspots.cells.frame
    number = frame.loc[frame["cell"] == cell, "cluster"]
    clusters = view.hotspots.clusters.frame
    found = (
        clusters[clusters["cluster"] == number.iloc[0]]
        if len(number) and number.iloc[0]
        else clusters.iloc[:0]
    )
    return found.iloc[0] if len(found) else None


def _area(ws: Workspace, view: HotspotView, choice: Choice) -> None:
    trend = view.hotspots.trend
    where = filters.where_words(ws, choice)
    heading(where, f"{words.category(choice.what)} · {words.period(choice.first, choice.last)}")
    cells = view.hotspots.cells
    week = f"/digest?{urlencode({'area': choice.where})}"
    _links(_brief(choice), (week, "Weekly digest", "what is new or late"))
    figures([("Incidents on the map", words.number(cells.total)), ("Change", _trend_words(trend))])
    st.html(f"<h3>Hotspots</h3><p class='verdict'>{html.escape(view.hotspots.summary)}</p>")
    _chart(_months(ws, choice), where, choice)
    worth = view.worth_a_look.head(_WORTH_A_LOOK)
    if worth.empty:
        return
    st.html("<h3>Look here first</h3>")
    for place in worth.to_dict("records"):
        st.button(
            f"{plain(_capital(place['name']))}: {words.number(place['n'])}{_why(place['why'])}",
            key=f"look-{place['at_cell']}",
            on_click=filters.pick,
            args=(f"hotspot:{place['at_cell']}",),
            width="stretch",
        )


def _hotspot(ws: Workspace, view: HotspotView, choice: Choice, cluster: pd.Series) -> None:
    size = int(cluster["cells"])
    heading(
        _capital(cluster["name"]),
        f"Hotspot of {size:,} hexagon{'s' if size > 1 else ''} · {cluster['lad']}",
    )
    _links(_brief(choice))
    _row_figures(cluster, view)
    _known(cluster, view)
    _answer("What changed?", cluster["changed"])
    cells = view.hotspots.cells.frame
    members = tuple(cells.loc[cells["cluster"] == cluster["cluster"], "cell"].astype(str))
    found, longer = (
        _cell(ws, members, chosen) for chosen in (choice.selection(ws), _longer(ws, choice))
    )
    _chart(longer.months, "This hotspot", choice)
    _chart(longer.lad_months, str(cluster["lad"]), choice)
    _mix(found.categories.frame)
    responses_here.show(members)
    osara.beside(members, str(cluster["emerging"]) if "emerging" in cluster else "")
    st.button("Choose its hexagons", key="choose_its", on_click=several.begin, args=(members,))
    _close()


def _hexagon(ws: Workspace, view: HotspotView, choice: Choice, cell: str) -> None:
    frame = view.hotspots.cells.frame
    row = frame[frame["cell"] == cell]
    if row.empty:
        heading(
            "Too few to show here",
            "This hexagon has too few incidents for this choice to show, or none.",
        )
        _close()
        return
    try:
        found, longer = (
            _cell(ws, cell, chosen) for chosen in (choice.selection(ws), _longer(ws, choice))
        )
    except UserError as problem:
        heading("This place cannot be shown", str(problem))
        _close()
        return
    place = " · ".join(
        str(part) for part in (found.lad, _unit(found.npu)) if part and not pd.isna(part)
    )
    heading(_capital(found.name), place)
    _links(_brief(choice))
    _row_figures(row.iloc[0], view)
    _known(row.iloc[0], view)
    _chart(longer.months, "This hexagon", choice)
    if found.lad:
        _chart(longer.lad_months, found.lad, choice)
    _mix(found.categories.frame)
    responses_here.show([cell])
    _close()


def _brief(choice: Choice) -> tuple[str, str, str]:
    """The link to the page on paper about what is picked: address, name, what it is."""
    return f"/brief?{urlencode(choice.place_query())}", "Brief", "one page to print"


def _links(*links: tuple[str, str, str]) -> None:
    lines = (
        f"<a href='{html.escape(address)}'>{name}</a>: {what}" for address, name, what in links
    )
    st.html(f"<p class='event-links'>{'<br>'.join(lines)}</p>")


def _trend_words(trend: AreaTrend) -> str:
    if trend.comparison:
        return words.change(trend.comparison.change)
    return words.change(None) if trend.reaches_back else "no earlier period to compare with"


def _cell(ws: Workspace, cell: str | tuple[str, ...], selection: Selection) -> CellFigures:
    key = ("cell", cell, selection, views.AUDIENCE)
    return views.remember(ws, key, lambda: ws.cell(cell, selection, audience=views.AUDIENCE))


def _months(ws: Workspace, choice: Choice, *, area: str = "") -> Protected:
    selection = _longer(ws, choice, area=area)
    key = ("months", selection, views.AUDIENCE)
    return views.remember(
        ws, key, lambda: ws.counts(selection, by="month", audience=views.AUDIENCE)
    )


def _longer(ws: Workspace, choice: Choice, *, area: str = "") -> Selection:
    """The selection reaching back three years: a chart of the chosen months alone could not show
    what is usual.
    """
    first = max(
        min(choice.first, shift_month(choice.last, 1 - _CHART_MONTHS)), ws.snapshot.first_month
    )
    selection = replace(choice.selection(ws), first=first)
    return (
        replace(selection, areas=ws.select(selection.categories, areas=(area,)).areas)
        if area
        else selection
    )


def _chart(months: Protected, of: str, choice: Choice) -> None:
    charts.monthly(
        months,
        title=f"{of}, each month",
        look=session.appearance(),
        chosen=(choice.first, choice.last),
    )


def _row_figures(row: pd.Series, view: HotspotView) -> None:
    earlier = view.hotspots.trend.reaches_back
    before = [
        ("Earlier period", words.number(row["n_previous"])),
        ("Change", words.change(row["change"])),
    ]
    figures(
        [
            ("Incidents", words.number(row["n"])),
            *(before if earlier else [("Change", "no earlier period to compare with")]),
            ("Per 1,000 residents", words.rate(row["rate"])),
            ("Share of the incidents on this map", words.share(row["share"])),
            ("The test says", class_in_words(str(row["hotspot_class"]))),
        ]
    )


def _mix(frame: pd.DataFrame) -> None:
    if len(frame) < 2:
        return
    items = "".join(
        f"<div><dt>{html.escape(str(n))}</dt><dd>{words.number(v)}</dd></div>"
        for n, v in zip(frame["name"], frame["n"], strict=True)
    )
    st.html(f"<h3>What happens here</h3><dl class='figures'>{items}</dl>")


def _known(row: pd.Series, view: HotspotView) -> None:
    """Draw what the tests say of a hexagon or a hotspot, each under its question."""
    _answer("Real, or chance?", row["real_or_luck"])
    if row["for_residents"]:
        _answer("High for the number of residents?", words.for_residents(row["for_residents"]))
    if row["stability"]:
        _answer("Firm, or fragile?", view.hotspots.firm_or_fragile(row["stability"]))
    if row["emerging"]:
        _answer("New, or stubborn?", _capital(row["emerging"]) + ".")
    _answer("Young people's voice", _voices(str(row["voices"])))
    if row["stand_in"]:
        _answer("Did it happen here?", row["stand_in"])


def _why(why: str) -> str:
    return f" · {why}" if why else ""


def _voices(many: str) -> str:
    """How many feel unsafe here, in a sentence; few voices are never a quiet place."""
    if many == voice_beside.NOT_OPEN:
        return "We cannot read the voices of events at the moment."
    if many == voice_beside.NOT_ENOUGH:
        return "Too few voices to say how people feel here. That does not mean it feels safe."
    return f"{_capital(many)} people at events feel unsafe around here. See Youth voice."


def _answer(question: str, sentence: Any) -> None:
    st.html(f"<h3>{html.escape(question)}</h3><p class='verdict'>{html.escape(str(sentence))}</p>")


def _close() -> None:
    st.button("Back to the whole area", key="close", on_click=filters.pick, args=("",))


def _capital(name: Any) -> str:
    text = str(name)
    return text[:1].upper() + text[1:]


def _unit(npu: Any) -> str:
    return "" if not npu or pd.isna(npu) else f"{npu} NPU"
