"""Bids and the end of an auction, each one decision over the auction's and the token's state."""

from decimal import Decimal

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.money import MoneyFault
from astracore.errors.nft import (
    AuctionFault,
    AuctionState,
    BidTooLow,
    SelfTrade,
    TokenLocked,
)
from astracore.events.decider import Decider
from astracore.instants import Instant, after
from astracore.nft.auctions.commands import Bid, CloseAuction
from astracore.nft.auctions.events import (
    AuctionClosed,
    AuctionEvent,
    AuctionExtended,
    BidPlaced,
)
from astracore.nft.auctions.opening import Auctioned
from astracore.nft.auctions.state import Auction, HighBid, evolve, may
from astracore.nft.payout import whole_price
from astracore.nft.prices import Fall, dutch_price, english_minimum
from astracore.nft.purses import affordable
from astracore.nft.rules import RULES, ZERO, NftRules
from astracore.nft.sales import Deal, settle, washed
from astracore.nft.tokens.events import TokenReleased
from astracore.nft.tokens.state import Token
from astracore.nft.types import AuctionKind
from astracore.numeric import EXACT, exact
from astracore.outcome import is_failure


@exact
def bid(
    command: Bid, auction: Auction, token: Token, rules: NftRules = RULES
) -> Result[Auctioned, AuctionFault]:
    """Where bids rise, the highest is set aside; where the price falls, the bid buys at once.

    Errors: AuctionState (closed or over), SelfTrade, TokenLocked, the faults of a price,
    BidTooLow, WashSale, TierRequired, SpendingLimit, InsufficientFunds, then as `settle`.
    Source: docs/formulas-collectibles.md#auctions.
    Invariant: the winner pays at most what was bid; what losers had set aside is freed.
    """
    if not may(auction, "bid") or command.at.micros >= auction.ends_at.micros:
        return Failure(AuctionState(auction.status.value))
    if auction.owner_id == command.user_id:
        return Failure(SelfTrade(command.user_id))
    if token.token_id != auction.token_id or token.market_id != auction.auction_id:
        return Failure(TokenLocked(token.token_id, token.state.value))
    least = least_bid(auction, command.at, rules)
    if is_failure(least):
        return least
    unit = whole_price(command.amount, auction.currency)
    if is_failure(unit):
        return unit
    if command.amount < least.unwrap():
        return Failure(BidTooLow(least.unwrap()))
    if auction.kind is AuctionKind.DUTCH:
        return _bought(command, auction, token, least.unwrap(), rules)
    return _placed(command, auction, token, rules)


@exact
def least_bid(
    auction: Auction, at: Instant, rules: NftRules = RULES
) -> Result[Decimal, AuctionState | MoneyFault]:
    """The reserve, the next step over the highest bid, or the falling price of the moment.

    Errors: AuctionState, the faults of a price, NumericLimit.
    """
    if auction.kind is AuctionKind.DUTCH:
        fall = Fall(
            start=auction.start,
            floor=ZERO if auction.floor is None else auction.floor,
            duration=auction.ends_at.micros - auction.opened_at.micros,
            currency=auction.currency,
        )
        return dutch_price(fall, at.micros - auction.opened_at.micros)
    if auction.high is None:
        return Success(auction.start)
    return english_minimum(auction.high.amount, auction.currency, rules.english_step)


def _bought(
    command: Bid, auction: Auction, token: Token, price: Decimal, rules: NftRules
) -> Result[Auctioned, AuctionFault]:
    deal = Deal(
        sale_id=command.bid_id,
        market_id=auction.auction_id,
        seller_id=auction.owner_id,
        buyer_id=command.user_id,
        price=price,
        currency=auction.currency,
        at=command.at,
    )
    return Result.do(
        Auctioned(auction=(_sold(auction, deal),), token=sold[0])
        for _ in affordable(command.purse, command.user_id, price, auction.currency)
        for sold in settle(deal, (token,), rules)
    )


def _placed(
    command: Bid, auction: Auction, token: Token, rules: NftRules
) -> Result[Auctioned, AuctionFault]:
    wash = washed(token, auction.owner_id, command.user_id, command.at, rules)
    if wash is not None:
        return Failure(wash)
    beaten = auction.high
    # Whoever raises the own bid has what was set aside for it at hand.
    own = beaten is not None and beaten.bidder_id == command.user_id
    freed = beaten.amount if own and beaten is not None else ZERO
    purse = changed(command.purse, balance=EXACT.add(command.purse.balance, freed))
    paid = affordable(purse, command.user_id, command.amount, auction.currency)
    if is_failure(paid):
        return paid
    extended = _extended(command, auction, rules)
    ends_at = auction.ends_at if extended is None else extended.ends_at
    placed = _bid_placed(command, auction, beaten, ends_at)
    events = (placed,) if extended is None else (placed, extended)
    return Success(Auctioned(auction=events))


def _extended(command: Bid, auction: Auction, rules: NftRules) -> AuctionExtended | None:
    left = auction.ends_at.micros - command.at.micros
    if left >= rules.snipe_window or auction.extensions >= rules.snipe_most:
        return None
    return AuctionExtended(
        auction_id=auction.auction_id,
        token_id=auction.token_id,
        ends_at=after(command.at, rules.snipe_window),
        extensions=auction.extensions + 1,
        at=command.at,
    )


def _bid_placed(
    command: Bid, auction: Auction, beaten: HighBid | None, ends_at: Instant
) -> BidPlaced:
    return BidPlaced(
        auction_id=auction.auction_id,
        bid_id=command.bid_id,
        kind=auction.kind,
        token_id=auction.token_id,
        bidder_id=command.user_id,
        amount=command.amount,
        currency=auction.currency,
        freed_id=None if beaten is None else beaten.bid_id,
        freed_to=None if beaten is None else beaten.bidder_id,
        freed=None if beaten is None else beaten.amount,
        ends_at=ends_at,
        at=command.at,
    )


@exact
def close_auction(
    command: CloseAuction, auction: Auction, token: Token, rules: NftRules = RULES
) -> Result[Auctioned, AuctionFault]:
    """A sale to the highest bid, at that bid; without one the token is free again.

    Errors: AuctionState (not open, or its time is not over), TokenLocked, then as `settle`.
    Source: docs/formulas-collectibles.md#auctions.
    """
    if not may(auction, "close") or command.at.micros < auction.ends_at.micros:
        return Failure(AuctionState(auction.status.value))
    if token.token_id != auction.token_id or token.market_id != auction.auction_id:
        return Failure(TokenLocked(token.token_id, token.state.value))
    high = auction.high
    if high is None:
        return Success(_unsold(command, auction, token))
    deal = Deal(
        sale_id=command.sale_id,
        market_id=auction.auction_id,
        seller_id=auction.owner_id,
        buyer_id=high.bidder_id,
        price=high.amount,
        currency=auction.currency,
        escrow=high.bid_id,
        at=command.at,
    )
    return settle(deal, (token,), rules).map(
        lambda sold: Auctioned(auction=(_sold(auction, deal),), token=sold[0])
    )


def _sold(auction: Auction, deal: Deal) -> AuctionClosed:
    return AuctionClosed(
        auction_id=auction.auction_id,
        kind=auction.kind,
        token_id=auction.token_id,
        owner_id=auction.owner_id,
        winner_id=deal.buyer_id,
        price=deal.price,
        currency=auction.currency,
        sale_id=deal.sale_id,
        at=deal.at,
    )


def _unsold(command: CloseAuction, auction: Auction, token: Token) -> Auctioned:
    closed = AuctionClosed(
        auction_id=auction.auction_id,
        kind=auction.kind,
        token_id=auction.token_id,
        owner_id=auction.owner_id,
        winner_id=None,
        price=None,
        currency=auction.currency,
        sale_id=None,
        at=command.at,
    )
    free = TokenReleased(
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        market_id=auction.auction_id,
        at=command.at,
    )
    return Auctioned(auction=(closed,), token=(free,))


def decide(
    command: CloseAuction, auction: Auction
) -> Result[tuple[AuctionEvent, ...], AuctionFault]:
    """The auction's half of an end without bids, for a token that it holds.

    Errors: AuctionState, TokenLocked (with a bid it is a sale, which needs the token).
    """
    if auction.high is not None:
        return Failure(TokenLocked(auction.token_id, auction.status.value))
    held = Token(token_id=auction.token_id, market_id=auction.auction_id)
    return close_auction(command, auction, held).map(lambda made: made.auction)


AUCTION: Decider[CloseAuction, Auction, AuctionEvent, AuctionFault] = Decider(
    "nft.auction", Auction(), decide, evolve
)
