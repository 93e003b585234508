"""What may have happened to a case."""

from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.events.personal import ERASED, Personal
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.ids import CaseId
from astracore.social.moderation.rules import Sanction


class ObjectKind(StrEnum):
    """What may be reported."""

    CONTENT = "content"
    COMMENT = "comment"
    PROFILE = "profile"
    CLAN = "clan"


class Decision(StrEnum):
    """What a moderator decides."""

    APPROVE = "approve"
    REMOVE = "remove"
    SUSPEND = "suspend"
    BAN = "ban"


@frozen(kw_only=True)
class Reported:
    """`reporter_id` reported an object; `total` is what open reports weigh together."""

    TYPE: ClassVar[str] = "astra.social.reported.v1"
    case_id: CaseId
    object_kind: ObjectKind
    object_id: str
    owner_id: UserId
    reporter_id: UserId
    reason: str
    weight: int
    total: int
    hidden: bool
    at: Instant


@frozen(kw_only=True)
class CaseDecided:
    """A moderator decided; `strikes` count now, the sanction holds `until` (a ban for ever).

    `reporters` are those whose reports this answers: rejected when it was approved.
    """

    TYPE: ClassVar[str] = "astra.social.case_decided.v1"
    case_id: CaseId
    object_kind: ObjectKind
    object_id: str
    owner_id: UserId
    moderator_id: UserId
    decision: Decision
    reason_code: str
    note: str
    reporters: tuple[UserId, ...]
    strikes: int
    sanction: Sanction
    until: Instant | None
    on_appeal: bool
    at: Instant


@frozen(kw_only=True)
class CaseAppealed:
    """The owner asks another moderator."""

    TYPE: ClassVar[str] = "astra.social.case_appealed.v1"
    PERSONAL: ClassVar[Personal] = Personal("owner_id", {"text": ERASED})
    case_id: CaseId
    owner_id: UserId
    text: str
    at: Instant


CaseEvent: TypeAlias = Reported | CaseDecided | CaseAppealed
