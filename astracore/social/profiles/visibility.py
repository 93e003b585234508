"""Who sees what: fields of a profile, and results that somebody shares."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from attrs import frozen

from astracore.ids import UserId


class Visibility(StrEnum):
    """Whom a field is for."""

    PUBLIC = "public"
    FRIENDS = "friends"
    PRIVATE = "private"


class Relation(StrEnum):
    """What the viewer is to the owner. `blocked` in either direction."""

    OWNER = "owner"
    FRIEND = "friend"
    STRANGER = "stranger"
    BLOCKED = "blocked"


class Sharing(StrEnum):
    """How somebody's trading results are shown to others."""

    HIDDEN = "hidden"
    ALIAS = "alias"
    SELECTED = "selected"
    EDUCATION_ONLY = "education_only"


@frozen(kw_only=True)
class Outcome:
    """One result: its fraction, the lesson drawn from it, and whether the owner picked it."""

    user_id: UserId
    alias: str
    fraction: Decimal
    lesson: str
    selected: bool


@frozen(kw_only=True)
class SharedOutcome:
    """What others see of a result; what is None is not there for them."""

    user_id: UserId | None
    alias: str | None
    fraction: Decimal | None
    lesson: str


def sees(visibility: Visibility, relation: Relation) -> bool:
    """Whether a viewer sees a field. Owners see all of their own; a block hides everything."""
    if relation is Relation.OWNER:
        return True
    if relation is Relation.BLOCKED:
        return False
    match visibility:
        case Visibility.PUBLIC:
            return True
        case Visibility.FRIENDS:
            return relation is Relation.FRIEND
        case Visibility.PRIVATE:
            return False
        case _:
            assert_never(visibility)


def visible_fields(settings: Mapping[str, Visibility], relation: Relation) -> frozenset[str]:
    """The fields that are there for a viewer; all others are absent, not empty."""
    return frozenset(name for name, setting in settings.items() if sees(setting, relation))


def shared(outcome: Outcome, sharing: Sharing) -> SharedOutcome | None:
    """What a stranger sees of `outcome`, None when nothing.

    hidden: nothing; alias: without the user; selected: as it is, when picked; education_only: the
    lesson without figures and without the user.
    """
    match sharing:
        case Sharing.HIDDEN:
            return None
        case Sharing.ALIAS:
            return SharedOutcome(
                user_id=None,
                alias=outcome.alias,
                fraction=outcome.fraction,
                lesson=outcome.lesson,
            )
        case Sharing.SELECTED:
            if not outcome.selected:
                return None
            return SharedOutcome(
                user_id=outcome.user_id,
                alias=outcome.alias,
                fraction=outcome.fraction,
                lesson=outcome.lesson,
            )
        case Sharing.EDUCATION_ONLY:
            return SharedOutcome(user_id=None, alias=None, fraction=None, lesson=outcome.lesson)
        case _:
            assert_never(sharing)
