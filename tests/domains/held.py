"""Rows in memory, as a fold asks for them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

B = TypeVar("B")


def among(kept: Mapping[str, B]) -> Callable[[Sequence[str]], Mapping[str, B]]:
    """A load of those of `kept` that are asked for."""
    return lambda keys: {key: kept[key] for key in keys if key in kept}
