"""How a battle ends: scores, ratings, and the stakes to the last credit."""

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import MoneyFault
from astracore.errors.social import BattleFault, BattleState
from astracore.ids import UserId
from astracore.numeric import from_fraction, statistic
from astracore.social.battles.commands import FinishBattle
from astracore.social.battles.events import (
    BattleEvent,
    BattleExpired,
    BattleFinished,
    FighterScore,
    StakeShare,
)
from astracore.social.battles.rules import BATTLES, BattleRules
from astracore.social.battles.scores import (
    Verdict,
    clan_parts,
    clan_score,
    member_score,
    pot_parts,
    rated,
)
from astracore.social.battles.state import Battle, Phase, Terms, phase_at
from astracore.social.ids import ClanId

Decided: TypeAlias = Result[tuple[BattleEvent, ...], BattleFault]


@frozen(kw_only=True)
class Squad:
    """Those of one clan who take part, with their scores; by user id, so that ties are stable."""

    clan_id: ClanId
    users: tuple[UserId, ...]
    scores: tuple[Fraction, ...]


def squad(battle: Battle, terms: Terms, clan_id: ClanId, rules: BattleRules = BATTLES) -> Squad:
    """One side of a battle. Kernel: what cannot be computed is a decimal signal."""
    entries = sorted(
        (user, entry) for user, entry in battle.entries.items() if entry.clan_id == clan_id
    )
    return Squad(
        clan_id=clan_id,
        users=tuple(user for user, _ in entries),
        scores=tuple(
            member_score(terms.kind, entry.tally, entry.equity, rules) for _, entry in entries
        ),
    )


def verdict_of(score: Decimal, other: Decimal) -> Verdict:
    """Equal scores tie.

    >>> verdict_of(Decimal(2), Decimal(1)).value, verdict_of(Decimal(1), Decimal("1.0")).value
    ('won', 'tied')
    """
    if score == other:
        return Verdict.TIED
    return Verdict.WON if score > other else Verdict.LOST


def finish(command: FinishBattle, battle: Battle, rules: BattleRules) -> Decided:
    """What a due battle comes to; a challenge that nobody answered expires.

    Errors: BattleState (not due, or over), NumericLimit.  Kernel: used inside an exact decider.
    Invariant: the shares sum to both stakes.
    """
    terms, running, phase = battle.terms, battle.running, phase_at(battle, command.at)
    if battle.phase is Phase.DECLARED and phase is Phase.EXPIRED and terms is not None:
        return Success((BattleExpired(battle_id=terms.battle_id, at=command.at),))
    due = running is not None and command.at.micros >= running.ends_at.micros
    if battle.phase is not Phase.ACCEPTED or terms is None or running is None or not due:
        return Failure(BattleState(phase.value))
    one = squad(battle, terms, terms.declarer_id, rules)
    other = squad(battle, terms, terms.opponent_id, rules)
    scores = clan_score(one.scores, running.best_of), clan_score(other.scores, running.best_of)
    verdict = verdict_of(*scores)
    finished = _finished(command, terms, scores, verdict, rules)
    return Result.do(
        (changed(finished, fighters=(*_fighters(one), *_fighters(other)), shares=(*own, *theirs)),)
        for pot in pot_parts(2 * terms.stake, verdict, rules)
        for own in _shares(one, pot[0], rules)
        for theirs in _shares(other, pot[1], rules)
    )


def _finished(
    command: FinishBattle,
    terms: Terms,
    scores: tuple[Decimal, Decimal],
    verdict: Verdict,
    rules: BattleRules,
) -> BattleFinished:
    ratings = rated(command.declarer_rating, command.opponent_rating, verdict, rules)
    winners = {Verdict.WON: terms.declarer_id, Verdict.LOST: terms.opponent_id}
    return BattleFinished(
        battle_id=terms.battle_id,
        declarer_id=terms.declarer_id,
        opponent_id=terms.opponent_id,
        declarer_score=scores[0],
        opponent_score=scores[1],
        declarer_rating=ratings[0],
        opponent_rating=ratings[1],
        winner_id=winners.get(verdict),
        stake=terms.stake,
        fighters=(),
        shares=(),
        at=command.at,
    )


def _fighters(side: Squad) -> tuple[FighterScore, ...]:
    return tuple(
        FighterScore(clan_id=side.clan_id, user_id=user, score=statistic(from_fraction(score)))
        for user, score in zip(side.users, side.scores, strict=True)
    )


def _shares(
    side: Squad, amount: int, rules: BattleRules
) -> Result[tuple[StakeShare, ...], MoneyFault]:
    users: tuple[UserId | None, ...] = (None, *side.users)
    return clan_parts(amount, side.scores, rules).map(
        lambda parts: tuple(
            StakeShare(clan_id=side.clan_id, user_id=user, amount=part)
            for user, part in zip(users, parts, strict=True)
            if part
        )
    )
