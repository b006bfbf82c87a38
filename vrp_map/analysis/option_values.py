"""Options that may come as text, from a command line: brought to the type of their usual value."""

from __future__ import annotations

from typing import Any

from vrp_map.analysis.options import options_of
from vrp_map.analysis.question import Question
from vrp_map.errors import UserError


def typed_options(question: Question, **usual: Any) -> dict[str, Any]:
    """The options of a question over their usual values, each of the usual value's type.

    Args:
        usual: int, float, str or a tuple of numbers ("0,100,200" as text); None = anything.

    Raises:
        UserError: an option that the method does not have, or a value of another type.
    """
    return {
        name: _like(name, value, usual[name])
        for name, value in options_of(question, **usual).items()
    }


def _like(name: str, value: Any, usual: Any) -> Any:
    if usual is None:
        return value
    try:
        if isinstance(usual, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(float(part) for part in parts)
        return type(usual)(value)
    except (TypeError, ValueError):
        example = ",".join(f"{part:g}" for part in usual) if isinstance(usual, tuple) else usual
        raise UserError(
            f"The option {name} cannot be {value!r}.", hint=f"For example {example}."
        ) from None
