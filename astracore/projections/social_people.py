"""Profiles, followers, friends, and what each did lately: the facts that commands carry."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.sorting import ascending, newest_first
from astracore.social.clans.events import ClanInvited
from astracore.social.content.events import (
    ContentCommented,
    ContentPosted,
    ContentReacted,
    Reaction,
)
from astracore.social.friendships.events import (
    FriendAccepted,
    FriendCancelled,
    FriendDeclined,
    FriendRemoved,
    FriendRequested,
)
from astracore.social.friendships.state import Bond
from astracore.social.invites.events import InviteCreated
from astracore.social.limits import LIMITS, Act
from astracore.social.moderation.events import Reported
from astracore.social.profiles.events import (
    Endorsed,
    EndorsementWithdrawn,
    Followed,
    RatingChanged,
    SpotlightVoted,
    Unfollowed,
)
from astracore.social.profiles.state import MIDDLE

StandingEvent: TypeAlias = (
    Followed | Unfollowed | Endorsed | EndorsementWithdrawn | RatingChanged | SpotlightVoted
)
PairEvent: TypeAlias = (
    FriendRequested | FriendAccepted | FriendDeclined | FriendCancelled | FriendRemoved
)
ActEvent: TypeAlias = (
    ContentReacted
    | ContentCommented
    | ContentPosted
    | Followed
    | Reported
    | Endorsed
    | InviteCreated
    | ClanInvited
    | FriendRequested
)


@frozen(kw_only=True)
class ProfileRow:
    """What a profile counts. `endorsers` are distinct, `votes` those of `month`."""

    user_id: UserId
    rating: Decimal = MIDDLE
    positive: Decimal = Decimal(0)
    negative: Decimal = Decimal(0)
    followers: int = 0
    following: int = 0
    endorsers: frozenset[UserId] = frozenset()
    month: str = ""
    votes: int = 0


@frozen(kw_only=True)
class FollowerRow:
    """`follower_id` follows `user_id`."""

    user_id: UserId
    follower_id: UserId
    since: Instant


@frozen(kw_only=True)
class FriendRow:
    """One side of a pair: what `friend_id` is to `user_id`; `asked` says who asked."""

    user_id: UserId
    friend_id: UserId
    bond: Bond
    asked: bool
    expires_at: Instant | None
    since: Instant


@frozen(kw_only=True)
class ActsRow:
    """When somebody did something lately, oldest first: what a window counts."""

    user_id: UserId
    act: Act
    recent: tuple[Instant, ...] = ()


def standing_keys(envelope: Envelope[StandingEvent]) -> tuple[str, ...]:
    """Both of a follow, the target of everything else."""
    event = envelope.event
    match event:
        case Followed() | Unfollowed():
            return (event.target_id, event.actor_id)
        case RatingChanged():
            return (event.user_id,)
        case _:
            return (event.target_id,)


def evolve_standing(
    row: ProfileRow | None, envelope: Envelope[StandingEvent], key: str
) -> ProfileRow | None:
    """Fold one event into the row of one of those whom it touches."""
    before = ProfileRow(user_id=UserId(key)) if row is None else row
    event = envelope.event
    match event:
        case Followed():
            return followed(before, event, 1)
        case Unfollowed():
            return followed(before, event, -1)
        case Endorsed():
            return changed(before, endorsers=before.endorsers | {event.actor_id})
        case EndorsementWithdrawn():
            return changed(before, endorsers=before.endorsers - {event.actor_id})
        case RatingChanged():
            return changed(
                before, rating=event.new, positive=event.positive, negative=event.negative
            )
        case SpotlightVoted():
            return changed(before, month=event.month, votes=event.votes)
        case _:
            assert_never(event)


def followed(row: ProfileRow, event: Followed | Unfollowed, step: int) -> ProfileRow:
    """One more or one fewer, on the side that the row is of."""
    if row.user_id == event.target_id:
        return changed(row, followers=row.followers + step)
    return changed(row, following=row.following + step)


def evolve_follower(
    _row: FollowerRow | None, envelope: Envelope[Followed | Unfollowed], _key: str
) -> FollowerRow | None:
    """There while the follow is."""
    event = envelope.event
    if isinstance(event, Unfollowed):
        return None
    return FollowerRow(user_id=event.target_id, follower_id=event.actor_id, since=event.at)


def evolve_friend(
    _row: FriendRow | None, envelope: Envelope[PairEvent], key: str
) -> FriendRow | None:
    """Both sides of a pair change together.

    Invariant: b is a friend of a exactly when a is one of b.
    """
    event = envelope.event
    first = key == pair_keys(envelope)[0]
    pair = (event.actor_id, event.target_id)
    user, friend = pair if first else pair[::-1]
    match event:
        case FriendRequested():
            bond, expires = Bond.REQUESTED, event.expires_at
            return FriendRow(
                user_id=user,
                friend_id=friend,
                bond=bond,
                asked=first,
                expires_at=expires,
                since=event.at,
            )
        case FriendAccepted():
            return FriendRow(
                user_id=user,
                friend_id=friend,
                bond=Bond.FRIENDS,
                asked=not first,
                expires_at=None,
                since=event.at,
            )
        case FriendDeclined() | FriendCancelled() | FriendRemoved():
            return None
        case _:
            assert_never(event)


def pair_keys(envelope: Envelope[PairEvent]) -> tuple[str, str]:
    """The actor's row first."""
    event = envelope.event
    return f"{event.actor_id}:{event.target_id}", f"{event.target_id}:{event.actor_id}"


def by_name(rows: Iterable[FriendRow], names: Mapping[UserId, str]) -> tuple[FriendRow, ...]:
    """Friends in the order of their names, the nameless by id."""
    return tuple(sorted(rows, key=lambda row: (names.get(row.friend_id, ""), row.friend_id)))


def act_of(event: ActEvent) -> tuple[UserId, Act, Instant] | None:
    """Who did what when, as far as windows count it."""
    match event:
        case ContentReacted(reaction=reaction):
            liked = reaction is Reaction.LIKE
            return (event.actor_id, Act.LIKE, event.at) if liked else None
        case ContentCommented():
            return event.actor_id, Act.COMMENT, event.at
        case ContentPosted():
            return event.actor_id, Act.POST, event.at
        case Followed():
            return event.actor_id, Act.FOLLOW, event.at
        case Reported():
            return event.reporter_id, Act.REPORT, event.at
        case Endorsed():
            return event.actor_id, Act.ENDORSEMENT, event.at
        case InviteCreated():
            return event.actor_id, Act.INVITE, event.at
        case ClanInvited():
            return event.by, Act.CLAN_INVITATION, event.at
        case FriendRequested():
            return event.actor_id, Act.FRIEND_REQUEST, event.at
        case _:
            assert_never(event)


def act_keys(envelope: Envelope[ActEvent]) -> tuple[str, ...]:
    """One row for each actor and kind of act."""
    found = act_of(envelope.event)
    return () if found is None else (f"{found[0]}:{found[1].value}",)


def evolve_acts(row: ActsRow | None, envelope: Envelope[ActEvent], _key: str) -> ActsRow | None:
    """Add one instant; those that have left the window are forgotten.

    Invariant: `over_limit` says of the row what it would say of all instants.
    """
    found = act_of(envelope.event)
    if found is None:
        return row
    user_id, act, at = found
    before = () if row is None else row.recent
    length = max((one.length for one in LIMITS.windows if one.act is act), default=0)
    within = (one for one in (*before, at) if one.micros > at.micros - length)
    return ActsRow(user_id=user_id, act=act, recent=tuple(sorted(within)))


PROFILES: Projection[StandingEvent, ProfileRow] = Projection(
    name="profiles",
    version=1,
    events=(
        Followed,
        Unfollowed,
        Endorsed,
        EndorsementWithdrawn,
        RatingChanged,
        SpotlightVoted,
    ),
    keys=standing_keys,
    evolve=evolve_standing,
    row=codec(ProfileRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.user_id,
)
FOLLOWERS: Projection[Followed | Unfollowed, FollowerRow] = Projection(
    name="followers",
    version=1,
    events=(Followed, Unfollowed),
    keys=lambda envelope: (f"{envelope.event.target_id}:{envelope.event.actor_id}",),
    evolve=evolve_follower,
    row=codec(FollowerRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.since),
)
FRIENDS: Projection[PairEvent, FriendRow] = Projection(
    name="friends",
    version=1,
    events=(FriendRequested, FriendAccepted, FriendDeclined, FriendCancelled, FriendRemoved),
    keys=pair_keys,
    evolve=evolve_friend,
    row=codec(FriendRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.friend_id,
)
ACTS: Projection[ActEvent, ActsRow] = Projection(
    name="social_acts",
    version=1,
    events=(
        *(ContentReacted, ContentCommented, ContentPosted, Followed, Reported, Endorsed),
        *(InviteCreated, ClanInvited, FriendRequested),
    ),
    keys=act_keys,
    evolve=evolve_acts,
    row=codec(ActsRow),
    owner=lambda row: row.user_id,
    sort=lambda row: ascending(len(row.recent)),
)
