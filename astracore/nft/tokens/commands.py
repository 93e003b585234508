"""What may be asked of one token. Lists, sales and auctions are decided over more than it."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.purses import Purse


@frozen(kw_only=True)
class Transfer:
    """Give the token away. `tx_hash` is there when the chain has moved it already."""

    token_id: str
    user_id: UserId
    to: UserId
    tx_hash: str | None = None
    at: Instant


@frozen(kw_only=True)
class Burn:
    """Destroy the token."""

    token_id: str
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class Stake:
    """Let the token earn."""

    token_id: str
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class Unstake:
    """Take the token out; unpaid full days are paid."""

    token_id: str
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class ClaimStaking:
    """Have the full days paid that are not yet."""

    token_id: str
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class MakeOffer:
    """Set `price` aside for a token that is minted or listed."""

    offer_id: str
    token_id: str
    user_id: UserId
    price: Decimal
    currency: str
    purse: Purse
    at: Instant


@frozen(kw_only=True)
class WithdrawOffer:
    """Take one's own offer back."""

    offer_id: str
    token_id: str
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class ExpireOffers:
    """End every offer whose time is over."""

    token_id: str
    at: Instant


TokenCommand: TypeAlias = (
    Transfer | Burn | Stake | Unstake | ClaimStaking | MakeOffer | WithdrawOffer | ExpireOffers
)
