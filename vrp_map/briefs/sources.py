"""What is known beside the incidents, for whatever leaves the map: briefs, assessments, layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vrp_map.pilots.service import Pilots
    from vrp_map.responses.service import Responses
    from vrp_map.summit.service import Summit


@dataclass(frozen=True)
class RecordSources:
    """The services of the records.

    Attributes:
        summit, responses, pilots: give it, or say why it cannot be read (`UserError`); None =
            without it.
    """

    summit: Callable[[], Summit] | None = None
    responses: Callable[[], Responses] | None = None
    pilots: Callable[[], Pilots] | None = None


NO_RECORDS = RecordSources()
