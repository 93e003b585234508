"""A source event pays once; a correction takes back exactly what it paid; lessons, check-ins."""

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.gamification import (
    AlreadyCheckedIn,
    AnswerCount,
    AwardNotFound,
    LessonNotFound,
    QuizTries,
)
from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    CompleteLesson,
    DeedFacts,
    DepositFacts,
    PrizeFacts,
    RarityFacts,
    ReverseXp,
    ScoreFacts,
    SubmitQuiz,
    XpFacts,
)
from astracore.gamification.events import (
    CheckedIn,
    LessonCompleted,
    LevelUp,
    QuizScored,
    StreakUpdated,
    XpGained,
    XpReversed,
)
from astracore.gamification.learning import modules_passed
from astracore.gamification.lessons import LESSONS, lesson_of
from astracore.gamification.levels import PRODUCT_CURVE, level_at
from astracore.gamification.progress import PROGRESS
from astracore.gamification.sources import XpSource
from astracore.gamification.state import REMEMBERED, Progress
from astracore.ids import EventId, UserId
from astracore.instants import DAY, HOUR, Instant, utc_day
from astracore.outcome import is_failure
from property_tests.game_makers import NOON, SYMBOLS, award, close, gained, told

ME = UserId("u")
EVENTS = [f"e{n}" for n in range(6)]
RISK_ANSWERS = (1, 0, 2, 1, 0)


def reversal(of: AwardXp) -> ReverseXp:
    return ReverseXp(user_id=ME, source=of.source, source_event_id=of.source_event_id, at=of.at)


def check_in(at: int, event: str = "c", **zone: int) -> CheckIn:
    plain = CheckIn(user_id=ME, source_event_id=EventId(event), at=Instant(at))
    return evolve(plain, **zone)  # type: ignore[arg-type]


def lesson(lesson_id: str, event: str, at: int = NOON) -> CompleteLesson:
    return CompleteLesson(
        user_id=ME, lesson_id=lesson_id, source_event_id=EventId(event), at=Instant(at)
    )


def quiz(answers: tuple[int, ...], event: str, at: int = NOON) -> SubmitQuiz:
    return SubmitQuiz(
        user_id=ME,
        lesson_id="risk_size",
        answers=answers,
        source_event_id=EventId(event),
        at=Instant(at),
    )


deeds = st.builds(
    lambda facts, event, hour: award(
        facts,
        XpSource.TRADE_LIVE if facts != DeedFacts() else XpSource.LESSON,
        NOON + hour * HOUR,
        event,
    ),
    st.just(DeedFacts())
    | st.builds(
        lambda symbol, net: close(symbol=symbol, net=Decimal(net)),
        st.sampled_from(SYMBOLS[:3]),
        st.integers(-5, 5),
    ),
    st.sampled_from(EVENTS),
    st.integers(0, 100),
)


@given(st.lists(deeds, max_size=20))
def test_a_source_event_pays_once(asked: list[AwardXp]) -> None:
    """GAM-3: told twice in a row, or again later, it is as if told once."""
    state = Progress()
    for command in asked:
        state, first = told(state, command)
        paid_before = [event for event in first if isinstance(event, XpGained)]
        if paid_before or command.source is XpSource.TRADE_LIVE:
            assert told(state, command)[1] == ()
            later = evolve(command, at=Instant(command.at.micros + 3 * DAY))
            assert told(state, later)[1] == ()


@pytest.mark.parametrize("other", [one for one in XpSource if one is not XpSource.STREAK])
def test_a_source_event_pays_under_one_name(other: XpSource) -> None:
    """A close told as live, then as practice or as any other deed, also once it was corrected."""
    live = award(close(), XpSource.TRADE_LIVE, event="e")
    state, _ = told(Progress(), live)
    known: dict[XpSource, XpFacts] = {
        XpSource.TRADE_PRACTICE: close(),
        XpSource.TRADE_LIVE: close(),
        XpSource.QUIZ: ScoreFacts(score=Decimal(1)),
        XpSource.BATTLE: ScoreFacts(score=Decimal(1)),
        XpSource.VAULT_DEPOSIT: DepositFacts(amount=Decimal(1000)),
        XpSource.MINT: RarityFacts(rarity="common"),
        XpSource.ACHIEVEMENT: PrizeFacts(xp=10),
        XpSource.CHALLENGE: PrizeFacts(xp=10),
        XpSource.TOURNAMENT: PrizeFacts(xp=10),
    }
    facts = known.get(other, DeedFacts())
    assert told(Progress(), award(facts, other, event="e"))[1] != ()
    assert told(state, award(facts, other, event="e"))[1] == ()
    back, _ = told(state, reversal(live))
    assert told(back, award(facts, other, event="e"))[1] == ()
    assert told(state, award(PrizeFacts(xp=10), XpSource.STREAK, event="e"))[1] != ()


@given(st.lists(deeds, min_size=1, max_size=20), st.data())
def test_a_correction_takes_back_exactly_its_award(
    asked: list[AwardXp], data: st.DataObject
) -> None:
    state, paid = Progress(), {}
    for command in asked:
        state, events = told(state, command)
        for gain in gained(events):
            paid[command.source, command.source_event_id] = gain.amount
    command = data.draw(st.sampled_from(asked))
    key = (command.source, command.source_event_id)
    outcome = PROGRESS.decide(reversal(command), state)
    if key not in paid:
        assert is_failure(outcome) or outcome.unwrap() == ()
        return
    after, events = told(state, reversal(command))
    assert state.xp - after.xp == paid[key]
    (back,) = events
    assert isinstance(back, XpReversed)
    assert (back.total_xp, back.level) == (after.xp, level_at(PRODUCT_CURVE, after.xp))
    assert told(after, reversal(command))[1] == ()
    assert told(after, command)[1] == ()
    assert after.tally == state.tally


def test_what_was_never_paid_cannot_be_taken_back() -> None:
    command = reversal(award(DeedFacts(), XpSource.LESSON, event="x"))
    refused = PROGRESS.decide(command, Progress()).failure()
    assert refused == AwardNotFound("lesson", "x")
    loss = award(close(net=Decimal(-1), peak_margin=Decimal(0)), event="y")
    state, _ = told(Progress(), evolve(loss, source_event_id=EventId("first")))
    state, events = told(state, loss)
    assert gained(events) == []
    assert told(state, reversal(loss))[1] == ()


def test_awards_are_remembered_for_weeks_and_not_for_ever() -> None:
    deed = award(DeedFacts(), XpSource.LESSON, event="old")
    state, _ = told(Progress(), deed)
    for day in (REMEMBERED - 1, REMEMBERED):
        later = award(DeedFacts(), XpSource.LESSON, NOON + day * DAY, f"new{day}")
        state, _ = told(state, later)
        known = not is_failure(PROGRESS.decide(reversal(deed), state))
        assert known is (day < REMEMBERED)


def test_what_is_older_than_the_memory_counts_as_paid() -> None:
    state, _ = told(Progress(), award(DeedFacts(), XpSource.LESSON, NOON, "now"))
    for days, pays in ((REMEMBERED - 1, True), (REMEMBERED, False)):
        late = award(DeedFacts(), XpSource.LESSON, NOON - days * DAY, f"late{days}")
        assert bool(told(state, late)[1]) is pays
        assert told(state, evolve(late, once="object"))[1] != ()


def test_a_level_is_told_once_however_often_it_is_reached() -> None:
    prize = award(PrizeFacts(xp=400), XpSource.TOURNAMENT, event="a")
    state, first = told(Progress(), prize)
    assert [event.new_level for event in first if isinstance(event, LevelUp)] == [2, 3]
    state, _ = told(state, reversal(prize))
    assert (state.xp, state.top_level) == (0, 3)
    _, again = told(state, award(PrizeFacts(xp=900), XpSource.TOURNAMENT, event="b"))
    assert [event.new_level for event in again if isinstance(event, LevelUp)] == [4]


def test_an_object_pays_once_ever_and_a_linked_account_never() -> None:
    like = evolve(award(DeedFacts(), XpSource.LIKE, event="l1"), once="post")
    state, events = told(Progress(), like)
    assert [gain.once for gain in gained(events)] == ["post"]
    assert told(state, evolve(like, source_event_id=EventId("l2")))[1] == ()
    other = evolve(like, source_event_id=EventId("l3"), source=XpSource.SHARE)
    assert [gain.amount for gain in gained(told(state, other)[1])] == [5]
    assert told(Progress(), evolve(like, linked=True))[1] == ()
    assert told(Progress(), evolve(check_in(NOON), linked=True))[1] == (
        CheckedIn(user_id=ME, day=utc_day(Instant(NOON))),
    )


@given(
    st.integers(0, 200).map(lambda n: NOON + n * HOUR),
    st.integers(0, 47),
    st.integers(-12, 14).map(lambda hours: hours * 3600),
    st.integers(0, 23),
)
@example(NOON, 24, 0, 0)
def test_one_check_in_on_each_of_the_players_days(
    at: int, hours: int, offset: int, start: int
) -> None:
    state, events = told(Progress(), check_in(at, utc_offset=offset, day_start=start))
    assert {type(event) for event in events} >= {CheckedIn, StreakUpdated}
    assert sum(gain.amount for gain in gained(events)) == 15
    later = check_in(at + hours * HOUR, "c2")
    begin = offset * 1_000_000 - start * HOUR
    same = (at + begin) // DAY == (at + hours * HOUR + begin) // DAY
    outcome = PROGRESS.decide(later, state)
    assert is_failure(outcome) is same
    if same:
        assert outcome.failure() == AlreadyCheckedIn((at + begin) // DAY)


def test_a_lesson_pays_once_and_counts_the_day_each_time() -> None:
    state, events = told(Progress(), lesson("risk_stops", "a"))
    assert [type(event) for event in events] == [StreakUpdated, XpGained, LessonCompleted, XpGained]
    assert [gain.amount for gain in gained(events)] == [5, 26]
    assert state.learning.lessons == {"risk_stops"}
    again, events = told(state, lesson("risk_stops", "b", NOON + DAY))
    assert [type(event) for event in events] == [StreakUpdated, XpGained]
    assert again.streak.count == 2
    missing = PROGRESS.decide(lesson("knitting", "c"), state).failure()
    assert missing == LessonNotFound("knitting")


def test_a_quiz_has_three_tries_a_day_and_pays_once() -> None:
    wrong = (1, 0, 2, 0, 1)
    state = Progress()
    for event in ("a", "b"):
        state, events = told(state, quiz(wrong, event))
        assert gained(events) == []
        assert [one.passed for one in events if isinstance(one, QuizScored)] == [False]
    four = (*RISK_ANSWERS[:4], 2)
    state, events = told(state, quiz(four, "c"))
    assert [gain.amount for gain in gained(events)] == [50]
    assert [one.score for one in events if isinstance(one, QuizScored)] == [Decimal("0.8")]
    assert PROGRESS.decide(quiz(four, "d"), state).failure() == QuizTries("risk_size", 3)
    _, events = told(state, quiz(RISK_ANSWERS, "e", NOON + DAY))
    assert gained(events) == []
    scored = [one for one in events if isinstance(one, QuizScored)]
    assert [(one.right, one.total, one.score) for one in scored] == [(5, 5, Decimal(1))]
    assert modules_passed(state.learning, LESSONS) == {"risk"}
    assert modules_passed(Progress().learning, LESSONS) == frozenset()


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (quiz((1, 2), "a"), AnswerCount(2, 5)),
        (evolve(quiz(RISK_ANSWERS, "a"), lesson_id="risk_stops"), LessonNotFound("risk_stops")),
        (evolve(quiz(RISK_ANSWERS, "a"), lesson_id="none"), LessonNotFound("none")),
    ],
)
def test_what_a_quiz_refuses(command: SubmitQuiz, cause: object) -> None:
    assert PROGRESS.decide(command, Progress()).failure() == cause


def test_every_question_has_its_answer_among_its_options() -> None:
    ids = [one.lesson_id for one in LESSONS.lessons]
    assert len(set(ids)) == len(ids) >= 5
    assert {one.module for one in LESSONS.lessons if one.quiz} == {
        one.module for one in LESSONS.lessons
    }
    for one in LESSONS.lessons:
        found = lesson_of(LESSONS, one.lesson_id)
        assert found is one
        for question in one.quiz:
            assert 0 <= question.answer < len(question.options) == len(set(question.options))
