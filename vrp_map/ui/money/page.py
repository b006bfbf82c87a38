"""The headline, what to watch, the sums by stream or area, and the grants themselves."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from vrp_map.funding.grant import GrantRecord, GrantState, by_area
from vrp_map.funding.report import pounds
from vrp_map.funding.service import Funding, summed, watch
from vrp_map.funding.spend import TITLES, by_quarter, cells
from vrp_map.principal import Principal
from vrp_map.ui.shared.markdown import plain
from vrp_map.ui.shared.tables import stacked

_SUMS = {
    "stream": "Stream",
    "year": "Fund year",
    "area": "Area",
    "body": "Who gets it",
    "state": "State",
}
_MOST = 200


def show(funding: Funding, who: Principal, *, today: date) -> None:
    """The page."""
    grants, differing = funding.all(who), funding.differing(who)
    st.title(_headline(grants), anchor=False)
    if not grants:
        st.markdown(
            "Here you would see the grants, what to watch, and sums that do not agree. **First"
            " step:** a lead records one or adds a sheet below (or by `vrp-map funding import`)."
        )
        return
    if differing:
        st.html("<h2>Totals that differ from their lines</h2>")
        st.html("".join(f"<p class='verdict'>{html.escape(one)}</p>" for one in differing))
        st.caption("Nothing was changed: the sheet says both, and only its author knows why.")
    _watch(grants, today)
    for year, quarters in by_quarter([one.grant for one in grants], today=today).items():
        table = stacked(TITLES, [cells(one) for one in quarters], numbers=TITLES[1:])
        st.html(f"<h2>Spend of {html.escape(year)} by quarter</h2>{table}")
    by = st.selectbox("Summed by", list(_SUMS), format_func=_SUMS.__getitem__, key="money_by")
    sums = [[name, pounds(float(n))] for name, n in summed(grants, by).items()]
    st.html(
        f"<h2>By {_SUMS[by].lower()}</h2>{stacked([_SUMS[by], 'Pounds'], sums, numbers=['Pounds'])}"
    )
    if by == "area":
        st.caption("A grant of several areas goes to each by its share.")
    with st.expander(f"The {len(grants):,} grants"):
        if len(grants) > _MOST:
            st.markdown(f"The first {_MOST}. `vrp-map funding list --json` has all of them.")
        listed = sorted(grants, key=lambda one: (len(one.reference), one.reference))
        st.html(stacked(_TITLES, [_row(one) for one in listed[:_MOST]], numbers=["Pounds"]))
    if documents := sorted({one.grant.published_in for one in grants} - {""}):
        st.caption(plain(f"Published in: {'; '.join(documents)}."))


_TITLES = ("Reference", "Stream", "Fund year", "Who gets it", "For", "Areas", "Pounds", "State")


def _headline(grants: Sequence[GrantRecord]) -> str:
    if not grants:
        return "There is no grant yet"
    whole = sum((one.grant.amount for one in grants), Decimal())
    parts = []
    for state in GrantState:
        part = sum((g.grant.amount for g in grants if g.grant.state == state), Decimal())
        if part:
            parts.append(f"{pounds(float(part))} {state}")
    many = "1 grant" if len(grants) == 1 else f"{len(grants):,} grants"
    return plain(f"{pounds(float(whole))} in {many}: {', '.join(parts)}")


def _watch(grants: Sequence[GrantRecord], today: date) -> None:
    """What nobody has recorded is said once for all grants that lack it, the rest by grant."""
    said: dict[str, list[GrantRecord]] = {}
    for record in grants:
        for words in watch(record.grant, today=today):
            said.setdefault(words, []).append(record)
    if not said:
        st.html("<h2>What to watch</h2><p>Nothing is due, at risk or under its condition.</p>")
        return
    rows = [
        [words, f"{len(held):,}", pounds(float(sum(one.grant.amount for one in held))), _for(held)]
        for words, held in sorted(said.items(), key=lambda pair: -len(pair[1]))
    ]
    titles = ["What", "Grants", "Pounds", "Such as"]
    st.html(f"<h2>What to watch</h2>{stacked(titles, rows, numbers=titles[1:3])}")


def _for(held: Sequence[GrantRecord]) -> str:
    return held[0].grant.purpose + (", …" if len(held) > 1 else "")


def _row(record: GrantRecord) -> list[str]:
    grant = record.grant
    areas = ", ".join(area for area in by_area(grant) if area)
    return [
        record.reference,
        grant.stream,
        grant.year,
        grant.body,
        grant.purpose,
        areas,
        pounds(float(grant.amount)),
        str(grant.state),
    ]
