"""A progress bar on standard error: a line that redraws on a terminal, silence elsewhere."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
WIDTH = 32


def bar(done: int, total: int) -> str:
    """
    >>> bar(1, 4)
    '████████························  25 %'
    """
    filled = WIDTH * done // max(total, 1)
    return f"{'█' * filled}{'·' * (WIDTH - filled)} {100 * done // max(total, 1):3d} %"


def progress(items: Iterable[T], total: int, label: str) -> Iterator[T]:
    """Yield `items`, showing how many of `total` are done; redrawn once for each percent."""
    shown = -1
    for done, item in enumerate(items):
        percent = 100 * done // max(total, 1)
        if percent != shown:
            shown = percent
            _draw(f"\r{label} {bar(done, total)}")
        yield item
    _draw(f"\r{label} {bar(total, total)}\n")


def _draw(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(text)
        sys.stderr.flush()
    elif text.endswith("\n"):
        sys.stderr.write(text.lstrip("\r"))
