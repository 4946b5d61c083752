"""Each different cell of a column is judged once: cells repeat, judgement costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any


def each_once(function: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    """Return the function of every value, called once for each distinct one: cells of a column repeat."""
    keys, distinct = keyed(values)
    return spread({key: function(value) for key, value in distinct}, keys)


def keyed(
    values: Sequence[Any], distinct: set[Any] | None = None
) -> tuple[Sequence[Any], Iterable[tuple[Any, Any]]]:
    """Return a key a value, and each distinct key with its value.

    A key is the value itself, or the value with its type where 1, 1.0 and True, which are equal, stand side by side.
    """
    distinct = set(values) if distinct is None else distinct
    # Most columns hold texts and days, which equal no number: a look at the distinct cells is enough.
    if any(isinstance(value, (bool, int, float)) for value in distinct):
        numbers = {bool, int, float} & set(map(type, values))
        if len(numbers) > 1:
            keys = list(zip(map(type, values), values, strict=True))
            return keys, set(zip(keys, values, strict=True))
    return values, zip(distinct, distinct, strict=True)


def spread(results: dict[Any, Any], keys: Sequence[Any]) -> list[Any]:
    """Return the result of each key, in order."""
    if len(results) == 1:
        return [*results.values()] * len(keys)
    return list(map(results.__getitem__, keys))
