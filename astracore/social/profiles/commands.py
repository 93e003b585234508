"""What may be asked of a profile. `recent` are the instants of the actor's earlier acts."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.profiles.events import Topic


@frozen(kw_only=True)
class Follow:
    """Read what `target_id` posts. Asked of the actor's profile."""

    actor_id: UserId
    target_id: UserId
    blocked_by_target: bool
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class Unfollow:
    """Follow no longer. Asked of the actor's profile."""

    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Block:
    """See nothing of `target_id` and be unseen. Asked of the actor's profile."""

    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Unblock:
    """Lift a block. Asked of the actor's profile."""

    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Endorse:
    """Vouch for `target_id`, or against. Asked of the target's profile.

    Facts of the giver: `level`, `registered_at`, trader `tier` 1 to 4, and whether the target has
    a live endorsement of the giver (`mutual`).
    """

    actor_id: UserId
    target_id: UserId
    positive: bool
    topic: Topic
    level: int
    registered_at: Instant
    tier: int
    mutual: bool
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class WithdrawEndorsement:
    """Take an endorsement back. Asked of the target's profile."""

    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class MarkEndorsement:
    """Say that the endorsement by `actor_id` is answered, or no longer. Policies ask it."""

    actor_id: UserId
    target_id: UserId
    mutual: bool
    at: Instant


@frozen(kw_only=True)
class VoteSpotlight:
    """Vote for `target_id` in this month's spotlight. Asked of the target's profile."""

    actor_id: UserId
    target_id: UserId
    verified: bool
    at: Instant


@frozen(kw_only=True)
class Reassess:
    """Let time pass: endorsements weigh less as they age."""

    user_id: UserId
    at: Instant


ProfileCommand: TypeAlias = (
    Follow
    | Unfollow
    | Block
    | Unblock
    | Endorse
    | WithdrawEndorsement
    | MarkEndorsement
    | VoteSpotlight
    | Reassess
)
