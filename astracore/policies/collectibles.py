"""What a mint is worth, and what a stake pays."""

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, RarityFacts
from astracore.gamification.sources import XpSource
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.nft.payments import payment_lines
from astracore.nft.tokens.events import NftMinted, RewardClaimed
from astracore.policies.journal import posted
from astracore.policies.sales import as_booked


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
    event = envelope.event
    return posted(
        Book.GAME,
        envelope.event_id,
        at=event.at,
        reason="staking",
        reference=event.token_id,
        lines=as_booked(payment_lines(event)),
    )


REWARD_MINT: Policy[NftMinted, AwardXp] = Policy(
    name="reward_mint", events=(NftMinted,), react=reward_mint
)
PAY_STAKING: Policy[RewardClaimed, PostEntry] = Policy(
    name="pay_staking", events=(RewardClaimed,), react=pay_staking
)
