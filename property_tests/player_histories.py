"""Random lives of one player, checked against what must hold after every step."""

import itertools
import random
from collections import Counter
from decimal import Decimal

from attrs import define, evolve, field

from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    CloseStreak,
    CompleteLesson,
    DeedFacts,
    EvaluateLeague,
    Figure,
    ProgressCommand,
    RecordActivity,
    ReverseXp,
    ScoreFacts,
    SubmitQuiz,
    UnlockAchievement,
)
from astracore.gamification.events import (
    AchievementUnlocked,
    LevelUp,
    ProgressEvent,
    StreakBroken,
    StreakUpdated,
    XpGained,
    XpReversed,
)
from astracore.gamification.learning import modules_passed
from astracore.gamification.lessons import LESSONS
from astracore.gamification.measures import Measure
from astracore.gamification.progress import PROGRESS
from astracore.gamification.rules import XpRules
from astracore.gamification.sources import LeagueName, XpSource
from astracore.gamification.state import Progress, points
from astracore.ids import EventId, UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant
from astracore.outcome import is_failure
from astracore.verification.progress import (
    achievements_are_unlocked_once,
    caps_hold,
    corrections_are_exact,
    days_are_counted_once,
    levels_are_told_once,
    xp_never_falls,
)
from property_tests.game_makers import SYMBOLS, close

ME = UserId("u")
MORNING = 20_000 * DAY + 9 * HOUR
ZONES = (-11 * 3600, -5 * 3600, 0, 3600, 13 * 3600)


@define
class Life:
    """One player: everything that happened, and what was promised about it."""

    clock: int = MORNING
    state: Progress = field(factory=Progress)
    events: list[ProgressEvent] = field(factory=list)
    paid: dict[tuple[XpSource, EventId], int] = field(factory=dict)
    count: int = 0

    def name(self) -> EventId:
        self.count += 1
        return EventId(f"n{self.count}")

    def ask(self, command: ProgressCommand) -> tuple[ProgressEvent, ...]:
        """Decide, fold, and check that the same question once more changes no XP."""
        outcome = PROGRESS.decide(command, self.state)
        if is_failure(outcome):
            assert PROGRESS.decide(command, self.state) == outcome
            return ()
        told = outcome.unwrap()
        before = self.state
        for event in told:
            self.state = PROGRESS.evolve(self.state, event)
            self.events.append(event)
            if isinstance(event, XpGained):
                key = (event.source, event.source_event_id)
                assert key not in self.paid, "a source event was paid twice"
                self.paid[key] = event.amount
            if isinstance(event, XpReversed):
                assert self.paid[event.source, event.source_event_id] == event.amount
        self.check(before, told)
        return told

    def check(self, before: Progress, told: tuple[ProgressEvent, ...]) -> None:
        """What holds at every step."""
        rules = XpRules()
        assert xp_never_falls(self.events)
        assert levels_are_told_once(self.events, rules)
        assert caps_hold(self.events, rules)
        assert days_are_counted_once(self.events)
        assert corrections_are_exact(self.events)
        assert achievements_are_unlocked_once(self.events)
        assert before.trophies.unlocked.items() <= self.state.trophies.unlocked.items()
        assert points(self.state.trophies) >= points(before.trophies)
        leagues = list(LeagueName)
        step = leagues.index(self.state.place.league) - leagues.index(before.place.league)
        assert -1 <= step <= 1
        steps = [event for event in told if isinstance(event, StreakUpdated)]
        assert len(steps) <= 1
        assert 0 <= self.state.streak.freezes <= 2
        breaks = [one for one in self.events if isinstance(one, StreakUpdated | StreakBroken)]
        twice = itertools.pairwise(breaks)
        assert not any(type(a) is type(b) is StreakBroken for a, b in twice)


def deed(life: Life, chance: random.Random) -> AwardXp:
    """Something that pays."""
    kind = chance.choice(["live", "practice", "like", "battle", "prize"])
    facts = close(
        symbol=chance.choice(SYMBOLS),
        net=Decimal(chance.randint(-50, 50)),
        peak_margin=Decimal(chance.randint(0, 50_000)),
        had_stop=chance.random() < 0.9,
        risk_fraction=Decimal(chance.randint(1, 3)) / 100,
        linked=chance.random() < 0.1,
    )
    plain = AwardXp(
        user_id=ME,
        source=XpSource.TRADE_LIVE,
        source_event_id=life.name(),
        facts=evolve(facts, closed_at=Instant(life.clock), opened_at=Instant(life.clock - HOUR)),
        at=Instant(life.clock),
    )
    if kind == "practice":
        return evolve(plain, source=XpSource.TRADE_PRACTICE)
    if kind == "like":
        post = f"post{chance.randint(0, 9)}"
        return evolve(plain, source=XpSource.LIKE, facts=DeedFacts(), once=post)
    if kind == "battle":
        score = ScoreFacts(score=Decimal(chance.randint(0, 500)))
        return evolve(plain, source=XpSource.BATTLE, facts=score)
    return plain


def everyday(life: Life, chance: random.Random) -> ProgressCommand:
    """Something that belongs to a day."""
    zone = chance.choice([None, *ZONES]) if chance.random() < 0.1 else None
    at, event = Instant(life.clock), life.name()
    lesson = chance.choice(LESSONS.lessons)
    match chance.choice(["hello", "activity", "lesson", "quiz", "close", "league", "unlock"]):
        case "hello":
            return CheckIn(user_id=ME, source_event_id=event, utc_offset=zone, at=at)
        case "activity":
            return RecordActivity(user_id=ME, source_event_id=event, utc_offset=zone, at=at)
        case "lesson":
            return CompleteLesson(
                user_id=ME, lesson_id=lesson.lesson_id, source_event_id=event, at=at
            )
        case "quiz":
            return SubmitQuiz(
                user_id=ME,
                lesson_id=lesson.lesson_id,
                answers=tuple(each.answer if chance.random() < 0.95 else 9 for each in lesson.quiz),
                source_event_id=event,
                at=at,
            )
        case "close":
            return CloseStreak(user_id=ME, at=at)
        case "league":
            return EvaluateLeague(
                user_id=ME,
                tournaments=chance.randint(0, 60),
                win_rate=Decimal(chance.randint(0, 10)) / 10,
                active_days=chance.randint(0, 30),
                at=at,
            )
        case _:
            seen = (Figure(measure=chance.choice(list(Measure)), value=chance.randint(0, 60)),)
            return UnlockAchievement(user_id=ME, figures=seen, at=at)


def lived(seed: int, steps: int = 60) -> Life:
    """One life; an AssertionError where something that must hold does not."""
    chance = random.Random(seed)  # noqa: S311 - a life, not a secret
    life = Life()
    asked: list[ProgressCommand] = []
    for _ in range(steps):
        life.clock += chance.choice([SECOND, MINUTE, HOUR, 8 * HOUR, DAY, DAY, 2 * DAY, 3 * DAY])
        chosen = chance.random()
        if chosen < 0.45:
            command: ProgressCommand = deed(life, chance)
        elif chosen < 0.55 and life.paid:
            source, event = chance.choice(sorted(life.paid))
            command = ReverseXp(
                user_id=ME, source=source, source_event_id=event, at=Instant(life.clock)
            )
        elif chosen < 0.65 and asked:
            command = chance.choice(asked)  # told once more, late
        else:
            command = everyday(life, chance)
        asked.append(command)
        life.ask(command)
    finished(life)
    return life


def finished(life: Life) -> None:
    """What holds of a whole life."""
    state, events = life.state, life.events
    assert PROGRESS.initial == Progress()
    folded = PROGRESS.initial
    for event in events:
        folded = PROGRESS.evolve(folded, event)
    assert folded == state
    gains = sum(one.amount for one in events if isinstance(one, XpGained))
    backs = sum(one.amount for one in events if isinstance(one, XpReversed))
    assert state.xp == gains - backs >= 0
    ups = [one.new_level for one in events if isinstance(one, LevelUp)]
    assert ups == list(range(2, state.top_level + 1))
    unlocked = [one.key for one in events if isinstance(one, AchievementUnlocked)]
    assert Counter(unlocked) == Counter(set(unlocked))
    objects = Counter((one.source, one.once) for one in events if isinstance(one, XpGained))
    assert all(times == 1 for (_, once), times in objects.items() if once is not None)
    assert set(unlocked) == set(state.trophies.unlocked)
    assert modules_passed(state.learning, LESSONS) <= {one.module for one in LESSONS.lessons}
