"""The battle as a decider."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.funds import InsufficientFunds
from astracore.errors.social import (
    BattleFault,
    BattleInvalid,
    BattleState,
    ClanPermission,
    RatingGap,
)
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.instants import HOUR, Instant, after
from astracore.money.currencies import CREDIT
from astracore.numeric import bounded, exact, from_fraction, statistic
from astracore.social.battles.commands import (
    AnswerBattle,
    BattleCommand,
    CancelBattle,
    DeclareBattle,
    FinishBattle,
    JoinBattle,
    ScoreBattle,
    Side,
)
from astracore.social.battles.events import (
    BattleAccepted,
    BattleCancelled,
    BattleDeclared,
    BattleDeclined,
    BattleEvent,
    BattleJoined,
    BattleScored,
)
from astracore.social.battles.finishing import finish
from astracore.social.battles.rules import BATTLES, BattleRules
from astracore.social.battles.scores import BattleKind, member_score
from astracore.social.battles.state import (
    PEACE,
    Battle,
    Entry,
    Phase,
    Running,
    Terms,
    evolve,
    phase_at,
)
from astracore.social.clans.events import Role
from astracore.social.clans.state import rank
from astracore.social.feats import NOTHING, Tally, XpFeat, tallied, tally_of

BOUND = 2**53
ZERO = Decimal(0)
Decided: TypeAlias = Result[tuple[BattleEvent, ...], BattleFault]


def battle_decider(
    rules: BattleRules,
) -> Decider[BattleCommand, Battle, BattleEvent, BattleFault]:
    """The decider under these rules. Treasuries are decided beside it: see `fought`."""

    @exact
    def decide(command: BattleCommand, battle: Battle) -> Decided:
        """Errors: as BattleFault names them."""
        if isinstance(command, DeclareBattle):
            return _declared(command, battle, rules)
        terms, phase = battle.terms, phase_at(battle, command.at)
        if terms is None:
            return Failure(BattleState(phase.value))
        match command:
            case AnswerBattle():
                return _answered(command, terms, phase, rules)
            case CancelBattle():
                return _cancelled(command, terms, phase)
            case JoinBattle():
                return _joined(command, battle, terms, phase)
            case ScoreBattle():
                return _scored(command, battle, terms, rules)
            case FinishBattle():
                return finish(command, battle, rules)
            case _:
                assert_never(command)

    return Decider("social.battle", PEACE, decide, evolve)


BATTLE = battle_decider(BATTLES)


def _declared(command: DeclareBattle, battle: Battle, rules: BattleRules) -> Decided:
    if battle.phase is not Phase.NONE:
        return Failure(BattleState(battle.phase.value))
    if not _commands(command.declarer.role):
        return Failure(_forbidden(command.declarer.role))
    checks = (
        ("hours", rules.hours[0] <= command.hours <= rules.hours[1]),
        ("stake", 0 <= command.stake < BOUND),
    )
    wrong = tuple(name for name, sound in checks if not sound)
    if wrong:
        return Failure(BattleInvalid(wrong))
    fault = _mismatch(command.declarer, command.opponent, command.stake, rules)
    if fault is not None:
        return Failure(fault)
    declared = BattleDeclared(
        battle_id=command.battle_id,
        declarer_id=command.declarer.clan_id,
        opponent_id=command.opponent.clan_id,
        by=command.actor_id,
        kind=command.kind,
        mode=command.mode,
        hours=command.hours,
        stake=command.stake,
        expires_at=after(command.at, rules.answer_within),
        at=command.at,
    )
    return Success((declared,))


# Why the two may not fight now, in order; asked when it is declared and when it is accepted.
def _mismatch(one: Side, other: Side, stake: int, rules: BattleRules) -> BattleFault | None:
    gap = abs(one.rating - other.rating)
    if gap > rules.gap_most:
        return RatingGap(gap, rules.gap_most)
    if one.clan_id == other.clan_id:
        return BattleState("same_clan")
    if min(one.members, other.members) < rules.members_least:
        return BattleState("too_few_members")
    if other.clan_id in one.foes or one.clan_id in other.foes:
        return BattleState("in_battle")
    for side in (one, other):
        if side.treasury < stake:
            account = f"treasury/{side.clan_id}"
            return InsufficientFunds(account, CREDIT, Decimal(side.treasury), Decimal(stake))
    return None


def _answered(command: AnswerBattle, terms: Terms, phase: Phase, rules: BattleRules) -> Decided:
    one, other, at = command.declarer, command.opponent, command.at
    if phase is not Phase.DECLARED:
        return Failure(BattleState(phase.value))
    if (one.clan_id, other.clan_id) != (terms.declarer_id, terms.opponent_id):
        return Failure(ClanPermission("none"))
    if not _commands(other.role):
        return Failure(_forbidden(other.role))
    if not command.accept:
        return Success((BattleDeclined(battle_id=terms.battle_id, by=command.actor_id, at=at),))
    fault = _mismatch(one, other, terms.stake, rules)
    if fault is not None:
        return Failure(fault)
    starts = after(at, rules.muster)
    accepted = BattleAccepted(
        battle_id=terms.battle_id,
        declarer_id=terms.declarer_id,
        opponent_id=terms.opponent_id,
        by=command.actor_id,
        stake=terms.stake,
        best_of=min(rules.best_of, one.members, other.members),
        starts_at=starts,
        ends_at=after(starts, terms.hours * HOUR),
        at=at,
    )
    return Success((accepted,))


def _cancelled(command: CancelBattle, terms: Terms, phase: Phase) -> Decided:
    if phase is not Phase.DECLARED:
        return Failure(BattleState(phase.value))
    if not _commands(command.role):
        return Failure(_forbidden(command.role))
    gone = BattleCancelled(battle_id=terms.battle_id, by=command.actor_id, at=command.at)
    return Success((gone,))


def _joined(command: JoinBattle, battle: Battle, terms: Terms, phase: Phase) -> Decided:
    if phase not in {Phase.ACCEPTED, Phase.ACTIVE} or _is_over(battle.running, command.at):
        return Failure(BattleState(phase.value))
    if command.clan_id not in {terms.declarer_id, terms.opponent_id}:
        return Failure(ClanPermission("none"))
    if command.actor_id in battle.entries:
        return Failure(BattleState("joined"))
    if not (bounded(command.equity) and command.equity >= 0):
        return Failure(BattleInvalid(("equity",)))
    if terms.kind is BattleKind.TRADING and command.equity == 0:
        return Failure(BattleInvalid(("equity",)))
    joined = BattleJoined(
        battle_id=terms.battle_id,
        clan_id=command.clan_id,
        user_id=command.actor_id,
        equity=command.equity,
        at=command.at,
    )
    return Success((joined,))


# What does not concern this battle changes nothing: policies tell of everything members do.
def _scored(command: ScoreBattle, battle: Battle, terms: Terms, rules: BattleRules) -> Decided:
    running, entry = battle.running, battle.entries.get(command.user_id)
    if running is None or entry is None or battle.phase is not Phase.ACCEPTED:
        return Success(())
    if command.at.micros < running.starts_at.micros or _is_over(running, command.at):
        return Success(())
    more = tally_of(command.feat, terms.mode)
    if more == NOTHING or isinstance(command.feat, XpFeat) is not (terms.kind is BattleKind.XP):
        return Success(())
    if not bounded(more.net) or not 0 <= more.xp < BOUND:
        return Failure(NumericLimit("feat"))
    return Success((_score(command, entry, more, terms, rules),))


def _score(
    command: ScoreBattle, entry: Entry, more: Tally, terms: Terms, rules: BattleRules
) -> BattleScored:
    score = member_score(terms.kind, tallied(entry.tally, more), entry.equity, rules)
    return BattleScored(
        battle_id=terms.battle_id,
        clan_id=entry.clan_id,
        user_id=command.user_id,
        closes=more.closes,
        wins=more.wins,
        net=more.net,
        xp=more.xp,
        score=statistic(from_fraction(score)),
        at=command.at,
    )


def _is_over(running: Running | None, at: Instant) -> bool:
    return running is not None and at.micros >= running.ends_at.micros


def _commands(role: Role | None) -> bool:
    return role is not None and rank(role) >= rank(Role.ADMIN)


def _forbidden(role: Role | None) -> ClanPermission:
    return ClanPermission("none" if role is None else role.value)
