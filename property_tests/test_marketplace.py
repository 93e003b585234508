"""The market as a machine: whatever is asked in whatever order, nobody loses what is theirs."""

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from astracore.ids import UserId
from astracore.nft.types import AuctionKind
from property_tests.bazaar import PRICES, USERS, WAITS
from property_tests.bazaar_checks import check
from property_tests.bazaar_opening import opened

users = st.sampled_from(USERS)
places = st.integers(0, 8)
prices = st.sampled_from(PRICES)
currencies = st.sampled_from(["CREDIT", "CREDIT", "USDC"])


class Marketplace(RuleBasedStateMachine):
    """Users are often the right ones: a quarter of what they ask is accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.bazaar = opened()

    def token(self, place: int) -> str:
        return tuple(self.bazaar.tokens)[place % len(self.bazaar.tokens)]

    def owner(self, place: int, user: UserId, *, honest: bool) -> UserId:
        return self.bazaar.owners[self.token(place)] if honest else user

    @rule(micros=st.sampled_from(WAITS))
    def wait(self, micros: int) -> None:
        self.bazaar.wait(micros)

    @rule()
    def sweep(self) -> None:
        self.bazaar.sweep()

    @rule(place=places, user=users, to=users, honest=st.booleans())
    def give(self, place: int, user: UserId, to: UserId, *, honest: bool) -> None:
        self.bazaar.give(self.token(place), self.owner(place, user, honest=honest), to)

    @rule(place=places, user=users)
    def burn(self, place: int, user: UserId) -> None:
        self.bazaar.burn(self.token(place), user)

    @rule(place=places, user=users, honest=st.booleans())
    def stake(self, place: int, user: UserId, *, honest: bool) -> None:
        self.bazaar.stake(self.token(place), self.owner(place, user, honest=honest))

    @rule(place=places, user=users, honest=st.booleans(), out=st.booleans())
    def earn(self, place: int, user: UserId, *, honest: bool, out: bool) -> None:
        ask = self.bazaar.unstake if out else self.bazaar.claim
        ask(self.token(place), self.owner(place, user, honest=honest))

    @rule(place=places, user=users, price=prices, currency=currencies)
    def offer(self, place: int, user: UserId, price: Decimal, currency: str) -> None:
        self.bazaar.offer(self.token(place), user, price, currency)

    @rule(place=places, user=users, which=places)
    def withdraw(self, place: int, user: UserId, which: int) -> None:
        self.bazaar.withdraw(self.token(place), user, which)

    @rule(place=places, user=users, which=places, honest=st.booleans())
    def accept(self, place: int, user: UserId, which: int, *, honest: bool) -> None:
        self.bazaar.accept(self.token(place), self.owner(place, user, honest=honest), which)

    @rule(place=places, more=st.lists(places, max_size=2), price=prices, currency=currencies)
    def put_up(self, place: int, more: list[int], price: Decimal, currency: str) -> None:
        held = (self.token(place), *map(self.token, more))
        self.bazaar.put_up(held, self.bazaar.owners[held[0]], price, currency)

    @rule(user=users)
    def void(self, user: UserId) -> None:
        self.bazaar.void(user)

    @precondition(lambda self: self.bazaar.listings)
    @rule(place=places, user=users, price=prices)
    def reprice(self, place: int, user: UserId, price: Decimal) -> None:
        self.bazaar.reprice(self.listing(place), user, price)

    @precondition(lambda self: self.bazaar.listings)
    @rule(place=places, user=users)
    def cancel(self, place: int, user: UserId) -> None:
        self.bazaar.cancel(self.listing(place), user)

    @precondition(lambda self: self.bazaar.listings)
    @rule(place=places, user=users)
    def buy(self, place: int, user: UserId) -> None:
        self.bazaar.buy(self.listing(place), user)

    def listing(self, place: int) -> str:
        return tuple(self.bazaar.listings)[-1 - place % len(self.bazaar.listings)]

    @rule(place=places, kind=st.sampled_from(AuctionKind), price=prices)
    def auction(self, place: int, kind: AuctionKind, price: Decimal) -> None:
        token_id = self.token(place)
        self.bazaar.auction(token_id, self.bazaar.owners[token_id], kind, price)

    @precondition(lambda self: self.bazaar.auctions)
    @rule(place=places, user=users, price=prices)
    def bid(self, place: int, user: UserId, price: Decimal) -> None:
        auctions = tuple(self.bazaar.auctions)
        self.bazaar.bid(auctions[-1 - place % len(auctions)], user, price)

    @precondition(lambda self: self.bazaar.auctions)
    @rule(place=places)
    def close(self, place: int) -> None:
        auctions = tuple(self.bazaar.auctions)
        self.bazaar.close(auctions[-1 - place % len(auctions)])

    @invariant()
    def holds(self) -> None:
        check(self.bazaar)


Marketplace.TestCase.settings = settings(stateful_step_count=40, deadline=None)
TestMarketplace = Marketplace.TestCase
