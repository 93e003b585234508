"""What leaderboards and tournaments ask for, and what asks them."""

from decimal import Decimal
from typing import TypeAlias

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, Figure, PrizeFacts, UnlockAchievement
from astracore.gamification.events import XpGained, XpReversed
from astracore.gamification.leaderboards.commands import ApplyScore
from astracore.gamification.leaderboards.events import LeaderboardClosed
from astracore.gamification.leaderboards.periods import is_inside, key_at, window_of
from astracore.gamification.leaderboards.types import Board, BoardKey, Cadence, Operator
from astracore.gamification.measures import Measure
from astracore.gamification.rules import CloseRules
from astracore.gamification.sources import XpSource
from astracore.gamification.tournaments.commands import RecordTournamentTrade
from astracore.gamification.tournaments.events import TournamentClosed, TournamentJoined
from astracore.gamification.tournaments.types import daily_id, entry_account
from astracore.gamification.xp import qualifies
from astracore.ids import UserId
from astracore.instants import DAY, Instant, utc_day
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.policies.awards import trade_facts
from astracore.policies.journal import granted, posted
from astracore.trading.commands import OpenAccount
from astracore.trading.events import PositionClosed
from astracore.trading.types import AccountMode

CLOSES = CloseRules()
XpEvent: TypeAlias = XpGained | XpReversed
Paid: TypeAlias = tuple[tuple[UserId, int], ...]


def score_xp(envelope: Envelope[XpEvent]) -> tuple[ApplyScore, ...]:
    """xp_gained, xp_reversed → ApplyScore on the global XP board of every cadence.

    A correction takes back on the boards that the award's day is on as well: those that are
    closed are frozen, and those that began later never held it.
    """
    event, at = envelope.event, envelope.occurred_at
    back = isinstance(event, XpReversed)
    amount = -event.amount if back else event.amount
    earned = Instant(event.day * DAY) if back else at
    return tuple(
        ApplyScore(
            key=key_at(BoardKey(board=Board.XP, cadence=cadence, begin=at), at),
            user_id=event.user_id,
            operator=Operator.ADD,
            score=Decimal(amount),
            at=at,
        )
        for cadence in Cadence
        if is_inside(window_of(cadence, at), earned)
    )


def record_close(envelope: Envelope[PositionClosed]) -> tuple[RecordTournamentTrade, ...]:
    """position_closed on the account of a tournament's entry → RecordTournamentTrade."""
    event, at = envelope.event, envelope.event.closed_at
    name = daily_id(at)
    begin = Instant(utc_day(at) * DAY)
    if event.account_id != entry_account(name, event.user_id, begin):
        return ()
    return (
        RecordTournamentTrade(
            tournament_id=name,
            user_id=event.user_id,
            account_id=event.account_id,
            position_id=event.position_id,
            net=event.net,
            volume=event.peak_cost,
            qualifies=qualifies(trade_facts(event), CLOSES),
            at=at,
        ),
    )


def open_entry(envelope: Envelope[TournamentJoined]) -> tuple[OpenAccount, ...]:
    """tournament_joined → OpenAccount: the paper account that the entry is played with."""
    event = envelope.event
    return (
        OpenAccount(
            account_id=event.account_id,
            user_id=event.user_id,
            mode=AccountMode.PRACTICE,
            currency=event.currency,
            initial_balance=event.capital,
            name=event.tournament_id,
            at=event.at,
        ),
    )


def award_prizes(envelope: Envelope[TournamentClosed]) -> tuple[AwardXp, ...]:
    """tournament_closed → AwardXp for everybody whose place is paid XP."""
    return tuple(
        AwardXp(
            user_id=prize.user_id,
            source=XpSource.TOURNAMENT,
            source_event_id=envelope.event_id,
            facts=PrizeFacts(xp=prize.xp),
            at=envelope.occurred_at,
        )
        for prize in envelope.event.prizes
        if prize.xp > 0
    )


def unlock_placed(envelope: Envelope[TournamentClosed]) -> tuple[UnlockAchievement, ...]:
    """tournament_closed → UnlockAchievement for everybody who is paid: once finished, at least.

    A figure only ever rises, so that a first time told again lowers no count.
    """
    at = envelope.occurred_at
    return tuple(
        UnlockAchievement(user_id=prize.user_id, figures=_figures(prize.rank), at=at)
        for prize in envelope.event.prizes
    )


def _figures(rank: int) -> tuple[Figure, ...]:
    """What a rank shows: finished, among ten, first."""
    shown = ((Measure.TOURNAMENTS, rank), (Measure.TOP_TEN, 10), (Measure.TOURNAMENT_WINS, 1))
    return tuple(Figure(measure=measure, value=1) for measure, last in shown if rank <= last)


def pay_tournament(envelope: Envelope[TournamentClosed]) -> tuple[PostEntry, ...]:
    """tournament_closed → debit issued, credit each winner's wallet [CREDIT]."""
    event = envelope.event
    paid = tuple((prize.user_id, prize.credits) for prize in event.prizes)
    return _posted(envelope, "tournament_prizes", event.tournament_id, paid)


def pay_board(envelope: Envelope[LeaderboardClosed]) -> tuple[PostEntry, ...]:
    """leaderboard_closed → debit issued, credit each winner's wallet [CREDIT]."""
    event = envelope.event
    paid = tuple((winner.user_id, winner.credits) for winner in event.winners)
    return _posted(envelope, "leaderboard_prizes", event.list_hash, paid)


def _posted(
    envelope: Envelope[TournamentClosed] | Envelope[LeaderboardClosed],
    reason: str,
    reference: str,
    paid: Paid,
) -> tuple[PostEntry, ...]:
    """One entry for all winners of a frozen list; none where nobody is paid."""
    return posted(
        Book.GAME,
        envelope.event_id,
        at=envelope.occurred_at,
        reason=reason,
        reference=reference,
        lines=granted(*paid),
    )


SCORE_XP: Policy[XpEvent, ApplyScore] = Policy(
    name="score_xp", events=(XpGained, XpReversed), react=score_xp
)
RECORD_CLOSE: Policy[PositionClosed, RecordTournamentTrade] = Policy(
    name="record_tournament_close", events=(PositionClosed,), react=record_close
)
OPEN_ENTRY: Policy[TournamentJoined, OpenAccount] = Policy(
    name="open_tournament_account", events=(TournamentJoined,), react=open_entry
)
AWARD_PRIZES: Policy[TournamentClosed, AwardXp] = Policy(
    name="award_tournament_prizes", events=(TournamentClosed,), react=award_prizes
)
UNLOCK_PLACED: Policy[TournamentClosed, UnlockAchievement] = Policy(
    name="unlock_tournament_placed", events=(TournamentClosed,), react=unlock_placed
)
PAY_TOURNAMENT: Policy[TournamentClosed, PostEntry] = Policy(
    name="pay_tournament", events=(TournamentClosed,), react=pay_tournament
)
PAY_BOARD: Policy[LeaderboardClosed, PostEntry] = Policy(
    name="pay_leaderboard", events=(LeaderboardClosed,), react=pay_board
)
