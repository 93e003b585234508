"""What deeds mean for claims to collectibles, what a mint is worth, what a stake pays."""

from decimal import Decimal
from typing import Any

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, RarityFacts
from astracore.gamification.events import LevelUp
from astracore.gamification.sources import XpSource
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Line
from astracore.nft.eligibility.commands import GrantEligibility
from astracore.nft.eligibility.requirements import Fact
from astracore.nft.payments import MoneyEvent, payment_lines
from astracore.nft.rules import POINTS, Measure
from astracore.nft.tokens.events import NftMinted, RewardClaimed
from astracore.nft.types import NftClass
from astracore.policies.journal import entry
from astracore.trading.events import PositionClosed

LEVELS = {
    25: NftClass.LEVEL_25,
    50: NftClass.LEVEL_50,
    75: NftClass.LEVEL_75,
    100: NftClass.LEVEL_100,
}


def claim_trades(envelope: Envelope[PositionClosed]) -> tuple[GrantEligibility, ...]:
    """position_closed → GrantEligibility(first_trade), and of trading_master for a live close.

    The second one's figures are the read models'; who handles the command adds them.
    """
    event = envelope.event
    first = GrantEligibility(
        user_id=event.user_id,
        class_=NftClass.FIRST_TRADE,
        facts=(
            Fact(Measure.CLOSED_TRADES, Decimal(1)),
            Fact(Measure.TRADE_RETURN, event.return_),
        ),
        at=event.closed_at,
    )
    if event.is_practice:
        return (first,)
    master = GrantEligibility(
        user_id=event.user_id, class_=NftClass.TRADING_MASTER, facts=(), at=event.closed_at
    )
    return (first, master)


def claim_level(envelope: Envelope[LevelUp]) -> tuple[GrantEligibility, ...]:
    """level_up → GrantEligibility of the level's class; the streak of the day is added there."""
    event = envelope.event
    found = LEVELS.get(event.new_level)
    if found is None:
        return ()
    return (
        GrantEligibility(
            user_id=event.user_id,
            class_=found,
            facts=(Fact(Measure.LEVEL, Decimal(event.new_level)),),
            at=envelope.occurred_at,
        ),
    )


def reward_mint(envelope: Envelope[NftMinted]) -> tuple[AwardXp, ...]:
    """nft_minted → AwardXp by rarity."""
    event = envelope.event
    return (
        AwardXp(
            user_id=event.owner_id,
            source=XpSource.MINT,
            source_event_id=envelope.event_id,
            facts=RarityFacts(rarity=event.rarity.value),
            at=event.at,
        ),
    )


def pay_staking(envelope: Envelope[RewardClaimed]) -> tuple[PostEntry, ...]:
    """reward_claimed → debit issued, credit the owner's wallet [CREDIT]."""
    return market_entry(envelope, POINTS, "staking")


def market_entry(envelope: Envelope[Any], currency: str, reason: str) -> tuple[PostEntry, ...]:
    """The entry of what a market event moves: of the game's book for CREDIT, else the house's.

    For sales, offers and bids it is appended in the transaction of the event itself, so that
    payment, fees and ownership are one; the entry's id derives from the event.
    """
    event: MoneyEvent = envelope.event
    lines = tuple(
        Line(account=line.account, currency=line.currency, amount=line.amount)
        for line in payment_lines(event)
    )
    posted = entry(
        envelope.event_id, at=event.at, reason=reason, reference=event.token_id, lines=lines
    )
    book = Book.GAME if currency == POINTS else Book.HOUSE
    return (PostEntry(book=book, entry=posted),) if lines else ()


CLAIM_TRADES: Policy[PositionClosed, GrantEligibility] = Policy(
    name="claim_trades", events=(PositionClosed,), react=claim_trades
)
CLAIM_LEVEL: Policy[LevelUp, GrantEligibility] = Policy(
    name="claim_level", events=(LevelUp,), react=claim_level
)
REWARD_MINT: Policy[NftMinted, AwardXp] = Policy(
    name="reward_mint", events=(NftMinted,), react=reward_mint
)
PAY_STAKING: Policy[RewardClaimed, PostEntry] = Policy(
    name="pay_staking", events=(RewardClaimed,), react=pay_staking
)
CLAIM_POLICIES: tuple[Policy[Any, GrantEligibility], ...] = (CLAIM_TRADES, CLAIM_LEVEL)
