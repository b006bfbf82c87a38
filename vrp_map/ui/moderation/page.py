"""The Moderation page: single texts by key, unflagged ones as a list, and undo."""

from __future__ import annotations

import html
import time
from collections.abc import Callable

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.records.engine.database import Records
from vrp_map.summit.event_store import Event
from vrp_map.summit.moderation import service as moderation
from vrp_map.summit.moderation.service import Decision, Queue, WaitingText
from vrp_map.ui.moderation import parts
from vrp_map.ui.shared import session

MOST_LISTED = 20
# A key pressed sooner after a text has come up was meant for the one before.
TOO_QUICK_S = 0.25
LIST_TOO_QUICK_S = 1.0
_UNDO_MINUTES = int(moderation.UNDO.total_seconds() // 60)
_KEYS = {
    "approve": "A",
    "redact": "E",
    "reject": "X",
    "safeguard": "S",
    "undo": "U",
    "next": "N",
    "previous": "P",
    "list": "B",
}
_KEYS_SAID = (
    "Keys: A approve, E redact to the words in the box, X reject, S safeguarding lane, U undo, N "
    "next, P previous, B show all without a flag, B again to approve them. Keys do nothing while"
    " you type in a box. Tab leaves the box. Every key is also a button."
)
_DONE = {
    Decision.APPROVE: "Approved.",
    Decision.REJECT: (
        f"Rejected. It is deleted for good in {_UNDO_MINUTES} minutes. Until then, you can undo."
    ),
    Decision.SAFEGUARD: "Moved to the safeguarding lane. Tell your safeguarding lead now.",
    Decision.REDACT: f"Redacted. The other words are deleted for good in {_UNDO_MINUTES} minutes.",
}
_SECOND = " It counts when a second person agrees."
_OTHER = (
    "A colleague has already dealt with that text, or its writer deleted it. Nothing was changed."
)


@st.fragment
def desk(records: Records, event: Event) -> None:
    """The queue of an event; only this part of the page is drawn anew after a key."""
    with session.plain_errors():
        queue = moderation.queue(session.principal(), records, event, now=session.now())
        text = _current(queue)
        parts.tell(st.session_state.pop("mod_said", ""), _read_out(queue, text))
        _progress(queue)
        if text is None:
            _empty(queue)
            _button("Undo", "undo", _undo, records, event)
            return
        listed = [text for text in queue.texts if not text.flags and text.said is None][
            :MOST_LISTED
        ]
        if _is_read(listed):
            _list(records, event, queue, listed)
        else:
            _drawn(text)
            _one(records, event, queue, text)
            if listed:
                _button(
                    f"Read {_many(len(listed))} without a flag together",
                    "list",
                    _read_together,
                    listed,
                )
        _keys()


def _current(queue: Queue) -> WaitingText | None:
    """The text that was chosen; where that is decided, the one that stands where it stood."""
    if not queue.texts:
        return None
    state = st.session_state
    at = next(
        (i for i, text in enumerate(queue.texts) if str(text.key) == state.get("mod_at")), None
    )
    if at is None:
        at = int(state.get("mod_place", 0))
        at = at if at < len(queue.texts) else 0
    state["mod_at"], state["mod_place"] = str(queue.texts[at].key), at
    return queue.texts[at]


def _one(records: Records, event: Event, queue: Queue, text: WaitingText) -> None:
    second = f" A colleague chose: {text.said}. This needs a second person." if text.said else ""
    flags = (
        f"Read with care: {parts.named(text.flags)}." if text.flags else "Nothing in it is flagged."
    )
    st.html(
        f"<h2>{_place(queue, text)}</h2><p class='under'>Received "
        f"{parts.received(text.received_at)}.{html.escape(second)}</p>"
        f"<blockquote class='said'>{parts.marked(text.words, text.flags)}</blockquote>"
        f"<p class='verdict'>{html.escape(flags)}</p>"
    )
    with st.container(horizontal=True, key="mod-acts"):
        _button(
            "Approve",
            "approve",
            _decide,
            records,
            event,
            queue.two_people,
            text,
            Decision.APPROVE,
            primary=True,
        )
        _button(
            "Reject", "reject", _decide, records, event, queue.two_people, text, Decision.REJECT
        )
        _button(
            "Safeguarding",
            "safeguard",
            _decide,
            records,
            event,
            queue.two_people,
            text,
            Decision.SAFEGUARD,
        )
        _button("Undo", "undo", _undo, records, event)
        _button("Previous", "previous", _step, queue, -1)
        _button("Next", "next", _step, queue, 1)
    box = f"mod_keep_{text.key}"
    st.text_area("Words to keep if you redact", text.proposal, key=box, height=100)
    _button(
        "Redact: keep only these words",
        "redact",
        _redact,
        records,
        event,
        queue.two_people,
        text,
        box,
    )


def _list(records: Records, event: Event, queue: Queue, listed: list[WaitingText]) -> None:
    """The list of unflagged texts in place of the one: nobody approves an unopened list."""
    st.html(f"<h2>{_many(len(listed))} without a flag</h2>")
    items = "".join(f"<li>{html.escape(text.words)}</li>" for text in listed)
    st.html(f"<ol class='texts'>{items}</ol>")
    with st.container(horizontal=True, vertical_alignment="bottom", key="mod-list"):
        st.selectbox(
            "Open one text",
            listed,
            index=None,
            key="mod_look",
            on_change=_look,
            placeholder="Its number",
            format_func=lambda text: str(listed.index(text) + 1),
        )
        _button(
            f"Approve all {len(listed)} in this list",
            "list",
            _approve_all,
            records,
            event,
            queue.two_people,
            listed,
            primary=True,
        )
        _button("Undo", "undo", _undo, records, event)
        _button("Back to one by one", "previous", _one_by_one)


def _progress(queue: Queue) -> None:
    said = [f"<strong>{queue.done:,} of {queue.total:,}</strong> done"]
    said += [f"{_many(queue.flagged)} flagged"] if queue.flagged else []
    said += [f"{_many(queue.for_another)} waiting for a second person"] if queue.for_another else []
    said += (
        [f"<strong>{_many(queue.in_lane)} in the safeguarding lane</strong>"]
        if queue.in_lane
        else []
    )
    said += ["two people must agree"] if queue.two_people else []
    bar = (
        f"<progress class='done' max='{queue.total}' value='{queue.done}' aria-label='Texts"
        " done'></progress>"
    )
    st.html(f"<p class='progress'>{' · '.join(said)}</p>{bar if queue.total else ''}")


def _empty(queue: Queue) -> None:
    if queue.for_another:
        st.markdown(
            "You have read every text. The rest need a second person. Ask a colleague to open this"
            " page."
        )
    elif queue.total:
        st.markdown("Every text is done. Check again for new ones.")
    else:
        st.markdown("No texts have come in yet.")
    st.button("Check for new texts", key="mod_again")


def _keys() -> None:
    st.toggle("Use single keys", value=True, key="mod_keys_on")
    st.html(f"<p class='note'>{_KEYS_SAID}</p>")


def _button(
    label: str, name: str, act: Callable[..., None], *args: object, primary: bool = False
) -> None:
    st.button(
        label,
        key=f"mod_{name}",
        on_click=_plainly,
        args=(act, *args),
        type="primary" if primary else "secondary",
        shortcut=_KEYS[name] if st.session_state.get("mod_keys_on", True) else None,
    )


def _plainly(act: Callable[..., None], *args: object) -> None:
    """What cannot be done is said; the text stays where it is."""
    try:
        act(*args)
    except UserError as mistake:
        _say(str(mistake))


def _decide(
    records: Records, event: Event, two: bool, text: WaitingText, decision: Decision
) -> None:
    if _too_quick(text):
        return
    done = moderation.decide(
        session.principal(), records, event, [text.key], decision, now=session.now()
    )
    second = two and decision is Decision.APPROVE and text.said is not decision
    _say((_DONE[decision] + (_SECOND if second else "")) if done else _OTHER)


def _redact(records: Records, event: Event, two: bool, text: WaitingText, box: str) -> None:
    if _too_quick(text):
        return
    keep = str(st.session_state.get(box, text.proposal))
    done = moderation.keep_words(session.principal(), records, event, text, keep, now=session.now())
    agreed = text.said is Decision.REDACT and keep.strip() == text.proposal.strip()
    _say((_DONE[Decision.REDACT] + (_SECOND if two and not agreed else "")) if done else _OTHER)


def _read_together(listed: list[WaitingText]) -> None:
    st.session_state["mod_read"] = ([str(text.key) for text in listed], time.monotonic())
    _say(f"{_many(len(listed))} without a flag. Read them, then press again to approve them all.")


def _one_by_one() -> None:
    st.session_state.pop("mod_read", None)


def _is_read(listed: list[WaitingText]) -> bool:
    """Whether this very list is open: with a text more or less it is another one."""
    return bool(listed) and st.session_state.get("mod_read", ([], 0.0))[0] == [
        str(text.key) for text in listed
    ]


def _approve_all(records: Records, event: Event, two: bool, listed: list[WaitingText]) -> None:
    if time.monotonic() - st.session_state["mod_read"][1] < LIST_TOO_QUICK_S:
        _say("The list has only just appeared, so nothing was done. Read it, then press again.")
        return
    _one_by_one()
    keys = [text.key for text in listed]
    done = moderation.decide(
        session.principal(), records, event, keys, Decision.APPROVE, now=session.now()
    )
    _say(f"Approved {_many(done)}.{_SECOND if two else ''} Undo brings all of them back.")


def _undo(records: Records, event: Event) -> None:
    back = moderation.undo(session.principal(), records, event, now=session.now())
    if not back:
        _say(
            f"There is nothing to undo: your decisions of the last {_UNDO_MINUTES} minutes are"
            " undone already, or a colleague has read the text since."
        )
        return
    st.session_state["mod_at"] = str(back[0])
    _say(f"Undone. {_many(len(back))} back in the queue.")


def _step(queue: Queue, by: int) -> None:
    at = (int(st.session_state.get("mod_place", 0)) + by) % len(queue.texts)
    st.session_state["mod_at"] = str(queue.texts[at].key)


def _look() -> None:
    chosen = st.session_state.get("mod_look")
    if chosen is not None:
        st.session_state["mod_at"] = str(chosen.key)
        st.session_state["mod_look"] = None
        _one_by_one()


def _too_quick(text: WaitingText) -> bool:
    """Whether this text came up only just now."""
    key, since = st.session_state.get("mod_drawn", ("", 0.0))
    quick: bool = key == str(text.key) and time.monotonic() - since < TOO_QUICK_S
    if quick:
        _say("This text has only just appeared, so nothing was done. Read it, then press again.")
    return quick


def _drawn(text: WaitingText) -> None:
    if st.session_state.get("mod_drawn", ("", 0.0))[0] != str(text.key):
        st.session_state["mod_drawn"] = (str(text.key), time.monotonic())


def _say(said: str) -> None:
    st.session_state["mod_said"] = said


def _read_out(queue: Queue, text: WaitingText | None) -> str:
    if text is None:
        return "Nothing is waiting."
    flags = f"Flagged: {parts.named(text.flags)}. " if text.flags else ""
    return f"{_place(queue, text)}. {flags}{text.words}"


def _place(queue: Queue, text: WaitingText) -> str:
    return f"Text {queue.texts.index(text) + 1:,} of {len(queue.texts):,} waiting"


def _many(n: int) -> str:
    return "1 text" if n == 1 else f"{n:,} texts"
