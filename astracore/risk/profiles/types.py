"""The vocabulary of risk profiles."""

from enum import StrEnum

from attrs import frozen

from astracore.risk.measures import Snapshot


class LimitScope(StrEnum):
    """What a limit is measured on."""

    ACCOUNT = "account"
    SYMBOL = "symbol"
    BOT = "bot"
    STRATEGY = "strategy"


class AlertStatus(StrEnum):
    """Open, seen by somebody, or over."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@frozen(kw_only=True)
class View:
    """The account, or one part of it, as it stands now."""

    scope: LimitScope
    target: str
    snapshot: Snapshot
