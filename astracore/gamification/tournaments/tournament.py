"""A tournament as a decider: opened, joined, scored trade by trade, closed with its prizes."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.leaderboards import (
    AlreadyJoined,
    InvalidTournament,
    NotJoined,
    TournamentFault,
    TournamentState,
)
from astracore.errors.values import BadAmount, NumericLimit
from astracore.events.decider import Decider
from astracore.gamification.frozen_lists import frozen_list
from astracore.gamification.ranks import Standing
from astracore.gamification.standings import Standings, found, put, rank_of, standings, without
from astracore.gamification.tournaments.commands import (
    CloseTournament,
    JoinTournament,
    OpenTournament,
    RecordTournamentTrade,
    TournamentCommand,
)
from astracore.gamification.tournaments.events import (
    Prize,
    TournamentClosed,
    TournamentEvent,
    TournamentJoined,
    TournamentOpened,
    TournamentScored,
)
from astracore.gamification.tournaments.rules import PrizeTable, TournamentRules
from astracore.gamification.tournaments.scores import Score, Tally, score, with_trade
from astracore.gamification.tournaments.state import (
    UNOPENED,
    Course,
    Entry,
    Tournament,
    evolve,
    phase_at,
)
from astracore.gamification.tournaments.types import ALLOWED, Deed
from astracore.ids import UserId
from astracore.instants import DAY, LAST, Instant, after
from astracore.numeric import EXACT, bounded, exact

TournamentRefusal: TypeAlias = TournamentFault | NumericLimit | BadAmount
LONGEST = 366 * DAY
Decision: TypeAlias = Result[tuple[TournamentEvent, ...], TournamentRefusal]


@exact
def decide(command: TournamentCommand, state: Tournament) -> Decision:
    """What a command does to a tournament.

    Errors: TournamentState, AlreadyJoined, NotJoined, InvalidTournament, BadAmount, NumericLimit.
    Source: docs/formulas-ranking.md#tournaments.
    Invariant: nobody is scored outside [begin, end), and nothing changes once it is closed.
    """
    if isinstance(command, OpenTournament):
        return _opening(command, state)
    if state.course is None:
        return Failure(TournamentState("unopened"))
    match command:
        case JoinTournament():
            return _joining(command, state, state.course)
        case RecordTournamentTrade():
            return _trade(command, state, state.course)
        case CloseTournament():
            return _closing(command, state, state.course)
        case _:
            assert_never(command)


TOURNAMENT: Decider[TournamentCommand, Tournament, TournamentEvent, TournamentRefusal] = Decider(
    "gamification.tournament", UNOPENED, decide, evolve
)


def _opening(command: OpenTournament, state: Tournament) -> Decision:
    """Announce it once; the same again changes nothing.

    Errors: InvalidTournament (every faulty field), TournamentState (it has ended before it began
    to exist, or exists with another begin).
    """
    rules = command.rules
    if state.course is not None:
        same = (state.course.begin, state.course.rules) == (command.begin, rules)
        return Success(()) if same else Failure(TournamentState("opened"))
    faulty = _faulty(command.tournament_id, command.begin, rules)
    if faulty:
        return Failure(InvalidTournament(faulty))
    end = after(command.begin, rules.length)
    if command.at >= end:
        return Failure(TournamentState("ended"))
    return Success(
        (
            TournamentOpened(
                tournament_id=command.tournament_id,
                begin=command.begin,
                end=end,
                joining_until=after(command.begin, rules.joining),
                rules=rules,
                at=command.at,
            ),
        )
    )


def _faulty(tournament_id: str, begin: Instant, rules: TournamentRules) -> tuple[str, ...]:
    """The fields with which no tournament can be played."""
    scoring = rules.scoring
    numbers = (scoring.volume_full, scoring.volume_bend)
    sound = {
        "tournament_id": bool(tournament_id),
        "capital": bounded(rules.capital) and rules.capital > 0,
        "length": 0 < rules.length <= LONGEST and begin.micros + rules.length <= LAST,
        "joining": 0 < rules.joining <= rules.length,
        "scoring": all(bounded(number) and number > 0 for number in numbers),
    }
    return tuple(name for name, good in sound.items() if not good)


def _joining(command: JoinTournament, state: Tournament, course: Course) -> Decision:
    """One entry for each user, until joining ends.

    Errors: TournamentState, AlreadyJoined (the user, or somebody with this account).
    """
    phase = phase_at(course, state.closed_at, command.at)
    if Deed.JOIN not in ALLOWED[phase] or command.at >= course.joining_until:
        return Failure(TournamentState(phase.value))
    accounts = {entry.account_id for entry in state.entries.values()}
    if command.user_id in state.entries or command.account_id in accounts:
        return Failure(AlreadyJoined(command.user_id[:64]))
    rules = course.rules
    return Success(
        (
            TournamentJoined(
                tournament_id=command.tournament_id,
                user_id=command.user_id,
                account_id=command.account_id,
                is_ai=command.is_ai,
                capital=rules.capital,
                currency=rules.currency,
                leverage=rules.leverage,
                at=command.at,
            ),
        )
    )


def _trade(command: RecordTournamentTrade, state: Tournament, course: Course) -> Decision:
    """The score after one more closed trade.

    Errors: TournamentState (closed outside the active time, or told after the freeze), NotJoined,
    InvalidTournament (numbers beyond what amounts may be), NumericLimit.
    """
    phase = phase_at(course, None, command.at)
    if state.closed_at is not None or Deed.TRADE not in ALLOWED[phase]:
        return Failure(TournamentState("closed" if state.closed_at is not None else phase.value))
    entry = state.entries.get(command.user_id)
    if entry is None or entry.account_id != command.account_id:
        return Failure(NotJoined(command.user_id[:64]))
    faulty = _unfit(command)
    if faulty:
        return Failure(InvalidTournament(faulty))
    tally = with_trade(entry.tally, command.net, command.volume, qualifies=command.qualifies)
    capital = course.rules.capital
    equity = EXACT.add(capital, tally.net) if command.equity is None else command.equity
    return score(tally, equity, capital, course.rules.scoring).map(
        lambda now: (_scored(command, state, entry, tally, now),)
    )


def _unfit(command: RecordTournamentTrade) -> tuple[str, ...]:
    """The numbers that no trade has."""
    equity = command.equity
    sound = {
        "net": bounded(command.net),
        "volume": bounded(command.volume) and command.volume >= 0,
        "equity": equity is None or bounded(equity),
    }
    return tuple(name for name, good in sound.items() if not good)


def _scored(
    command: RecordTournamentTrade, state: Tournament, entry: Entry, tally: Tally, now: Score
) -> TournamentScored:
    """The event of a new score, with the rank it gives."""
    table = state.machines if entry.is_ai else state.people
    return TournamentScored(
        tournament_id=command.tournament_id,
        user_id=command.user_id,
        account_id=command.account_id,
        position_id=command.position_id,
        is_ai=entry.is_ai,
        trades=tally.trades,
        won=tally.won,
        volume=tally.volume,
        net=tally.net,
        net_squares=tally.net_squares,
        score=now.total,
        profit=now.profit,
        wins=now.wins,
        volume_part=now.volume,
        consistency=now.consistency,
        rank=_rank_with(table, command.user_id, now.total, command.at),
        at=command.at,
    )


def _rank_with(table: Standings, user_id: UserId, total: Decimal, at: Instant) -> int:
    """The rank that a score gives; an unchanged one keeps its instant."""
    held = found(table, user_id)
    same = held is not None and held.score == total
    one = Standing(score=total, reached_at=at, user_id=user_id)
    return rank_of(table if same else put(table, one), user_id).value_or(0)


def _closing(command: CloseTournament, state: Tournament, course: Course) -> Decision:
    """Freeze the ranks once; closing again changes nothing.

    Errors: TournamentState (it has not ended).
    Invariant: prizes are read from the frozen list; no AI trader is on it.
    """
    if state.closed_at is not None:
        return Success(())
    phase = phase_at(course, None, command.at)
    if Deed.CLOSE not in ALLOWED[phase]:
        return Failure(TournamentState(phase.value))
    excluded = tuple(
        user_id for user_id in sorted(command.excluded) if found(state.people, user_id) is not None
    )
    people = state.people
    for user_id in excluded:
        people = without(people, user_id)
    final = frozen_list(people)
    return Success(
        (
            TournamentClosed(
                tournament_id=command.tournament_id,
                count=len(people),
                list_hash=final.list_hash,
                merkle_root=final.merkle_root,
                prizes=prizes_of(people, state, course.rules.prizes),
                excluded=excluded,
                at=command.at,
            ),
        )
    )


def prizes_of(people: Standings, state: Tournament, table: PrizeTable) -> tuple[Prize, ...]:
    """What each rank is paid, by rank; those who are paid nothing are left out."""
    paid = (
        _prize(rank, one, state.entries.get(UserId(one.user_id)), table)
        for rank, one in enumerate(standings(people), start=1)
    )
    return tuple(prize for prize in paid if prize is not None)


def _prize(rank: int, one: Standing, entry: Entry | None, table: PrizeTable) -> Prize | None:
    """What one rank is paid."""
    trades = 0 if entry is None else entry.tally.trades
    row = next((row for row in table.rows if row.first <= rank <= row.last), None)
    if row is not None and trades >= table.ranked_trades:
        xp, points = row.xp, row.credits
    elif trades >= table.others_trades:
        xp, points = table.others_xp, table.others_credits
    else:
        return None
    return Prize(user_id=UserId(one.user_id), rank=rank, score=one.score, xp=xp, credits=points)
