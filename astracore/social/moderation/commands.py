"""What may be asked of a case."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.ids import CaseId
from astracore.social.moderation.events import Decision, ObjectKind


@frozen(kw_only=True)
class Report:
    """Say that an object breaks the rules.

    Facts of the reporter: role moderator, instants of rejected reports and of all recent ones.
    """

    case_id: CaseId
    object_kind: ObjectKind
    object_id: str
    owner_id: UserId
    actor_id: UserId
    moderates: bool
    reason: str
    rejected: tuple[Instant, ...]
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class Decide:
    """Decide an open or appealed case. `strikes` are the owner's from other cases."""

    case_id: CaseId
    actor_id: UserId
    moderates: bool
    decision: Decision
    reason_code: str
    note: str
    strikes: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class Appeal:
    """Ask another moderator, once."""

    case_id: CaseId
    actor_id: UserId
    text: str
    at: Instant


CaseCommand: TypeAlias = Report | Decide | Appeal
