"""The four streams apart and together: what each earned, and that nothing is earned beside."""

from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.revenue import RecognitionFault
from astracore.numeric import exact
from astracore.revenue.recognition.commands import Stream

ZERO = Decimal(0)


@frozen(kw_only=True)
class Earning:
    """What a stream earned (or, below 0, gave back) [currency]."""

    stream: Stream
    amount: Decimal


@frozen(kw_only=True)
class StreamTotals:
    """Every stream once, in their order, and their sum [currency]."""

    streams: tuple[Earning, ...]
    total: Decimal


@exact
def stream_totals(earnings: Iterable[Earning]) -> Result[StreamTotals, RecognitionFault]:
    """Add up by stream.

    Errors: NumericLimit.  Source: docs/formulas-revenue.md#streams.
    Invariant: the four streams sum to the total of all earnings.
    """
    sums = dict.fromkeys(Stream, ZERO)
    for earning in earnings:
        sums[earning.stream] += earning.amount
    streams = tuple(Earning(stream=stream, amount=sums[stream]) for stream in Stream)
    return Success(StreamTotals(streams=streams, total=sum(sums.values(), ZERO)))
