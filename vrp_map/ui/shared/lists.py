"""Long lists in parts: a browser is sent one part at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st


def part(rows: pd.DataFrame, names: Sequence[str], *, picked: str, most: int) -> pd.DataFrame:
    """The rows of the part asked for; at first, of the part that holds what is picked.

    Args:
        names: of each row, what it is picked by. most: rows of a part.
    """
    starts = list(range(0, len(rows), most))
    if len(starts) < 2:
        return rows
    here = names.index(picked) // most if picked in names else 0
    start = st.selectbox(
        "Rows",
        starts,
        index=here,
        format_func=lambda start: f"{start + 1:,} to {min(start + most, len(rows)):,}",
        key=f"part-{fingerprint([picked, len(rows), *names[:20]])}",
    )
    return rows.iloc[start : start + most]


def fingerprint(shown: Sequence[Any]) -> str:
    """What tells one content of a widget from another: its key, so that it starts anew with it."""
    return hashlib.blake2b("|".join(map(str, shown)).encode(), digest_size=8).hexdigest()
