"""A battle and both clans in one decision: stakes move with the acceptance, prizes with the end."""

from collections.abc import Iterator

from attrs import frozen
from returns.result import Result

from astracore.errors.social import BattleFault
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.outcome import collect
from astracore.social.battles.battle import BATTLE
from astracore.social.battles.commands import BattleCommand, Side
from astracore.social.battles.events import BattleAccepted, BattleEvent, BattleFinished
from astracore.social.battles.rules import BATTLES, BattleRules
from astracore.social.battles.state import Battle
from astracore.social.clans.clan import CLAN, standing_of
from astracore.social.clans.commands import SettleClan, StakeClan
from astracore.social.clans.events import ClanEvent
from astracore.social.clans.rules import CLANS, ClanRules
from astracore.social.clans.state import Clan
from astracore.social.ids import ClanId


@frozen(kw_only=True)
class Fought:
    """What is appended to the battle's stream and to those of both clans."""

    battle: tuple[BattleEvent, ...]
    declarer: tuple[ClanEvent, ...]
    opponent: tuple[ClanEvent, ...]


def side_of(clan: Clan, actor_id: UserId, at: Instant, rules: ClanRules = CLANS) -> Side:
    """What a battle wants to know of a clan; a clan that is over has no members."""
    return Side(
        clan_id=ClanId("") if clan.clan_id is None else clan.clan_id,
        role=standing_of(clan, actor_id, at, rules),
        rating=clan.rating,
        members=len(clan.members),
        treasury=clan.treasury,
        foes=frozenset(clan.battles.values()),
    )


def fought(
    command: BattleCommand, battle: Battle, declarer: Clan, opponent: Clan
) -> Result[Fought, BattleFault]:
    """Decide over three states; all three streams are appended together, or none.

    Errors: what the battle refuses, then what a clan refuses.
    Invariant: what leaves the treasuries at acceptance comes back at the end to the last credit.
    """
    return Result.do(
        Fought(battle=events, declarer=own, opponent=theirs)
        for events in BATTLE.decide(command, battle)
        for own in _moved(events, declarer, first=True)
        for theirs in _moved(events, opponent, first=False)
    )


def suggestions(
    own: Side, others: tuple[Side, ...], rules: BattleRules = BATTLES
) -> tuple[Side, ...]:
    """Whom a clan might challenge: of like rating and large enough, the nearest first."""
    fit = (
        one
        for one in others
        if one.clan_id != own.clan_id
        and one.clan_id not in own.foes
        and one.members >= rules.members_least
        and abs(one.rating - own.rating) <= rules.gap_suggested
    )
    return tuple(sorted(fit, key=lambda one: (abs(one.rating - own.rating), one.clan_id)))


def _moved(
    events: tuple[BattleEvent, ...], clan: Clan, *, first: bool
) -> Result[tuple[ClanEvent, ...], BattleFault]:
    decided = collect(CLAN.decide(one, clan) for one in _asked(events, first=first))
    return decided.map(lambda parts: tuple(event for part in parts for event in part))


def _asked(events: tuple[BattleEvent, ...], *, first: bool) -> Iterator[StakeClan | SettleClan]:
    for event in events:
        if not isinstance(event, BattleAccepted | BattleFinished):
            continue
        pair = (event.declarer_id, event.opponent_id)
        clan_id, foe = pair if first else pair[::-1]
        if isinstance(event, BattleAccepted):
            yield StakeClan(
                clan_id=clan_id,
                battle_id=event.battle_id,
                opponent_id=foe,
                amount=event.stake,
                at=event.at,
            )
        else:
            yield SettleClan(
                clan_id=clan_id,
                battle_id=event.battle_id,
                rating=event.declarer_rating if first else event.opponent_rating,
                amount=sum(
                    share.amount
                    for share in event.shares
                    if share.user_id is None and share.clan_id == clan_id
                ),
                at=event.at,
            )
