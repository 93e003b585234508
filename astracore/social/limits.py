"""How often somebody may act: so many within a trailing window, and not one more."""

from enum import StrEnum

from attrs import frozen

from astracore.errors.social import SocialLimit
from astracore.instants import DAY, HOUR, Instant


class Act(StrEnum):
    """What is counted for each actor."""

    LIKE = "like"
    COMMENT = "comment"
    FOLLOW = "follow"
    REPORT = "report"
    ENDORSEMENT = "endorsement"
    INVITE = "invite"
    CLAN_INVITATION = "clan_invitation"
    FRIEND_REQUEST = "friend_request"
    POST = "post"


@frozen(kw_only=True)
class Window:
    """At most `most` of `act` within the trailing `length` [µs]."""

    act: Act
    most: int
    length: int


WINDOWS = (
    Window(act=Act.LIKE, most=60, length=HOUR),
    Window(act=Act.COMMENT, most=20, length=HOUR),
    Window(act=Act.FOLLOW, most=30, length=HOUR),
    Window(act=Act.REPORT, most=10, length=HOUR),
    Window(act=Act.ENDORSEMENT, most=10, length=DAY),
    Window(act=Act.INVITE, most=20, length=DAY),
    Window(act=Act.CLAN_INVITATION, most=50, length=DAY),
    Window(act=Act.FRIEND_REQUEST, most=50, length=DAY),
    Window(act=Act.POST, most=20, length=DAY),
)


@frozen(kw_only=True)
class SocialLimits:
    """Every window; an act without one is not limited."""

    windows: tuple[Window, ...] = WINDOWS


LIMITS = SocialLimits()


def over_limit(
    act: Act, recent: tuple[Instant, ...], at: Instant, limits: SocialLimits = LIMITS
) -> SocialLimit | None:
    """The refusal of one more `act` after those at `recent`, if a window is full.

    Within the window means later than `at` − length. The n-th is allowed, the next is not.
    >>> over_limit(Act.REPORT, (Instant(1),) * 9, Instant(2)) is None
    True
    >>> over_limit(Act.REPORT, (Instant(1),) * 10, Instant(2))
    SocialLimit(act='report', most=10)
    """
    for window in limits.windows:
        if window.act is not act:
            continue
        within = sum(one.micros > at.micros - window.length for one in recent)
        if within >= window.most:
            return SocialLimit(act.value, window.most)
    return None
