"""Frozen dataclasses as plain values that JSON can hold, and back by the types of their fields.

A field that a later version adds has its default in what was written before; names that are not
known are passed over.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_EMPTY: tuple[Any, ...] = ("", None, (), {})


def plain_of(value: Any) -> Any:
    """A value without its types: dataclasses as dicts without their empty fields, tuples as lists,
    days as ISO 8601.
    """
    if is_dataclass(value):
        named = {field.name: plain_of(getattr(value, field.name)) for field in fields(value)}
        return {name: v for name, v in named.items() if v not in _EMPTY and v != []}
    if isinstance(value, tuple):
        return [plain_of(one) for one in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value


def typed_of(kind: type[T], plain: Any) -> T:
    """What `plain_of` gave, with its types again.

    Raises:
        KeyError, TypeError, ValueError: it was not.
    """
    made: T = _typed(kind, plain)
    return made


def _typed(kind: Any, plain: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        if plain is None:
            return None
        return _typed(next(one for one in get_args(kind) if one is not type(None)), plain)
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        each = [kinds[0]] * len(plain) if kinds[1:] == (...,) else kinds
        return tuple(_typed(inner, one) for inner, one in zip(each, plain, strict=True))
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{n: _typed(hints[n], v) for n, v in dict(plain).items() if n in hints})  # type: ignore[operator]
    if kind in (date, datetime, time):
        return kind.fromisoformat(plain)
    if kind in (float, str) and not isinstance(plain, bool):
        return kind(plain)
    if not isinstance(plain, kind):
        raise TypeError(f"{kind.__name__} expected")
    return plain


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
