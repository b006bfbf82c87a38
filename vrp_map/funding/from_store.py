"""What the store holds of each local authority, as its audience may be told: values for factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vrp_map.config import nearest
from vrp_map.errors import UserError
from vrp_map.funding.formula import Measure, counted_values
from vrp_map.funding.formula_file import SourceValues
from vrp_map.funding.need.factors import more_values
from vrp_map.selection import Selection
from vrp_map.summit.service import Summit
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.workspace import Workspace


@dataclass(frozen=True)
class FactorSource:
    """What a factor may be counted from: its name on the page, and what it is."""

    name: str
    measure: Measure


SOURCES: Mapping[str, FactorSource] = {
    "incidents": FactorSource("Incidents", Measure.COUNT),
    "residents": FactorSource("Residents", Measure.COUNT),
    "rate": FactorSource("Incidents for each 1,000 residents", Measure.RATE),
    "smoothed": FactorSource("The same rate, steadied for small numbers", Measure.RATE),
    "young": FactorSource("Residents aged 24 and under", Measure.COUNT),
    "deprived": FactorSource("Residents of the most deprived fifth", Measure.COUNT),
    "hotspots": FactorSource("Incidents in firm hotspots", Measure.COUNT),
    "harm": FactorSource("Incidents by the harm of their offence", Measure.COUNT),
    "voices": FactorSource("Young people who feel unsafe", Measure.COUNT),
}


@dataclass(frozen=True)
class StoreValues:
    """The counts and residents of a selection by local authority.

    Attributes:
        table: index code; name, n, population. unit: how many incidents each counted one stands
            for. snapshot: its identity. period: in words. more: gives the values of the sources
            that the table does not hold, by code.
    """

    table: pd.DataFrame
    unit: int
    snapshot: str
    period: str
    more: Callable[[str], Mapping[str, float]]

    @property
    def names(self) -> dict[str, str]:
        return dict(self.table["name"])

    def of(self, source: str, areas: Sequence[str]) -> SourceValues:
        """The values of a source for these areas.

        Raises:
            UserError: there is no such source or area, or a number is hidden from this audience.
        """
        if source not in SOURCES:
            raise UserError(f"There is no source {source!r}.", hint=nearest(source, list(SOURCES)))
        unknown = [area for area in areas if area not in self.table.index]
        if unknown:
            raise UserError(
                f"{unknown[0]} is no local authority of the store.",
                hint=f"It has: {', '.join(self.table.index)}.",
            )
        if source not in ("incidents", "residents", "rate", "smoothed"):
            found = self.more(source)
            return SourceValues(np.array([found[area] for area in areas]))
        rows = self.table.loc[list(areas)]
        heads = rows["population"].to_numpy(dtype=float, na_value=float("nan")) / 1000
        if source != "incidents" and not (heads > 0).all():
            raise UserError(
                "The residents of an area are not known.", hint="Add them to the boundary layer."
            )
        if source == "residents":
            return SourceValues(heads * 1000)
        if rows["n"].isna().any():
            raise UserError(
                "A number of incidents is hidden from this audience.",
                hint="Choose a longer period, more kinds, or --audience analyst.",
            )
        counts = rows["n"].to_numpy(dtype=float)
        if source == "incidents":
            return SourceValues(counts, counts)
        is_smoothed = source == "smoothed"
        values = counted_values(counts, heads, is_smoothed=is_smoothed)
        return SourceValues(values, counted=counts, per_head=heads, is_smoothed=is_smoothed)


def store_values(
    workspace: Workspace,
    selection: Selection,
    *,
    audience: Audience | str,
    summit: Callable[[], Summit] | None = None,
) -> StoreValues:
    """The values of a selection, as an audience may see them.

    Args:
        summit: what gives the voices of young people; None = without them.
    """
    by_area = AreaType.LAD
    asked = workspace.question(selection, audience=audience)
    table = workspace.rates(selection, by=by_area, audience=audience).frame.set_index("code")
    first, last = asked.period
    return StoreValues(
        table[["name", "n", "population"]],
        asked.reader.unit,
        workspace.snapshot_for(asked.audience).id,
        f"{first:%Y-%m} to {last:%Y-%m}",
        lambda source: more_values(
            workspace, asked.selection, source, audience=asked.audience, summit=summit
        ),
    )
