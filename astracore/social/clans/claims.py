"""What keeps names, tags and members unique: one small stream for each, decided with the clan.

No clan can see all clans. So each folded name, each tag and each user is a stream of its own, and
the store appends to all streams of a move in one transaction, or to none.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, assert_never

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.social import AlreadyInClan, ClanCooldown, ClanFault, NameTaken
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.outcome import collect
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import Claim, ClaimCommand, ClanCommand, Release
from astracore.social.clans.events import (
    ClaimEvent,
    ClanClaimed,
    ClanCreated,
    ClanEnded,
    ClanEvent,
    ClanJoined,
    ClanLeft,
    ClanReleased,
)
from astracore.social.clans.rules import CLANS, ClanRules
from astracore.social.clans.state import FREE, Clan, Held, evolve_claim
from astracore.social.ids import ClanId
from astracore.social.texts import folded

USER = "user:"
Claimed: TypeAlias = Result[tuple[ClaimEvent, ...], ClanFault]


@frozen(kw_only=True)
class Claiming:
    """What is appended to the stream of one claim."""

    key: str
    events: tuple[ClaimEvent, ...]


@frozen(kw_only=True)
class ClanMove:
    """What is appended to the clan's stream and to those of its claims."""

    clan: tuple[ClanEvent, ...]
    claims: tuple[Claiming, ...]


def name_key(name: str) -> str:
    """The stream of a clan's name."""
    return f"name:{folded(name)}"


def tag_key(tag: str) -> str:
    """The stream of a clan's tag."""
    return f"tag:{folded(tag)}"


def user_key(user_id: UserId) -> str:
    """The stream of a user's membership."""
    return f"{USER}{user_id}"


def claim_decider(rules: ClanRules) -> Decider[ClaimCommand, Held, ClaimEvent, ClanFault]:
    """The decider of one claim under these rules."""

    def decide(command: ClaimCommand, held: Held) -> Claimed:
        """Errors: NameTaken, AlreadyInClan, ClanCooldown."""
        match command:
            case Claim():
                return _claimed(command, held, rules)
            case Release():
                if held.clan_id != command.clan_id:
                    return Success(())
                gone = ClanReleased(key=command.key, clan_id=command.clan_id, at=command.at)
                return Success((gone,))
            case _:
                assert_never(command)

    return Decider("social.clan_claim", FREE, decide, evolve_claim)


CLAIM = claim_decider(CLANS)


def clan_move(
    command: ClanCommand, clan: Clan, claims: Mapping[str, Held]
) -> Result[ClanMove, ClanFault]:
    """Decide over a clan and the claims that the command touches; absent ones are free.

    Errors: what the clan refuses, then NameTaken, AlreadyInClan, ClanCooldown.
    Invariants: no two clans share a folded name or tag; nobody is in two clans.
    """
    return Result.do(
        ClanMove(clan=events, claims=claimed)
        for events in CLAN.decide(command, clan)
        for claimed in collect(_claiming(one, claims) for one in claims_of(events))
    )


def claims_of(events: tuple[ClanEvent, ...]) -> tuple[ClaimCommand, ...]:
    """What a clan's events ask of the claims."""
    return tuple(asked for event in events for asked in _asked(event))


def _asked(event: ClanEvent) -> Iterator[ClaimCommand]:
    match event:
        case ClanCreated():
            for key in (name_key(event.name), tag_key(event.tag), user_key(event.user_id)):
                yield Claim(key=key, clan_id=event.clan_id, at=event.at)
        case ClanEnded():
            for key in (name_key(event.name), tag_key(event.tag), user_key(event.user_id)):
                yield Release(key=key, clan_id=event.clan_id, at=event.at)
        case ClanJoined():
            yield Claim(key=user_key(event.user_id), clan_id=event.clan_id, at=event.at)
        case ClanLeft():
            yield Release(key=user_key(event.user_id), clan_id=event.clan_id, at=event.at)
        case _:
            return


def _claiming(command: ClaimCommand, claims: Mapping[str, Held]) -> Result[Claiming, ClanFault]:
    decided = CLAIM.decide(command, claims.get(command.key, FREE))
    return decided.map(lambda events: Claiming(key=command.key, events=events))


def _claimed(command: Claim, held: Held, rules: ClanRules) -> Claimed:
    personal = command.key.startswith(USER)
    if held.clan_id is not None:
        taken: ClanId = held.clan_id
        return Failure(AlreadyInClan(taken) if personal else NameTaken(command.key))
    if personal and held.released_at is not None:
        until = held.released_at.micros + rules.cooldown
        if command.at.micros < until:
            return Failure(ClanCooldown(until))
    return Success((ClanClaimed(key=command.key, clan_id=command.clan_id, at=command.at),))
