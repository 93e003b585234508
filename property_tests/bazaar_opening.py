"""How the market begins: everybody's claims are granted, minted and recorded."""

from decimal import Decimal

from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.nft.eligibility import eligibility as claims
from astracore.nft.eligibility.commands import GrantEligibility, RecordMint, RequestMint
from astracore.nft.eligibility.requirements import Fact
from astracore.nft.eligibility.state import Claim, Supply
from astracore.nft.payments import funds
from astracore.nft.rules import Measure
from astracore.nft.types import NftClass, Rarity
from property_tests.bazaar import MONEY, USERS, Bazaar


def opened() -> Bazaar:
    """Two season items for everybody, one keepsake, and money."""
    bazaar = Bazaar()
    supply = Supply()
    for user in USERS:
        for currency, amount in MONEY.items():
            bazaar.books[(funds(user, currency), currency)] += amount
            bazaar.books[("issued", currency)] -= amount
        for edition in ("one", "two"):
            supply = minted(bazaar, user, edition, supply)
    keepsake(bazaar, USERS[0])
    return bazaar


def minted(bazaar: Bazaar, user: UserId, edition: str, supply: Supply) -> Supply:
    """Grant, request, record: the whole way of a season item."""
    grant = GrantEligibility(
        user_id=user,
        class_=NftClass.SEASON_ITEM,
        facts=(Fact(Measure.EDITION_BOUGHT, Decimal(1)),),
        reference=edition,
        edition_rarity=Rarity.EPIC,
        at=bazaar.now,
    )
    claim = replay(claims.ELIGIBILITY, claims.grant(grant, Claim()).unwrap())
    ask = RequestMint(
        user_id=user, class_=NftClass.SEASON_ITEM, level=7, reference=edition, at=bazaar.now
    )
    made = claims.request_mint(ask, claim, supply).unwrap()
    claim = replay(claims.ELIGIBILITY, made.claim, claim)
    recorded(bazaar, user, claim)
    return replay(claims.SUPPLY, made.supply, supply)


def keepsake(bazaar: Bazaar, user: UserId) -> None:
    """A soulbound token."""
    grant = GrantEligibility(
        user_id=user,
        class_=NftClass.FIRST_TRADE,
        facts=(Fact(Measure.CLOSED_TRADES, Decimal(1)),),
        at=bazaar.now,
    )
    claim = replay(claims.ELIGIBILITY, claims.grant(grant, Claim()).unwrap())
    ask = RequestMint(user_id=user, class_=NftClass.FIRST_TRADE, level=1, at=bazaar.now)
    made = claims.request_mint(ask, claim, Supply()).unwrap()
    recorded(bazaar, user, replay(claims.ELIGIBILITY, made.claim, claim))


def recorded(bazaar: Bazaar, user: UserId, claim: Claim) -> None:
    record = RecordMint(
        user_id=user,
        class_=claim.class_,
        reference=claim.reference,
        tx_hash="0x1",
        at=bazaar.now,
    )
    (minted,) = claims.record_mint(record, claim).unwrap().token
    bazaar.owners[minted.token_id] = user
    bazaar.tell(minted.token_id, (minted,))
