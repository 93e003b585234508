"""What a case remembers."""

from enum import StrEnum
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.ids import CaseId
from astracore.social.moderation.events import (
    CaseAppealed,
    CaseDecided,
    CaseEvent,
    Decision,
    ObjectKind,
    Reported,
)


class Stage(StrEnum):
    """`cleared` may be reported anew by others; `closed` is over."""

    NONE = "none"
    OPEN = "open"
    CLEARED = "cleared"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


@frozen(kw_only=True)
class Subject:
    """What the case is about."""

    case_id: CaseId
    object_kind: ObjectKind
    object_id: str
    owner_id: UserId


@frozen(kw_only=True)
class Verdict:
    """What was decided last, by whom and when."""

    decision: Decision
    moderator_id: UserId
    at: Instant


@frozen(kw_only=True)
class Case:
    """Nothing until reported. `reporters` never report it again; `pending` wait for an answer."""

    stage: Stage = Stage.NONE
    subject: Subject | None = None
    reporters: frozenset[UserId] = frozenset()
    pending: tuple[UserId, ...] = ()
    total: int = 0
    verdict: Verdict | None = None


NO_CASE = Case()


def evolve(case: Case, event: CaseEvent) -> Case:
    """The case after `event`."""
    match event:
        case Reported():
            subject = Subject(
                case_id=event.case_id,
                object_kind=event.object_kind,
                object_id=event.object_id,
                owner_id=event.owner_id,
            )
            return changed(
                case,
                stage=Stage.OPEN,
                subject=subject,
                reporters=case.reporters | {event.reporter_id},
                pending=(*case.pending, event.reporter_id),
                total=event.total,
            )
        case CaseDecided():
            return _decided(case, event)
        case CaseAppealed():
            return changed(case, stage=Stage.APPEALED)
        case _:
            assert_never(event)


def _decided(case: Case, event: CaseDecided) -> Case:
    cleared = event.decision is Decision.APPROVE and not event.on_appeal
    last = Stage.CLOSED if event.on_appeal else Stage.DECIDED
    return changed(
        case,
        stage=Stage.CLEARED if cleared else last,
        pending=(),
        total=0,
        verdict=Verdict(decision=event.decision, moderator_id=event.moderator_id, at=event.at),
    )
