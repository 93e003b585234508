"""Walks through collectibles: claims and mints, a token's life; grids of prices and figures."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

import itertools
from decimal import Decimal

from attrs import evolve

from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, Instant
from astracore.nft.collection import Piece, SaleMade, collection_stats, owner_figures
from astracore.nft.eligibility.commands import FailMint, GrantEligibility, RecordMint, RequestMint
from astracore.nft.eligibility.eligibility import (
    ELIGIBILITY,
    SUPPLY,
    record_mint,
    request_mint,
)
from astracore.nft.eligibility.requirements import Fact
from astracore.nft.payout import payout, royalty_of
from astracore.nft.prices import Fall, dutch_price, english_minimum
from astracore.nft.purses import Purse
from astracore.nft.rules import Measure
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
from astracore.nft.tokens.token import TOKEN
from astracore.nft.traits import commitment, trait, traits
from astracore.nft.types import Kind, NftClass, Rarity, TokenState
from astracore.nft.valuation import Sold, demand, is_trending, trending, valuation
from tests.kept.telling import Tale
from tests.kept.walking import START, Dice, Loose, walk_all
from tests.nft.dealers import token

D = Decimal
ADA, BOB = UserId("ada"), UserId("bob")
BOUNDS = ("1", "10", "0.1", "0.09", "5", "25", "30", "50", "75", "100", "500", "1000", "0.6", "2")


def facts(d: Dice) -> tuple[Fact, ...]:
    return tuple(
        Fact(measure, D(d.one(*BOUNDS))) for measure in Measure if d.one(True, True, True, False)
    )


def claims(*seeds: int) -> str:
    """Claims of every class, granted, requested, minted or failed, with the serials beside them."""
    tale = Tale()
    for seed in seeds:
        d = Dice(seed)
        for class_ in NftClass:
            key = f"{class_.value}{seed % 2}"
            named = {"user_id": ADA, "class_": class_, "reference": d.one("", "one", "two")}
            for _ in range(7):
                d.wait()
                at = d.now
                tale.ask(
                    ELIGIBILITY,
                    key,
                    GrantEligibility(
                        **named, facts=facts(d), edition_rarity=d.one(None, *Rarity), at=at
                    ),
                )
                claim, supply = tale.state(ELIGIBILITY, key), tale.state(SUPPLY, class_.value)
                asked = RequestMint(
                    **named, level=d.one(-1, 0, 49, 50, 51), traits=d.one((), (3, 1)), at=at
                )
                made = tale.answer("request", request_mint(asked, claim, supply))
                if made is not None:
                    tale.tell(ELIGIBILITY, key, made.claim)
                    tale.tell(SUPPLY, class_.value, made.supply)
                if d.one(True, True, False):
                    tale.ask(ELIGIBILITY, key, FailMint(**named, reason="gas", at=at))
                else:
                    record = RecordMint(**named, tx_hash="0x1", at=at)
                    done = tale.answer("record", record_mint(record, tale.state(ELIGIBILITY, key)))
                    if done is not None:
                        tale.tell(ELIGIBILITY, key, done.claim)
    tale.stand()
    return tale.text()


def user(d: Dice) -> dict[str, Loose]:
    return {"token_id": "t1", "user_id": d.odd(ADA, BOB), "at": d.now}


def offer(d: Dice) -> MakeOffer:
    purse = Purse(
        balance=D(d.odd("1000", "100", "99")),
        verified=d.odd(True, False),
        spend_left=d.odd(None, D(100), D(99)),
    )
    return MakeOffer(
        **{**user(d), "user_id": d.odd(BOB, ADA)},
        offer_id=f"o{d.random.randrange(9)}",
        price=D(d.odd("100", "99", "1.5", "5", "1000")),
        currency=d.odd("CREDIT", "USDC", "USD", "XYZ"),
        purse=purse,
    )


OFFERS = (
    offer,
    offer,
    lambda d: WithdrawOffer(
        **{**user(d), "user_id": d.odd(BOB, ADA)}, offer_id=f"o{d.random.randrange(9)}"
    ),
    lambda d: ExpireOffers(token_id="t1", at=d.now),
    lambda d: Stake(**user(d)),
    lambda d: Unstake(**user(d)),
    lambda d: ClaimStaking(**user(d)),
    lambda d: Transfer(**user(d), to=d.odd(BOB, ADA)) if d.one(0, 0, 1) else offer(d),
    lambda d: Burn(**user(d)) if d.one(0, 0, 0, 0, 1) else offer(d),
)


def tokens() -> str:
    waits = (0, MINUTE, HOUR, DAY - 1, DAY, 7 * DAY, 31 * DAY)
    firsts = [
        token(),
        evolve(token(), rarity=Rarity.COMMON, first_owner_id=BOB),
        evolve(token(), kind=Kind.SOULBOUND),
        evolve(token(), state=TokenState.LISTED, market_id="l1"),
    ]
    return "\n".join(
        walk_all(TOKEN, OFFERS, *seeds, waits=waits, steps=40, initial=first)
        for first, seeds in zip(firsts, ((1, 2, 3), (4, 5), (6,), (7,)), strict=True)
    )


def prices() -> str:
    """Grids of payouts, falling prices, steps, estimates."""
    tale = Tale()
    for price, currency, first in itertools.product(
        ("0", "1", "19", "101", "1.5", "-1", "0.99"),
        ("CREDIT", "USDC", "USD", "XYZ"),
        (True, False),
    ):
        tale.answer(f"payout {price} {currency}", payout(D(price), currency, by_first_owner=first))
        tale.answer("step", english_minimum(D(price), currency))
    for share, unit in itertools.product(
        ("0", "0.05", "1", "1.01", "-0.1", "NaN"), ("1", "0.01", "0", "Infinity")
    ):
        tale.answer(f"royalty {share} {unit}", royalty_of(D(999), D(share), D(unit)))
    for floor, duration, passed in itertools.product(
        (400, 1000, 1001), (0, 1, 360), (-1, 0, 1, 100, 359, 360, 361)
    ):
        fall = Fall(start=D(1000), floor=D(floor), duration=duration, currency="CREDIT")
        tale.answer(f"fall {floor} {duration} {passed}", dutch_price(fall, passed))
    for count, price in itertools.product((0, 2, 3, 10, 12), ("1", "100", "150", "900", "0")):
        sales = [Sold(price=D(price) + place, estimate=D(100)) for place in range(count)]
        tale.answer(f"demand {count} {price}", demand(sales))
    tale.answer("no estimate", demand([Sold(price=D(1), estimate=D(0))] * 3))
    for rarity, power, asked in itertools.product(Rarity, (0, 137), ("0.5", "1.2")):
        tale.answer(f"value {rarity} {power} {asked}", valuation(rarity, power, D(asked)))
    for views, liked, days in itertools.product((0, 301), (0, 20), (0, 3, 9, 10, 99)):
        found = tale.answer(f"trend {views} {liked} {days}", trending(views, liked, days))
        tale.answer("trends", is_trending(found))
    published = commitment(b"one")
    for number, place, among in itertools.product(
        (-1, 0, 2, 2**256 - 1, 2**256), (0, -1, 2**64), (0, 1, 7)
    ):
        tale.answer(f"trait {number} {place} {among}", trait(b"one", number, place, among))
    tale.answer("traits", traits(b"one", published, 2, (7, 9)))
    tale.answer("traits", traits(b"two", published, 2, (7, 9)))
    figures(tale)
    return tale.text()


def figures(tale: Tale) -> None:
    """The collection's and an owner's, of drawn tokens and sales."""
    d = Dice(3)
    for count in range(12):
        pieces = [
            Piece(
                class_=d.one(*NftClass),
                rarity=d.one(*Rarity),
                owner_id=d.one("a", "b", "c"),
                state=d.one(*TokenState),
                price=d.one(None, D(100), D(250)),
                currency=d.one("CREDIT", "USDC"),
            )
            for _ in range(count)
        ]
        sales = [
            SaleMade(
                price=D(d.one(100, 250, 7)),
                currency=d.one("CREDIT", "USDC"),
                at=Instant(START.micros - d.one(-1, 0, DAY - 1, DAY, 7 * DAY - 1, 7 * DAY)),
            )
            for _ in range(count)
        ]
        tale.answer(f"collection {count}", collection_stats(pieces, sales, START))
        tale.answer("owner", owner_figures(pieces))


WALKS = {
    "claims": lambda: claims(1, 2, 3, 4),
    "tokens": tokens,
    "prices": prices,
}
