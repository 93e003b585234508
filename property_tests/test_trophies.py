"""Achievements are predicates over facts: unlocked once, never lost; rewards are claimed once."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.gamification import (
    AlreadyClaimed,
    NotUnlocked,
    RewardExpired,
    RewardNotFound,
    TooManyBadges,
)
from astracore.gamification.achievements import (
    Achievement,
    Category,
    Facts,
    Rarity,
    Ratio,
    Reach,
    have_and_need,
    holds,
    is_due,
    unlock_key,
)
from astracore.gamification.catalogue import ACHIEVEMENTS
from astracore.gamification.commands import (
    AwardXp,
    ClaimReward,
    Figure,
    GrantReward,
    PrizeFacts,
    SetBadges,
    TradeFacts,
    UnlockAchievement,
)
from astracore.gamification.events import (
    AchievementUnlocked,
    BadgesSet,
    FigureRaised,
    LevelUp,
    RewardClaimed,
    RewardGranted,
    TradeCounted,
    XpGained,
)
from astracore.gamification.game_rules import GameRules
from astracore.gamification.measures import (
    OWN,
    Measure,
    lab,
    low_drawdown_days,
    recovery,
    regime,
)
from astracore.gamification.progress import PROGRESS, progress_decider
from astracore.gamification.record import Record, with_close
from astracore.gamification.sources import Regime, RewardKind, Tier, XpSource
from astracore.gamification.state import Place, Progress, points
from astracore.gamification.unlocking import facts_of, shown_badges
from astracore.ids import EventId, UserId, derived_id
from astracore.instants import DAY, Instant
from property_tests.game_makers import NOON, award, close, counted, told

ME = UserId("u")
RULES = GameRules()
FOREIGN = [measure for measure in Measure if measure not in OWN]
figures = st.builds(Figure, measure=st.sampled_from(Measure), value=st.integers(-5, 60))
unlocks = st.builds(
    lambda seen, hour: unlock(*seen, at=NOON + hour),
    st.lists(figures, max_size=6),
    st.integers(0, 10**12),
)
trades = st.builds(
    lambda day, **fields: evolve(counted(close()), day=day, **fields),
    st.integers(0, 12),
    net=st.integers(-3, 3).map(Decimal),
    had_stop=st.booleans(),
    risk_fraction=st.sampled_from([None, Decimal("0.02"), Decimal("0.021")]),
    regime=st.sampled_from([None, *Regime]),
    source=st.sampled_from([XpSource.TRADE_LIVE, XpSource.TRADE_PRACTICE]),
)


def unlock(*seen: Figure, at: int = NOON) -> UnlockAchievement:
    return UnlockAchievement(user_id=ME, figures=seen, at=Instant(at))


def ids(events: tuple[object, ...]) -> list[str]:
    return [one.achievement_id for one in events if isinstance(one, AchievementUnlocked)]


def test_the_catalogue_is_the_one_of_the_rules() -> None:
    """48 achievements, 3165 points (1915 without legendary ones), 8 of education, 6 of risk."""
    assert len({one.achievement_id for one in ACHIEVEMENTS}) == len(ACHIEVEMENTS) == 48
    assert sum(one.points for one in ACHIEVEMENTS) == 3165
    common = [one.points for one in ACHIEVEMENTS if one.rarity is not Rarity.LEGENDARY]
    assert sum(common) == 1915
    by_category = Counter(one.category for one in ACHIEVEMENTS)
    assert by_category[Category.EDUCATION] == 8
    assert by_category[Category.RISK] == 6
    assert set(by_category) == set(Category)
    rarities = Counter((one.category, one.rarity) for one in ACHIEVEMENTS)
    assert rarities[Category.TRADING, Rarity.RARE] == 3
    assert sum(one.xp for one in ACHIEVEMENTS) == 28_800


@given(st.lists(unlocks, max_size=8))
def test_what_is_unlocked_only_grows_and_pays_once(asked: list[UnlockAchievement]) -> None:
    """Invariant 46; points never fall."""
    state, seen = Progress(), list[str]()
    for command in asked:
        before = state
        state, events = told(state, command)
        seen += ids(events)
        assert before.trophies.unlocked.items() <= state.trophies.unlocked.items()
        assert points(state.trophies) >= points(before.trophies)
        unlocked = [one for one in events if isinstance(one, AchievementUnlocked)]
        paid = [one for one in events if isinstance(one, XpGained)]
        assert [one.amount for one in paid] == [one.xp for one in unlocked]
        assert told(state, command)[1] == ()
    assert len(set(seen)) == len(seen)
    for command in asked:
        for figure in command.figures:
            if figure.measure in FOREIGN:
                assert state.record.figures.get(figure.measure.value, 0) >= figure.value


@given(st.lists(figures, max_size=8))
def test_what_is_unlocked_is_exactly_what_is_due(seen: list[Figure]) -> None:
    """One command with all figures, in any order, as one after the other."""
    at_once, _ = told(Progress(), unlock(*seen))
    state = Progress()
    for figure in reversed(seen):
        state, _ = told(state, unlock(figure))
    assert state.trophies.unlocked == at_once.trophies.unlocked
    assert (state.xp, state.top_level) == (at_once.xp, at_once.top_level)
    facts = facts_of(at_once, RULES)
    due = {one.achievement_id for one in ACHIEVEMENTS if is_due(one, facts, Instant(NOON))}
    assert set(at_once.trophies.unlocked) == due


@given(st.lists(trades, max_size=30).map(lambda rows: sorted(rows, key=lambda one: one.day)))
def test_the_record_counts_what_a_plain_count_finds(rows: list[TradeCounted]) -> None:
    record = Record()
    for row in rows:
        record = with_close(record, row)
    assert record.closed == len(rows)
    assert record.live == sum(row.source is XpSource.TRADE_LIVE for row in rows)
    stops = [bool(row.had_stop) for row in rows]
    assert record.stop_run == tail(stops)
    small = [row.risk_fraction == Decimal("0.02") for row in rows]
    assert record.small_run == tail(small)
    last = rows[len(rows) - tail(small) :]
    assert record.small_wins == sum(row.net > 0 for row in last)
    for name, kind in (("trend", Regime.TREND), ("range", Regime.RANGE)):
        won = sum(row.net > 0 and row.regime is kind for row in rows)
        assert getattr(record, f"won_{name}") == won
    assert record.won_volatile == sum(row.net > 0 and row.regime is Regime.VOLATILE for row in rows)
    if rows:
        today = rows[-1].day
        nets = {row.day: Fraction(0) for row in rows}
        for row in rows:
            nets[row.day] += Fraction(row.net)
        run = 0
        while nets.get(today - 1 - run, Fraction(0)) > 0:
            run += 1
        assert record.green_days == run


def tail(flags: list[bool]) -> int:
    """How many are true at the end."""
    return next((n for n, flag in enumerate(reversed(flags)) if not flag), len(flags))


@given(
    st.sampled_from(ACHIEVEMENTS), st.dictionaries(st.sampled_from(Measure), st.integers(0, 400))
)
def test_progress_is_whole_exactly_when_every_count_is_reached(
    one: Achievement, counts: dict[Measure, int]
) -> None:
    facts = Facts(counts=counts)
    have, need = have_and_need(one, facts)
    reached = all(holds(each, facts) for each in one.conditions if isinstance(each, Reach))
    assert 0 <= have <= need
    assert (have == need) == reached


@given(st.integers(0, 50), st.integers(0, 50))
@example(60, 100)
@example(59, 100)
@example(0, 0)
def test_a_ratio_is_an_exact_fraction(part: int, whole: int) -> None:
    facts = Facts(counts={Measure.SMALL_WINS: part, Measure.SMALL_RUN: whole})
    found = holds(Ratio(Measure.SMALL_WINS, Measure.SMALL_RUN, Decimal("0.6")), facts)
    assert found == (whole > 0 and 10 * part >= 6 * whole)


def test_a_level_that_an_achievement_reaches_makes_another_one_due() -> None:
    state, _ = told(Progress(), award(PrizeFacts(xp=7000), XpSource.TOURNAMENT))
    assert state.top_level == 9
    state, events = told(
        state,
        unlock(
            Figure(measure=Measure.TOURNAMENT_WINS, value=1),
            Figure(measure=Measure.TOP_TEN, value=1),
            Figure(measure=Measure.TOURNAMENTS, value=50),
        ),
    )
    assert ids(events) == ["entry", "top_10", "tournaments_50", "winner", "level_10"]
    ups = [one.new_level for one in events if isinstance(one, LevelUp)]
    assert ups == list(range(10, state.top_level + 1))
    assert shown_badges(state) == ("level_10", "league_cadet", "tournament_winner")


def test_a_trade_counts_for_achievements_when_it_qualifies() -> None:
    rich = close(had_stop=True, risk_fraction=Decimal("0.01"), regime=Regime.TREND)
    state, _ = told(Progress(), award(rich))
    assert state.record == Record(
        closed=1,
        live=1,
        stop_run=1,
        small_run=1,
        small_wins=1,
        won_trend=1,
        day=state.record.day,
        day_net=rich.net,
    )
    state, events = told(state, unlock())
    assert ids(events) == ["first_trade", "first_live"]
    wash = evolve(rich, fees=Decimal(0))
    after, _ = told(state, award(wash))
    assert after.record == state.record
    linked = evolve(unlock(Figure(measure=Measure.TOKENS, value=9)), linked=True)
    assert told(state, linked)[1] == ()


def test_figures_of_the_progress_itself_are_not_taken_from_outside() -> None:
    state, events = told(Progress(), unlock(Figure(measure=Measure.LEVEL, value=100)))
    assert events == ()
    _, events = told(
        state,
        unlock(Figure(measure=Measure.TOKENS, value=0), Figure(measure=Measure.CLANS, value=1)),
    )
    assert [one.measure for one in events if isinstance(one, FigureRaised)] == [Measure.CLANS]


def test_tiers_times_and_repetitions_are_kept() -> None:
    plain = ACHIEVEMENTS[0]
    base = evolve(plain, conditions=(Reach(Measure.TOKENS, 1),))
    weekly = evolve(base, achievement_id="weekly", every=7)
    second = evolve(base, achievement_id="second", after="first")
    first = evolve(base, achievement_id="first", hidden=True)
    timed = evolve(base, achievement_id="timed", opens=Instant(NOON), closes=Instant(NOON + DAY))
    decider = progress_decider(GameRules(achievements=(second, weekly, timed, first)))
    state = Progress()
    seen = []
    for day in (-1, 0, 1, 7, 8):
        command = unlock(Figure(measure=Measure.TOKENS, value=1), at=NOON + day * DAY)
        events = decider.decide(command, state).unwrap()
        for event in events:
            state = decider.evolve(state, event)
        seen.append(ids(events))
    assert seen == [["weekly", "first", "second"], ["timed"], [], ["weekly"], []]
    assert unlock_key(weekly, Instant(NOON)) == f"weekly@{20_000 // 7}"


def test_badges_are_chosen_among_what_was_unlocked() -> None:
    state, _ = told(Progress(), unlock(Figure(measure=Measure.TOKENS, value=1)))

    def choose(*names: str) -> SetBadges:
        return SetBadges(user_id=ME, achievement_ids=names, at=Instant(NOON))

    state, events = told(state, choose("first_mint", "first_mint"))
    assert events == (BadgesSet(user_id=ME, achievement_ids=("first_mint",)),)
    assert told(state, choose("first_mint"))[1] == ()
    refused = PROGRESS.decide(choose("winner", "first_mint", "teacher"), state).failure()
    assert refused == NotUnlocked(("winner", "teacher"))
    many = PROGRESS.decide(choose(*map(str, range(7))), state).failure()
    assert many == TooManyBadges(7, 6)
    assert PROGRESS.decide(choose(*map(str, range(6))), state).failure() == NotUnlocked(
        tuple(map(str, range(6)))
    )
    gold = evolve(state, place=Place(tier=Tier.GOLD), top_level=29)
    assert shown_badges(gold) == ("first_mint", "level_20", "verified_gold", "league_cadet")


@given(st.integers(0, 40 * DAY))
@example(30 * DAY - 1)
@example(30 * DAY)
def test_a_reward_is_claimed_once_and_in_time(later: int) -> None:
    grant = GrantReward(
        user_id=ME, reward_id="r", kind=RewardKind.CREDIT, amount=500, at=Instant(NOON)
    )
    state, events = told(Progress(), grant)
    assert [type(one) for one in events] == [RewardGranted]
    assert told(state, grant)[1] == ()
    claim = ClaimReward(user_id=ME, reward_id="r", at=Instant(NOON + later))
    if later >= 30 * DAY:
        refused = PROGRESS.decide(claim, state).failure()
        assert refused == RewardExpired("r", NOON + 30 * DAY)
        return
    state, events = told(state, claim)
    assert [(one.kind, one.amount) for one in events if isinstance(one, RewardClaimed)] == [
        (RewardKind.CREDIT, 500)
    ]
    assert PROGRESS.decide(claim, state).failure() == AlreadyClaimed("r")
    assert told(state, grant)[1] == ()


def test_there_is_nothing_to_claim_where_nothing_was_granted() -> None:
    claim = ClaimReward(user_id=ME, reward_id="r", at=Instant(NOON))
    assert PROGRESS.decide(claim, Progress()).failure() == RewardNotFound("r")
    none = GrantReward(
        user_id=ME, reward_id="r", kind=RewardKind.CREDIT, amount=0, at=Instant(NOON)
    )
    assert told(Progress(), none)[1] == ()
    stray = RewardClaimed(
        user_id=ME, reward_id="r", kind=RewardKind.CREDIT, amount=1, at=Instant(0)
    )
    assert PROGRESS.evolve(Progress(), stray).trophies.rewards == {}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (regime(Decimal("0.8"), Decimal(1)), Regime.VOLATILE),
        (regime(Decimal("0.79"), Decimal("0.1")), Regime.TREND),
        (regime(Decimal("0.79"), Decimal("-0.1")), Regime.TREND),
        (regime(Decimal("0.79"), Decimal("0.0999")), Regime.RANGE),
        (lab((365, Decimal("1.2")), (30, Decimal("1.2"))), 1),
        (lab((365, Decimal("1.2")), (29, Decimal("1.2"))), 0),
        (lab((365, Decimal("1.2")), (30, Decimal("1.19"))), 0),
        (recovery(Decimal("0.1"), Decimal("0.02"), Decimal("0.019")), 1),
        (recovery(Decimal("0.099"), Decimal("0.02"), Decimal("0.019")), 0),
        (recovery(Decimal("0.1"), Decimal("0.02"), Decimal("0.02")), 0),
        (low_drawdown_days(180, Decimal("0.05"), Decimal("1.5")), 180),
        (low_drawdown_days(180, Decimal("0.051"), Decimal("1.5")), 0),
        (low_drawdown_days(180, Decimal("0.05"), Decimal("1.49")), 0),
    ],
)
def test_what_other_domains_figures_amount_to(found: object, expected: object) -> None:
    assert found == expected


def test_a_source_event_of_an_achievement_is_its_own() -> None:
    """So that it can be told from every other one in the history."""
    _, events = told(Progress(), unlock(*(Figure(measure=one, value=99) for one in FOREIGN)))
    paid = [one.source_event_id for one in events if isinstance(one, XpGained)]
    assert len(set(paid)) == len(paid) > 10
    assert derived_id(NOON // 1000, "achievement", ME, "first_mint") in paid
    plain = AwardXp(
        user_id=ME,
        source=XpSource.ACHIEVEMENT,
        source_event_id=EventId("x"),
        facts=PrizeFacts(xp=1),
        at=Instant(0),
    )
    assert isinstance(close(), TradeFacts)
    assert told(Progress(), plain)[0].xp == 1


def test_a_table_can_be_unlocked_to_its_end() -> None:
    one = evolve(ACHIEVEMENTS[0], conditions=(Reach(Measure.TOKENS, 1),))
    decider = progress_decider(GameRules(achievements=(one,)))
    command = unlock(Figure(measure=Measure.TOKENS, value=1))
    assert ids(decider.decide(command, Progress()).unwrap()) == ["first_trade"]


def test_an_unlock_that_is_told_late_pays_all_the_same() -> None:
    state, _ = told(Progress(), award(PrizeFacts(xp=1), XpSource.TOURNAMENT))
    late = unlock(Figure(measure=Measure.TOKENS, value=1), at=NOON - 90 * DAY)
    _, events = told(state, late)
    assert ids(events) == ["first_mint"]
    assert [one.amount for one in events if isinstance(one, XpGained)] == [50]
