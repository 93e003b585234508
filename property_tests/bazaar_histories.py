"""Random days on the market, the same for the same seed: what was accepted, by deed."""

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from attrs import define

from astracore.ids import UserId
from astracore.nft.types import AuctionKind
from property_tests.bazaar import PRICES, USERS, WAITS, Bazaar
from property_tests.bazaar_checks import check
from property_tests.bazaar_opening import opened

STEPS = 160
LIKELY = (1, 6, 6, 6, 1, 2, 1, 1)  # of the waits
Deed: TypeAlias = Callable[["Day"], str]


@define
class Day:
    """A market and the dice."""

    bazaar: Bazaar
    dice: random.Random

    def user(self) -> UserId:
        return self.dice.choice(USERS)

    def price(self) -> Decimal:
        return self.dice.choice(PRICES)

    def currency(self) -> str:
        return self.dice.choice(("CREDIT", "CREDIT", "USDC"))

    def token(self) -> str:
        return self.dice.choice(tuple(self.bazaar.tokens))

    def owner(self, token_id: str) -> UserId:
        return self.bazaar.owners[token_id] if self.dice.random() < 0.9 else self.user()

    def listing(self) -> str:
        return self.dice.choice(tuple(self.bazaar.listings)[-4:])

    def auction(self) -> str:
        return self.dice.choice(tuple(self.bazaar.auctions)[-3:])


def _wait(day: Day) -> str:
    (micros,) = day.dice.choices(WAITS, LIKELY)
    day.bazaar.wait(micros)
    return ""


def _sweep(day: Day) -> str:
    day.bazaar.sweep()
    return ""


def _give(day: Day) -> str:
    token_id = day.token()
    return day.bazaar.give(token_id, day.owner(token_id), day.user())


def _burn(day: Day) -> str:
    token_id = day.token()
    return day.bazaar.burn(token_id, day.owner(token_id)) if day.dice.random() < 0.05 else "spared"


def _stake(day: Day) -> str:
    token_id = day.token()
    return day.bazaar.stake(token_id, day.owner(token_id))


def _unstake(day: Day) -> str:
    token_id = day.token()
    return day.bazaar.unstake(token_id, day.owner(token_id))


def _claim(day: Day) -> str:
    token_id = day.token()
    return day.bazaar.claim(token_id, day.owner(token_id))


def _offer(day: Day) -> str:
    return day.bazaar.offer(day.token(), day.user(), day.price(), day.currency())


def _withdraw(day: Day) -> str:
    return day.bazaar.withdraw(day.token(), day.user(), day.dice.randrange(9))


def _accept(day: Day) -> str:
    token_id = day.token()
    return day.bazaar.accept(token_id, day.owner(token_id), day.dice.randrange(9))


def _list(day: Day) -> str:
    owner = day.user()
    own = [one for one, name in day.bazaar.owners.items() if name == owner] or [day.token()]
    held = tuple(dict.fromkeys(day.dice.choices(own, k=day.dice.choice((1, 1, 2, 3)))))
    return day.bazaar.put_up(held, owner, day.price(), day.currency())


def _void(day: Day) -> str:
    return day.bazaar.void(day.user()) if day.dice.random() < 0.2 else "spared"


def _reprice(day: Day) -> str:
    if not day.bazaar.listings:
        return "none"
    listing_id = day.listing()
    return day.bazaar.reprice(listing_id, day.bazaar.listings[listing_id].owner_id, day.price())


def _cancel(day: Day) -> str:
    if not day.bazaar.listings:
        return "none"
    listing_id = day.listing()
    return day.bazaar.cancel(listing_id, day.bazaar.listings[listing_id].owner_id)


def _buy(day: Day) -> str:
    return day.bazaar.buy(day.listing(), day.user()) if day.bazaar.listings else "none"


def _auction(day: Day) -> str:
    token_id = day.token()
    kind = day.dice.choice(tuple(AuctionKind))
    return day.bazaar.auction(token_id, day.owner(token_id), kind, day.price())


def _bid(day: Day) -> str:
    if not day.bazaar.auctions:
        return "none"
    auction_id = day.auction()
    high = day.bazaar.auctions[auction_id].high
    raised = day.price() if high is None else high.amount + day.dice.randrange(5, 60)
    return day.bazaar.bid(auction_id, day.user(), raised)


def _stretch(day: Day) -> str:
    """Bids in the last minutes of an auction, one after the other."""
    if not day.bazaar.auctions:
        return "none"
    auction_id = day.auction()
    for turn in range(16):
        auction = day.bazaar.auctions[auction_id]
        day.bazaar.wait(max(0, auction.ends_at.micros - day.bazaar.now.micros - 1))
        high = Decimal(100) if auction.high is None else auction.high.amount
        day.bazaar.bid(auction_id, USERS[turn % len(USERS)], high + high // 16 + 1)
        check(day.bazaar)
    return ""


DEEDS: dict[str, tuple[Deed, int]] = {
    "wait": (_wait, 6),
    "sweep": (_sweep, 2),
    "give": (_give, 3),
    "burn": (_burn, 2),
    "stake": (_stake, 3),
    "unstake": (_unstake, 3),
    "claim": (_claim, 3),
    "offer": (_offer, 12),
    "withdraw": (_withdraw, 3),
    "accept": (_accept, 10),
    "list": (_list, 10),
    "void": (_void, 1),
    "reprice": (_reprice, 4),
    "cancel": (_cancel, 3),
    "buy": (_buy, 10),
    "auction": (_auction, 5),
    "bid": (_bid, 12),
    "stretch": (_stretch, 1),
}


def history(seed: int) -> Counter[str]:
    """One market from its opening on; raises AssertionError when something does not hold."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    day = Day(opened(), dice)
    done: Counter[str] = Counter()
    names = tuple(DEEDS)
    for name in dice.choices(names, [DEEDS[one][1] for one in names], k=STEPS):
        code = DEEDS[name][0](day)
        done[name if not code else f"{name}: {code}"] += 1
        check(day.bazaar)
    return done
