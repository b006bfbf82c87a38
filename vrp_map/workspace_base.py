"""What every question to a workspace begins with: who asks, for which selection, and what they may
see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import pandas as pd

from vrp_map import wording
from vrp_map.analysis.study.areas import area_keys, area_names
from vrp_map.analysis.study.lattice import gaps
from vrp_map.config import Settings, nearest
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.disclosure.thresholds import sampling_steps
from vrp_map.errors import NotAllowed, UserError
from vrp_map.permissions import Action, refusal
from vrp_map.principal import Principal
from vrp_map.selection import Selection, as_month, as_words, shift_month
from vrp_map.selection import categories as slugs
from vrp_map.vocabulary import AreaType, Audience
from vrp_map.warehouse.reader import Reader, SelectionFacts, Snapshot
from vrp_map.warehouse.secret import secret_of


@dataclass(frozen=True)
class Base:
    """A snapshot, the settings, and who is asking."""

    reader: Reader
    settings: Settings
    principal: Principal

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot as whoever asks may know it."""
        return self.snapshot_for(self.principal.audience)

    def snapshot_for(self, audience: Audience | str) -> Snapshot:
        """The snapshot as an audience may know it; outsiders know size, sources and grade of the
        drawn incidents.
        """
        return self._seen(Audience(audience)).snapshot

    @property
    def holds_incidents(self) -> bool:
        """Whether any row was ever taken."""
        return self.reader.holds_incidents

    def months(self) -> list[date]:
        """The months that hold any incident."""
        return sorted(set(self.reader.months["month"]))

    def period(self, months: int) -> tuple[date, date]:
        """The last so many months of the data."""
        last = self.snapshot.last_month
        return max(shift_month(last, 1 - months), self.snapshot.first_month), last

    def select(
        self,
        categories: Iterable[str] | str = ("violence",),
        *,
        first: date | str | None = None,
        last: date | str | None = None,
        areas: Iterable[str] | str = (),
        sources: Iterable[str] | str = (),
    ) -> Selection:
        """A selection from words; an open end of the period is the data's own.

        Raises:
            UserError: for a word that is not known, naming the nearest one.
        """
        wanted_sources = as_words(sources)
        for source in wanted_sources:
            if source not in self.snapshot.sources:
                raise UserError(
                    f"No data of the source {source!r} is loaded.",
                    hint=nearest(source, self.snapshot.sources),
                )
        return Selection(
            categories=slugs(as_words(categories), settings=self.settings),
            first=as_month(first) or self.snapshot.first_month,
            last=as_month(last) or self.snapshot.last_month,
            areas=area_keys(as_words(areas), self.reader.area_names),
            sources=tuple(wanted_sources),
        )

    def facts(
        self,
        selection: Selection | None = None,
        *,
        by: str = "",
        audience: Audience | str = Audience.PARTNER,
    ) -> Protected:
        """One row: incidents, unlocated (no place), outside (in no local authority) of the
        selection.

        Where areas are chosen, `unlocated` is missing: nobody knows in which area an incident
        without a place was.

        Args:
            by: a type of area; then also in_none: inside the boundaries, and in no area of that
                type.
        """
        selection, audience = self._allowed(selection, audience)
        seen = self._seen(audience)
        facts = seen.facts(selection)
        counts = {
            "incidents": facts.incidents,
            "unlocated": facts.unlocated,
            "outside": facts.outside,
        }
        if by in list(AreaType):
            areas = self.reader.area_names
            counts["in_none"] = seen.counts.in_none(
                selection, list(areas["key"][areas["type"] == by])
            )
        frame = pd.DataFrame([counts])
        if selection.areas:
            frame["unlocated"] = pd.NA
        return protect(frame, audience=audience, settings=self.settings, counts=tuple(counts))

    def carried_by(
        self, selection: Selection, *, audience: Audience | str = Audience.PARTNER
    ) -> SelectionFacts:
        """The grades and sources behind a selection, as its audience may know them: for cards and
        refusals.
        """
        selection, audience = self._allowed(selection, audience)
        return self._seen(audience).facts(selection)

    def _seen(self, audience: Audience) -> Reader:
        """The reader of what an audience may be told: all incidents, or those that stand for the
        others.
        """
        steps = sampling_steps(audience, self.settings)
        if not steps:
            return self.reader
        return self.reader.sampled(
            steps, secret_of(self.reader.path.parent, self.settings.secret_file)
        )

    def gaps(
        self, selection: Selection, *, audience: Audience | str = Audience.PARTNER
    ) -> dict[str, list[date]]:
        """Months of a selection's period that a supplier which matters has not delivered, by
        supplier.
        """
        return gaps(self._seen(Audience(audience)), selection)

    def allowed(self, selection: Selection) -> Selection:
        """A selection held to the areas of whoever asks.

        Raises:
            NotAllowed: it names an area that they may not see.
        """
        return self._allowed(selection, Audience.PUBLIC)[0]

    def for_analysts(self) -> Self:
        """The same workspace, for what opens its exact counts by `reader`.

        Raises:
            NotAllowed: whoever asks may not see exact numbers.
        """
        self._allowed(None, Audience.ANALYST)
        return self

    def _period(self, selection: Selection) -> tuple[date, date]:
        return (
            selection.first or self.snapshot.first_month,
            selection.last or self.snapshot.last_month,
        )

    def _shown(self, counted: pd.DataFrame, audience: Audience) -> int | None:
        """The sum of a table's counts as an audience may see it; None = hidden."""
        return protect(counted[["n"]], audience=audience, settings=self.settings).total

    def _allowed(
        self, selection: Selection | None, audience: Audience | str
    ) -> tuple[Selection, Audience]:
        try:
            wanted = Audience(audience)
        except ValueError:
            raise UserError(
                f"There is no audience {audience!r}.", hint=nearest(str(audience), list(Audience))
            ) from None
        if not self.principal.may_see(wanted):
            who = refusal(
                Action.SEE_EXACT_NUMBERS if wanted is Audience.ANALYST else Action.SEE_MAP
            )
            raise NotAllowed(
                f"You may not see the {wanted} view.",
                hint=f"{who} Ask the person who runs this map.",
            )
        selection = selection or self.select()
        if self.principal.areas:
            if not set(selection.areas) <= set(self.principal.areas):
                raise NotAllowed("You may not see that area.", hint="Choose one of your own areas.")
            selection = replace(selection, areas=selection.areas or self.principal.areas)
        return selection, wanted

    def _subject(self, selection: Selection) -> str:
        names = area_names(selection.areas, self.reader.area_names) or [
            self.settings.place_in_words
        ]
        return f"{wording.what(selection.categories, self.settings)} in {wording.listed(names)}"
