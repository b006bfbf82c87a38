"""The questions that take more than counting: what is new, what changed, how sure, and how well the
map did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vrp_map.analysis import Analysis, Question, analyse
from vrp_map.analysis.missing import MissingData, missing
from vrp_map.analysis.study.lattice import checked_resolution
from vrp_map.selection import Selection
from vrp_map.statistics.eligibility import require
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience, Method
from vrp_map.workspace_base import Base


@dataclass(frozen=True)
class Statistics(Base):
    """The part of `Workspace` that runs the statistics.

    Every answer is protected and carries its method card.
    """

    def analyse(
        self,
        method: Method | str,
        selection: Selection | None = None,
        *,
        resolution: int = DEFAULT_RESOLUTION,
        audience: Audience | str = Audience.PARTNER,
        **options: Any,
    ) -> Analysis:
        """Run one of `analysis.ANALYSES` on a selection.

        Raises:
            MethodRefused: data of this grade cannot carry the method; the message gives the reason.
        """
        return analyse(self._asked(selection, audience, resolution, options), method)

    def missing(
        self, selection: Selection | None = None, *, audience: Audience | str = Audience.PARTNER
    ) -> MissingData:
        """What the data of a selection does not hold: incidents without a place, absent or partial
        months.
        """
        asked = self._asked(selection, audience, DEFAULT_RESOLUTION, {})
        return missing(
            asked.reader, asked.selection, audience=asked.audience, settings=self.settings
        )

    def _question(
        self,
        method: Method,
        selection: Selection | None,
        audience: Audience | str,
        *,
        resolution: int = DEFAULT_RESOLUTION,
    ) -> Question:
        """A question that the data can carry."""
        question = self._asked(selection, audience, resolution, {})
        require(method, question.facts.grade)
        return question

    def _asked(
        self,
        selection: Selection | None,
        audience: Audience | str,
        resolution: int,
        options: Mapping[str, Any],
    ) -> Question:
        selection, audience = self._allowed(selection, audience)
        return Question(
            self._seen(audience),
            self.settings,
            selection,
            audience,
            checked_resolution(resolution),
            options,
        )
