"""What every analysis is asked: of which incidents, for whose eyes, on which lattice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from vrp_map import wording
from vrp_map.analysis.hotspots.tables import Lattice
from vrp_map.analysis.method_card import caveats, gap_caveats
from vrp_map.analysis.study.areas import area_names, study_area
from vrp_map.analysis.study.lattice import gaps, study_lattice
from vrp_map.config import Settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.thresholds import is_exact, threshold
from vrp_map.errors import UserError
from vrp_map.selection import Selection
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
    """One question to a snapshot; permission has been checked before.

    Attributes:
        selection: with both ends of its period.
        options: of the method, by name; a method refuses those it does not know.
    """

    reader: Reader
    settings: Settings
    selection: Selection
    audience: Audience
    resolution: int = DEFAULT_RESOLUTION
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def k(self) -> int:
        """The audience's threshold; 1 hides nothing."""
        return threshold(self.audience, self.settings)

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
        return protect(rows[["n"]], audience=self.audience, settings=self.settings).total

    def refuse_few(self, counted: pd.DataFrame) -> None:
        """Refuse a method to those to whom it would tell none from few by working or not
        (`shown_total`).

        Raises:
            UserError: the number of incidents may not be told.
        """
        if self.shown_total(counted) is None:
            raise UserError(
                "There are too few incidents of this choice to show, or none.",
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
    def lattice(self) -> Lattice:
        return study_lattice(self.reader, self.study.areas, self.resolution)

    @property
    def period(self) -> tuple[date, date]:
        snapshot = self.reader.snapshot
        return (
            self.selection.first or snapshot.first_month,
            self.selection.last or snapshot.last_month,
        )

    @cached_property
    def gaps(self) -> dict[str, list[date]]:
        return gaps(self.reader, self.selection)

    @property
    def subject(self) -> str:
        """What was counted and where: "Violence in Coventry"."""
        names = area_names(self.selection.areas, self.reader.area_names) or [
            self.settings.place_in_words
        ]
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
