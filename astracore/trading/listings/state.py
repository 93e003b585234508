"""What is remembered of one symbol."""

from attrs import frozen

from astracore.trading.types import Instrument


@frozen(kw_only=True)
class Listing:
    """An instrument and how often it was changed; None: never listed or changed by staff."""

    instrument: Instrument | None = None
    revision: int = 0
