"""What may be asked of a stream's split."""

from decimal import Decimal

from attrs import frozen

from astracore.revenue.recognition.commands import Stream


@frozen(kw_only=True)
class Share:
    """A part of the earnings [1] for a receiver."""

    to: str
    share: Decimal


@frozen(kw_only=True)
class SplitTable:
    """Who gets what; the shares sum to 1."""

    shares: tuple[Share, ...] = ()


SPLITS = SplitTable(
    shares=(
        Share(to="treasury", share=Decimal("0.5")),
        Share(to="operations", share=Decimal("0.25")),
        Share(to="staking_rewards", share=Decimal("0.15")),
        Share(to="gas_sponsorship", share=Decimal("0.1")),
    )
)


@frozen(kw_only=True)
class SettleSplits:
    """A month is over: what the stream earned, gave back and paid to processors [currency]."""

    stream: Stream
    month: str  # 2026-03
    currency: str
    recognised: Decimal
    refunds: Decimal
    fees: Decimal
    table: SplitTable = SPLITS
