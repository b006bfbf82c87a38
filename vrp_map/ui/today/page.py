"""Where a navigator starts: overdue first, then what is due, then what is new."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from vrp_map.principal import Principal
from vrp_map.responses.calendar import to_ics
from vrp_map.responses.clocks import DueItem, moment_words
from vrp_map.responses.service import Responses
from vrp_map.responses.store import ResponseRecord
from vrp_map.ui.shared.file_button import file_button

_NEXT = timedelta(days=7)
# So many stand open: what is new and what changed must not lie below a hundred rows.
_FIRST, _MOST = 8, 100
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
    st.html(
        "<p class='event-links'><a href='/respond'>Log a response</a>"
        " <a href='/digest'>Weekly digest</a></p>"
    )
    _table("Overdue", late)
    _table("Due in the next 7 days", soon)
    links = ", ".join(f"<a href='{_page(record)}'>{record.reference}</a>" for record in fresh[:20])
    more = f" and {len(fresh) - 20:,} more" if len(fresh) > 20 else ""
    st.html(f"<h2>New or changed since yesterday</h2><p>{links or 'Nothing.'}{more}</p>")
    if due:
        calendar = to_ics([(record.reference, item) for record, item in due], now=now)
        file_button("Due dates for your calendar", calendar, "responses.ics")
        st.caption("The calendar holds references and what is due: no place, and no words.")


def _headline(late: int, soon: int) -> str:
    if not late and not soon:
        return "Nothing is overdue, and nothing is due this week"
    if not late:
        return f"Nothing is overdue; {soon:,} due in the next 7 days"
    steps = "step is" if late == 1 else "steps are"
    return f"{late:,} {steps} overdue, {f'{soon:,}' if soon else 'none'} due in the next 7 days"


def _table(title: str, due: _Due) -> None:
    if not due:
        return
    st.html(f"<h2>{title}</h2>{_rows(due[:_FIRST])}")
    rest = due[_FIRST:_MOST]
    if not rest:
        return
    with st.expander(f"{title}: {len(due) - _FIRST:,} more"):
        more = f"<p>The first {_MOST} of {len(due):,}.</p>" if len(due) > _MOST else ""
        st.html(f"{_rows(rest)}{more}")


def _rows(due: _Due) -> str:
    rows = "".join(
        f"<tr><td data-label='Due'><span>{moment_words(item)}</span></td>"
        f"<td data-label='What'><span>{html.escape(item.words)}</span></td>"
        f"<td data-label='Whose'><span>{html.escape(item.owner)}</span></td>"
        f"<td data-label='Response'><span><a href='{_page(record)}'>{record.reference}</a>,"
        f" {html.escape(record.response.where.words)}</span></td></tr>"
        for record, item in due
    )
    titles = ("Due", "What", "Whose", "Response")
    head = "".join(f"<th scope='col'>{one}</th>" for one in titles)
    return (
        "<div class='scroll' tabindex='0'><table class='plain stack'>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _page(record: ResponseRecord) -> str:
    return f"/responses?response={record.reference}"
