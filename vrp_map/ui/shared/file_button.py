"""A button that hands a file out; its kind follows from the ending of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import streamlit as st

_KINDS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".json": "application/json",
    ".toml": "application/toml",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_button(
    words: str, made: str | bytes | Callable[[], str | bytes], name: str, **more: Any
) -> None:
    """Draw the button.

    Args:
        made: the file, or what makes it when it is asked for. more: as Streamlit takes it.
    """
    kind = _KINDS[PurePath(name).suffix]
    st.download_button(words, made, name, kind, on_click="ignore", **more)
