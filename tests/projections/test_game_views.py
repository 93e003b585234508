"""Achievements, rewards and safeguards as their owners see them; what the game's events ask for."""

from decimal import Decimal

from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope, StreamId
from astracore.gamification.achievements import Achievement, Category, Rarity, Reach
from astracore.gamification.commands import EvaluateLeague, UnlockAchievement
from astracore.gamification.events import (
    AchievementUnlocked,
    LessonCompleted,
    LevelUp,
    ProgressEvent,
    QuizScored,
    RewardClaimed,
    RewardGranted,
    StreakUpdated,
    TradeCounted,
    XpReversed,
)
from astracore.gamification.game_rules import GameRules
from astracore.gamification.measures import Measure
from astracore.gamification.safeguards.events import SelfExcluded
from astracore.gamification.sources import LeagueName
from astracore.gamification.state import Place
from astracore.ids import CommandId, EventId, UserId
from astracore.instants import Instant
from astracore.ledger.entries import Book
from astracore.policies.game import asked_for, pay_reward, unlock_own
from astracore.projections.game import PROGRESS as PROGRESS_ROWS
from astracore.projections.game import XP_BOARD, XP_HISTORY
from astracore.projections.safeguards import SAFEGUARDS
from astracore.projections.trophies import (
    REWARDS,
    TROPHIES,
    TrophyRow,
    achievement_views,
    league_status,
)
from property_tests.player_histories import lived

AT = Instant(1_772_618_400_000_000)
ME = UserId("u")


def told(event: ProgressEvent) -> "Envelope[ProgressEvent]":
    """`event` as it would lie in a log."""
    return Envelope(
        event_id=EventId("0199c0de-0000-7000-8000-000000000001"),
        type="",
        schema_version=1,
        stream=StreamId("gamification.progress", ME),
        version=1,
        position=1,
        occurred_at=AT,
        recorded_at=AT,
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def test_the_row_follows_the_progress_itself() -> None:
    """Fold of a random life: the read model knows what the aggregate knows."""
    life = lived(5, 150)
    row: TrophyRow | None = None
    for event in life.events:
        if type(event) in TROPHIES.events:
            row = TROPHIES.evolve(row, told(event), ME)
    assert row is not None
    state = life.state
    assert (row.record, row.trophies, row.place) == (state.record, state.trophies, state.place)
    assert (row.top_level, row.streak.count) == (state.top_level, state.streak.count)
    assert TROPHIES.row.decode(TROPHIES.row.encode(row)).unwrap() == row
    views = achievement_views(row)
    assert len(views) == 48
    for view in views:
        assert 0 <= view.have <= view.need
        if view.unlocked_day is not None:
            assert view.have == view.need


def test_hidden_achievements_are_shown_when_they_are_unlocked() -> None:
    secret = Achievement(
        achievement_id="secret",
        category=Category.TOOLS,
        rarity=Rarity.RARE,
        xp=1,
        conditions=(Reach(Measure.CLOSED, 2),),
        hidden=True,
        every=7,
    )
    rules = GameRules(achievements=(secret, evolve(secret, achievement_id="open", hidden=False)))
    row = TROPHIES.evolve(None, told(evolve(example(TradeCounted), user_id=ME)), ME)
    assert row is not None
    (view,) = achievement_views(row, rules)
    assert (view.achievement_id, view.have, view.need, view.unlocked_day) == ("open", 1, 2, None)
    unlock = evolve(example(AchievementUnlocked), achievement_id="secret", key="secret@3", day=21)
    row = TROPHIES.evolve(row, told(unlock), ME)
    assert row is not None
    assert [one.unlocked_day for one in achievement_views(row, rules)] == [21, None]


def test_a_league_says_what_is_missing() -> None:
    facts = EvaluateLeague(user_id=ME, tournaments=1, win_rate=None, active_days=9, at=AT)
    above, needs = league_status(TrophyRow(user_id=ME), facts)
    assert above is not None
    assert above.name is LeagueName.VOYAGER
    have = {need.name: (need.have, need.need, need.met) for need in needs}
    assert have["tournaments"] == (Decimal(1), Decimal(3), False)
    assert have["active_days"] == (Decimal(9), Decimal(5), True)
    top = TrophyRow(user_id=ME, place=Place(league=LeagueName.MASTER))
    assert league_status(top, facts) == (None, ())


def test_a_reward_is_shown_from_grant_to_claim() -> None:
    granted = example(RewardGranted)
    row = REWARDS.evolve(None, told(granted), granted.reward_id)  # type: ignore[arg-type]
    assert row is not None
    assert REWARDS.evolve(row, told(evolve(granted, amount=9)), "r") == row  # type: ignore[arg-type]
    claimed = REWARDS.evolve(row, told(example(RewardClaimed)), "r")  # type: ignore[arg-type]
    assert claimed == evolve(row, claimed_at=AT)
    assert REWARDS.evolve(None, told(example(RewardClaimed)), "r") is None  # type: ignore[arg-type]
    assert REWARDS.owner(row) == granted.user_id
    assert REWARDS.sort(row)


def test_safeguards_are_shown_as_they_stand() -> None:
    event = example(SelfExcluded)
    row = SAFEGUARDS.evolve(None, evolve(told(example(LevelUp)), event=event), ME)  # type: ignore[arg-type]
    assert row is not None
    assert (row.user_id, row.excluded_until) == (ME, event.until)
    again = SAFEGUARDS.evolve(row, evolve(told(example(LevelUp)), event=event), ME)  # type: ignore[arg-type]
    assert again == row
    assert (SAFEGUARDS.owner(row), SAFEGUARDS.sort(row)) == (ME, ME)


def test_a_correction_is_a_row_of_the_history_and_lowers_the_total() -> None:
    back = evolve(example(XpReversed), user_id=ME, amount=7, total_xp=93, level=1)
    row = XP_HISTORY.evolve(None, told(back), "e")  # type: ignore[arg-type]
    assert row is not None
    assert (row.amount, row.base, row.multiplier, row.total_xp) == (-7, 0, Decimal(1), 93)
    progress = PROGRESS_ROWS.evolve(None, told(back), ME)  # type: ignore[arg-type]
    assert progress is not None
    assert (progress.xp, progress.level) == (93, 1)
    board = XP_BOARD.evolve(None, told(back), ME)  # type: ignore[arg-type]
    assert board is not None
    assert board.score == 93


def test_what_may_be_due_is_asked_for_and_nothing_else() -> None:
    assert asked_for(Measure.LEVEL) == {10, 25, 50, 100}
    assert asked_for(Measure.STREAK) == {7, 30, 100, 365}
    cases: list[tuple[ProgressEvent, bool]] = [
        (evolve(example(LevelUp), new_level=10), True),
        (evolve(example(LevelUp), new_level=11), False),
        (evolve(example(StreakUpdated), count=7), True),
        (evolve(example(StreakUpdated), count=8), False),
        (evolve(example(QuizScored), passed=True), True),
        (evolve(example(QuizScored), passed=False), False),
        (example(LessonCompleted), True),
    ]
    for event, asks in cases:
        asked = unlock_own(told(event))  # type: ignore[arg-type]
        expected = (UnlockAchievement(user_id=event.user_id, at=AT),)
        assert asked == (expected if asks else ())


def test_a_claimed_reward_is_credited() -> None:
    claimed = evolve(example(RewardClaimed), amount=500)
    (posted,) = pay_reward(told(claimed))  # type: ignore[arg-type]
    assert posted.book is Book.GAME
    amounts = {line.account: line.amount for line in posted.entry.lines}
    assert amounts == {"issued": Decimal(500), f"wallet/{claimed.user_id}": Decimal(-500)}
    assert pay_reward(told(evolve(claimed, amount=0))) == ()  # type: ignore[arg-type]
