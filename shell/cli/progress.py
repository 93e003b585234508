"""A progress bar on standard error: a line that redraws on a terminal, its end elsewhere."""

import sys

WIDTH = 32


def drawn(done: int, total: int) -> str:
    """The bar at `done` of `total`.

    >>> drawn(1, 4)
    '████████························  25 %'
    """
    percent = 100 * done // max(total, 1)
    filled = WIDTH * percent // 100
    return f"{'█' * filled}{'·' * (WIDTH - filled)} {percent:3d} %"


class Bar:
    """One bar; redrawn once for each percent, so that a fast loop does not wait for a terminal."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = -1

    def show(self, done: int, total: int) -> None:
        """`done` of `total` is done."""
        percent = 100 * done // max(total, 1)
        if percent == self._shown:
            return
        self._shown = percent
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self._label} {drawn(done, total)}")
            sys.stderr.flush()

    def end(self) -> None:
        """All is done: the full bar stays."""
        start = "\r" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{start}{self._label} {drawn(1, 1)}\n")
