"""What clans, battles and referrals mean in the books of points: every CREDIT has two sides."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.instants import Instant
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Line, line
from astracore.money.currencies import CREDIT
from astracore.policies.journal import granted, posted
from astracore.social.battles.events import BattleFinished, StakeShare
from astracore.social.clans.events import ClanDonated, ClanEnded, ClanSpent, ClanStaked
from astracore.social.invites.events import ReferralActivated


def settle_donation(envelope: Envelope[ClanDonated]) -> tuple[PostEntry, ...]:
    """clan_donated → the member's wallet to the clan's treasury."""
    event = envelope.event
    lines = (*taken(f"wallet/{event.user_id}", event.amount), *given(clan(event), event.amount))
    return settled(envelope, event.at, "clan_donation", lines)


def settle_spending(envelope: Envelope[ClanSpent]) -> tuple[PostEntry, ...]:
    """clan_spent → the treasury to what is burned."""
    event = envelope.event
    lines = (*taken(clan(event), event.amount), *given("burned", event.amount))
    return settled(envelope, event.at, "clan_spending", lines)


def settle_stake(envelope: Envelope[ClanStaked]) -> tuple[PostEntry, ...]:
    """clan_staked → the treasury to the battle's escrow."""
    event = envelope.event
    lines = (*taken(clan(event), event.amount), *given(escrow(event.battle_id), event.amount))
    return settled(envelope, event.at, "battle_stake", lines)


def settle_battle(envelope: Envelope[BattleFinished]) -> tuple[PostEntry, ...]:
    """battle_finished → the battle's escrow to treasuries and fighters.

    Invariant: the escrow is empty afterwards.
    """
    event = envelope.event
    lines = (*taken(escrow(event.battle_id), 2 * event.stake), *prizes(event.shares))
    return settled(envelope, event.at, "battle_prize", lines)


def settle_clan_end(envelope: Envelope[ClanEnded]) -> tuple[PostEntry, ...]:
    """clan_ended → what was in the treasury to its last owner."""
    event = envelope.event
    wallet = given(f"wallet/{event.user_id}", event.treasury)
    return settled(envelope, event.at, "clan_end", (*taken(clan(event), event.treasury), *wallet))


def grant_referral(envelope: Envelope[ReferralActivated]) -> tuple[PostEntry, ...]:
    """referral_activated → issued to the wallets of both."""
    event = envelope.event
    lines = granted((event.inviter_id, event.credits), (event.user_id, event.invited_credits))
    return settled(envelope, event.at, "referral", lines)


def prizes(shares: Iterable[StakeShare]) -> tuple[Line, ...]:
    """One line for each share."""
    return tuple(
        one
        for share in shares
        for one in given(
            f"treasury/{share.clan_id}" if share.user_id is None else f"wallet/{share.user_id}",
            share.amount,
        )
    )


def clan(event: ClanDonated | ClanSpent | ClanStaked | ClanEnded) -> str:
    """The account of a clan's treasury."""
    return f"treasury/{event.clan_id}"


def escrow(battle_id: str) -> str:
    """The account of a battle's stakes."""
    return f"game_escrow/{battle_id}"


def taken(account: str, amount: int) -> tuple[Line, ...]:
    """Debit [CREDIT]."""
    return line(account, CREDIT, Decimal(amount))


def given(account: str, amount: int) -> tuple[Line, ...]:
    """Credit [CREDIT]."""
    return line(account, CREDIT, Decimal(-amount))


def settled(
    envelope: Envelope[Any], at: Instant, reason: str, lines: tuple[Line, ...]
) -> tuple[PostEntry, ...]:
    """The entry, or none where nothing moves."""
    return posted(Book.GAME, envelope.event_id, at=at, reason=reason, reference=reason, lines=lines)


SOCIAL_POSTINGS: tuple[Policy[Any, PostEntry], ...] = (
    Policy(name="settle_donation", events=(ClanDonated,), react=settle_donation),
    Policy(name="settle_spending", events=(ClanSpent,), react=settle_spending),
    Policy(name="settle_stake", events=(ClanStaked,), react=settle_stake),
    Policy(name="settle_battle", events=(BattleFinished,), react=settle_battle),
    Policy(name="settle_clan_end", events=(ClanEnded,), react=settle_clan_end),
    Policy(name="grant_referral", events=(ReferralActivated,), react=grant_referral),
)
