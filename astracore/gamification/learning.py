"""Lessons and quizzes: each pays once; a quiz has three tries a day."""

from decimal import Decimal
from typing import TypeAlias

from returns.result import Failure, Result

from astracore.errors.gamification import AnswerCount, LessonNotFound, ProgressFault, QuizTries
from astracore.errors.values import NumericLimit
from astracore.gamification.commands import (
    AwardXp,
    CompleteLesson,
    DeedFacts,
    ScoreFacts,
    SubmitQuiz,
)
from astracore.gamification.days import activity
from astracore.gamification.earning import award
from astracore.gamification.events import LessonCompleted, ProgressEvent, QuizScored
from astracore.gamification.folding import folded
from astracore.gamification.game_rules import GameRules
from astracore.gamification.lessons import Lesson, LessonTable, lesson_of, right_answers
from astracore.gamification.sources import XpSource
from astracore.gamification.state import Learning, Progress, tries_of
from astracore.instants import utc_day
from astracore.numeric import EXACT
from astracore.outcome import is_failure

SCORE_UNIT = 1_000_000  # scores are told in millionths, rounded down
Decision: TypeAlias = Result[tuple[ProgressEvent, ...], ProgressFault | NumericLimit]


def lesson_completion(command: CompleteLesson, state: Progress, rules: GameRules) -> Decision:
    """A lesson counts the day each time it is read, and pays the first time.

    Errors: LessonNotFound, UnknownRule, NumericLimit.
    """
    lesson = lesson_of(rules.lessons, command.lesson_id)
    if lesson is None:
        return Failure(LessonNotFound(command.lesson_id))
    counted = activity(command, state, rules)
    if is_failure(counted) or lesson.lesson_id in state.learning.lessons:
        return counted
    done = LessonCompleted(
        user_id=command.user_id, lesson_id=lesson.lesson_id, module=lesson.module
    )
    before = (*counted.unwrap(), done)
    paid = award(
        AwardXp(
            user_id=command.user_id,
            source=XpSource.LESSON,
            source_event_id=command.source_event_id,
            facts=DeedFacts(),
            once=lesson.lesson_id,
            linked=command.linked,
            at=command.at,
        ),
        folded(state, before),
        rules,
    )
    return paid.map(lambda events: (*before, *events))


def quiz_submission(command: SubmitQuiz, state: Progress, rules: GameRules) -> Decision:
    """Score the answers; the first time they suffice, pay.

    Errors: LessonNotFound, AnswerCount, QuizTries, UnknownRule, NumericLimit.
    """
    lesson = lesson_of(rules.lessons, command.lesson_id)
    if lesson is None or not lesson.quiz:
        return Failure(LessonNotFound(command.lesson_id))
    if len(command.answers) != len(lesson.quiz):
        return Failure(AnswerCount(len(command.answers), len(lesson.quiz)))
    day = utc_day(command.at)
    tries = tries_of(state.learning, lesson.lesson_id, day)
    if tries >= rules.lessons.tries:
        return Failure(QuizTries(lesson.lesson_id, tries))
    scored = _scored(command, lesson, rules.lessons)
    paid = award(
        AwardXp(
            user_id=command.user_id,
            source=XpSource.QUIZ,
            source_event_id=command.source_event_id,
            facts=ScoreFacts(score=scored.score),
            once=lesson.lesson_id,
            linked=command.linked,
            at=command.at,
        ),
        folded(state, (scored,)),
        rules,
    )
    return paid.map(lambda events: (scored, *events))


def _scored(command: SubmitQuiz, lesson: Lesson, table: LessonTable) -> QuizScored:
    """right / total, down to a millionth."""
    right, total = right_answers(lesson, command.answers), len(lesson.quiz)
    score = EXACT.scaleb(Decimal(right * SCORE_UNIT // total), -6)
    return QuizScored(
        user_id=command.user_id,
        lesson_id=lesson.lesson_id,
        module=lesson.module,
        day=utc_day(command.at),
        right=right,
        total=total,
        score=score,
        passed=score >= table.passing,
    )


def modules_passed(learning: Learning, table: LessonTable) -> frozenset[str]:
    """The modules of which every quiz was passed."""
    quizzes: dict[str, set[str]] = {}
    for lesson in table.lessons:
        if lesson.quiz:
            quizzes = {
                **quizzes,
                lesson.module: {*quizzes.get(lesson.module, set()), lesson.lesson_id},
            }
    return frozenset(name for name, needed in quizzes.items() if needed <= learning.passed)
