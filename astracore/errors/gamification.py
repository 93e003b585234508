"""Causes that concern XP, levels and streaks."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class UnknownRule:
    """No rule says what this source is worth, or its facts are of another kind."""

    code: ClassVar[str] = "unknown_rule"
    source: str


@frozen
class NegativeXp:
    """An award or a total below zero was asked for."""

    code: ClassVar[str] = "negative_xp"
    amount: int


@frozen
class BadThresholds:
    """Level thresholds do not begin at 0 or do not rise strictly."""

    code: ClassVar[str] = "bad_thresholds"
    index: int


@frozen
class BadZone:
    """An offset from UTC beyond a day, or a start of the day outside 0..23 hours."""

    code: ClassVar[str] = "bad_zone"
    utc_offset: int
    day_start: int


@frozen
class AwardNotFound:
    """This source event was paid nothing that is remembered, so nothing can be taken back."""

    code: ClassVar[str] = "award_not_found"
    source: str
    source_event_id: str


@frozen
class AlreadyCheckedIn:
    """The player's day has its check-in."""

    code: ClassVar[str] = "already_checked_in"
    day: int


@frozen
class LessonNotFound:
    """The table has no such lesson, or the lesson has no quiz."""

    code: ClassVar[str] = "lesson_not_found"
    lesson_id: str


@frozen
class QuizTries:
    """All tries of this UTC day are used up."""

    code: ClassVar[str] = "quiz_tries"
    lesson_id: str
    tries: int


@frozen
class AnswerCount:
    """A quiz needs one answer for each question."""

    code: ClassVar[str] = "answer_count"
    given: int
    needed: int


@frozen
class NotUnlocked:
    """A badge can only be an achievement that was unlocked."""

    code: ClassVar[str] = "not_unlocked"
    achievement_ids: tuple[str, ...]


@frozen
class TooManyBadges:
    """More badges were chosen than are shown."""

    code: ClassVar[str] = "too_many_badges"
    given: int
    most: int


@frozen
class RewardNotFound:
    """The player has no such reward."""

    code: ClassVar[str] = "reward_not_found"
    reward_id: str


@frozen
class AlreadyClaimed:
    """A reward is taken once."""

    code: ClassVar[str] = "already_claimed"
    reward_id: str


@frozen
class RewardExpired:
    """The reward could be claimed until this instant [µs since 1970]."""

    code: ClassVar[str] = "reward_expired"
    reward_id: str
    expired_at: int


@frozen
class RequirementsNotMet:
    """A tier asks for more: everything that is missing, by name."""

    code: ClassVar[str] = "requirements_not_met"
    tier: str
    missing: tuple[str, ...]


ProgressFault: TypeAlias = (
    UnknownRule
    | NegativeXp
    | BadThresholds
    | BadZone
    | AwardNotFound
    | AlreadyCheckedIn
    | LessonNotFound
    | QuizTries
    | AnswerCount
    | NotUnlocked
    | TooManyBadges
    | RewardNotFound
    | AlreadyClaimed
    | RewardExpired
    | RequirementsNotMet
)


@frozen
class ExclusionRunning:
    """A self-exclusion runs until this instant [µs since 1970] and is never shortened."""

    code: ClassVar[str] = "exclusion_running"
    until: int


@frozen
class InvalidSafeguards:
    """These fields are outside what a limit or an exclusion can be."""

    code: ClassVar[str] = "invalid_safeguards"
    fields: tuple[str, ...]


SafeguardFault: TypeAlias = ExclusionRunning | InvalidSafeguards
