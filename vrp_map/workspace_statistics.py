"""The questions that take more than counting: what is new, what changed, how sure, and how well the map did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vrp_map.analysis import Analysis, Question, analyse
from vrp_map.selection import Selection
from vrp_map.study import checked_resolution
from vrp_map.vocabulary import DEFAULT_RESOLUTION, Audience, Method
from vrp_map.workspace_base import Base


@dataclass(frozen=True)
class Statistics(Base):
    """The part of `Workspace` that runs the statistics. Every answer is protected and carries its method card."""

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
        selection, audience = self._allowed(selection, audience)
        question = Question(
            self.reader, self.settings, selection, audience, checked_resolution(resolution), options
        )  # fmt: skip
        return analyse(question, method)
