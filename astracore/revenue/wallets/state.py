"""What a wallet remembers: balances, the day's rewards, tokens by purchase.

It does not remember which events it was rewarded for: a repeat has the id of a command that was
answered before. So it stays small.
"""

from decimal import Decimal

from attrs import frozen

from astracore.instants import Instant

NO_DAY = -(2**31)  # earlier than every day that an instant can name


@frozen(kw_only=True)
class TokenLot:
    """Tokens of one purchase: `left` of `bought`, paid [USD] in all and `earned` of it so far."""

    payment_id: str
    bought: int
    left: int
    paid: Decimal
    earned: Decimal
    at: Instant


@frozen(kw_only=True)
class Wallet:
    """`earned` CREDIT on the UTC day `day`; `lots` oldest first.

    Invariants: neither balance is below 0; `earned` never exceeds the cap.
    """

    credits: int = 0
    day: int = NO_DAY
    earned: int = 0
    lots: tuple[TokenLot, ...] = ()


def tokens_of(wallet: Wallet) -> int:
    """How many tokens are left."""
    return sum(lot.left for lot in wallet.lots)
