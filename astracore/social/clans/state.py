"""What a clan remembers, and what a claim does."""

from collections.abc import Mapping
from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.clans.events import (
    ClaimEvent,
    ClanClaimed,
    ClanContributed,
    ClanCreated,
    ClanDonated,
    ClanEdited,
    ClanEnded,
    ClanEvent,
    ClanInvited,
    ClanJoined,
    ClanLeft,
    ClanReleased,
    ClanRequestDeclined,
    ClanRequested,
    ClanRoleChanged,
    ClanSettled,
    ClanSpent,
    ClanStaked,
    ClanTransferred,
    JoinPolicy,
    Role,
)
from astracore.social.clans.rules import CLANS, ClanRules
from astracore.social.ids import BattleId, ClanId

ROLES = tuple(Role)


@frozen(kw_only=True)
class Member:
    """One member; `since` is when the role was given."""

    role: Role
    since: Instant
    contribution: int = 0


@frozen(kw_only=True)
class Clan:
    """Not founded while `clan_id` is None. Invariants: one owner, members within capacity."""

    clan_id: ClanId | None = None
    name: str = ""
    tag: str = ""
    description: str = ""
    policy: JoinPolicy = JoinPolicy.OPEN
    colour: str = ""
    emblem: str = ""
    members: Mapping[UserId, Member] = field(factory=dict)
    invited: frozenset[UserId] = frozenset()
    requests: frozenset[UserId] = frozenset()
    battles: Mapping[BattleId, ClanId] = field(factory=dict)  # running ones, with the opponent
    contribution: int = 0
    treasury: int = 0  # [CREDIT]
    rating: int = CLANS.rating
    ended: bool = False


@frozen(kw_only=True)
class Held:
    """Who holds a name, a tag or a user, and since when nobody does."""

    clan_id: ClanId | None = None
    released_at: Instant | None = None


UNFOUNDED = Clan()
FREE = Held()


def role_at(member: Member, at: Instant, rules: ClanRules = CLANS) -> Role:
    """The role that counts: a recruit is a member after its time."""
    served = at.micros - member.since.micros >= rules.recruit_for
    return Role.MEMBER if member.role is Role.RECRUIT and served else member.role


def rank(role: Role) -> int:
    """Higher is more.

    >>> rank(Role.OWNER) > rank(Role.ADMIN) > rank(Role.MEMBER) > rank(Role.RECRUIT)
    True
    """
    return ROLES.index(role)


def owner_of(clan: Clan) -> UserId | None:
    """The owner; None before the clan is founded and after it has ended."""
    owners = (user for user, member in clan.members.items() if member.role is Role.OWNER)
    return next(owners, None)


def heir_of(clan: Clan, at: Instant, rules: ClanRules = CLANS) -> UserId | None:
    """Who is next in rank: by role, contribution, then the longest in it, then the smaller id."""
    others = [
        (-rank(role_at(one, at, rules)), -one.contribution, one.since.micros, user)
        for user, one in clan.members.items()
        if one.role is not Role.OWNER
    ]
    return min(others)[3] if others else None


def evolve(clan: Clan, event: ClanEvent) -> Clan:
    """The clan after `event`."""
    match event:
        case ClanCreated():
            return _created(event)
        case ClanEdited():
            return changed(
                clan,
                description=event.description,
                policy=event.policy,
                colour=event.colour,
                emblem=event.emblem,
            )
        case ClanInvited():
            return changed(clan, invited=clan.invited | {event.user_id})
        case ClanRequested():
            return changed(clan, requests=clan.requests | {event.user_id})
        case ClanRequestDeclined():
            return changed(clan, requests=clan.requests - {event.user_id})
        case ClanDonated() | ClanSpent():
            return changed(clan, treasury=event.treasury)
        case ClanContributed():
            return _contributed(clan, event)
        case ClanStaked():
            battles = {**clan.battles, event.battle_id: event.opponent_id}
            return changed(clan, treasury=event.treasury, battles=battles)
        case ClanSettled():
            left = {one: foe for one, foe in clan.battles.items() if one != event.battle_id}
            return changed(clan, treasury=event.treasury, rating=event.rating, battles=left)
        case ClanEnded():
            return changed(clan, members={}, treasury=0, ended=True)
        case _:
            return _peopled(clan, event)


def _peopled(clan: Clan, event: ClanJoined | ClanLeft | ClanRoleChanged | ClanTransferred) -> Clan:
    user = event.user_id
    match event:
        case ClanJoined():
            member = Member(role=event.role, since=event.at)
            return changed(
                clan,
                members={**clan.members, user: member},
                invited=clan.invited - {user},
                requests=clan.requests - {user},
            )
        case ClanLeft():
            rest = {one: member for one, member in clan.members.items() if one != user}
            return changed(clan, members=rest)
        case ClanRoleChanged():
            return changed(clan, members=_given(clan.members, user, event.role, event.at))
        case ClanTransferred():
            lowered = _given(clan.members, event.by, Role.ADMIN, event.at)
            return changed(clan, members=_given(lowered, user, Role.OWNER, event.at))
        case _:
            assert_never(event)


def evolve_claim(_held: Held, event: ClaimEvent) -> Held:
    """The claim after `event`."""
    match event:
        case ClanClaimed():
            return Held(clan_id=event.clan_id)
        case ClanReleased():
            return Held(released_at=event.at)
        case _:
            assert_never(event)


def _created(event: ClanCreated) -> Clan:
    return Clan(
        clan_id=event.clan_id,
        name=event.name,
        tag=event.tag,
        description=event.description,
        policy=event.policy,
        colour=event.colour,
        emblem=event.emblem,
        members={event.user_id: Member(role=Role.OWNER, since=event.at)},
        rating=event.rating,
    )


def _contributed(clan: Clan, event: ClanContributed) -> Clan:
    before = clan.members.get(event.user_id)
    if before is None:
        return changed(clan, contribution=event.contribution)
    more = changed(before, contribution=before.contribution + event.amount)
    members = {**clan.members, event.user_id: more}
    return changed(clan, contribution=event.contribution, members=members)


def _given(
    members: Mapping[UserId, Member], user: UserId, role: Role, at: Instant
) -> Mapping[UserId, Member]:
    before = members.get(user)
    if before is None:
        return members
    return {**members, user: changed(before, role=role, since=at)}
