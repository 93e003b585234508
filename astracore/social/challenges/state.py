"""What a challenge remembers."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.challenges.events import (
    ChallengeCancelled,
    ChallengeCompleted,
    ChallengeCreated,
    ChallengeEvent,
    ChallengeFailed,
    ChallengeJoined,
    ChallengeProgressed,
)
from astracore.social.challenges.rules import ChallengeKind, TemplateName
from astracore.social.feats import NOTHING, PlayMode, Tally, tallied
from astracore.social.ids import ChallengeId


class Phase(StrEnum):
    """`over` when everybody has completed or failed."""

    NONE = "none"
    PENDING = "pending"
    ACTIVE = "active"
    OVER = "over"
    CANCELLED = "cancelled"


class Ending(StrEnum):
    """How it went for one contender."""

    OPEN = "open"
    COMPLETED = "completed"
    FAILED = "failed"


@frozen(kw_only=True)
class Contender:
    """Who takes part: the stored start, what counted since, and the streak days."""

    equity: Decimal
    since: Instant
    tally: Tally = NOTHING
    days: int = 0
    last_day: int | None = None
    ending: Ending = Ending.OPEN


@frozen(kw_only=True)
class Terms:
    """What was set."""

    challenge_id: ChallengeId
    user_id: UserId
    template: TemplateName
    kind: ChallengeKind
    mode: PlayMode
    friend_id: UserId | None
    since: Instant


@frozen(kw_only=True)
class Challenge:
    """Nothing until created; `met_at` is when somebody first met the target."""

    phase: Phase = Phase.NONE
    terms: Terms | None = None
    due_at: Instant | None = None
    met_at: Instant | None = None
    contenders: Mapping[UserId, Contender] = field(factory=dict)


UNSET = Challenge()


def evolve(challenge: Challenge, event: ChallengeEvent) -> Challenge:
    """The challenge after `event`."""
    match event:
        case ChallengeCreated():
            return _created(event)
        case ChallengeJoined():
            joined = Contender(equity=event.equity, since=event.at)
            return changed(
                _with(challenge, event.user_id, joined), phase=Phase.ACTIVE, due_at=event.due_at
            )
        case ChallengeProgressed():
            return _progressed(challenge, event)
        case ChallengeCompleted():
            met = event.at if challenge.met_at is None else challenge.met_at
            return changed(_ended(challenge, event.user_id, Ending.COMPLETED), met_at=met)
        case ChallengeFailed():
            return _ended(challenge, event.user_id, Ending.FAILED)
        case ChallengeCancelled():
            return changed(challenge, phase=Phase.CANCELLED)
        case _:
            assert_never(event)


def with_feat(contender: Contender, more: Tally, day: int | None) -> Contender:
    """The contender after something counted."""
    counted = contender.days + (day is not None)
    last = contender.last_day if day is None else day
    return changed(contender, tally=tallied(contender.tally, more), days=counted, last_day=last)


def _created(event: ChallengeCreated) -> Challenge:
    terms = Terms(
        challenge_id=event.challenge_id,
        user_id=event.user_id,
        template=event.template,
        kind=event.kind,
        mode=event.mode,
        friend_id=event.friend_id,
        since=event.at,
    )
    return Challenge(
        phase=Phase.PENDING if event.due_at is None else Phase.ACTIVE,
        terms=terms,
        due_at=event.due_at,
        contenders={event.user_id: Contender(equity=event.equity, since=event.at)},
    )


def _progressed(challenge: Challenge, event: ChallengeProgressed) -> Challenge:
    before = challenge.contenders.get(event.user_id)
    if before is None:
        return challenge
    more = Tally(closes=event.closes, wins=event.wins, net=event.net, xp=event.xp)
    return _with(challenge, event.user_id, with_feat(before, more, event.day))


def _ended(challenge: Challenge, user_id: UserId, ending: Ending) -> Challenge:
    before = challenge.contenders.get(user_id)
    if before is None:
        return challenge
    after = _with(challenge, user_id, changed(before, ending=ending))
    running = any(one.ending is Ending.OPEN for one in after.contenders.values())
    return after if running else changed(after, phase=Phase.OVER)


def _with(challenge: Challenge, user_id: UserId, contender: Contender) -> Challenge:
    return changed(challenge, contenders={**challenge.contenders, user_id: contender})
