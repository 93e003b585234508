"""Causes that concern collectibles: minting, the market, staking."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.funds import InsufficientFunds
from astracore.errors.gates import SpendingLimit, TierRequired
from astracore.errors.money import MoneyFault
from astracore.errors.risk import NotPermitted
from astracore.errors.values import InvalidFraction


@frozen
class NotEligible:
    """What `item` names, a class or a need, is not met or was never granted to this user."""

    code: ClassVar[str] = "not_eligible"
    item: str


@frozen
class AlreadyMinted:
    """The collectible exists: one for each user, class and tournament or edition."""

    code: ClassVar[str] = "already_minted"
    token_id: str


@frozen
class MintState:
    """The mint is in another state than this step needs."""

    code: ClassVar[str] = "mint_state"
    state: str


@frozen
class SoldOut:
    """The edition has no serial left."""

    code: ClassVar[str] = "sold_out"
    cap: int


@frozen
class BadReveal:
    """What was revealed is not what was committed to, or there is nothing to draw from."""

    code: ClassVar[str] = "bad_reveal"
    commitment: str


@frozen
class ListingState:
    """The listing or offer is not open for this; `state` says what it is instead."""

    code: ClassVar[str] = "listing_state"
    state: str


@frozen
class PriceTooLow:
    """The price is below the least that the currency's rules allow."""

    code: ClassVar[str] = "price_too_low"
    currency: str
    least: Decimal


@frozen
class SelfTrade:
    """Nobody buys from, bids against, or hands over to themselves."""

    code: ClassVar[str] = "self_trade"
    user: str


@frozen
class Soulbound:
    """The collectible stays with the one who earned it."""

    code: ClassVar[str] = "soulbound"
    token_id: str


@frozen
class TokenLocked:
    """The token's state does not allow this: listed, staked, burned, or not there."""

    code: ClassVar[str] = "token_locked"
    token_id: str
    state: str


@frozen
class WashSale:
    """The same two users had this token between them less than the rules' days ago."""

    code: ClassVar[str] = "wash_sale"
    token_id: str
    other: str


@frozen
class RoyaltyAbovePrice:
    """Platform share and royalty together are more than the price."""

    code: ClassVar[str] = "royalty_above_price"
    shares: Decimal


@frozen
class BundleSize:
    """A sale holds one token, or a bundle of two to ten different ones of one owner."""

    code: ClassVar[str] = "bundle_size"
    count: int


@frozen
class BidTooLow:
    """The bid is below the reserve, the next step, or the price of the moment."""

    code: ClassVar[str] = "bid_too_low"
    least: Decimal


@frozen
class AuctionState:
    """The auction is not open for this, or its terms are none; `state` says why."""

    code: ClassVar[str] = "auction_state"
    state: str


@frozen
class StakeTooShort:
    """A stake stays for the rules' days [µs since 1970]."""

    code: ClassVar[str] = "stake_too_short"
    until: int


@frozen
class NothingToClaim:
    """No full day of staking is unpaid."""

    code: ClassVar[str] = "nothing_to_claim"
    token_id: str


MintFault: TypeAlias = NotEligible | AlreadyMinted | MintState | SoldOut | NotPermitted | MoneyFault
PayoutFault: TypeAlias = RoyaltyAbovePrice | InvalidFraction | MoneyFault
TokenFault: TypeAlias = (
    MintState
    | ListingState
    | PriceTooLow
    | SelfTrade
    | Soulbound
    | TokenLocked
    | StakeTooShort
    | NothingToClaim
    | InsufficientFunds
    | TierRequired
    | SpendingLimit
    | NotPermitted
    | MoneyFault
)
SaleFault: TypeAlias = TokenFault | PayoutFault | WashSale | BundleSize
AuctionFault: TypeAlias = SaleFault | BidTooLow | AuctionState
