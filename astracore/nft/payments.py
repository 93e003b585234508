"""What each event of the market moves in the books: one place for all its money.

CREDIT moves between wallets, the platform's share is burned; other currencies move between users'
funds, the platform's share is revenue of the marketplace and the royalty is payable.
"""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import frozen

from astracore.money.currencies import CREDIT
from astracore.nft.auctions.events import BidPlaced
from astracore.nft.tokens.events import MarketplaceSale, OfferEnded, OfferMade, RewardClaimed
from astracore.nft.types import OfferEnd

MoneyEvent: TypeAlias = MarketplaceSale | OfferMade | OfferEnded | BidPlaced | RewardClaimed


@frozen(kw_only=True)
class PaymentLine:
    """One side of a payment, as books write it: debit > 0, credit < 0 [currency]."""

    account: str
    currency: str
    amount: Decimal


def payment_lines(event: MoneyEvent) -> tuple[PaymentLine, ...]:
    """The lines that `event` causes; parts of zero are left out.

    Source: docs/formulas-collectibles.md#sale.
    Invariant: the lines sum to zero; escrow holds exactly the standing offers and highest bids.
    """
    match event:
        case MarketplaceSale():
            return sale_lines(event)
        case OfferMade():
            return moved(
                funds(event.bidder_id, event.currency),
                escrow(event.offer_id, event.currency),
                event.currency,
                event.amount,
            )
        case OfferEnded():
            return () if event.reason is OfferEnd.ACCEPTED else freed_offer(event)
        case BidPlaced():
            return bid_lines(event)
        case RewardClaimed():
            return moved("issued", funds(event.user_id, CREDIT), CREDIT, Decimal(event.credits))
        case _:
            assert_never(event)


def funds(user_id: str, currency: str) -> str:
    """Where a user's money of this currency stands.

    >>> funds("u1", "CREDIT"), funds("u1", "USDC")
    ('wallet/u1', 'user_funds/u1')
    """
    return f"wallet/{user_id}" if currency == CREDIT else f"user_funds/{user_id}"


def escrow(reference: str, currency: str) -> str:
    """Where what an offer or a bid sets aside stands."""
    return f"game_escrow/{reference}" if currency == CREDIT else f"escrow/{reference}"


def moved(
    from_account: str, to_account: str, currency: str, amount: Decimal
) -> tuple[PaymentLine, ...]:
    """Two lines, or none where nothing moves."""
    return (
        *line(from_account, currency, amount),
        *line(to_account, currency, amount.copy_negate()),
    )


def line(account: str, currency: str, amount: Decimal) -> tuple[PaymentLine, ...]:
    """One line, or none where nothing moves."""
    if not amount:
        return ()
    return (PaymentLine(account=account, currency=currency, amount=amount),)


def sale_lines(event: MarketplaceSale) -> tuple[PaymentLine, ...]:
    """The price out of escrow or the buyer's funds; seller, first owner and platform get it."""
    points = event.currency == CREDIT
    payer = (
        funds(event.buyer_id, event.currency)
        if event.escrow is None
        else escrow(event.escrow, event.currency)
    )
    royalty = funds(event.royalty_to, CREDIT) if points else f"payable/{event.royalty_to}"
    house = "burned" if points else "nft_marketplace"
    return (
        *line(payer, event.currency, event.price),
        *line(funds(event.seller_id, event.currency), event.currency, event.proceeds.copy_negate()),
        *line(royalty, event.currency, event.royalty.copy_negate()),
        *line(house, event.currency, event.platform.copy_negate()),
    )


def freed_offer(event: OfferEnded) -> tuple[PaymentLine, ...]:
    """What was set aside goes back."""
    return moved(
        escrow(event.offer_id, event.currency),
        funds(event.bidder_id, event.currency),
        event.currency,
        event.amount,
    )


def bid_lines(event: BidPlaced) -> tuple[PaymentLine, ...]:
    """The beaten bid goes back, then the new one is set aside."""
    back: tuple[PaymentLine, ...] = ()
    if event.freed_id is not None and event.freed_to is not None and event.freed is not None:
        back = moved(
            escrow(event.freed_id, event.currency),
            funds(event.freed_to, event.currency),
            event.currency,
            event.freed,
        )
    aside = moved(
        funds(event.bidder_id, event.currency),
        escrow(event.bid_id, event.currency),
        event.currency,
        event.amount,
    )
    return (*back, *aside)
