"""The XP table row by row, the worked examples, and every refusal."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.gamification import BadZone, NegativeXp, UnknownRule
from astracore.errors.values import NumericLimit
from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    CloseStreak,
    CompleteLesson,
    DeedFacts,
    DepositFacts,
    Figure,
    PrizeFacts,
    RarityFacts,
    RecordActivity,
    ScoreFacts,
    UnlockAchievement,
    XpFacts,
)
from astracore.gamification.events import (
    LevelUp,
    StreakBroken,
    StreakUpdated,
    XpGained,
)
from astracore.gamification.game_rules import GameRules
from astracore.gamification.measures import Measure
from astracore.gamification.progress import PROGRESS, progress_decider
from astracore.gamification.rules import SOURCES, XpRules, rule_for
from astracore.gamification.sources import XpSource
from astracore.gamification.state import DayTally, Progress, with_trade
from astracore.gamification.streaks import Streak
from astracore.gamification.xp import base_xp, granted, multiplier, qualifies, raw_xp
from astracore.ids import EventId, UserId
from astracore.instants import DAY, SECOND, Instant, utc_day
from property_tests.game_makers import (
    NOON,
    SYMBOLS,
    again,
    award,
    close,
    counted,
    gained,
    told,
    total,
)

RULES = XpRules()
JUST_UNDER = Instant(NOON - 300 * SECOND + 1)
FIVE_MINUTES = Instant(NOON - 300 * SECOND)


def test_the_example_of_the_rules() -> None:
    """Live ETH, peak margin 2500, net > 0, first of the day, streak 10, voyager."""
    rule = rule_for(RULES, XpSource.TRADE_LIVE)
    assert rule is not None
    factor = multiplier(rule, RULES, 10, Decimal("1.1"))
    assert factor == Decimal("1.65")
    first = base_xp(rule, DayTally(), close()).unwrap()
    tally = with_trade(DayTally(), counted(close()))
    again = base_xp(rule, tally, close()).unwrap()
    assert (first, raw_xp(first, factor)) == (105, 173)
    assert (again, raw_xp(again, factor)) == (35, 57)
    assert multiplier(rule, RULES, 40, Decimal(2)) == 3


def test_levels_between_two_totals_are_told_one_by_one() -> None:
    state, events = told(Progress(xp=350), award(PrizeFacts(xp=1350), XpSource.TOURNAMENT))
    ups = [event for event in events if isinstance(event, LevelUp)]
    assert [(up.new_level, up.credits) for up in ups] == [(3, 30), (4, 40), (5, 50)]
    assert state.xp == 1700


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"fees": Decimal(0)}, False),
        ({"opened_at": Instant(NOON - 60 * SECOND)}, True),
        ({"opened_at": Instant(NOON - 60 * SECOND + 1)}, False),
        ({"notional": Decimal(10)}, True),
        ({"notional": Decimal("9.99")}, False),
        ({"linked": True}, False),
        # Fee rate 0.0005 each way: a move below 0.001 within five minutes is a wash.
        (
            {
                "exit": Decimal(2001),
                "fees": Decimal("2.0005"),
                "opened_at": JUST_UNDER,
            },
            False,
        ),
        (
            {
                "exit": Decimal(2001),
                "fees": Decimal("2.0005"),
                "opened_at": FIVE_MINUTES,
            },
            True,
        ),
        (
            {
                "exit": Decimal(2002),
                "fees": Decimal("2.001"),
                "opened_at": JUST_UNDER,
            },
            True,
        ),
        (
            {
                "exit": Decimal("2001.99"),
                "fees": Decimal("2.000995"),
                "opened_at": JUST_UNDER,
            },
            False,
        ),
        (
            {
                "exit": Decimal(1998),
                "fees": Decimal("1.999"),
                "opened_at": JUST_UNDER,
            },
            True,
        ),
    ],
)
def test_which_closes_qualify(fields: dict[str, object], expected: bool) -> None:  # noqa: FBT001
    facts = close(**fields)
    assert qualifies(facts, RULES.closes) is expected
    if not expected:
        assert PROGRESS.decide(award(facts), Progress()).unwrap() == ()


@pytest.mark.parametrize(
    ("source", "facts", "worth"),
    [
        (XpSource.CHECK_IN, DeedFacts(), 10),
        (XpSource.LESSON, DeedFacts(), 25),
        (XpSource.QUIZ, ScoreFacts(score=Decimal("0.8")), 50),
        (XpSource.QUIZ, ScoreFacts(score=Decimal("0.79")), 0),
        (XpSource.LIKE, DeedFacts(), 1),
        (XpSource.COMMENT, DeedFacts(), 2),
        (XpSource.SHARE, DeedFacts(), 5),
        (XpSource.FOLLOW, DeedFacts(), 1),
        (XpSource.ENDORSEMENT, DeedFacts(), 5),
        (XpSource.CLAN_JOIN, DeedFacts(), 20),
        (XpSource.BATTLE, ScoreFacts(score=Decimal(101)), 100),
        (XpSource.BATTLE, ScoreFacts(score=Decimal(900)), 200),
        (XpSource.VAULT_DEPOSIT, DepositFacts(amount=Decimal("129.99")), 12),
        (XpSource.VAULT_DEPOSIT, DepositFacts(amount=Decimal(5000)), 100),
        (XpSource.VAULT_DEPOSIT, DepositFacts(amount=Decimal(-5000)), 0),
        (XpSource.ACHIEVEMENT, PrizeFacts(xp=5000), 5000),
        (XpSource.CHALLENGE, PrizeFacts(xp=77), 77),
        (XpSource.TOURNAMENT, PrizeFacts(xp=500), 500),
        (XpSource.MINT, RarityFacts(rarity="epic"), 100),
        (XpSource.REFERRAL, DeedFacts(), 200),
        (XpSource.TRADE_PRACTICE, close(net=Decimal(-1)), 10),
        (XpSource.TRADE_PRACTICE, close(), 15),
        (XpSource.TRADE_LIVE, close(peak_margin=Decimal(0)), 30),
    ],
)
def test_the_table_of_sources(source: XpSource, facts: XpFacts, worth: int) -> None:
    assert total([award(facts, source)]) == worth


def test_a_sources_cap_and_the_days_cap_bind() -> None:
    battle = award(ScoreFacts(score=Decimal(900)), XpSource.BATTLE)
    assert total(again(battle, 5)) == 400
    lesson, deposit = (
        award(DeedFacts(), XpSource.LESSON),
        award(DepositFacts(amount=Decimal(9000)), XpSource.VAULT_DEPOSIT),
    )
    live = [award(close(symbol=symbol)) for symbol in SYMBOLS]
    everything = again(battle, 5) + again(lesson, 20) + again(deposit, 3)
    assert total(everything + [each for one in live for each in again(one, 9)]) == 1000
    rule = rule_for(RULES, XpSource.ACHIEVEMENT)
    assert rule is not None
    assert granted(rule, RULES, DayTally(), 10**6) == 10**6


def test_only_five_referrals_a_month_pay() -> None:
    month = [award(DeedFacts(), XpSource.REFERRAL, NOON + n * SECOND) for n in range(7)]
    later = award(DeedFacts(), XpSource.REFERRAL, NOON + 40 * DAY)
    assert total(list(month)) == 1000
    assert total([*month, later]) == 1200


def test_an_activity_pays_the_streak_once_a_day_and_a_stale_streak_multiplies_nothing() -> None:
    ask = RecordActivity(user_id=UserId("u"), source_event_id=EventId("e"), at=Instant(NOON))
    state, events = told(Progress(), ask)
    assert [type(event) for event in events] == [StreakUpdated, XpGained]
    assert (state.xp, state.streak.count) == (5, 1)
    assert told(state, evolve(ask, at=Instant(NOON + SECOND)))[1] == ()
    long = Progress(streak=Streak(count=20, last_day=utc_day(Instant(NOON)) - 5))
    stale = gained(told(long, award(close(), XpSource.TRADE_PRACTICE))[1])
    fresh = evolve(long, streak=Streak(count=20, last_day=utc_day(Instant(NOON))))
    alive = gained(told(fresh, award(close(), XpSource.TRADE_PRACTICE))[1])
    assert [stale[0].multiplier, alive[0].multiplier] == [Decimal(1), Decimal(2)]
    _, broken = told(long, CloseStreak(user_id=UserId("u"), at=Instant(NOON)))
    assert broken == (StreakBroken(user_id=UserId("u"), day=utc_day(Instant(NOON)), count=20),)


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (award(DeedFacts(), XpSource.TRADE_LIVE), UnknownRule("trade_live")),
        (award(close(), XpSource.LESSON), UnknownRule("lesson")),
        (award(RarityFacts(rarity="dust"), XpSource.MINT), UnknownRule("mint")),
        (award(PrizeFacts(xp=-1), XpSource.CHALLENGE), NegativeXp(-1)),
        (award(PrizeFacts(xp=2**53), XpSource.CHALLENGE), NumericLimit("xp")),
        (award(close(net=Decimal("NaN"))), NumericLimit("facts")),
        (award(close(net=Decimal("1E+40"))), NumericLimit("facts")),
        (award(close(net=Decimal("1E-41"))), NumericLimit("facts")),
        (evolve(award(close()), day_start=24), BadZone(0, 24)),
        (evolve(award(close()), utc_offset=86_400), BadZone(86_400, 0)),
    ],
)
def test_what_is_refused(command: AwardXp, cause: object) -> None:
    assert PROGRESS.decide(command, Progress()).failure() == cause


def test_a_source_without_a_rule_is_refused() -> None:
    bare = progress_decider(GameRules(xp=evolve(RULES, sources=SOURCES[:1])))
    outcome = bare.decide(award(DeedFacts(), XpSource.LESSON), Progress())
    assert outcome.failure() == UnknownRule("lesson")


def test_what_one_step_refuses_refuses_the_whole() -> None:
    """A check-in without a rule for streaks, an unlock without one for achievements."""
    few = tuple(rule for rule in SOURCES if rule.source is XpSource.CHECK_IN)
    bare = progress_decider(GameRules(xp=evolve(RULES, sources=few)))
    hello = CheckIn(user_id=UserId("u"), source_event_id=EventId("e"), at=Instant(NOON))
    assert bare.decide(hello, Progress()).failure() == UnknownRule("streak")
    lesson = CompleteLesson(
        user_id=UserId("u"),
        lesson_id="risk_stops",
        source_event_id=EventId("e"),
        at=Instant(NOON),
    )
    assert bare.decide(lesson, Progress()).failure() == UnknownRule("streak")
    tokens = (Figure(measure=Measure.TOKENS, value=1),)
    unlock = UnlockAchievement(user_id=UserId("u"), figures=tokens, at=Instant(NOON))
    assert bare.decide(unlock, Progress()).failure() == UnknownRule("achievement")
    strange = base_xp(SOURCES[0], DayTally(), close(risk_fraction=Decimal("NaN")))
    assert strange.failure() == NumericLimit("facts")


def test_margin_below_zero_is_no_margin() -> None:
    for margin in (Decimal(-1), Decimal(-(10**6)), Decimal(0)):
        assert total([award(close(peak_margin=margin))]) == 30
    below = [award(close(peak_margin=Decimal(-1000))), award(close(peak_margin=Decimal(9)))]
    assert total(list(below)) == 30


def test_a_months_count_is_that_of_one_source() -> None:
    likes = [award(DeedFacts(), XpSource.LIKE, NOON + n * SECOND) for n in range(6)]
    assert total([*likes, award(DeedFacts(), XpSource.REFERRAL)]) == 206
