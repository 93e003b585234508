"""The life of a player: whatever is asked, in whatever order, the promises hold at every step."""

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astracore.catalog.aggregates import PROGRESS_AGGREGATE
from astracore.gamification.achievements import Category, Rarity
from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    CloseStreak,
    Figure,
    PrizeFacts,
    RecordActivity,
    ReverseXp,
    UnlockAchievement,
)
from astracore.gamification.events import (
    AchievementUnlocked,
    LevelUp,
    ProgressEvent,
    XpGained,
    XpReversed,
)
from astracore.gamification.levels import PRODUCT_CURVE, level_at
from astracore.gamification.measures import Measure
from astracore.gamification.rules import XpRules
from astracore.gamification.sources import XpSource
from astracore.ids import EventId
from astracore.instants import HOUR, Instant
from astracore.verification.progress import (
    achievements_are_unlocked_once,
    corrections_are_exact,
    levels_are_told_once,
    xp_never_falls,
)
from property_tests.game_makers import SYMBOLS, close
from property_tests.player_histories import ME, ZONES, Life, lived


class Player(RuleBasedStateMachine):
    """One player, asked anything."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.asked: list[AwardXp] = []

    @initialize(hours=st.integers(0, 23))
    def begin(self, hours: int) -> None:
        self.life.clock += hours * HOUR

    @rule(hours=st.integers(0, 80))
    def wait(self, hours: int) -> None:
        self.life.clock += hours * HOUR

    @rule(
        symbol=st.sampled_from(SYMBOLS),
        net=st.integers(-9, 9),
        margin=st.integers(0, 9000),
        source=st.sampled_from([XpSource.TRADE_LIVE, XpSource.TRADE_PRACTICE]),
    )
    def trade(self, symbol: str, net: int, margin: int, source: XpSource) -> None:
        facts = close(symbol=symbol, net=Decimal(net), peak_margin=Decimal(margin))
        self.earn(source, facts)

    @rule(xp=st.integers(0, 3000))
    def win(self, xp: int) -> None:
        self.earn(XpSource.TOURNAMENT, PrizeFacts(xp=xp))

    def earn(self, source: XpSource, facts: object) -> None:
        command = AwardXp(
            user_id=ME,
            source=source,
            source_event_id=self.life.name(),
            facts=facts,  # type: ignore[arg-type]
            at=Instant(self.life.clock),
        )
        self.asked.append(command)
        self.life.ask(command)

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """What was paid is told again: nothing comes of it."""
        if self.asked:
            command = data.draw(st.sampled_from(self.asked))
            known = (command.source, command.source_event_id) in self.life.paid
            told = self.life.ask(command)
            assert not (known and told)

    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        if self.life.paid:
            source, event = data.draw(st.sampled_from(sorted(self.life.paid)))
            before = self.life.state.xp
            at = Instant(self.life.clock)
            told = self.life.ask(ReverseXp(user_id=ME, source=source, source_event_id=event, at=at))
            assert before - self.life.state.xp == (self.life.paid[source, event] if told else 0)

    @rule(zone=st.none() | st.sampled_from(ZONES), start=st.none() | st.integers(0, 23))
    def hello(self, zone: int | None, start: int | None) -> None:
        at = Instant(self.life.clock)
        self.life.ask(
            CheckIn(
                user_id=ME,
                source_event_id=self.life.name(),
                utc_offset=zone,
                day_start=start,
                at=at,
            )
        )

    @rule()
    def live(self) -> None:
        at = Instant(self.life.clock)
        self.life.ask(RecordActivity(user_id=ME, source_event_id=self.life.name(), at=at))
        self.life.ask(CloseStreak(user_id=ME, at=at))

    @rule(measure=st.sampled_from(Measure), value=st.integers(0, 60))
    def unlock(self, measure: Measure, value: int) -> None:
        seen = (Figure(measure=measure, value=value),)
        self.life.ask(UnlockAchievement(user_id=ME, figures=seen, at=Instant(self.life.clock)))

    @invariant()
    def level_is_a_function_of_xp(self) -> None:
        state = self.life.state
        assert state.top_level >= level_at(PRODUCT_CURVE, state.xp)
        assert state.xp >= 0


TestPlayer = Player.TestCase
TestPlayer.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("seed", range(25))
def test_a_random_life_keeps_every_promise(seed: int) -> None:
    life = lived(seed)
    assert life.events


def test_a_life_survives_its_snapshot() -> None:
    """The whole state goes through its codec and comes back."""
    state = lived(3, 200).state
    stored = PROGRESS_AGGREGATE.state
    assert stored.decode(stored.encode(state)).unwrap() == state


GAIN = XpGained(
    user_id=ME,
    source=XpSource.TOURNAMENT,
    source_event_id=EventId("e"),
    day=0,
    base=150,
    multiplier=Decimal(1),
    amount=150,
    total_xp=150,
    level=2,
)
UP = LevelUp(user_id=ME, old_level=1, new_level=2, credits=20)
BACK = XpReversed(
    user_id=ME,
    source=XpSource.TOURNAMENT,
    source_event_id=EventId("e"),
    day=0,
    amount=150,
    total_xp=0,
    level=1,
)
UNLOCK = AchievementUnlocked(
    user_id=ME,
    achievement_id="x",
    category=Category.TOOLS,
    rarity=Rarity.COMMON,
    xp=150,
    points=10,
    key="x",
    day=0,
)


def test_the_predicates_see_planted_mistakes() -> None:
    rules = XpRules()
    good: list[ProgressEvent] = [UNLOCK, GAIN, UP, BACK]
    assert xp_never_falls(good)
    assert corrections_are_exact(good)
    assert levels_are_told_once(good, rules)
    assert achievements_are_unlocked_once(good)
    assert not xp_never_falls([GAIN, evolve(BACK, total_xp=1)])
    assert not corrections_are_exact([GAIN, evolve(BACK, amount=149)])
    assert not corrections_are_exact([GAIN, BACK, BACK])
    assert not corrections_are_exact([BACK])
    again = evolve(GAIN, source_event_id=EventId("f"))
    assert levels_are_told_once([*good, again], rules)
    assert not levels_are_told_once([*good, again, UP], rules)
    assert not levels_are_told_once([UP, GAIN], rules)
    assert not levels_are_told_once([GAIN], rules)
    assert not achievements_are_unlocked_once([UNLOCK, GAIN, UNLOCK, again])
    assert not achievements_are_unlocked_once([UNLOCK, evolve(GAIN, amount=1)])
    assert not achievements_are_unlocked_once([UNLOCK])
