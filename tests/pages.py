"""What tests of pages read from them."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

import vrp_map.ui

MAIN = Path(vrp_map.ui.__file__).with_name("main.py")


def html_of(page: AppTest) -> str:
    """Everything drawn with `st.html`."""
    return " ".join(element.proto.body for element in page.get("html"))
