"""What may have happened to a stream's split."""

from decimal import Decimal
from typing import ClassVar

from attrs import frozen

from astracore.revenue.recognition.commands import Stream


@frozen(kw_only=True)
class SplitPart:
    """What a receiver gets [currency]."""

    to: str
    amount: Decimal


@frozen(kw_only=True)
class SplitsSettled:
    """`net` was earned in the month; the parts are what that adds to what was given out before."""

    TYPE: ClassVar[str] = "astra.financial.splits_settled.v1"
    stream: Stream
    month: str
    currency: str
    net: Decimal
    parts: tuple[SplitPart, ...]
