"""The economy's fast twin earns what the decider pays; a year of it keeps the rules' promises."""

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from astracore.errors.values import InvalidWindow
from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    CompleteLesson,
    DeedFacts,
    EvaluateLeague,
    Figure,
    ProgressCommand,
    SubmitQuiz,
    TradeFacts,
    UnlockAchievement,
)
from astracore.gamification.economy.characters import CHARACTERS, Character, Trick
from astracore.gamification.economy.picture import picture
from astracore.gamification.economy.plans import Plan, Trade, plan_of
from astracore.gamification.economy.report import Report, percentiles, report
from astracore.gamification.economy.simulation import (
    START,
    Economy,
    economy,
    is_honest,
    population,
    year_of,
    years,
)
from astracore.gamification.economy.tables import table, tables
from astracore.gamification.economy.traders import (
    Trader,
    facts_of_trader,
    lived_day,
    looked_at,
    paid_for,
)
from astracore.gamification.events import XpGained
from astracore.gamification.game_rules import GameRules
from astracore.gamification.lessons import LESSONS
from astracore.gamification.measures import OWN, Measure
from astracore.gamification.progress import PROGRESS
from astracore.gamification.rules import XpRules
from astracore.gamification.sources import LeagueName, Regime, XpSource
from astracore.gamification.state import Place, Progress
from astracore.gamification.unlocking import facts_of
from astracore.ids import EventId, UserId
from astracore.instants import DAY, HOUR, SECOND, Instant
from astracore.numeric import quotient

RULES = GameRules()
ME = UserId("u")
BY_NAME = {habits.character: habits for habits in CHARACTERS}
trades = st.builds(
    Trade,
    symbol=st.integers(0, 9),
    net=st.integers(-50, 50),
    margin=st.integers(0, 20_000),
    had_stop=st.booleans(),
    small=st.booleans(),
    regime=st.sampled_from(Regime),
)
plans = st.builds(
    Plan,
    trades=st.lists(trades, max_size=12).map(tuple),
    trick=st.sampled_from(Trick),
    lesson=st.booleans(),
    shares=st.integers(0, 14),
    raised=st.lists(st.sampled_from([m for m in Measure if m not in OWN]), max_size=3).map(tuple),
)


class Twin:
    """The same life through the decider, command by command."""

    def __init__(self, *, linked: bool = False) -> None:
        self.linked = linked
        self.state = Progress()
        self.counts: dict[Measure, int] = {}
        self.lessons = 0
        self.results: list[bool] = []
        self.active: list[int] = []
        self.number = 0

    def ask(self, command: ProgressCommand) -> int:
        """What it paid."""
        before = self.state.xp
        if not isinstance(command, EvaluateLeague):
            command = evolve(command, linked=self.linked)  # type: ignore[arg-type]
        for event in PROGRESS.decide(command, self.state).unwrap():
            self.state = PROGRESS.evolve(self.state, event)
            assert not isinstance(event, XpGained) or event.total_xp == self.state.xp
        return self.state.xp - before

    def name(self) -> EventId:
        self.number += 1
        return EventId(f"n{self.number}")

    def live(self, plan: Plan, day: int) -> int:
        """One day's commands in the order of the plan."""
        at = Instant(day * DAY + 12 * HOUR)
        paid = self.ask(CheckIn(user_id=ME, source_event_id=self.name(), at=at))
        for trade in plan.trades:
            paid += self.ask(self.award(XpSource.TRADE_LIVE, facts(trade, plan.trick, at), at))
        if plan.trick is Trick.HONEST:
            self.results += [trade.net > 0 for trade in plan.trades]
        if plan.lesson and self.lessons < len(LESSONS.lessons):
            paid += self.learn(at)
        for _ in range(plan.shares):
            paid += self.ask(self.award(XpSource.SHARE, DeedFacts(), at))
        for measure in plan.raised:
            self.counts[measure] = self.counts.get(measure, 0)
        for measure in set(plan.raised):
            self.counts[measure] += 1
        self.active.append(day)
        return paid

    def learn(self, at: Instant) -> int:
        lesson = LESSONS.lessons[self.lessons]
        self.lessons += 1
        done = CompleteLesson(
            user_id=ME, lesson_id=lesson.lesson_id, source_event_id=self.name(), at=at
        )
        paid = self.ask(done)
        if lesson.quiz:
            quiz = SubmitQuiz(
                user_id=ME,
                lesson_id=lesson.lesson_id,
                answers=tuple(question.answer for question in lesson.quiz),
                source_event_id=self.name(),
                at=at,
            )
            paid += self.ask(quiz)
        return paid

    def award(self, source: XpSource, what: TradeFacts | DeedFacts, at: Instant) -> AwardXp:
        return AwardXp(user_id=ME, source=source, source_event_id=self.name(), facts=what, at=at)

    def look(self, day: int) -> None:
        """The Monday."""
        at = Instant(day * DAY)
        figures = tuple(Figure(measure=each, value=count) for each, count in self.counts.items())
        self.ask(UnlockAchievement(user_id=ME, figures=figures, at=at))
        last = self.results[-50:]
        rate = quotient(Decimal(sum(last)), Decimal(len(last))) if last else None
        self.ask(
            EvaluateLeague(
                user_id=ME,
                tournaments=self.counts.get(Measure.TOURNAMENTS, 0),
                win_rate=rate,
                active_days=sum(each > day - 30 for each in self.active),
                at=at,
            )
        )


def facts(trade: Trade, trick: Trick, at: Instant) -> TradeFacts:
    """A planned trade as the account would tell it."""
    wash = trick is Trick.WASH
    return TradeFacts(
        symbol=f"S{trade.symbol}-USD",
        quantity=Decimal(1),
        entry=Decimal(2000),
        exit=Decimal(2000) if wash else Decimal(2050),
        notional=Decimal(2000),
        fees=Decimal(2),
        net=Decimal(trade.net),
        peak_margin=Decimal(trade.margin),
        opened_at=Instant(at.micros - (120 if wash else 600) * SECOND),
        closed_at=at,
        linked=trick is Trick.LINKED,
        had_stop=trade.had_stop,
        risk_fraction=Decimal("0.02") if trade.small else Decimal("0.05"),
        regime=trade.regime,
    )


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.none() | plans, min_size=1, max_size=12))
@example([Plan(trades=(), trick=Trick.HONEST, lesson=True, shares=14, raised=())] * 11)
def test_the_twin_earns_what_the_decider_pays(days: list[Plan | None]) -> None:
    trader, twin = Trader(), Twin()
    for n, plan in enumerate(days):
        day = START + n
        if n % 7 == 0:
            trader = looked_at(trader, day, RULES)
            twin.look(day)
        if plan is not None:
            trader, earned = lived_day(trader, plan, day, RULES)
            assert sum(earned.by_source.values()) == twin.live(plan, day)
        assert trader.xp == twin.state.xp
        assert trader.place == twin.state.place
        assert set(trader.unlocked) == set(twin.state.trophies.unlocked)
        mine, theirs = facts_of_trader(trader, RULES), facts_of(twin.state, RULES)
        assert all(mine.of(each) == theirs.of(each) for each in OWN)
        assert (trader.streak.count, trader.streak.freezes) == (
            twin.state.streak.count,
            twin.state.streak.freezes,
        )


@pytest.mark.parametrize("character", Character)
def test_a_drawn_life_is_the_same_in_both(character: Character) -> None:
    """Ten weeks of each character as they are drawn."""
    trader, twin = Trader(), Twin()
    for n in range(70):
        day = START + n
        if n % 7 == 0:
            trader = looked_at(trader, day, RULES)
            twin.look(day)
        plan = plan_of(BY_NAME[character], 7, 3, n)
        if plan is not None:
            trader, _ = lived_day(trader, plan, day, RULES)
            twin.live(plan, day)
        assert (trader.xp, trader.place) == (twin.state.xp, twin.state.place)
    assert trader.xp > 0


def test_second_accounts_earn_nothing_by_the_decider() -> None:
    """Each of the multi-accounter's further accounts does the same, and is told to be linked."""
    habits = BY_NAME[Character.MULTI_ACCOUNTER]
    for _ in range(1, habits.accounts):
        twin = Twin(linked=True)
        for n in range(30):
            plan = plan_of(habits, 7, 3, n)
            if plan is not None:
                assert twin.live(plan, START + n) == 0
        twin.look(START + 35)
        assert twin.state.xp == 0
        assert twin.state.trophies.unlocked == {}


@pytest.fixture(scope="module")
def found() -> Report:
    """Sixty traders for 200 days."""
    return report(list(years(Economy(traders=60, days=200, seed=3), RULES)), RULES)


def test_the_rules_keep_their_promises(found: Report) -> None:
    assert found.sound
    assert len(found.checks) == 4
    rows = {row.character: row for row in found.characters}
    casual = rows[Character.CASUAL]
    for farmer in (Character.WASHER, Character.MULTI_ACCOUNTER):
        assert rows[farmer].xp[1] < casual.xp[1]
    assert rows[Character.GRINDER].xp[1] > casual.xp[1]
    assert all(row.most_capped <= XpRules().daily for row in found.characters)
    assert sum(row.traders for row in found.characters) == found.traders == 60
    assert all(sum(month) == 60 for month in found.leagues)
    reached = [row.reached for row in found.levels]
    assert reached == sorted(reached, reverse=True)
    assert all(low <= middle <= high for row in found.levels for low, middle, high in [row.days])


def test_whoever_breaks_a_promise_is_seen() -> None:
    """A rule table without caps, a washer who is paid, a source that pays too much."""
    made = list(years(Economy(traders=20, days=60), RULES))
    assert report(made, RULES).sound
    tight = GameRules(xp=evolve(XpRules(), daily=50))
    assert not report(made, tight).checks[0].kept
    narrow = tuple((name, 1 if name == "social" else cap) for name, cap in XpRules().caps)
    assert not report(made, GameRules(xp=evolve(XpRules(), caps=narrow))).checks[1].kept
    for character, place in ((Character.WASHER, 2), (Character.MULTI_ACCOUNTER, 3)):
        rich = [
            evolve(year, daily=(10**6, *year.daily[1:])) if year.character is character else year
            for year in made
        ]
        assert not report(rich, RULES).checks[place].kept
        assert not report(rich, RULES).sound
        assert "BROKEN" in tables(report(rich, RULES))


def test_washing_and_second_accounts_add_nothing_at_all() -> None:
    """With the same days, lessons and posts, and no trade, one earns exactly as much."""
    run = Economy(traders=10, days=120)
    for character in (Character.WASHER, Character.MULTI_ACCOUNTER):
        habits = BY_NAME[character]
        assert not is_honest(habits)
        idle = evolve(habits, trades=0, trick=Trick.HONEST)
        assert is_honest(idle)
        for number in range(3):
            farmed = year_of(habits, number, run, RULES)
            assert farmed.daily == year_of(idle, number, run, RULES).daily


@given(st.integers(1, 3000))
@example(1)
@example(10_000)
def test_everybody_is_somebody(traders: int) -> None:
    who = population(Economy(traders=traders))
    assert len(who) == traders
    assert len({(one.character, number) for one, number in who}) == traders
    assert sum(habits.weight for habits in CHARACTERS) == 1000
    assert population(Economy(traders=traders, characters=())) == ()


def test_a_run_is_the_same_run_and_another_seed_another() -> None:
    one, other = (
        report(list(years(Economy(traders=8, days=30, seed=n), RULES)), RULES) for n in (1, 2)
    )
    again = report(list(years(Economy(traders=8, days=30, seed=1), RULES)), RULES)
    assert one == again
    assert one != other
    assert tables(one) == tables(again)
    assert picture(one) == picture(again)


def test_sizes_that_nobody_waits_for_are_refused() -> None:
    assert economy(0, 1, 1).failure() == InvalidWindow(0)
    assert economy(100_001, 1, 1).failure() == InvalidWindow(100_001)
    assert economy(1, 0, 1).failure() == InvalidWindow(0)
    assert economy(1, 3661, 1).failure() == InvalidWindow(3661)
    assert economy(10, 20, 3).unwrap() == Economy(traders=10, days=20, seed=3)


def test_the_tables_and_the_picture_show_the_report(found: Report) -> None:
    text = tables(found)
    for character in Character:
        assert character.value in text
    assert text.count("kept:") == 4
    drawn = picture(found)
    assert drawn.startswith("<svg ")
    assert drawn.count("<rect") > len(found.leagues) * 5
    assert drawn.count("<circle") == sum(row.reached > 0 for row in found.levels)
    nobody = report([], RULES)
    assert nobody.traders == 0
    assert nobody.sound
    assert "0 traders" in tables(nobody)
    assert picture(nobody).endswith("</svg>\n")
    assert table([]) == ""
    assert percentiles([]) == (0, 0, 0)
    assert percentiles([5]) == (5, 5, 5)


def test_rules_without_a_source_pay_nothing_for_it() -> None:
    few = GameRules(xp=evolve(XpRules(), sources=()))
    plan = plan_of(BY_NAME[Character.GRINDER], 1, 1, 0)
    assert plan is not None
    trader, earned = lived_day(Trader(), evolve(plan, lesson=True), START, few)
    assert (trader.xp, dict(earned.by_source)) == (0, {})


def test_what_no_cap_binds_is_paid_in_full() -> None:
    deeds = [(XpSource.TOURNAMENT, 5000), (XpSource.SHARE, 60), (XpSource.LESSON, 25)]
    paid = paid_for(deeds, Decimal("1.5"), RULES)
    assert paid == {XpSource.TOURNAMENT: 5000, XpSource.SHARE: 50, XpSource.LESSON: 37}


@given(st.lists(st.integers(0, 12), min_size=2, max_size=8))
@example([0, 0, 0, 0])
@example([0, 9, 0, 0])
def test_idle_weeks_lead_down_in_both(active: list[int]) -> None:
    """A voyager who comes so many days before each Monday, or stays away."""
    place = Place(league=LeagueName.VOYAGER, since=START - 60)
    trader, twin = Trader(place=place), Twin()
    twin.state = Progress(place=place)
    for week, days in enumerate(active):
        day = START + 40 * week
        trader = looked_at(evolve(trader, active=tuple(range(day - days, day))), day, RULES)
        twin.active = list(range(day - days, day))
        twin.look(day)
        assert trader.place == twin.state.place


def test_the_second_idle_monday_leads_down() -> None:
    place = Place(league=LeagueName.VOYAGER, since=START - 60)
    trader, twin = Trader(place=place), Twin()
    twin.state = Progress(place=place)
    for day, league in ((START, LeagueName.VOYAGER), (START + 7, LeagueName.CADET)):
        trader = looked_at(trader, day, RULES)
        twin.look(day)
        assert trader.place == twin.state.place
        assert trader.place.league is league


def test_the_thirtieth_day_back_is_no_active_one() -> None:
    place = Place(league=LeagueName.VOYAGER, since=START - 60)
    for first, warned in ((START - 30, True), (START - 29, False)):
        trader = Trader(place=place, active=(first, START - 20, START - 10))
        after = looked_at(trader, START, RULES).place
        assert (after.warned is not None) is warned


def test_one_xp_ahead_is_ahead() -> None:
    run = Economy(traders=20, days=30)
    made = [year for year in years(run, RULES) if year.number == 0]
    casual = next(year for year in made if year.character is Character.CASUAL)
    washer = next(year for year in made if year.character is Character.WASHER)
    same = evolve(washer, daily=casual.daily)
    assert report([casual, same], RULES).checks[2].kept
    more = (casual.daily[0] + 1, *casual.daily[1:])
    assert not report([casual, evolve(washer, daily=more)], RULES).checks[2].kept
