"""The split of one stream as a decider: on running totals, so that no month's cents are lost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from attrs import field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import MoneyFault
from astracore.errors.revenue import MonthSettled, SplitFault
from astracore.events.decider import Decider
from astracore.money import Money, Quote, currency, split
from astracore.numeric import EXACT, exact
from astracore.revenue.splits.commands import SettleSplits
from astracore.revenue.splits.events import SplitPart, SplitsSettled

ZERO = Decimal(0)
SplitRefusal: TypeAlias = SplitFault | MoneyFault
Decided: TypeAlias = Result[tuple[SplitsSettled, ...], SplitRefusal]


@frozen(kw_only=True)
class Split:
    """What a stream earned in all, and what each receiver got of it."""

    month: str = ""
    earned: Decimal = ZERO
    given: Mapping[str, Decimal] = field(factory=dict[str, Decimal])


UNSPLIT = Split()


@exact
def decide(command: SettleSplits, state: Split) -> Decided:
    """Settle a month: split(all that was earned) less what was given before.

    A month that lost more than it earned gives nothing, and what it lost is earned back first.
    Errors: MonthSettled (not later than the last), UnknownCurrency, those of `split`, NumericLimit.
    Rounds: by largest remainder on the running total.  Source: docs/formulas-revenue.md#splits.
    Invariant: what was given sums to the highest total that was settled.
    """
    if command.month <= state.month:
        return Failure(MonthSettled(command.month[:64]))
    net = command.recognised - command.refunds - command.fees
    total = state.earned + net
    if total <= sum(state.given.values(), ZERO):
        return Success((_settled(command, net, ()),))
    # Who is no more in the table keeps what was given: it is not there to be given again.
    named = {share.to for share in command.table.shares}
    gone = sum((amount for to, amount in state.given.items() if to not in named), ZERO)
    whole: Money[Quote] = Money(total - gone, command.currency)
    shares = [each.share for each in command.table.shares]
    return Result.do(
        (_settled(command, net, tuple(part.amount for part in parts), state),)
        for known in currency(command.currency)
        for parts in split(whole, shares, known)
    )


def _settled(
    command: SettleSplits, net: Decimal, totals: tuple[Decimal, ...], state: Split = UNSPLIT
) -> SplitsSettled:
    found = []
    for share, total in zip(command.table.shares, totals, strict=False):
        amount = total - state.given.get(share.to, ZERO)
        found.append(SplitPart(to=share.to, amount=amount))
    return SplitsSettled(
        stream=command.stream,
        month=command.month,
        currency=command.currency,
        net=net,
        parts=tuple(part for part in found if part.amount),
    )


def evolve(state: Split, event: SplitsSettled) -> Split:
    """Add the month."""
    given = dict(state.given)
    for part in event.parts:
        given[part.to] = EXACT.add(given.get(part.to, ZERO), part.amount)
    return Split(month=event.month, earned=EXACT.add(state.earned, event.net), given=given)


SPLIT: Decider[SettleSplits, Split, SplitsSettled, SplitRefusal] = Decider(
    "financial.split", UNSPLIT, decide, evolve
)
