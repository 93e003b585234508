"""Where somebody takes part: a row that is folded of events, and that policies are told."""

from attrs import frozen

from astracore.ids import UserId
from astracore.social.ids import BattleId, ChallengeId, ClanId, InviteId


@frozen(kw_only=True)
class Engagement:
    """Where a user takes part now; `invite_id` while an invitation waits to be rewarded."""

    user_id: UserId
    clan_id: ClanId | None = None
    battles: tuple[BattleId, ...] = ()
    challenges: tuple[ChallengeId, ...] = ()
    invite_id: InviteId | None = None
