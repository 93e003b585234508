"""The spending safeguards as data."""

from decimal import Decimal

from attrs import frozen

from astracore.instants import DAY, HOUR, MINUTE, SECOND


@frozen(kw_only=True)
class SpendLimits:
    """What may be spent in the trailing 24 hours, 7 and 30 days [USD]."""

    day: Decimal = Decimal(100)
    week: Decimal = Decimal(300)
    month: Decimal = Decimal(1000)


@frozen(kw_only=True)
class Consideration:
    """How long to think before an amount below `below` [USD] is confirmed [µs]."""

    below: Decimal | None
    wait: int


@frozen(kw_only=True)
class FactorRules:
    """When a pattern of purchases is a sign of spending out of hand."""

    rising: int = 2  # the last three are more than this many times the three before
    burst_share: Decimal = Decimal("0.3")  # of purchases within `burst_within` of another
    burst_within: int = 300 * SECOND
    spike_times: int = 3  # a purchase above this many times the mean of the five before
    spikes: int = 3  # more of them than this
    surge_times: int = 10  # 7 days above this many times the weekly mean of 8 weeks before


@frozen(kw_only=True)
class SpendRules:
    """Limits, time to think, factors, and what they lead to."""

    limits: SpendLimits = SpendLimits()
    windows: tuple[int, int, int] = (DAY, 7 * DAY, 30 * DAY)
    raise_after: int = 24 * HOUR
    identity_times: int = 5
    considerations: tuple[Consideration, ...] = (
        Consideration(below=Decimal(10), wait=5 * SECOND),
        Consideration(below=Decimal(50), wait=30 * SECOND),
        Consideration(below=None, wait=300 * SECOND),
    )
    quote_lives: int = 30 * MINUTE
    factors: FactorRules = FactorRules()
    wait_times: tuple[int, ...] = (1, 2, 4)  # by the number of factors
    refused_from: int = 3
    refused_for: int = 24 * HOUR
    remembered: int = 63 * DAY  # the 7 days and the 8 weeks before


SPEND_RULES = SpendRules()
