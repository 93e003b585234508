"""What a battle remembers."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
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
from astracore.social.feats import NOTHING, PlayMode, Tally, tallied
from astracore.social.ids import BattleId, ClanId


class Phase(StrEnum):
    """From declared to finished; `active` is `accepted` once it has started."""

    NONE = "none"
    DECLARED = "declared"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    FINISHED = "finished"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@frozen(kw_only=True)
class Entry:
    """One member who takes part."""

    clan_id: ClanId
    equity: Decimal
    tally: Tally = NOTHING


@frozen(kw_only=True)
class Terms:
    """What was declared."""

    battle_id: BattleId
    declarer_id: ClanId
    opponent_id: ClanId
    kind: BattleKind
    mode: PlayMode
    hours: int
    stake: int
    expires_at: Instant


@frozen(kw_only=True)
class Running:
    """What was fixed when it was accepted."""

    best_of: int
    starts_at: Instant
    ends_at: Instant


@frozen(kw_only=True)
class Battle:
    """Nothing until declared; `running` from acceptance on."""

    phase: Phase = Phase.NONE
    terms: Terms | None = None
    running: Running | None = None
    entries: Mapping[UserId, Entry] = field(factory=dict)


PEACE = Battle()


def phase_at(battle: Battle, at: Instant) -> Phase:
    """The phase at `at`: time alone starts a battle and ends the wait for an answer."""
    if battle.phase is Phase.ACCEPTED and battle.running is not None:
        return Phase.ACTIVE if at.micros >= battle.running.starts_at.micros else Phase.ACCEPTED
    if battle.phase is Phase.DECLARED and battle.terms is not None:
        return Phase.EXPIRED if at.micros >= battle.terms.expires_at.micros else Phase.DECLARED
    return battle.phase


def evolve(battle: Battle, event: BattleEvent) -> Battle:
    """The battle after `event`."""
    match event:
        case BattleDeclared():
            return Battle(phase=Phase.DECLARED, terms=_terms(event))
        case BattleAccepted():
            running = Running(
                best_of=event.best_of, starts_at=event.starts_at, ends_at=event.ends_at
            )
            return changed(battle, phase=Phase.ACCEPTED, running=running)
        case BattleDeclined():
            return changed(battle, phase=Phase.DECLINED)
        case BattleCancelled():
            return changed(battle, phase=Phase.CANCELLED)
        case BattleExpired():
            return changed(battle, phase=Phase.EXPIRED)
        case BattleFinished():
            return changed(battle, phase=Phase.FINISHED)
        case BattleJoined():
            entry = Entry(clan_id=event.clan_id, equity=event.equity)
            return changed(battle, entries={**battle.entries, event.user_id: entry})
        case BattleScored():
            return _scored(battle, event)
        case _:
            assert_never(event)


def _scored(battle: Battle, event: BattleScored) -> Battle:
    before = battle.entries.get(event.user_id)
    if before is None:
        return battle
    more = Tally(closes=event.closes, wins=event.wins, net=event.net, xp=event.xp)
    entry = changed(before, tally=tallied(before.tally, more))
    return changed(battle, entries={**battle.entries, event.user_id: entry})


def _terms(event: BattleDeclared) -> Terms:
    return Terms(
        battle_id=event.battle_id,
        declarer_id=event.declarer_id,
        opponent_id=event.opponent_id,
        kind=event.kind,
        mode=event.mode,
        hours=event.hours,
        stake=event.stake,
        expires_at=event.expires_at,
    )
