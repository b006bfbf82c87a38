"""The list of responses, and what partners see of them."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from vrp_map.principal import Principal
from vrp_map.responses.clocks import due_items
from vrp_map.responses.listing import listed
from vrp_map.responses.service import Responses
from vrp_map.responses.store import ResponseRecord
from vrp_map.ui.shared import session
from vrp_map.wording import day_words, period_of_days

LOG = "<p class='event-links'><a href='/respond'>Log a response</a></p>"
_FIRST, _MOST = 20, 200


def headline(responses: Responses, known: Sequence[ResponseRecord]) -> None:
    """How many are open, and the way to log one."""
    open_now = sum(record.response.is_open for record in known)
    said = "There is no response yet" if not known else f"{open_now:,} responses are open"
    st.title("1 response is open" if open_now == 1 else said, anchor=False)
    st.html(LOG)


def listing(responses: Responses, known: Sequence[ResponseRecord]) -> None:
    """The responses that the filters leave, each with a link to its own page."""
    if not known:
        st.markdown(
            "Here you would see what the partnership did after each incident. **First step:** log a"
            " response, or import a sheet with `vrp-map responses import FILE`."
        )
        return
    st.html("<h2>Responses, the latest incident first</h2>")
    found = _filtered(responses, known)
    if not found:
        st.markdown("No response fits. Choose another local authority, or clear the words.")
    _table(responses, found[:_FIRST])
    rest = found[_FIRST:_MOST]
    if not rest:
        return
    with st.expander(f"{len(found) - _FIRST:,} more"):
        if len(found) > _MOST:
            st.caption(
                f"The latest {_MOST} of {len(found):,}."
                " `vrp-map responses export` writes all of them."
            )
        _table(responses, rest)


def _filtered(responses: Responses, known: Sequence[ResponseRecord]) -> list[ResponseRecord]:
    names = responses.places.lad_names
    with st.container(horizontal=True):
        state = st.selectbox("State", ["All", "Open"], key="resp_state")
        lad = st.selectbox(
            "Local authority",
            ["", *names],
            key="resp_lad",
            format_func=lambda code: names.get(code, "All"),
        )
        text = st.text_input(
            "Reference, place or kind", key="resp_text", max_chars=60, icon=":material/search:"
        )
    return listed(known, responses.catalogue, is_open=state == "Open", lad=lad, text=text)


def _table(responses: Responses, found: Sequence[ResponseRecord]) -> None:
    if not found:
        return
    now = responses.local(session.now())
    titles = ("Response", "What", "When", "Where", "Tier", "Next")
    head = "".join(f"<th scope='col'>{title}</th>" for title in titles)
    rows = "".join(_row(responses, record, now) for record in found)
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(responses: Responses, record: ResponseRecord, now: object) -> str:
    said, lists = record.response, responses.catalogue
    due = due_items(said, lists)
    late = bool(due) and due[0].is_overdue(now)  # type: ignore[arg-type]
    upcoming = f"{due[0].words}{' (overdue)' if late else ''}" if due else "nothing"
    values = {
        "What": html.escape(lists.words("categories", said.what)),
        "When": html.escape(period_of_days(said.when.first, said.when.last)),
        "Where": html.escape(said.where.words),
        "Tier": html.escape(lists.words("tiers", said.tier) or "not said"),
        "Next": html.escape(upcoming if said.is_open else "closed"),
    }
    link = f"<a href='/responses?response={record.reference}'>{record.reference}</a>"
    cells = {"Response": link, **values}
    return (
        "<tr>"
        + "".join(f'<td data-label="{name}"><span>{v}</span></td>' for name, v in cells.items())
        + "</tr>"
    )


def for_partners(responses: Responses, who: Principal) -> None:
    """Where the partnership responded: large hexagons, no words, no day, no number."""
    st.title("Where the partnership responded", anchor=False)
    seen = responses.outlines(who)
    if not seen:
        st.markdown("There is no response yet.")
        return
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(responses.places.name_of(one.cell))}</th>"
        f"<td>{html.escape(', '.join(one.kinds))}</td>"
        f"<td>{html.escape(', '.join(one.interventions) or 'not said')}</td></tr>"
        for one in seen
    )
    head = "<th scope='col'>Around</th><th scope='col'>What</th><th scope='col'>What we did</th>"
    st.html(
        "<div class='scroll' tabindex='0'><table class='plain'><thead><tr>"
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    st.caption(
        "Each hexagon of about 0.7 km² stands once, however many responses it had. Made up to"
        f" {day_words(responses.local(session.now()).date())}."
    )
