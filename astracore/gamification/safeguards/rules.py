"""Every number of pacing and safeguards."""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from astracore.instants import DAY, HOUR, MINUTE, SECOND


class ShowKind(StrEnum):
    """What is shown to a player unasked."""

    CRITICAL = "critical"
    EDUCATIONAL = "educational"
    OTHER = "other"


class Strain(StrEnum):
    """How much a player's behaviour gives cause for care, least first."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


class Cause(StrEnum):
    """Why something was done about it, in the order in which it is looked for."""

    CRITICAL = "critical"
    SHOWS = "shows"
    RUN = "run"
    SHALLOW = "shallow"  # too little of what is shown teaches
    OVERTRADING = "overtrading"
    STRESS = "stress"
    NIGHT = "night"


@frozen(kw_only=True)
class SafeguardRules:
    """Defaults of the product; spans in µs."""

    shows_hour: int = 4
    shows_day: int = 24
    shows_run: int = 3
    run_within: int = 10 * MINUTE
    delay_critical: int = 30 * SECOND
    delay_educational: int = 45 * SECOND
    delay_other: int = 60 * SECOND
    night_from: int = 23  # hour, local
    night_to: int = 6
    educational_least: Decimal = Decimal("0.3")
    educational_full: Decimal = Decimal("0.6")
    moderate: Decimal = Decimal("0.4")
    high: Decimal = Decimal("0.6")
    critical: Decimal = Decimal("0.8")
    overtrading_above: Decimal = Decimal("0.6")
    stress_above: Decimal = Decimal("0.7")
    critical_cools: int = 60 * MINUTE
    stress_cools: int = 5 * MINUTE
    shows_pause: int = 15 * MINUTE
    educational_only: int = 5 * MINUTE
    warned_again: int = HOUR
    loosens_after: int = DAY
    exclusion_most: int = 1826  # days
    session_most: int = 1440  # minutes


RULES = SafeguardRules()
