"""A leaderboard's period as a decider: scores while it runs, one frozen list when it ends."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.leaderboards import (
    LeaderboardFault,
    LeaderboardState,
    LeftOut,
    OutsidePeriod,
)
from astracore.events.decider import Decider
from astracore.gamification.frozen_lists import frozen_list
from astracore.gamification.leaderboards.commands import ApplyScore, ClosePeriod, PeriodCommand
from astracore.gamification.leaderboards.events import (
    LeaderboardClosed,
    LeaderboardUpdated,
    PeriodEvent,
    Winner,
)
from astracore.gamification.leaderboards.fairness import reasons
from astracore.gamification.leaderboards.periods import has_ended, is_inside, label, window_of
from astracore.gamification.leaderboards.rules import BOARDS, BoardTable, credits_of
from astracore.gamification.leaderboards.state import EMPTY, Period, evolve
from astracore.gamification.leaderboards.types import Operator
from astracore.gamification.ranking import standing
from astracore.gamification.ranks import Standing
from astracore.gamification.standings import found, page, put, rank_of, without
from astracore.ids import UserId
from astracore.instants import LAST
from astracore.numeric import EXACT
from astracore.outcome import is_failure

Decision: TypeAlias = Result[tuple[PeriodEvent, ...], LeaderboardFault]


def period_decider(
    table: BoardTable,
) -> Decider[PeriodCommand, Period, PeriodEvent, LeaderboardFault]:
    """The decider under these rules."""

    def decide(command: PeriodCommand, state: Period) -> Decision:
        """Errors: LeaderboardState, OutsidePeriod, InvalidScore, LeftOut."""
        match command:
            case ApplyScore():
                return scoring(command, state, table)
            case ClosePeriod():
                return closing(command, state, table)
            case _:
                assert_never(command)

    return Decider("gamification.leaderboard", EMPTY, decide, evolve)


def scoring(command: ApplyScore, state: Period, rules: BoardTable) -> Decision:
    """Where a score puts somebody; the earlier instant stays when the score does.

    Errors: LeaderboardState (closed), OutsidePeriod, InvalidScore, LeftOut (all reasons).
    Invariant: old and new rank are those of the table sorted from scratch.
    """
    if state.closed_at is not None:
        return Failure(LeaderboardState("closed"))
    window = window_of(command.key.cadence, command.key.begin)
    if not is_inside(window, command.at):
        end = LAST + 1 if window.end is None else window.end.micros
        return Failure(OutsidePeriod(command.at.micros, window.begin.micros, end))
    held = found(state.table, command.user_id)
    barred = reasons(command.contender, command.key, rules)
    if barred and held is None:
        return Failure(LeftOut(command.user_id[:64], barred))
    if barred:
        return Success((_updated(command, state, held, None),))
    return _scored(command, state, held)


def _scored(command: ApplyScore, state: Period, held: Standing | None) -> Decision:
    """The score of somebody who may stand on the board."""
    one = Standing(score=command.score, reached_at=command.at, user_id=command.user_id)
    sized = standing(one).map(lambda _: _combined(command, held))
    checked = sized.bind(
        lambda score: standing(
            Standing(score=score, reached_at=command.at, user_id=command.user_id)
        )
    )
    if is_failure(checked):
        return checked
    now = checked.unwrap()
    if held is not None and held.score == now.score:
        return Success(())
    return Success((_updated(command, state, held, now),))


def _combined(command: ApplyScore, held: Standing | None) -> Decimal:
    """The score after the operator."""
    if held is None:
        return command.score
    match command.operator:
        case Operator.SET:
            return command.score
        case Operator.BEST:
            return max(held.score, command.score)
        case Operator.ADD:
            return EXACT.add(held.score, command.score)
        case _:
            assert_never(command.operator)


def _updated(
    command: ApplyScore, state: Period, held: Standing | None, now: Standing | None
) -> LeaderboardUpdated:
    """From one place to another; off the board without a new standing."""
    old = rank_of(state.table, command.user_id).value_or(None)
    after = state.table if now is None else put(state.table, now)
    last = command.score if held is None else held.score
    key = command.key
    return LeaderboardUpdated(
        board=key.board,
        market=key.market,
        scope=key.scope,
        target=key.target,
        period=label(key),
        user_id=command.user_id,
        old_rank=old,
        new_rank=None if now is None else rank_of(after, command.user_id).value_or(None),
        score=last if now is None else now.score,
        at=command.at,
    )


def closing(command: ClosePeriod, state: Period, rules: BoardTable) -> Decision:
    """Freeze the list once; closing again changes nothing.

    Errors: LeaderboardState (running: the period has not ended).
    Invariant: winners and prizes are read from the frozen list and from nothing else.
    """
    if state.closed_at is not None:
        return Success(())
    key = command.key
    if not has_ended(window_of(key.cadence, key.begin), command.at):
        return Failure(LeaderboardState("running"))
    excluded = tuple(
        user_id for user_id in sorted(command.excluded) if found(state.table, user_id) is not None
    )
    table = state.table
    for user_id in excluded:
        table = without(table, user_id)
    final = frozen_list(table)
    winners = tuple(
        Winner(
            user_id=UserId(one.user_id), rank=rank, score=one.score, credits=credits_of(rank, rules)
        )
        for rank, one in enumerate(page(table, 1, rules.winners), start=1)
    )
    return Success(
        (
            LeaderboardClosed(
                board=key.board,
                market=key.market,
                scope=key.scope,
                target=key.target,
                period=label(key),
                count=len(table),
                list_hash=final.list_hash,
                merkle_root=final.merkle_root,
                winners=winners,
                excluded=excluded,
                at=command.at,
            ),
        )
    )


LEADERBOARD = period_decider(BOARDS)
