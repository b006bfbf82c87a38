"""What the page "What changed" and its data routes both show: each computed once, as in `views`."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from vrp_map import grid, maps
from vrp_map.analysis import Analysis
from vrp_map.analysis.periods import BEFORE
from vrp_map.analysis.study.lattice import labels
from vrp_map.disclosure.protect import Protected
from vrp_map.errors import UserError
from vrp_map.places.naming import known_places
from vrp_map.selection import Selection
from vrp_map.views import hotspots as views
from vrp_map.vocabulary import Method
from vrp_map.workspace import Workspace


@dataclass(frozen=True)
class StepsView:
    """The steps through time.

    Attributes:
        limits: of the count classes, the same for every step. names: name, lad, npu by cell.
    """

    steps: Analysis
    limits: tuple[int, ...]
    names: pd.DataFrame

    def cells(self, name: str) -> Protected:
        """The hexagons of one step.

        Raises:
            UserError: the name is none of a step that may be shown.
        """
        if name not in self.steps.more:
            raise UserError(
                "There is no step of that name that can be shown.",
                hint="Choose one of the slider's steps.",
            )
        return self.steps.more[name]

    def named_cells(self, name: str) -> Protected:
        """The hexagons of one step with their name, local authority and policing unit."""
        table = self.cells(name)
        found = self.names.reindex(grid.from_text(table.frame["cell"].tolist()))
        return table.deriving(
            **{c: found[c].to_numpy(dtype=object) for c in ("name", "lad", "npu")}
        )


def changes(
    ws: Workspace,
    selection: Selection,
    *,
    resolution: int,
    against: str = BEFORE,
    beyond: bool = False,
) -> Analysis:
    """The period against an earlier one."""
    return views.remember(
        ws,
        (Method.PERIODS, selection, resolution, against, beyond, views.AUDIENCE),
        lambda: ws.analyse(
            Method.PERIODS,
            selection,
            resolution=resolution,
            audience=views.AUDIENCE,
            against=against,
            beyond=beyond,
        ),
    )


def steps(ws: Workspace, selection: Selection, *, resolution: int) -> StepsView:
    """The steps through time."""

    def compute() -> StepsView:
        found = ws.analyse(Method.COUNTS, selection, resolution=resolution, audience=views.AUDIENCE)
        counts = [table.frame["n"] for table in found.more.values()]
        limits = maps.class_limits(pd.concat(counts)) if counts else ()
        return StepsView(found, limits, labels(ws.reader, resolution, known_places(ws.settings)))

    return views.remember(ws, (Method.COUNTS, selection, resolution, views.AUDIENCE), compute)


def concentration(ws: Workspace, selection: Selection, *, resolution: int) -> Analysis:
    """How much is in how few hexagons."""
    return views.remember(
        ws,
        (Method.CONCENTRATION, selection, resolution, views.AUDIENCE),
        lambda: ws.analyse(
            Method.CONCENTRATION, selection, resolution=resolution, audience=views.AUDIENCE
        ),
    )


def ranks(ws: Workspace, selection: Selection) -> Analysis:
    """The areas in several orders."""
    return views.remember(
        ws,
        (Method.RANKS, selection, views.AUDIENCE),
        lambda: ws.analyse(Method.RANKS, selection, audience=views.AUDIENCE),
    )
