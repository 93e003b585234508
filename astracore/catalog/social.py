"""The aggregates of people among people with what it takes to store them."""

from typing import Any

from astracore.errors.social import (
    BattleFault,
    CaseFault,
    ChallengeFault,
    ClanFault,
    ContentFault,
    FriendFault,
    InviteFault,
    ProfileFault,
)
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union
from astracore.social.battles.battle import BATTLE
from astracore.social.battles.commands import BattleCommand
from astracore.social.battles.events import BattleEvent
from astracore.social.battles.state import Battle
from astracore.social.challenges.challenge import CHALLENGE
from astracore.social.challenges.commands import ChallengeCommand
from astracore.social.challenges.events import ChallengeEvent
from astracore.social.challenges.state import Challenge
from astracore.social.clans.claims import CLAIM
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import ClaimCommand, ClanCommand
from astracore.social.clans.events import ClaimEvent, ClanEvent
from astracore.social.clans.state import Clan, Held
from astracore.social.content.commands import ContentCommand
from astracore.social.content.content import POST
from astracore.social.content.events import ContentEvent
from astracore.social.content.state import Content
from astracore.social.friendships.commands import FriendCommand
from astracore.social.friendships.events import FriendEvent
from astracore.social.friendships.friendship import FRIENDSHIP
from astracore.social.friendships.state import Friendship
from astracore.social.invites.commands import InviteCommand
from astracore.social.invites.events import InviteEvent
from astracore.social.invites.invite import INVITE
from astracore.social.invites.state import Invite
from astracore.social.moderation.case import CASE
from astracore.social.moderation.commands import CaseCommand
from astracore.social.moderation.events import CaseEvent
from astracore.social.moderation.state import Case
from astracore.social.profiles.commands import ProfileCommand
from astracore.social.profiles.events import ProfileEvent
from astracore.social.profiles.profile import PROFILE
from astracore.social.profiles.state import Profile

PROFILE_EVENTS: Catalog[ProfileEvent] = catalog(classes_of(ProfileEvent))
FRIEND_EVENTS: Catalog[FriendEvent] = catalog(classes_of(FriendEvent))
CLAN_EVENTS: Catalog[ClanEvent] = catalog(classes_of(ClanEvent))
CLAIM_EVENTS: Catalog[ClaimEvent] = catalog(classes_of(ClaimEvent))
BATTLE_EVENTS: Catalog[BattleEvent] = catalog(classes_of(BattleEvent))
CHALLENGE_EVENTS: Catalog[ChallengeEvent] = catalog(classes_of(ChallengeEvent))
CONTENT_EVENTS: Catalog[ContentEvent] = catalog(classes_of(ContentEvent))
INVITE_EVENTS: Catalog[InviteEvent] = catalog(classes_of(InviteEvent))
CASE_EVENTS: Catalog[CaseEvent] = catalog(classes_of(CaseEvent))

PROFILE_AGGREGATE: Aggregate[ProfileCommand, Profile, ProfileEvent, ProfileFault] = Aggregate(
    PROFILE, PROFILE_EVENTS, codec(Profile), union(classes_of(ProfileFault))
)
FRIEND_AGGREGATE: Aggregate[FriendCommand, Friendship, FriendEvent, FriendFault] = Aggregate(
    FRIENDSHIP, FRIEND_EVENTS, codec(Friendship), union(classes_of(FriendFault))
)
CLAN_AGGREGATE: Aggregate[ClanCommand, Clan, ClanEvent, ClanFault] = Aggregate(
    CLAN, CLAN_EVENTS, codec(Clan), union(classes_of(ClanFault))
)
CLAIM_AGGREGATE: Aggregate[ClaimCommand, Held, ClaimEvent, ClanFault] = Aggregate(
    CLAIM, CLAIM_EVENTS, codec(Held), union(classes_of(ClanFault))
)
BATTLE_AGGREGATE: Aggregate[BattleCommand, Battle, BattleEvent, BattleFault] = Aggregate(
    BATTLE, BATTLE_EVENTS, codec(Battle), union(classes_of(BattleFault))
)
CHALLENGE_AGGREGATE: Aggregate[ChallengeCommand, Challenge, ChallengeEvent, ChallengeFault] = (
    Aggregate(CHALLENGE, CHALLENGE_EVENTS, codec(Challenge), union(classes_of(ChallengeFault)))
)
CONTENT_AGGREGATE: Aggregate[ContentCommand, Content, ContentEvent, ContentFault] = Aggregate(
    POST, CONTENT_EVENTS, codec(Content), union(classes_of(ContentFault))
)
INVITE_AGGREGATE: Aggregate[InviteCommand, Invite, InviteEvent, InviteFault] = Aggregate(
    INVITE, INVITE_EVENTS, codec(Invite), union(classes_of(InviteFault))
)
CASE_AGGREGATE: Aggregate[CaseCommand, Case, CaseEvent, CaseFault] = Aggregate(
    CASE, CASE_EVENTS, codec(Case), union(classes_of(CaseFault))
)

SOCIAL_AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    PROFILE_AGGREGATE,
    FRIEND_AGGREGATE,
    CLAN_AGGREGATE,
    CLAIM_AGGREGATE,
    BATTLE_AGGREGATE,
    CHALLENGE_AGGREGATE,
    CONTENT_AGGREGATE,
    INVITE_AGGREGATE,
    CASE_AGGREGATE,
)
