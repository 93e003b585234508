"""Walks through the game: a player's progress, safeguards, tournaments, leaderboards; its years."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from collections import Counter
from decimal import Decimal

from attrs import evolve

from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    ClaimReward,
    CloseStreak,
    CompleteLesson,
    DeedFacts,
    DepositFacts,
    EvaluateLeague,
    Figure,
    GrantReward,
    PrizeFacts,
    RarityFacts,
    RecordActivity,
    RecordSpotlight,
    RequestVerification,
    ReverseXp,
    ScoreFacts,
    SetBadges,
    SubmitQuiz,
    TraderFacts,
    UnlockAchievement,
)
from astracore.gamification.economy.characters import CHARACTERS
from astracore.gamification.economy.picture import picture
from astracore.gamification.economy.plans import plan_of
from astracore.gamification.economy.report import report
from astracore.gamification.economy.simulation import Economy, years
from astracore.gamification.economy.tables import tables
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leaderboards.commands import ApplyScore, ClosePeriod
from astracore.gamification.leaderboards.fairness import Contender
from astracore.gamification.leaderboards.period import LEADERBOARD
from astracore.gamification.leaderboards.types import Board, BoardKey, Cadence, Market, Operator
from astracore.gamification.lessons import LESSONS
from astracore.gamification.measures import Measure
from astracore.gamification.progress import PROGRESS
from astracore.gamification.safeguards.commands import (
    Limits,
    ObserveBehaviour,
    SelfExclude,
    SetSafeguards,
)
from astracore.gamification.safeguards.safeguard import SAFEGUARDS
from astracore.gamification.safeguards.scores import Behaviour
from astracore.gamification.sources import Regime, RewardKind, Tier, XpSource
from astracore.gamification.tournaments.commands import (
    CloseTournament,
    JoinTournament,
    OpenTournament,
    RecordTournamentTrade,
)
from astracore.gamification.tournaments.rules import DAILY, SCORING
from astracore.gamification.tournaments.tournament import TOURNAMENT
from astracore.ids import AccountId, EventId, PositionId, UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant
from property_tests.game_makers import close
from property_tests.player_histories import lived
from tests.kept.telling import Tale, changes, words
from tests.kept.walking import START, Dice, Loose, walk_all

D = Decimal
ME = UserId("u")


def lives(*seeds: int) -> str:
    """Whole lives of a player: what happened, and what there is at the end."""
    lines: list[str] = []
    for seed in seeds:
        life = lived(seed)
        lines += [words(event) for event in life.events]
        lines.append(f"= {changes(life.state, PROGRESS.initial)}")
    return "\n".join(lines)


def fresh(d: Dice) -> EventId:
    return EventId(f"e{d.random.randrange(60)}")


def timed(d: Dice) -> dict[str, Loose]:
    return {
        "user_id": ME,
        "source_event_id": fresh(d),
        "linked": d.odd(False, True),
        "utc_offset": d.odd(None, 3600, -7200, 18 * 3600, -18 * 3600, 99999),
        "day_start": d.odd(None, 4, 23, 24, -1),
        "at": d.now,
    }


def trade(d: Dice) -> AwardXp:
    """A close that qualifies, or just not."""
    facts = close(
        symbol=d.one("A", "B", "C"),
        net=D(d.one("50", "10", "0", "-20")),
        peak_margin=D(d.one("0", "999", "1000", "50000", "9999999")),
        fees=D(d.odd("2", "0", "0.01")),
        notional=D(d.odd("2000", "10", "9.99", "100")),
        exit=D(d.odd("2050", "2000", "2002", "1990")),
        opened_at=Instant(d.now.micros - d.odd(HOUR, 60 * SECOND, 59 * SECOND, 300 * SECOND)),
        closed_at=d.now,
        had_stop=d.one(True, False),
        risk_fraction=d.one(None, D("0.02"), D("0.021"), D("0.01")),
        regime=d.one(None, *Regime),
        linked=d.odd(False, True),
    )
    source = d.one(XpSource.TRADE_LIVE, XpSource.TRADE_PRACTICE)
    return AwardXp(**timed(d), source=source, facts=facts)


def deed(d: Dice) -> AwardXp:
    """Any other source, with facts that fit it, or not."""
    source = d.one(*tuple(XpSource)[2:])
    fitting = {
        XpSource.QUIZ: ScoreFacts(score=D(d.one("0.8", "1", "0.79", "0"))),
        XpSource.BATTLE: ScoreFacts(score=D(d.one("100", "47.5", "500", "-1"))),
        XpSource.VAULT_DEPOSIT: DepositFacts(amount=D(d.one("100", "99.99", "100000", "0"))),
        XpSource.MINT: RarityFacts(rarity=d.one("common", "epic", "legendary", "x")),
    }
    worth = PrizeFacts(xp=d.one(50, 0, 500, -1, 5000))
    prizes = {XpSource.ACHIEVEMENT, XpSource.CHALLENGE, XpSource.TOURNAMENT}
    facts = fitting.get(source, worth if source in prizes else DeedFacts())
    once = d.one(None, "o1", "o2")
    return AwardXp(**timed(d), source=source, facts=d.odd(facts, DeedFacts()), once=once)


def quiz(d: Dice) -> SubmitQuiz:
    lesson = d.one(*LESSONS.lessons)
    right = tuple(each.answer for each in lesson.quiz)
    answers = d.one(right, right, right[:-1], tuple(d.one(one, 9) for one in right))
    return SubmitQuiz(
        user_id=ME, lesson_id=lesson.lesson_id, answers=answers, source_event_id=fresh(d), at=d.now
    )


def figures(d: Dice) -> UnlockAchievement:
    seen = tuple(
        Figure(measure=d.one(*Measure), value=d.one(1, 3, 10, 50, 100, 365, 0, -1))
        for _ in range(d.one(0, 1, 3))
    )
    return UnlockAchievement(user_id=ME, figures=seen, linked=d.odd(False, True), at=d.now)


def verification(d: Dice) -> RequestVerification:
    facts = TraderFacts(
        closed=d.one(0, 49, 50, 199, 200, 499, 500, 1000),
        live=d.one(0, 10, 50, 100, 500),
        volume=D(d.one("0", "9999", "10000", "100000", "1000000")),
        win_rate=D(d.one("0.4", "0.5", "0.55", "0.6", "0.65")),
        active_days=d.one(0, 29, 30, 90, 180, 365),
        drawdown=D(d.one("0.1", "0.15", "0.2", "0.25", "0.3", "0.5")),
    )
    return RequestVerification(user_id=ME, tier=d.one(None, *Tier), facts=facts, at=d.now)


def league(d: Dice) -> EvaluateLeague:
    return EvaluateLeague(
        user_id=ME,
        tournaments=d.one(0, 1, 3, 5, 10, 20, 50),
        win_rate=d.one(None, D("0.45"), D("0.5"), D("0.55"), D("0.6")),
        active_days=d.one(0, 3, 4, 10, 15, 20, 30),
        at=d.now,
    )


PROGRESSING = (
    trade,
    trade,
    trade,
    deed,
    deed,
    deed,
    lambda d: ReverseXp(
        user_id=ME, source=d.one(*tuple(XpSource)[:3]), source_event_id=fresh(d), at=d.now
    ),
    lambda d: RecordActivity(**timed(d)),
    lambda d: CheckIn(**timed(d)),
    lambda d: CloseStreak(user_id=ME, at=d.now),
    lambda d: CompleteLesson(**timed(d), lesson_id=d.one(*LESSONS.lessons).lesson_id),
    quiz,
    quiz,
    figures,
    figures,
    lambda d: SetBadges(
        user_id=ME,
        achievement_ids=d.one(("first_trade",), (), ("first_trade",) * 2, ("none",)),
        at=d.now,
    ),
    lambda d: GrantReward(
        user_id=ME,
        reward_id=d.one("r1", "r2"),
        kind=RewardKind.CREDIT,
        amount=d.odd(50, 0, -1),
        at=d.now,
    ),
    lambda d: ClaimReward(user_id=ME, reward_id=d.one("r1", "r2", "r3"), at=d.now),
    league,
    verification,
    lambda d: RecordSpotlight(user_id=ME, at=d.now),
)


def behaviour(d: Dice) -> Behaviour:
    plain = Behaviour()
    if d.one(True, False):
        return evolve(
            plain,
            shows_hour=d.one(0, 3, 4, 9),
            shows_run=d.one(0, 2, 3, 4),
            shows_day=d.one(0, 12, 24, 30),
            educational=d.one(None, D("0.6"), D("0.3"), D(0)),
        )
    return evolve(
        plain,
        trades_hour=D(d.one("0", "15", "30", "40")),
        hold_minutes=D(d.one("5", "1", "0")),
        risk_trade=D(d.one("0", "0.05", "0.1", "-1")),
        session_hours=D(d.one("0", "4", "8", "NaN")),
        weekend_hours=D(d.one("0", "4")),
        loss_run=d.one(0, 3, 5, 8),
        stress_marks=d.one(0, 1, 5, -1),
        errors_hour=D(d.one("0", "5", "10")),
        breaks_hour=D(d.one("1", "0.5", "0")),
        days_run=d.one(0, 15, 30),
    )


SAFE = (
    lambda d: SetSafeguards(
        user_id=ME,
        limits=Limits(
            daily_loss=d.one(None, D(100), D(50), D(200), D(0), D(-1)),
            orders_day=d.one(None, 10, 5, 20, 0, -1),
            session_minutes=d.one(None, 60, 30, 120, 0),
        ),
        at=d.now,
    ),
    lambda d: SelfExclude(user_id=ME, days=d.one(1, 7, 30, 365, 0, 6, 3651), at=d.now),
    *(
        lambda d: ObserveBehaviour(
            user_id=ME, behaviour=behaviour(d), utc_offset=d.one(0, 0, 36000, -18000), at=d.now
        ),
    )
    * 4,
)
BEGIN = Instant(START.micros - START.micros % DAY + DAY)


def tournament(d: Dice) -> dict[str, Loose]:
    return {"tournament_id": "daily", "at": d.now}


def player(d: Dice) -> dict[str, Loose]:
    name = d.one("a", "b", "c", "d")
    return {
        "user_id": UserId(name),
        "account_id": AccountId(d.odd(name, "x")),
        **tournament(d),
    }


TOURNAMENTS = (
    lambda d: OpenTournament(
        **tournament(d), begin=BEGIN, rules=evolve(DAILY, scoring=d.odd(SCORING, SCORING))
    ),
    *(lambda d: JoinTournament(**player(d), is_ai=d.odd(False, True)),) * 5,
    *(
        lambda d: RecordTournamentTrade(
            **player(d),
            position_id=PositionId("p"),
            net=D(d.one("100", "250", "-80", "0", "5000")),
            volume=D(d.one("5000", "100000", "0", "-1")),
            qualifies=d.odd(True, False),
            equity=d.one(None, None, D(101_000), D(99_000)),
        ),
    )
    * 8,
    lambda d: CloseTournament(
        **tournament(d), excluded=d.one(frozenset(), frozenset({UserId("a")}))
    ),
)
KEY = BoardKey(board=Board.XP, cadence=Cadence.DAILY, begin=Instant(BEGIN.micros - DAY))
RETURNS = evolve(KEY, board=Board.RETURN, market=Market.LIVE)


def scored(d: Dice) -> ApplyScore:
    key = d.one(KEY, KEY, RETURNS)
    contender = Contender(
        market=d.odd(key.market, Market.PRACTICE, Market.ANY),
        trades=d.odd(5, 4),
        start_equity=D(d.odd("100", "99.99")),
        days=d.odd(20, 19),
        is_suspended=d.odd(False, True) and d.one(True, False),
        is_flagged=d.odd(False, True) and d.one(True, False),
        washes=d.odd(False, True) and d.one(True, False),
        is_linked=d.odd(False, True) and d.one(True, False),
        is_ai=d.odd(False, True) and d.one(True, False),
    )
    return ApplyScore(
        key=key,
        user_id=UserId(d.one(*"abcdefg")),
        operator=d.one(*Operator),
        score=D(d.one("5", "10", "10", "-3", "7.5", "0")),
        contender=contender,
        at=d.now,
    )


BOARDS = (
    *(scored,) * 9,
    lambda d: ClosePeriod(
        key=KEY, excluded=d.one(frozenset(), frozenset({UserId("a"), UserId("z")})), at=d.now
    ),
)


def economy() -> str:
    """Small populations, trader by trader, and what the report makes of them."""
    tale = Tale()
    for run in (Economy(traders=10, days=70, seed=3), Economy(traders=5, days=31, seed=4)):
        lived_years = tuple(years(run, GameRules()))
        for year in lived_years:
            tale.answer("year", year)
        whole = tale.answer("report", report(lived_years, GameRules()))
        tale.lines += [picture(whole), tables(whole)]
    return tale.text()


def plans() -> str:
    """What each character does on a thousand days, counted; the first ten of them in full."""
    tale = Tale()
    for habits in CHARACTERS:
        days = [plan_of(habits, 1, 2, day) for day in range(1200)]
        came = [day for day in days if day is not None]
        trades = [trade for day in came for trade in day.trades]
        tale.answer(
            habits.character.value,
            {
                "came": len(came),
                "lessons": sum(day.lesson for day in came),
                "shares": sum(day.shares for day in came),
                **Counter(measure.value for day in came for measure in day.raised),
                **Counter(trade.regime.value for trade in trades),
                "trades": len(trades),
                "won": sum(trade.net > 0 for trade in trades),
                "net": sum(trade.net for trade in trades),
                "margin": sum(trade.margin for trade in trades),
                "stops": sum(trade.had_stop for trade in trades),
                "small": sum(trade.small for trade in trades),
                "symbols": sum(trade.symbol for trade in trades),
            },
        )
        tale.answer("days", days[:10])
    return tale.text()


MINUTES = (0, 0, 1, MINUTE, HOUR, HOUR, 6 * HOUR)
WALKS = {
    "lives": lambda: lives(1, 2, 3, 4, 5, 6),
    "progress": lambda: walk_all(
        PROGRESS, PROGRESSING, 1, 2, 3, 4, waits=(0, MINUTE, HOUR, 8 * HOUR, DAY, 7 * DAY), steps=90
    ),
    "safeguards": lambda: walk_all(
        SAFEGUARDS, SAFE, 1, 2, 3, 4, 5, waits=(0, 1, HOUR, DAY - 1, DAY, 7 * DAY), steps=40
    ),
    "tournaments": lambda: walk_all(
        TOURNAMENT, TOURNAMENTS, *range(1, 13), waits=MINUTES, steps=40
    ),
    "boards": lambda: walk_all(LEADERBOARD, BOARDS, *range(1, 7), waits=MINUTES, steps=30),
    "economy": economy,
    "plans": plans,
}
