"""A marketplace with its books: every command goes through the deciders, every event into both.

What must hold after each step stands in `bazaar_checks`.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import define, field
from returns.result import Result

from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, Instant
from astracore.nft.auctions import auction as bidding
from astracore.nft.auctions import opening
from astracore.nft.auctions.commands import Bid, CloseAuction, OpenAuction
from astracore.nft.auctions.events import AuctionClosed, AuctionEvent, AuctionOpened, BidPlaced
from astracore.nft.auctions.state import Auction
from astracore.nft.listings import accepting
from astracore.nft.listings import listing as selling
from astracore.nft.listings.commands import (
    AcceptOffer,
    Buy,
    CancelListing,
    ExpireListing,
    List,
    RaiseNonce,
    Reprice,
)
from astracore.nft.listings.events import ListingEvent
from astracore.nft.listings.state import Listing, Seller
from astracore.nft.payments import funds, payment_lines
from astracore.nft.purses import Purse
from astracore.nft.rules import RULES
from astracore.nft.tokens import token as owning
from astracore.nft.tokens.commands import (
    Burn,
    ClaimStaking,
    ExpireOffers,
    MakeOffer,
    Stake,
    Transfer,
    Unstake,
    WithdrawOffer,
)
from astracore.nft.tokens.events import (
    MarketplaceSale,
    NftBurned,
    NftTransferred,
    OfferEnded,
    OfferMade,
    RewardClaimed,
    TokenEvent,
)
from astracore.nft.tokens.state import Token
from astracore.nft.types import (
    AuctionKind,
)
from astracore.outcome import is_failure

Loose: TypeAlias = Any
USERS = tuple(UserId(name) for name in ("ada", "bob", "cyd", "dan"))
START = Instant(1_772_618_400_000_000)
MONEY = {"CREDIT": Decimal(5000), "USDC": Decimal(500)}


@define
class Bazaar:
    """States, books and the log; `now` moves by `wait` alone."""

    now: Instant = START
    tokens: dict[str, Token] = field(factory=dict)
    listings: dict[str, Listing] = field(factory=dict)
    auctions: dict[str, Auction] = field(factory=dict)
    sellers: dict[UserId, Seller] = field(factory=dict)
    books: dict[tuple[str, str], Decimal] = field(factory=lambda: defaultdict(Decimal))
    log: dict[str, list[Loose]] = field(factory=lambda: defaultdict(list))
    owners: dict[str, UserId] = field(factory=dict)  # as told by what was accepted
    sales: list[MarketplaceSale] = field(factory=list)
    bids: dict[str, dict[str, Decimal]] = field(factory=lambda: defaultdict(dict))
    freed: dict[str, Decimal] = field(factory=lambda: defaultdict(Decimal))
    first_end: dict[str, Instant] = field(factory=dict)
    moves: dict[str, list[tuple[Instant, set[UserId]]]] = field(factory=lambda: defaultdict(list))
    paid: dict[str, int] = field(factory=lambda: defaultdict(int))
    count: int = 0

    def fresh(self, what: str) -> str:
        self.count += 1
        return f"{what}{self.count}"

    def wait(self, micros: int) -> None:
        self.now = Instant(self.now.micros + micros)

    # Where events go.
    def tell(self, token_id: str, events: Sequence[TokenEvent]) -> None:
        """Fold a token's events, and pay what they cause."""
        state = self.tokens.get(token_id, Token())
        for event in events:
            self.log[token_id].append(event)
            state = owning.TOKEN.evolve(state, event)
            if isinstance(event, MarketplaceSale):
                self.sold(event)
            if isinstance(event, MarketplaceSale | NftTransferred | NftBurned):
                assert not state.offers
            if isinstance(event, RewardClaimed):
                self.paid[token_id] += event.credits
            if isinstance(event, MarketplaceSale | OfferMade | OfferEnded | RewardClaimed):
                self.pay(event)
        self.tokens[token_id] = state

    def sold(self, event: MarketplaceSale) -> None:
        """The seller owned it, and the two have not had it between them lately."""
        pair = {event.seller_id, event.buyer_id}
        assert self.owners[event.token_id] == event.seller_id
        for at, names in self.moves[event.token_id]:
            assert names != pair or event.at.micros - at.micros >= RULES.wash_within
        self.moves[event.token_id].append((event.at, pair))
        self.sales.append(event)
        self.owners[event.token_id] = event.buyer_id

    def pay(
        self, event: MarketplaceSale | OfferMade | OfferEnded | RewardClaimed | BidPlaced
    ) -> None:
        """Write the lines; what is credited rises."""
        for line in payment_lines(event):
            self.books[(line.account, line.currency)] -= line.amount

    def tell_listing(self, listing_id: str, events: Sequence[ListingEvent]) -> None:
        state = self.listings.get(listing_id, Listing())
        self.listings[listing_id] = replay(selling.LISTING, events, state)
        self.log[listing_id].extend(events)

    def tell_auction(self, auction_id: str, events: Sequence[AuctionEvent]) -> None:
        state = self.auctions.get(auction_id, Auction())
        for event in events:
            if isinstance(event, AuctionOpened):
                self.first_end[auction_id] = event.ends_at
            if isinstance(event, BidPlaced):
                self.pay(event)
                self.bids[auction_id][event.bid_id] = event.amount
                self.freed[auction_id] += event.freed or Decimal(0)
            if isinstance(event, AuctionClosed) and event.kind is AuctionKind.ENGLISH:
                self.settled(event)
            state = bidding.AUCTION.evolve(state, event)
        self.auctions[auction_id] = state
        self.log[auction_id].extend(events)

    def settled(self, event: AuctionClosed) -> None:
        """What losers had set aside is free, and no more; the winner pays the own bid."""
        made = sum(self.bids[event.auction_id].values(), Decimal(0))
        won = event.price or Decimal(0)
        assert self.freed[event.auction_id] == made - won
        assert won == max(self.bids[event.auction_id].values(), default=Decimal(0))

    # What users ask.
    def purse(self, user: UserId, currency: str) -> Purse:
        return Purse(balance=self.books[(funds(user, currency), currency)], verified=True)

    def on_token(self, command: Loose) -> str:
        """A command to one token; the code of its refusal, or nothing."""
        done = owning.TOKEN.decide(command, self.tokens[command.token_id])
        if is_failure(done):
            return str(done.failure().code)
        if isinstance(command, Transfer | Burn | Stake | Unstake | ClaimStaking):
            assert self.owners[command.token_id] == command.user_id
        if isinstance(command, Transfer):
            self.moves[command.token_id].append((self.now, {command.user_id, command.to}))
            self.owners[command.token_id] = command.to
        self.tell(command.token_id, done.unwrap())
        return ""

    def give(self, token_id: str, user: UserId, to: UserId) -> str:
        return self.on_token(Transfer(token_id=token_id, user_id=user, to=to, at=self.now))

    def burn(self, token_id: str, user: UserId) -> str:
        return self.on_token(Burn(token_id=token_id, user_id=user, at=self.now))

    def stake(self, token_id: str, user: UserId) -> str:
        return self.on_token(Stake(token_id=token_id, user_id=user, at=self.now))

    def unstake(self, token_id: str, user: UserId) -> str:
        return self.on_token(Unstake(token_id=token_id, user_id=user, at=self.now))

    def claim(self, token_id: str, user: UserId) -> str:
        return self.on_token(ClaimStaking(token_id=token_id, user_id=user, at=self.now))

    def offer(self, token_id: str, user: UserId, price: Decimal, currency: str) -> str:
        return self.on_token(
            MakeOffer(
                offer_id=self.fresh("offer"),
                token_id=token_id,
                user_id=user,
                price=price,
                currency=currency,
                purse=self.purse(user, currency),
                at=self.now,
            )
        )

    def withdraw(self, token_id: str, user: UserId, place: int) -> str:
        return self.on_token(
            WithdrawOffer(
                offer_id=self.offer_at(token_id, place),
                token_id=token_id,
                user_id=user,
                at=self.now,
            )
        )

    def offer_at(self, token_id: str, place: int) -> str:
        standing = self.tokens[token_id].offers
        return standing[place % len(standing)].offer_id if standing else "none"

    def accept(self, token_id: str, user: UserId, place: int) -> str:
        token = self.tokens[token_id]
        listing = self.listings.get(token.market_id)
        held = listing.token_ids if listing is not None else (token_id,)
        command = AcceptOffer(
            sale_id=self.fresh("sale"),
            offer_id=self.offer_at(token_id, place),
            token_id=token_id,
            user_id=user,
            at=self.now,
        )
        done = accepting.accept_offer(command, self.states(held), listing)
        owner, offers = self.owners[token_id], token.offers
        code = self.traded(done, token.market_id, held)
        if not code:
            assert owner == user
            assert any(self.now.micros < offer.ends_at.micros for offer in offers)
        return code

    def states(self, token_ids: Sequence[str]) -> tuple[Token, ...]:
        return tuple(self.tokens[one] for one in token_ids)

    def traded(
        self, done: Result[selling.Trade, Loose], listing_id: str, held: Sequence[str]
    ) -> str:
        if is_failure(done):
            return str(done.failure().code)
        trade = done.unwrap()
        for token_id, events in zip(held, trade.tokens, strict=True):
            self.tell(token_id, events)
        if trade.listing:
            self.tell_listing(listing_id, trade.listing)
        return ""

    def put_up(self, held: Sequence[str], user: UserId, price: Decimal, currency: str) -> str:
        listing_id = self.fresh("listing")
        command = List(
            listing_id=listing_id,
            user_id=user,
            price=price,
            currency=currency,
            nonce=self.seller(user).nonce,
            at=self.now,
        )
        done = selling.list_tokens(command, Listing(), self.states(held))
        return self.traded(done, listing_id, held)

    def seller(self, user: UserId) -> Seller:
        return self.sellers.get(user, Seller())

    def void(self, user: UserId) -> str:
        """Raise the counter: everything that the user has listed is void."""
        before = self.seller(user)
        command = RaiseNonce(user_id=user, nonce=before.nonce + 1, at=self.now)
        events = selling.SELLER.decide(command, before).unwrap()
        self.sellers[user] = replay(selling.SELLER, events, before)
        return ""

    def reprice(self, listing_id: str, user: UserId, price: Decimal) -> str:
        command = Reprice(listing_id=listing_id, user_id=user, price=price, at=self.now)
        done = selling.LISTING.decide(command, self.listings[listing_id])
        if is_failure(done):
            return str(done.failure().code)
        self.tell_listing(listing_id, done.unwrap())
        return ""

    def cancel(self, listing_id: str, user: UserId) -> str:
        listing = self.listings[listing_id]
        command = CancelListing(listing_id=listing_id, user_id=user, at=self.now)
        done = selling.cancel_listing(command, listing, self.states(listing.token_ids))
        return self.traded(done, listing_id, listing.token_ids)

    def buy(self, listing_id: str, user: UserId) -> str:
        listing = self.listings[listing_id]
        command = Buy(
            sale_id=self.fresh("sale"),
            listing_id=listing_id,
            user_id=user,
            max_price=listing.price,
            purse=self.purse(user, listing.currency),
            nonce=self.seller(listing.owner_id).nonce,
            at=self.now,
        )
        done = selling.buy(command, listing, self.states(listing.token_ids))
        code = self.traded(done, listing_id, listing.token_ids)
        again = selling.buy(command, self.listings[listing_id], self.states(listing.token_ids))
        if not code:
            assert not any(again.unwrap().tokens)
            assert not again.unwrap().listing
        return code

    def auction(self, token_id: str, user: UserId, kind: AuctionKind, start: Decimal) -> str:
        auction_id = self.fresh("auction")
        command = OpenAuction(
            auction_id=auction_id,
            user_id=user,
            kind=kind,
            start=start,
            floor=None if kind is AuctionKind.ENGLISH else Decimal(100),
            currency="CREDIT",
            hours=24,
            at=self.now,
        )
        return self.auctioned(
            opening.open_auction(command, Auction(), self.tokens[token_id]), auction_id, token_id
        )

    def auctioned(
        self, done: Result[opening.Auctioned, Loose], auction_id: str, token_id: str
    ) -> str:
        if is_failure(done):
            return str(done.failure().code)
        self.tell(token_id, done.unwrap().token)
        self.tell_auction(auction_id, done.unwrap().auction)
        return ""

    def bid(self, auction_id: str, user: UserId, amount: Decimal) -> str:
        auction = self.auctions[auction_id]
        before = self.purse(user, "CREDIT").balance + (
            auction.high.amount
            if auction.high is not None and auction.high.bidder_id == user
            else Decimal(0)
        )
        command = Bid(
            bid_id=self.fresh("bid"),
            auction_id=auction_id,
            user_id=user,
            amount=amount,
            purse=self.purse(user, "CREDIT"),
            at=self.now,
        )
        done = bidding.bid(command, auction, self.tokens[auction.token_id])
        code = self.auctioned(done, auction_id, auction.token_id)
        assert code or before - self.purse(user, "CREDIT").balance <= amount
        return code

    def close(self, auction_id: str) -> str:
        auction = self.auctions[auction_id]
        command = CloseAuction(sale_id=self.fresh("sale"), auction_id=auction_id, at=self.now)
        done = bidding.close_auction(command, auction, self.tokens[auction.token_id])
        return self.auctioned(done, auction_id, auction.token_id)

    def sweep(self) -> None:
        """Whatever is over ends."""
        for token_id in self.tokens:
            assert not self.on_token(ExpireOffers(token_id=token_id, at=self.now))
        for listing_id, listing in list(self.listings.items()):
            command = ExpireListing(listing_id=listing_id, at=self.now)
            done = selling.expire_listing(command, listing, self.states(listing.token_ids))
            self.traded(done, listing_id, listing.token_ids)
        for auction_id in list(self.auctions):
            self.close(auction_id)


WAITS = (0, MINUTE, 9 * MINUTE, HOUR, DAY - 5 * MINUTE, DAY, 7 * DAY, 31 * DAY)
PRICES = tuple(Decimal(text) for text in ("99", "100", "101", "107", "250", "1000", "5001"))
