"""The options of a method, by name: what is not given has its usual value, what is not known is
refused.
"""

from __future__ import annotations

from typing import Any

from vrp_map.analysis.question import Question
from vrp_map.config import nearest
from vrp_map.errors import UserError


def options_of(question: Question, **usual: Any) -> dict[str, Any]:
    """The options of a question over their usual values.

    Raises:
        UserError: an option that the method does not have; the hint names the nearest.
    """
    for name in question.options:
        if name not in usual:
            raise UserError(
                f"This method has no option {name!r}.", hint=nearest(name, usual) if usual else ""
            )
    return {**usual, **question.options}
