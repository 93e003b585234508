"""Tokens, listings and auctions to refuse things to."""

from decimal import Decimal
from typing import Any

from attrs import evolve

from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.nft.auctions.commands import Bid, OpenAuction
from astracore.nft.auctions.opening import open_auction
from astracore.nft.auctions.state import Auction
from astracore.nft.auctions.state import evolve as auction_after
from astracore.nft.listings.commands import Buy, List
from astracore.nft.listings.listing import list_tokens
from astracore.nft.listings.state import Listing
from astracore.nft.listings.state import evolve as listing_after
from astracore.nft.purses import Purse
from astracore.nft.tokens.commands import MakeOffer, Transfer
from astracore.nft.tokens.state import Token
from astracore.nft.tokens.state import evolve as token_after
from astracore.nft.types import AuctionKind, Kind, NftClass, Rarity, TokenState

ADA, BOB, CYD = UserId("ada"), UserId("bob"), UserId("cyd")
RICH = Purse(balance=Decimal(10**6), verified=True)
AT = Instant(100 * DAY)


def token(token_id: str = "t1", **other: Any) -> Token:  # noqa: ANN401, S107
    """Ada's epic level item, minted."""
    held = Token(
        token_id=token_id,
        state=TokenState.MINTED,
        class_=NftClass.LEVEL_75,
        rarity=Rarity.EPIC,
        kind=Kind.TRADEABLE,
        owner_id=ADA,
        first_owner_id=ADA,
        level=75,
        power=150,
    )
    return evolve(held, **other)


def put(price: str = "1000", currency: str = "CREDIT", user: UserId = ADA) -> List:
    return List(listing_id="l1", user_id=user, price=Decimal(price), currency=currency, at=AT)


def listed(*tokens: Token, command: List | None = None) -> tuple[Listing, tuple[Token, ...]]:
    """A listing that holds `tokens`, and them."""
    trade = list_tokens(put() if command is None else command, Listing(), tokens).unwrap()
    (event,) = trade.listing
    held = tuple(token_after(one, made) for one, (made,) in zip(tokens, trade.tokens, strict=True))
    return listing_after(Listing(), event), held


def purchase(user: UserId = BOB, **other: Any) -> Buy:  # noqa: ANN401 - whatever it has
    asked = Buy(
        sale_id="s1",
        listing_id="l1",
        user_id=user,
        max_price=Decimal(10**6),
        purse=RICH,
        at=AT,
    )
    return evolve(asked, **other)


def offer(user: UserId = BOB, **other: Any) -> MakeOffer:  # noqa: ANN401 - whatever it has
    asked = MakeOffer(
        offer_id="o1",
        token_id="t1",
        user_id=user,
        price=Decimal(100),
        currency="CREDIT",
        purse=RICH,
        at=AT,
    )
    return evolve(asked, **other)


def gift(user: UserId = ADA, to: UserId = BOB, **other: Any) -> Transfer:  # noqa: ANN401
    return evolve(Transfer(token_id="t1", user_id=user, to=to, at=AT), **other)


def opening(**other: Any) -> OpenAuction:  # noqa: ANN401 - whatever it has
    asked = OpenAuction(
        auction_id="a1",
        user_id=ADA,
        kind=AuctionKind.ENGLISH,
        start=Decimal(100),
        floor=None,
        currency="CREDIT",
        hours=24,
        at=AT,
    )
    return evolve(asked, **other)


def auctioned(command: OpenAuction | None = None) -> tuple[Auction, Token]:
    """An open auction of Ada's token, and the token."""
    made = open_auction(opening() if command is None else command, Auction(), token()).unwrap()
    return auction_after(Auction(), made.auction[0]), token_after(token(), made.token[0])


def falling() -> OpenAuction:
    """From 1000 to 400 in 6 hours."""
    return opening(kind=AuctionKind.DUTCH, start=Decimal(1000), floor=Decimal(400), hours=6)


def bidding(user: UserId = BOB, **other: Any) -> Bid:  # noqa: ANN401 - whatever it has
    asked = Bid(bid_id="b1", auction_id="a1", user_id=user, amount=Decimal(100), purse=RICH, at=AT)
    return evolve(asked, **other)


def seen(*values: object) -> tuple[object, ...]:
    """Figures side by side, whatever they are."""
    return values
