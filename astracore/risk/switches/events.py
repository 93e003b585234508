"""What may have happened to a kill switch."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.risk.switches.types import Mode, Scope


@frozen(kw_only=True)
class KillSwitchEngaged:
    """Trading stopped for `target`; the reason of the first trip is the one that stays."""

    TYPE: ClassVar[str] = "astra.risk.kill_switch_engaged.v1"
    switch_id: str
    scope: Scope
    target: str
    mode: Mode
    by: str
    by_owner: bool
    reason: str
    automatic: bool
    at: Instant


@frozen(kw_only=True)
class KillSwitchReleaseApproved:
    """One user of role risk agreed to a release."""

    TYPE: ClassVar[str] = "astra.risk.kill_switch_release_approved.v1"
    switch_id: str
    by: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class KillSwitchReleased:
    """Trading may start again."""

    TYPE: ClassVar[str] = "astra.risk.kill_switch_released.v1"
    switch_id: str
    scope: Scope
    target: str
    by: str
    reason: str
    at: Instant


SwitchEvent: TypeAlias = KillSwitchEngaged | KillSwitchReleaseApproved | KillSwitchReleased
