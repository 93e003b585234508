"""What may be asked of an invite."""

from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.ids import InviteId


class Tier(StrEnum):
    """How far somebody is verified, as far as referrals care."""

    NONE = "none"
    EMAIL = "email"
    IDENTITY = "identity"


@frozen(kw_only=True)
class CreateInvite:
    """Make a code from `seed`. Facts: codes that exist, and how many of the actor's are live."""

    invite_id: InviteId
    actor_id: UserId
    seed: int
    taken: frozenset[str]
    live: int
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class UseInvite:
    """Register by a code. Policies ask it."""

    invite_id: InviteId
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class ActivateReferral:
    """See whether an invited user is active by now, and reward both. Policies ask it.

    Facts: the tier, qualifying closes and their distinct days since the invite was used; whether
    the two share a device, payment method or address (`linked`); the inviter's rewards this month.
    """

    invite_id: InviteId
    user_id: UserId
    tier: Tier
    closes: int
    close_days: int
    linked: bool
    xp_rewards: int
    credit_rewards: int
    at: Instant


InviteCommand: TypeAlias = CreateInvite | UseInvite | ActivateReferral
