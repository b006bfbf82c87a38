"""A page's own choices in its address, beside those of the filters: `?method=`, `?event=`; and when
an address wins over what the page holds.

A browser brings its address with all that it says. That of somebody quick is the one from before
their last choice, so it wins only on a page that was just come to, and when the browser says that
somebody went back or forward (`web/map_static/steps.js`).
"""

from __future__ import annotations

import streamlit as st

from vrp_map.ui.shared.markdown import plain


def keep_filters() -> None:
    """Streamlit gives the widgets of another page their first value again, unless their value is
    set anew.
    """
    for key in [str(key) for key in st.session_state if str(key).startswith("f_")]:
        st.session_state[key] = st.session_state[key]


_WENT = "went"
_AT, _COMING = "address_at", "address_coming"


def begin(page: str) -> None:
    """Say which page is made, at the start of each run."""
    st.session_state[_COMING] = page


def is_followed() -> bool:
    """Whether the address is what the person wants, and not only what the browser still has."""
    state = st.session_state
    return _WENT in st.query_params or state.get(_AT) != state.get(_COMING)


def reach() -> None:
    """Once the address of a page was followed, if it was to be."""
    st.session_state[_AT] = st.session_state.get(_COMING)


def end() -> None:
    """At the end of each run."""
    reach()
    if _WENT in st.query_params:
        del st.query_params[_WENT]


def said() -> dict[str, str]:
    """What the address says, of the filters and of the page's own."""
    query: dict[str, str] = st.query_params.to_dict()
    return {name: text for name, text in query.items() if name != _WENT}


def take(name: str, usual: str, known: list[str], *, named: bool = False) -> None:
    """The address wins when it has changed and is followed; a name that does not exist is said, and
    the usual one shown.

    The choice is `st.session_state["m_" + name]`, which a widget may have as its key.
    """
    state = st.session_state
    text = st.query_params.get(name, "")
    before = state.get(f"address_{name}")
    if text and text != before and (before is None or is_followed()):
        wanted = text.strip().lower().replace("-", "_") if named else text
        if wanted not in known:
            st.warning(
                f"There is no {name} {plain(repr(text[:40]))}. The usual choice is shown instead."
            )
        state[f"m_{name}"] = wanted if wanted in known else usual
    # Streamlit forgets a widget that was not drawn (another page was open): put it back as it was.
    elif f"m_{name}" not in state:
        state[f"m_{name}"] = state.get(f"address_{name}", usual)


def say(name: str, value: str) -> None:
    """Write a choice into the address; an empty one is taken out of it."""
    st.session_state[f"address_{name}"] = value
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value and name in st.query_params:
        del st.query_params[name]


def settle() -> None:
    """After the last `say`: the filters would take an address that they did not write for a new
    one.
    """
    st.session_state["address"] = said()


def change(name: str, value: str, *, usual: str = "") -> None:
    """Choose something from a callback, as if the address had said it; the usual choice goes
    without saying.
    """
    st.session_state[f"m_{name}"] = value
    say(name, "" if value == usual else value)
    settle()
