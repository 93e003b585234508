"""Tokens leave the oldest purchase first, and what was paid for them is earned as they go.

Of a lot of n tokens that cost p, the first k earn e2(p × k/n): the parts add up to p exactly,
however they are cut.
"""

from decimal import Decimal

from attrs import evolve as changed
from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.instants import Instant
from astracore.numeric import Rounding, exact, rounded_quotient
from astracore.revenue.wallets.state import TokenLot

ZERO = Decimal(0)
CENT = Decimal("0.01")


@frozen(kw_only=True)
class Taken:
    """What is left of the lots, and what was earned [USD]."""

    lots: tuple[TokenLot, ...]
    earned: Decimal


@exact
def taken(lots: tuple[TokenLot, ...], amount: int) -> Result[Taken, NumericLimit]:
    """The lots less `amount` tokens, oldest first; used-up lots are gone.

    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#tokens.
    Invariant: using up a lot, in whatever steps, earns what was paid for it.
    """
    left, earned, rest = [], ZERO, amount
    for lot in lots:
        part = max(0, min(rest, lot.left))
        rest -= part
        used = _used(lot, part)
        earned += used.earned - lot.earned
        left += [used] if used.left else []
    return Success(Taken(lots=tuple(left), earned=earned))


def _used(lot: TokenLot, part: int) -> TokenLot:
    if part == 0:
        return lot
    left = lot.left - part
    gone = Decimal(lot.bought - left)
    earned = rounded_quotient(lot.paid * gone, Decimal(lot.bought), CENT, Rounding.HALF_EVEN)
    return changed(lot, left=left, earned=earned if left else lot.paid)


def lapsed(lots: tuple[TokenLot, ...], at: Instant, live: int) -> int:
    """How many tokens are older than they live at `at` [µs]; the oldest lots come first."""
    return sum(lot.left for lot in lots if at.micros - lot.at.micros >= live)
