"""Where a navigator starts: overdue first, then what is due, then what is new."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from vrp_map.principal import Principal
from vrp_map.responses.calendar import to_ics
from vrp_map.responses.clocks import DueItem
from vrp_map.responses.service import Responses
from vrp_map.responses.store import ResponseRecord
from vrp_map.wording import day_words

_NEXT = timedelta(days=7)
_DAY = timedelta(days=1)
_Due = Sequence[tuple[ResponseRecord, DueItem]]


def show(responses: Responses, who: Principal, *, now: datetime) -> None:
    """The page."""
    local = responses.local(now)
    known = responses.all(who)
    due = responses.due_among(known)
    late = [one for one in due if one[1].is_overdue(local)]
    soon = [one for one in due if local <= one[1].at < local + _NEXT]
    fresh = [record for record in known if record.written_at > now - _DAY]
    st.title(_headline(len(late), len(soon)), anchor=False)
    st.html("<p class='event-links'><a href='/respond'>Log a response</a></p>")
    _table(responses, "Overdue", late)
    _table(responses, "Due in the next 7 days", soon)
    links = ", ".join(f"<a href='{_page(record)}'>{record.reference}</a>" for record in fresh[:20])
    more = f" and {len(fresh) - 20:,} more" if len(fresh) > 20 else ""
    st.html(f"<h2>New or changed since yesterday</h2><p>{links or 'Nothing.'}{more}</p>")
    if due:
        calendar = to_ics([(record.reference, item) for record, item in due], now=now)
        st.download_button(
            "Due dates for your calendar", calendar, "responses.ics", "text/calendar"
        )
        st.caption("The calendar holds references and what is due: no place, and no words.")


def _headline(late: int, soon: int) -> str:
    if not late and not soon:
        return "Nothing is overdue, and nothing is due this week"
    if not late:
        return f"Nothing is overdue; {soon:,} due in the next 7 days"
    steps = "step is" if late == 1 else "steps are"
    return f"{late:,} {steps} overdue, {soon:,} due in the next 7 days"


def _table(responses: Responses, title: str, due: _Due) -> None:
    if not due:
        return
    rows = "".join(
        f"<tr><td data-label='Due'><span>{day_words(item.at.date())}, {item.at:%H:%M}</span></td>"
        f"<td data-label='What'><span>{html.escape(item.words)}</span></td>"
        f"<td data-label='Whose'><span>{html.escape(item.owner)}</span></td>"
        f"<td data-label='Response'><span><a href='{_page(record)}'>{record.reference}</a>,"
        f" {html.escape(record.response.where.words)}</span></td></tr>"
        for record, item in due[:100]
    )
    titles = ("Due", "What", "Whose", "Response")
    head = "".join(f"<th scope='col'>{one}</th>" for one in titles)
    more = f"<p>The first 100 of {len(due):,}.</p>" if len(due) > 100 else ""
    st.html(
        f"<h2>{title}</h2><div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{more}"
    )


def _page(record: ResponseRecord) -> str:
    return f"/responses?response={record.reference}"
