"""What time it is. The only place that asks the machine."""

import time

from astracore.instants import Instant


class SystemClock:
    """The wall clock in UTC, and a monotonic one for deadlines."""

    def now(self) -> Instant:
        """The present instant, to the microsecond."""
        return Instant(time.time_ns() // 1000)

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()
