"""The Safeguarding page: what to do first, the lane with its clocks, one case with its log."""

from __future__ import annotations

import html
from datetime import datetime
from uuid import UUID

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.principal import Principal
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event
from vrp_map.summit.moderation import safeguarding
from vrp_map.summit.moderation.safeguarding import Case, CaseRow
from vrp_map.summit.moderation.safeguarding_store import Entry, LogLine
from vrp_map.ui.moderation import parts
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain
from vrp_map.wording import waited

_CLOCK = "30s"
_ENTRIES = {
    Entry.SEEN: "read it for the first time",
    Entry.NOTE: "noted",
    Entry.CLOSED: "closed the case",
    Entry.REOPENED: "opened the case again",
}


def what_to_do() -> None:
    """What comes before anything on this page."""
    st.html(
        "<div class='first'><p><strong>If someone is in danger now, call 999.</strong> Then follow "
        "your own safeguarding procedure.</p><p>This page sends nothing to anyone. It shows a text,"
        " the time and your log. It records everyone who opens a text.</p></div>"
    )


@st.fragment(run_every=_CLOCK)
def lane(records: Records, event: Event) -> None:
    """The cases, without their words; the clocks move by themselves."""
    with session.plain_errors():
        now = session.now()
        cases = safeguarding.lane(session.principal(), records, event, now=now)
        waiting = [case for case in cases if not case.is_closed]
        closed = [case for case in cases if case.is_closed]
        st.html(f"<h2>{_many(len(waiting), 'open case')}</h2>")
        if not waiting:
            st.markdown(
                "Nothing is waiting." if not closed else "Nothing is waiting. Every case is closed."
            )
        for number, row in enumerate(waiting, 1):
            _row(row, f"Case {number}", now)
        if closed:
            with st.expander(_many(len(closed), "closed case")):
                for number, row in enumerate(closed, 1):
                    _row(row, f"Closed case {number}", now)


def _row(row: CaseRow, name: str, now: datetime) -> None:
    clock = "" if row.is_closed else f": waiting {waited(row.lifted_at, now)}"
    unread = "" if row.entries else "Nobody has read it yet. "
    with st.container(border=True, key=f"case-{row.key}"):
        st.html(
            f"<p><strong>{name}{clock}.</strong> {unread}Received"
            f" {parts.received(row.received_at)}. {html.escape(row.lifted_by)} moved it here.</p>"
        )
        if st.button(f"Read {name.lower()}", key=f"safe_read_{row.key}"):
            st.session_state["safe_at"] = str(row.key)
            # Read out by a screen reader, the words would be heard by whoever is near.
            st.session_state["safe_said"] = f"{name} is open, above the list."
            st.rerun()


def case(who: Principal, records: Records, event: Event) -> None:
    """The case that was opened, if any; drawing it is a look at it, and is noted."""
    at = st.session_state.get("safe_at")
    parts.tell(st.session_state.pop("safe_said", ""))
    if at is None:
        return
    try:
        found = safeguarding.open_case(who, records, event, UUID(at), now=session.now())
    except UserError as gone:
        st.session_state.pop("safe_at")
        st.warning(plain(gone))
        return
    with st.container(border=True, key="open-case"):
        _case(records, event, found)


def _case(records: Records, event: Event, found: Case) -> None:
    now, row = session.now(), found.row
    clock = "Closed" if row.is_closed else f"Waiting {waited(row.lifted_at, now)}"
    st.html(
        f"<h2>{clock}</h2><p class='under'>In the lane since {parts.clock(row.lifted_at)}. Received"
        f" {parts.received(row.received_at)}.</p><blockquote"
        f" class='said'>{html.escape(found.words)}</blockquote><h3>Log</h3><ol"
        f" class='texts'>{''.join(f'<li>{_line(line)}</li>' for line in found.log)}</ol>"
    )
    with st.form("safe_note", clear_on_submit=True, border=False):
        said = st.text_area(
            "What was done, by whom, and what comes next",
            max_chars=safeguarding.MOST_NOTE,
            height=100,
        )
        st.html(
            "<p class='note'>Use a few words. Do not copy the text. Name your own case record.</p>"
        )
        if st.form_submit_button("Add to the log", type="primary"):
            _do(safeguarding.write_note, records, event, row.key, said, done="Noted.")
    with st.container(horizontal=True):
        if row.is_closed:
            if st.button("Open this case again", key="safe_reopen"):
                _do(
                    safeguarding.reopen_case,
                    records,
                    event,
                    row.key,
                    done="The case is open again.",
                )
        else:
            if st.button("Close this case", key="safe_close"):
                _do(safeguarding.close_case, records, event, row.key, done="The case is closed.")
            if st.button("No disclosure: back to the moderators", key="safe_back"):
                _do(
                    safeguarding.put_back,
                    records,
                    event,
                    row.key,
                    done="It is back in the moderators' queue.",
                )
        if st.button("Hide the text", key="safe_away"):
            st.session_state.pop("safe_at")
            st.rerun()


def _do(act, records: Records, event: Event, key: UUID, *more: str, done: str) -> None:  # type: ignore[no-untyped-def]
    """Do it, say so, and draw the page anew; or say why not, and keep what was typed."""
    try:
        act(session.principal(), records, event, key, *more, now=session.now())
    except UserError as mistake:
        st.warning(plain(mistake))
        return
    if act is safeguarding.put_back:
        st.session_state.pop("safe_at", None)
    st.session_state["safe_said"] = done
    st.rerun()


def _line(line: LogLine) -> str:
    said = f": {html.escape(line.note)}" if line.note else ""
    return f"{parts.clock(line.happened_at)}: {html.escape(line.who)} {_ENTRIES[line.entry]}{said}"


def two_people(who: Principal, records: Records, event: Event) -> None:
    """How many people a moderator's approval needs, for this event."""
    st.html("<h2>Who must agree</h2>")

    def change() -> None:
        wanted = bool(st.session_state["safe_two"])
        try:
            safeguarding.set_two_people(
                session.principal(), records, event, wanted=wanted, now=session.now()
            )
            st.session_state["safe_said"] = (
                "Two people must agree." if wanted else "One person is enough."
            )
        except UserError as mistake:
            st.session_state["safe_said"] = str(mistake)

    st.session_state["safe_two"] = safeguarding.two_people(who, records, event)
    st.toggle(
        "Two different people must agree before a text is approved or redacted",
        key="safe_two",
        on_change=change,
    )
    st.html(
        "<p class='note'>Until there are accounts, everyone at this computer counts as one person."
        " With this on, nobody can approve texts here.</p>"
    )


def _many(n: int, what: str) -> str:
    return f"1 {what}" if n == 1 else f"{n:,} {what}s"
