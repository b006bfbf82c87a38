"""The form on the Events page that makes an event."""

from __future__ import annotations

from datetime import date

import streamlit as st

from vrp_map.errors import UserError
from vrp_map.summit.event_store import THEMES, State
from vrp_map.summit.service import Summit
from vrp_map.ui.shared import session
from vrp_map.ui.shared.markdown import plain
from vrp_map.vocabulary import AREA_WORDS, AreaType

_FREE_TEXT = (
    "People may write up to 300 letters. Moderators must then read every text. Other staff see only"
    " texts that a moderator approved. Safeguarding staff see texts that may tell of harm. Texts"
    " are never public. Without free text, people choose all answers from lists."
)


def show(summit: Summit, *, opened: bool) -> None:
    """The form. What is typed stays when it is refused."""
    state = st.session_state
    made = state.pop("ef_made", None)
    if made:
        st.success(f"Made: {plain(made)}. Nobody can pin until you open it, above.")
    trouble = state.get("ef_trouble")
    with st.expander("Make a new event", expanded=opened or bool(trouble)):
        if trouble:
            st.error(plain(trouble))
        with st.form("event-form", border=False, enter_to_submit=False):
            _fields(summit, state.setdefault("ef_nth", 0))
            st.form_submit_button("Make the event", on_click=_make, args=(summit,), type="primary")


def _fields(summit: Summit, nth: int) -> None:
    """The widgets; their keys change with every event made, so that the next form is empty."""
    today = session.now().date()
    st.text_input("Name", key=f"ef_name_{nth}", placeholder="Youth Summit, spring", max_chars=120)
    st.text_input("Place", key=f"ef_place_{nth}", placeholder="Town hall", max_chars=120)
    first, last = st.columns(2)
    first.date_input("First day", today, key=f"ef_first_{nth}", format="DD/MM/YYYY")
    last.date_input("Last day", today, key=f"ef_last_{nth}", format="DD/MM/YYYY")
    names = _areas(summit)
    st.multiselect(
        "Area people can pin",
        list(names),
        key=f"ef_areas_{nth}",
        format_func=names.__getitem__,
        placeholder=f"Everywhere in {summit.settings.place_in_words}",
    )
    st.text_area("Themes, one on each line", "\n".join(THEMES), key=f"ef_themes_{nth}", height=110)
    st.checkbox("Free text", key=f"ef_text_{nth}")
    st.caption(_FREE_TEXT)
    days, code = st.columns(2)
    days.number_input("Days to keep pins after the last day", 1, 3650, 365, key=f"ef_days_{nth}")
    code.text_input(
        "Code, if you want your own",
        key=f"ef_code_{nth}",
        max_chars=12,
        placeholder="we choose one for you",
    )


def _areas(summit: Summit) -> dict[str, str]:
    """Key -> name of every local authority, then every ward."""
    found = summit.areas[["type", "key", "name"]].sort_values("name")
    return {
        key: name if kind is AreaType.LAD else f"{name} ({AREA_WORDS[kind]})"
        for kind in (AreaType.LAD, AreaType.WARD)
        for key, name in found.loc[found["type"] == kind.value, ["key", "name"]].itertuples(
            index=False
        )
    }


def _make(summit: Summit) -> None:
    state = st.session_state
    given = {
        name: state[f"ef_{name}_{state['ef_nth']}"]
        for name in (
            "name",
            "place",
            "first",
            "last",
            "areas",
            "themes",
            "text",
            "days",
            "code",
        )
    }
    try:
        # Asked again: a page may have been open since before a role was taken away.
        event = summit.create_event(
            session.principal(),
            now=session.now(),
            state=State.PAUSED,
            name=given["name"],
            place=given["place"],
            starts_on=_day(given["first"], "first"),
            ends_on=_day(given["last"], "last"),
            areas=given["areas"],
            free_text=given["text"],
            themes=[line for line in given["themes"].splitlines() if line.strip()],
            keep_days=int(given["days"]),
            code=given["code"],
        )
    except UserError as trouble:
        state["ef_trouble"] = str(trouble)
        return
    state.pop("ef_trouble", None)
    state["ef_nth"] += 1
    state["ef_made"] = f"{event.name}, code {event.code}"
    # The new event is the one that is shown.
    st.query_params["event"] = event.code


def _day(value: date | None, which: str) -> date:
    if value is None:
        raise UserError(f"The {which} day is empty.", hint="Choose it.")
    return value
