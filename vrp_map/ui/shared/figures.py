"""A heading with what stands under it, and a few figures each under its label."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st


def heading(name: str, under: str) -> None:
    """A heading of the second level, and a line of small type under it."""
    st.html(f"<h2>{html.escape(name)}</h2><p class='under'>{html.escape(under)}</p>")


def figures(pairs: Sequence[tuple[str, str]], *, is_wide: bool = False) -> None:
    """Figures side by side: (label, value)."""
    items = "".join(
        f"<div><dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd></div>"
        for label, value in pairs
    )
    st.html(f"<dl class='figures{' wide' if is_wide else ''}'>{items}</dl>")
