"""Three scores of behaviour between 0 and 1, from exact fractions, half to even to a millionth."""

from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from astracore.gamification.safeguards.rules import SafeguardRules, Strain
from astracore.instants import HOUR, SECOND, Instant
from astracore.numeric import EXACT
from astracore.numeric.rounding import Rounding, rounded_ratio

UNIT = 1_000_000


@frozen(kw_only=True)
class Behaviour:
    """What was seen of a player. `educational`: the share of shows that teach, None of none."""

    shows_hour: int = 0
    shows_run: int = 0
    shows_day: int = 0
    educational: Decimal | None = None
    trades_hour: Decimal = Decimal(0)
    hold_minutes: Decimal = Decimal(5)  # mean
    risk_trade: Decimal = Decimal(0)  # fraction of equity
    session_hours: Decimal = Decimal(0)
    weekend_hours: Decimal = Decimal(0)
    loss_run: int = 0
    stress_marks: int = 0
    errors_hour: Decimal = Decimal(0)
    breaks_hour: Decimal = Decimal(1)
    days_run: int = 0


@frozen(kw_only=True)
class Scores:
    """How much habit, overtrading and stress there is [0..1]."""

    habit: Decimal
    overtrading: Decimal
    stress: Decimal


def _part(weight: str, value: Decimal | int, whole: int | str) -> Fraction:
    """weight × value/whole, between 0 and weight."""
    share = Fraction(value) / Fraction(whole)
    return Fraction(weight) * max(Fraction(0), min(share, Fraction(1)))


def _rest(weight: str, value: Decimal | int, whole: int | str) -> Fraction:
    """weight × (1 − value/whole), between 0 and weight."""
    return Fraction(weight) - _part(weight, value, whole)


def _shown(score: Fraction) -> Decimal:
    """Half to even, to a millionth."""
    units = rounded_ratio(score.numerator * UNIT, score.denominator, Rounding.HALF_EVEN)
    return EXACT.scaleb(Decimal(units), -6)


def habit(seen: Behaviour, *, night: bool, rules: SafeguardRules) -> Decimal:
    """0.3 hour/4 + 0.2 run/3 + 0.2 max(0, 0.6 − e)/0.6 + 0.15 day/24 + 0.15 night.

    >>> seen = Behaviour(shows_hour=2, shows_run=1, shows_day=6, educational=Decimal("0.3"))
    >>> habit(seen, night=True, rules=SafeguardRules())
    Decimal('0.504167')
    """
    full = rules.educational_full
    lacking = Decimal(0) if seen.educational is None else EXACT.subtract(full, seen.educational)
    return _shown(
        _part("0.3", seen.shows_hour, rules.shows_hour)
        + _part("0.2", seen.shows_run, rules.shows_run)
        + _part("0.2", lacking, str(full))
        + _part("0.15", seen.shows_day, rules.shows_day)
        + (Fraction("0.15") if night else 0)
    )


def overtrading(seen: Behaviour) -> Decimal:
    """0.4 trades/30 + 0.2(1 − hold/5) + 0.2 risk/0.1 + 0.1 session/8 + 0.1 weekend/4.

    >>> overtrading(Behaviour(trades_hour=Decimal(24), hold_minutes=Decimal(2),
    ...     risk_trade=Decimal("0.03"), session_hours=Decimal(4)))
    Decimal('0.550000')
    """
    return _shown(
        _part("0.4", seen.trades_hour, 30)
        + _rest("0.2", seen.hold_minutes, 5)
        + _part("0.2", seen.risk_trade, "0.1")
        + _part("0.1", seen.session_hours, 8)
        + _part("0.1", seen.weekend_hours, 4)
    )


def stress(seen: Behaviour) -> Decimal:
    """0.3 losses/5 + 0.25 marks/5 + 0.2 errors/10 + 0.15(1 − breaks) + 0.1 days/30.

    >>> stress(Behaviour(loss_run=3, stress_marks=1, errors_hour=Decimal(2),
    ...     breaks_hour=Decimal("0.5"), days_run=15))
    Decimal('0.395000')
    """
    return _shown(
        _part("0.3", seen.loss_run, 5)
        + _part("0.25", seen.stress_marks, 5)
        + _part("0.2", seen.errors_hour, 10)
        + _rest("0.15", seen.breaks_hour, 1)
        + _part("0.1", seen.days_run, 30)
    )


def is_night(at: Instant, utc_offset: int, rules: SafeguardRules) -> bool:
    """Is it between 23:00 and 06:00 where the player is?

    >>> is_night(Instant(0), 0, SafeguardRules()), is_night(Instant(0), 6 * 3600, SafeguardRules())
    (True, False)
    """
    hour = (at.micros + utc_offset * SECOND) // HOUR % 24
    return hour >= rules.night_from or hour < rules.night_to


def scores(seen: Behaviour, *, night: bool, rules: SafeguardRules) -> Scores:
    """All three."""
    return Scores(
        habit=habit(seen, night=night, rules=rules),
        overtrading=overtrading(seen),
        stress=stress(seen),
    )


def strain(found: Scores, rules: SafeguardRules) -> Strain:
    """The level of the highest score.

    >>> one = Scores(habit=Decimal(0), overtrading=Decimal("0.55"), stress=Decimal(0))
    >>> strain(one, SafeguardRules()).value
    'moderate'
    """
    highest = max(found.habit, found.overtrading, found.stress)
    if highest >= rules.critical:
        return Strain.CRITICAL
    if highest >= rules.high:
        return Strain.HIGH
    return Strain.MODERATE if highest >= rules.moderate else Strain.LOW
