"""Clans, their members, and battles."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.catalog import classes_of
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.sorting import ascending, descending, newest_first
from astracore.social.battles.events import (
    BattleAccepted,
    BattleCancelled,
    BattleDeclared,
    BattleDeclined,
    BattleEvent,
    BattleExpired,
    BattleFinished,
    BattleJoined,
    BattleScored,
)
from astracore.social.battles.scores import BattleKind
from astracore.social.battles.state import Phase
from astracore.social.clans.clan import CLAN
from astracore.social.clans.events import (
    ClanContributed,
    ClanCreated,
    ClanEnded,
    ClanEvent,
    ClanJoined,
    ClanLeft,
    ClanRoleChanged,
    ClanTransferred,
    JoinPolicy,
    Role,
)
from astracore.social.clans.rules import clan_level, clan_size
from astracore.social.clans.state import Clan, rank
from astracore.social.feats import PlayMode
from astracore.social.ids import BattleId, ClanId

ZERO = Decimal(0)
MemberEvent: TypeAlias = (
    ClanCreated
    | ClanJoined
    | ClanLeft
    | ClanRoleChanged
    | ClanTransferred
    | ClanContributed
    | ClanEnded
)


@frozen(kw_only=True)
class ClanRow:
    """A clan as everybody sees it; `clan` is the folded aggregate, `size` what it has room for."""

    clan_id: ClanId
    name: str
    tag: str
    description: str
    policy: JoinPolicy
    colour: str
    emblem: str
    rating: int
    members: int
    level: int
    size: int
    treasury: int
    created_at: Instant
    clan: Clan


@frozen(kw_only=True)
class ClanMemberRow:
    """One member."""

    clan_id: ClanId
    user_id: UserId
    role: Role
    contribution: int
    since: Instant


@frozen(kw_only=True)
class BattleRow:
    """A battle as everybody sees it; scores and winner once it is over."""

    battle_id: BattleId
    declarer_id: ClanId
    opponent_id: ClanId
    kind: BattleKind
    mode: PlayMode
    hours: int
    stake: int
    phase: Phase
    fighters: int = 0
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    declarer_score: Decimal = ZERO
    opponent_score: Decimal = ZERO
    winner_id: ClanId | None = None
    declared_at: Instant


def evolve_clan(row: ClanRow | None, envelope: Envelope[ClanEvent], _key: str) -> ClanRow | None:
    """The aggregate's own fold, in the shape of a table; gone when the clan is."""
    event = envelope.event
    if isinstance(event, ClanEnded):
        return None
    if row is None and not isinstance(event, ClanCreated):
        return None
    created = event.at if row is None else row.created_at
    clan = CLAN.evolve(Clan() if row is None else row.clan, event)
    level = clan_level(clan.contribution)
    return ClanRow(
        clan_id=event.clan_id,
        name=clan.name,
        tag=clan.tag,
        description=clan.description,
        policy=clan.policy,
        colour=clan.colour,
        emblem=clan.emblem,
        rating=clan.rating,
        members=len(clan.members),
        level=level,
        size=clan_size(level),
        treasury=clan.treasury,
        created_at=created,
        clan=clan,
    )


def member_keys(envelope: Envelope[MemberEvent]) -> tuple[str, ...]:
    """Whom an event touches: two at a transfer."""
    event = envelope.event
    own = f"{event.clan_id}:{event.user_id}"
    return (own, f"{event.clan_id}:{event.by}") if isinstance(event, ClanTransferred) else (own,)


def evolve_member(
    row: ClanMemberRow | None, envelope: Envelope[MemberEvent], key: str
) -> ClanMemberRow | None:
    """There while the user is a member."""
    event = envelope.event
    match event:
        case ClanCreated():
            return member(event, Role.OWNER)
        case ClanJoined():
            return member(event, event.role)
        case ClanLeft() | ClanEnded():
            return None
        case ClanRoleChanged():
            return None if row is None else changed(row, role=event.role, since=event.at)
        case ClanTransferred():
            role = Role.OWNER if key.endswith(f":{event.user_id}") else Role.ADMIN
            return None if row is None else changed(row, role=role, since=event.at)
        case ClanContributed():
            if row is None:
                return None
            return changed(row, contribution=row.contribution + event.amount)
        case _:
            assert_never(event)


def member(event: ClanCreated | ClanJoined, role: Role) -> ClanMemberRow:
    """Somebody who has just come."""
    return ClanMemberRow(
        clan_id=event.clan_id, user_id=event.user_id, role=role, contribution=0, since=event.at
    )


def evolve_battle(
    row: BattleRow | None, envelope: Envelope[BattleEvent], _key: str
) -> BattleRow | None:
    """From the challenge to the end."""
    event = envelope.event
    if isinstance(event, BattleDeclared):
        return declared(event)
    if row is None:
        return None
    match event:
        case BattleAccepted():
            return changed(
                row, phase=Phase.ACCEPTED, starts_at=event.starts_at, ends_at=event.ends_at
            )
        case BattleDeclined():
            return changed(row, phase=Phase.DECLINED)
        case BattleCancelled():
            return changed(row, phase=Phase.CANCELLED)
        case BattleExpired():
            return changed(row, phase=Phase.EXPIRED)
        case BattleJoined():
            return changed(row, fighters=row.fighters + 1)
        case BattleScored():
            return row
        case BattleFinished():
            return changed(
                row,
                phase=Phase.FINISHED,
                declarer_score=event.declarer_score,
                opponent_score=event.opponent_score,
                winner_id=event.winner_id,
            )
        case _:
            assert_never(event)


def declared(event: BattleDeclared) -> BattleRow:
    """A battle that waits for its answer."""
    return BattleRow(
        battle_id=event.battle_id,
        declarer_id=event.declarer_id,
        opponent_id=event.opponent_id,
        kind=event.kind,
        mode=event.mode,
        hours=event.hours,
        stake=event.stake,
        phase=Phase.DECLARED,
        declared_at=event.at,
    )


CLANS: Projection[ClanEvent, ClanRow] = Projection(
    name="clans",
    version=1,
    events=classes_of(ClanEvent),
    keys=lambda envelope: (envelope.event.clan_id,),
    evolve=evolve_clan,
    row=codec(ClanRow),
    owner=lambda _row: "",
    sort=lambda row: descending(row.rating) + ascending(row.created_at.micros),
)
CLAN_MEMBERS: Projection[MemberEvent, ClanMemberRow] = Projection(
    name="clan_members",
    version=1,
    events=classes_of(MemberEvent),
    keys=member_keys,
    evolve=evolve_member,
    row=codec(ClanMemberRow),
    owner=lambda row: row.clan_id,
    sort=lambda row: descending(rank(row.role)) + descending(row.contribution),
)
BATTLES: Projection[BattleEvent, BattleRow] = Projection(
    name="battles",
    version=1,
    events=classes_of(BattleEvent),
    keys=lambda envelope: (envelope.event.battle_id,),
    evolve=evolve_battle,
    row=codec(BattleRow),
    owner=lambda _row: "",
    sort=lambda row: newest_first(row.declared_at),
)
