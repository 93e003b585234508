"""A breaker: who failed several times in a row is left in peace for a while."""

from collections.abc import Callable

from attrs import define

FAILURES = 3
REST = 1.0  # [s]


def silent(_is_open: bool) -> None:  # noqa: FBT001 - the answer to a question
    """Nobody is told."""


@define(eq=False)
class Breaker:
    """Closed until `FAILURES` in a row; then one trial every `REST` seconds until one succeeds."""

    monotonic: Callable[[], float]
    told: Callable[[bool], None] = silent  # of each change, whether it is open now
    _failures: int = 0
    _until: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the other side counts as away."""
        return self._failures >= FAILURES

    def lets(self) -> bool:
        """Whether a call may be tried now; while it is open, one caller tries for all."""
        if not self.is_open:
            return True
        now = self.monotonic()
        if now < self._until:
            return False
        self._until = now + REST
        return True

    def succeeded(self) -> None:
        """A call was answered."""
        was, self._failures = self.is_open, 0
        if was:
            self.told(False)  # noqa: FBT003 - what it is told

    def failed(self) -> None:
        """A call was not answered in time, or with an error."""
        self._failures += 1
        self._until = self.monotonic() + REST
        if self._failures == FAILURES:
            self.told(True)  # noqa: FBT003 - what it is told
