"""What a mint is worth, what a stake pays, and what the market moves in the books."""

from typing import Any

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, RarityFacts
from astracore.gamification.sources import XpSource
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Line
from astracore.nft.payments import MoneyEvent, payment_lines
from astracore.nft.rules import POINTS
from astracore.nft.tokens.events import NftMinted, RewardClaimed
from astracore.policies.journal import entry


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


REWARD_MINT: Policy[NftMinted, AwardXp] = Policy(
    name="reward_mint", events=(NftMinted,), react=reward_mint
)
PAY_STAKING: Policy[RewardClaimed, PostEntry] = Policy(
    name="pay_staking", events=(RewardClaimed,), react=pay_staking
)
