"""The numbers of moderation, and what strikes and rejected reports lead to."""

from enum import StrEnum

from attrs import field, frozen

from astracore.instants import DAY, Instant, after
from astracore.social.limits import LIMITS, SocialLimits


class Sanction(StrEnum):
    """What becomes of whoever the case is about."""

    NONE = "none"
    SUSPENDED = "suspended"
    BANNED = "banned"


@frozen(kw_only=True)
class ModerationRules:
    """Every number of moderation; a changed one is a new value, not new code."""

    weight: int = 1
    moderator_weight: int = 3
    hidden_from: int = 3
    rejected_most: int = 5  # within `rejected_within`: the reporter is ignored
    rejected_within: int = 30 * DAY
    ignored_for: int = 30 * DAY
    appeal_within: int = 14 * DAY
    strikes_within: int = 90 * DAY
    strikes_suspend: int = 3
    strikes_ban: int = 5
    suspended_for: int = 7 * DAY
    reason_most: int = 500
    limits: SocialLimits = field(default=LIMITS)


MODERATION = ModerationRules()


def is_ignored(
    rejected: tuple[Instant, ...], at: Instant, rules: ModerationRules = MODERATION
) -> bool:
    """Whether so many reports of somebody were rejected lately that new ones weigh nothing.

    The 5th rejection within 30 days begins 30 days of being ignored.
    >>> is_ignored((Instant(0),) * 5, Instant(30 * DAY - 1))
    True
    >>> is_ignored((Instant(0),) * 5, Instant(30 * DAY)), is_ignored((Instant(0),) * 4, Instant(1))
    (False, False)
    """
    past = sorted(one.micros for one in rejected if one.micros <= at.micros)
    most = rules.rejected_most
    return any(
        last - first < rules.rejected_within and at.micros - last < rules.ignored_for
        for first, last in zip(past, past[most - 1 :], strict=False)
    )


def strikes_at(
    strikes: tuple[Instant, ...], at: Instant, rules: ModerationRules = MODERATION
) -> int:
    """How many strikes count at `at`: those of the trailing 90 days.

    >>> strikes_at((Instant(0), Instant(1)), Instant(90 * DAY))
    1
    """
    return sum(one.micros > at.micros - rules.strikes_within for one in strikes)


def sanction_for(
    strikes: int, at: Instant, rules: ModerationRules = MODERATION
) -> tuple[Sanction, Instant | None]:
    """What so many strikes lead to, and until when; a ban has no end.

    >>> sanction_for(2, Instant(0))[0].value, sanction_for(3, Instant(0))[0].value
    ('none', 'suspended')
    >>> sanction_for(5, Instant(0))
    (<Sanction.BANNED: 'banned'>, None)
    """
    if strikes >= rules.strikes_ban:
        return Sanction.BANNED, None
    if strikes >= rules.strikes_suspend:
        return Sanction.SUSPENDED, after(at, rules.suspended_for)
    return Sanction.NONE, None
