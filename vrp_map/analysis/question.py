"""What every analysis is asked: of which incidents, for whose eyes, on which lattice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from vrp_map import wording
from vrp_map.analysis.hotspots.tables import Lattice, StudyGrid
from vrp_map.analysis.method_card import caveats, gap_caveats
from vrp_map.analysis.study.areas import area_names, study_area
from vrp_map.analysis.study.deliveries import EarlierPeriod, earlier_period, gaps
from vrp_map.analysis.study.lattice import (
    checked_resolution,
    dispersion_of,
    labels,
    study_grid,
    study_lattice,
)
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.thresholds import is_exact, threshold
from vrp_map.errors import UserError
from vrp_map.places.naming import known_places
from vrp_map.selection import BEGINNING, Selection, shift_month
from vrp_map.statistics.eligibility import require
from vrp_map.vocabulary import ALL_CATEGORIES, DEFAULT_RESOLUTION, Audience, Method
from vrp_map.warehouse.reader import Reader, SelectionFacts


@dataclass(frozen=True)
class Analysis:
    """The answer of one method.

    Attributes:
        sentence: the answer in plain words, made from the stored statistic.
        table: what was found, as the audience may see it.
        card: what ran, for the method card.
        more: further protected tables by name.
    """

    method: Method
    sentence: str
    table: Protected
    card: dict[str, Any]
    more: Mapping[str, Protected] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question to a snapshot: what it is about is worked out once, and is what every method
    is given.

    Permission has been checked before.

    Attributes:
        selection: an open end of its period becomes the data's own.
        options: of the method, by name; a method refuses those it does not know.
    """

    reader: Reader
    settings: Settings
    selection: Selection
    audience: Audience
    resolution: int = DEFAULT_RESOLUTION
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_resolution(self.resolution)
        if self.selection.is_open:
            snapshot = self.reader.snapshot
            closed = self.selection.within(snapshot.first_month, snapshot.last_month)
            object.__setattr__(self, "selection", closed)

    def carrying(self, method: Method) -> Question:
        """The same question, where its data can carry a method.

        Raises:
            MethodRefused: data of this grade cannot; the message gives the reason.
        """
        require(method, self.facts.grade)
        return self

    def moved(self, months: int) -> Question:
        """The same question of a period so many months later."""
        first, last = (shift_month(month, months) for month in self.period)
        return replace(self, selection=replace(self.selection, first=first, last=last))

    @cached_property
    def k(self) -> int:
        """The audience's threshold; 1 hides nothing."""
        return threshold(self.audience, self.settings)

    def protect(self, counted: pd.DataFrame, **how: Any) -> Protected:
        """A table as the audience may see it; more arguments as for `disclosure.protect`."""
        return protect(counted, audience=self.audience, settings=self.settings, **how)

    @property
    def is_exact(self) -> bool:
        """Whether the audience sees every number as it is."""
        return is_exact(self.k)

    def shown_total(self, counted: pd.DataFrame) -> int | None:
        """The sum of some counts as the audience may see it; None = hidden.

        Args:
            counted: n; or one row an incident.
        """
        rows = counted if "n" in counted else counted.assign(n=1)
        return self.protect(rows[["n"]]).total

    def refuse_few(self, counted: pd.DataFrame) -> None:
        """Refuse a method to those to whom it would tell none from few by working or not
        (`shown_total`).

        Raises:
            UserError: the number of incidents may not be told.
        """
        if self.shown_total(counted) is None:
            raise UserError(
                "There are too few incidents for this choice to show, or none.",
                hint="Choose a longer period, another kind, or a wider area.",
            )

    def refuse_all_but_analysts(self, what: str, why: str) -> None:
        """Refuse a method that would say something untrue of one incident in k.

        Raises:
            UserError: the audience sees a sample.
        """
        if not self.is_exact:
            raise UserError(
                f"Only analysts can see {what}, because {why}.",
                hint="Ask an analyst, or use the map of hotspots.",
            )

    @cached_property
    def facts(self) -> SelectionFacts:
        return self.reader.facts(self.selection)

    @cached_property
    def study(self) -> Selection:
        """The selection in the areas of the test: those chosen, or everything inside the
        boundaries.
        """
        return replace(
            self.selection, areas=study_area(self.selection.areas, self.reader.area_names)
        )

    @cached_property
    def grid(self) -> StudyGrid:
        """The cells of the study with their neighbours."""
        return study_grid(self.reader, self.study.areas, self.resolution)

    @cached_property
    def lattice(self) -> Lattice:
        """The cells of the study with neighbours, residents and labels."""
        return study_lattice(
            self.reader, self.study.areas, self.resolution, known_places(self.settings)
        )

    @property
    def labels(self) -> pd.DataFrame:
        """name, landmark, lad, npu of every cell of the snapshot; index cell (uint64)."""
        return labels(self.reader, self.resolution, known_places(self.settings))

    @cached_property
    def counts_by_cell(self) -> pd.DataFrame:
        """cell, n of the study, exact."""
        return self.reader.counts.by_cell(self.study, resolution=self.resolution)

    @cached_property
    def counts_by_month(self) -> pd.DataFrame:
        """month, n of the study, exact; months without any incident are left out."""
        return self.reader.counts.by_month(self.study)

    @cached_property
    def dispersion(self) -> float:
        """How much more the study's hexagons vary from month to month than chance alone."""
        so_far = replace(self.study, first=BEGINNING)
        return dispersion_of(self.reader, so_far, self.resolution)

    @property
    def period(self) -> tuple[date, date]:
        return self.selection.first, self.selection.last

    @cached_property
    def gaps(self) -> dict[str, list[date]]:
        return gaps(self.reader, self.selection)

    @cached_property
    def earlier(self) -> EarlierPeriod | None:
        """The whole earlier period to compare with, if there is one."""
        return earlier_period(self.reader, self.selection)

    @cached_property
    def area_names(self) -> list[str]:
        """The names of the areas chosen; the whole place without a choice."""
        return area_names(self.selection.areas, self.reader.area_names) or [
            self.settings.place_in_words
        ]

    @property
    def subject(self) -> str:
        """What was counted and where: "Violence in Coventry"."""
        names = self.area_names
        return (
            f"{wording.what(self.selection.categories, self.settings)} in {wording.listed(names)}"
        )

    def card(
        self, method: str, *, table: Protected, incidents: int | None, **parameters: Any
    ) -> dict[str, Any]:
        """A method card: what ran (with its source), the parameters, and what everybody must know
        of the data.
        """
        layers: pd.DataFrame = self.reader.layers[self.reader.layers["is_current"]]
        return {
            "method": method,
            **{name.replace("_", " "): value for name, value in parameters.items()},
            "incidents": incidents,
            "categories": [ALL_CATEGORIES[c] for c in self.selection.categories],
            "period": wording.period_words(*self.period),
            "grade": str(self.facts.grade),
            "sources": list(self.facts.sources),
            "snapshot": self.reader.snapshot.id,
            "boundaries": sorted(layers["layer"]),
            "disclosure": table.note,
            "caveats": [*gap_caveats(self.gaps), *caveats(self.facts, layers, period=self.period)],
        }
