"""Opening pages, and what tests of pages read from them."""

from __future__ import annotations

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import vrp_map.ui

MAIN = Path(vrp_map.ui.__file__).with_name("main.py")
_ADDRESSES = dict(
    re.findall(r'"screens/(\w+)\.py",[^)]*url_path="([^"]+)"', MAIN.read_text(encoding="utf-8"))
)


def page_at(screen: str, **query: str) -> AppTest:
    """A page as a link to it opens it, before it is run. AppTest's own way runs the hotspots
    first, which most tests have no use for.
    """
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params |= query
    if screen != "hotspots":
        page._page_hash = calc_hash(_ADDRESSES[screen])
    return page


def html_of(page: AppTest) -> str:
    """Everything drawn with `st.html`."""
    return " ".join(element.proto.body for element in page.get("html"))
