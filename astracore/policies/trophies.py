"""Which achievements may become due because of what happened in other domains."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.gamification.commands import Figure, UnlockAchievement
from astracore.gamification.measures import Measure
from astracore.gamification.tournaments.events import TournamentClosed
from astracore.ids import UserId
from astracore.nft.tokens.events import NftMinted
from astracore.policies.rows import RowPolicy
from astracore.social.battles.events import BattleFinished
from astracore.social.clans.events import ClanCreated, ClanJoined, ClanTransferred
from astracore.social.content.events import ContentCommented, ContentReacted, ContentShared
from astracore.social.invites.events import ReferralActivated
from astracore.social.profiles.events import Endorsed

CLAN = (Measure.CLANS, Measure.OWNED_CLAN)
POSTS = (Measure.INSIGHTS, Measure.VIRAL, Measure.LESSON_POSTS)
# The figures that an event can raise. Whoever is concerned comes with the row.
MOVED: Mapping[type[object], tuple[Measure, ...]] = MappingProxyType(
    {
        ClanCreated: CLAN,
        ClanJoined: CLAN,
        ClanTransferred: CLAN,
        BattleFinished: (Measure.BATTLES_WON,),
        Endorsed: (Measure.ENDORSERS,),
        ReferralActivated: (Measure.REFERRALS,),
        ContentReacted: POSTS,
        ContentCommented: POSTS,
        ContentShared: POSTS,
        NftMinted: (Measure.TOKENS, Measure.TOKEN_CLASSES),
        TournamentClosed: (Measure.TOURNAMENTS,),  # places are told by `boards.unlock_placed`
    }
)


@frozen(kw_only=True)
class UserFigures:
    """What read models count of one user."""

    user_id: UserId
    figures: tuple[Figure, ...]


@frozen(kw_only=True)
class Concerned:
    """Everybody whose figures the event may have raised, with the figures after it.

    Of a post its author, of a clan its owner and who joined, of a battle those who fought in it.
    """

    users: tuple[UserFigures, ...]


def unlock_earned(envelope: Envelope[Any], row: Concerned) -> tuple[UnlockAchievement, ...]:
    """clan_, battle_, content_, endorsed, referral_, nft_minted, tournament_closed → Unlock.

    Only figures that the event can raise are told, so that no other event's are told twice.
    """
    moved = MOVED.get(type(envelope.event), ())
    told = (
        (user.user_id, tuple(one for one in user.figures if one.measure in moved and one.value > 0))
        for user in row.users
    )
    return tuple(
        UnlockAchievement(user_id=user_id, figures=figures, at=envelope.occurred_at)
        for user_id, figures in told
        if figures
    )


UNLOCK_EARNED: RowPolicy[Any, Concerned, UnlockAchievement] = RowPolicy(
    name="unlock_earned", events=tuple(MOVED), row=Concerned, react=unlock_earned
)
