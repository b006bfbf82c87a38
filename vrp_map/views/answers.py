"""The answer of one method as pages, addresses and the command line give it: computed once, and
said alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vrp_map.analysis import ANALYSES, Analysis
from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.export import tables as report
from vrp_map.selection import Selection
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import METHOD_WORDS, Method
from vrp_map.workspace import Workspace

Progress = Callable[[int, int], None]
# These take long enough for a bar.
SLOW = (Method.NEAR_REPEAT,)


def method_named(text: str) -> Method:
    """The method of a name: "near_repeat", or "near-repeat".

    Raises:
        UserError: there is none.
    """
    name = text.strip().lower().replace("-", "_")
    if name not in {str(method) for method in ANALYSES}:
        raise UserError(
            f"There is no method {text[:40]!r}.", hint=nearest(name, [str(m) for m in ANALYSES])
        )
    return Method(name)


def methods() -> dict[Method, str]:
    """Every method that can be asked for, with its name in words, in the vocabulary's order."""
    return {method: METHOD_WORDS[method] for method in Method if method in ANALYSES}


def answer(
    ws: Workspace,
    method: Method,
    selection: Selection,
    *,
    resolution: int,
    progress: Progress | None = None,
) -> Analysis:
    """One method's answer for the audience of the pages.

    Raises:
        MethodRefused: the data cannot carry the method.
    """
    options = {"progress": progress} if progress and method in SLOW else {}

    def compute() -> Analysis:
        return ws.analyse(
            method, selection, resolution=resolution, audience=views.AUDIENCE, **options
        )

    return views.remember(ws, ("analysis", method, selection, resolution, views.AUDIENCE), compute)


def document(analysis: Analysis) -> dict[str, Any]:
    """An answer as plain values for JSON."""
    table = analysis.table
    return {
        "method": str(analysis.method),
        "sentence": analysis.sentence,
        **table.head(),
        "table": report.records(table),
        "more": {name: report.records(part) for name, part in analysis.more.items()},
        "card": analysis.card,
    }
