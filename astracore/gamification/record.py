"""What a player did, in counts: the facts that achievements are predicates over."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve, field, frozen

from astracore.gamification.events import FigureRaised, TradeCounted
from astracore.gamification.sources import Regime, XpSource
from astracore.numeric import EXACT

SMALL_RISK = Decimal("0.02")  # of equity
NOTHING = Decimal(0)


@frozen(kw_only=True)
class Record:
    """Counts over all qualifying closes, and the highest figures that other domains told.

    `green_days` are finished days in a row with net above 0; `day` is the unfinished one.
    """

    closed: int = 0
    live: int = 0
    stop_run: int = 0
    small_run: int = 0
    small_wins: int = 0
    won_trend: int = 0
    won_range: int = 0
    won_volatile: int = 0
    green_days: int = 0
    day: int | None = None
    day_net: Decimal = NOTHING
    figures: Mapping[str, int] = field(factory=dict)


def with_close(record: Record, event: TradeCounted) -> Record:
    """One more qualifying close."""
    won = event.net > 0
    small = event.risk_fraction is not None and event.risk_fraction <= SMALL_RISK
    return evolve(
        _with_day(record, event),
        closed=record.closed + 1,
        live=record.live + (event.source is XpSource.TRADE_LIVE),
        stop_run=record.stop_run + 1 if event.had_stop else 0,
        small_run=record.small_run + 1 if small else 0,
        small_wins=record.small_wins + won if small else 0,
        won_trend=record.won_trend + (won and event.regime is Regime.TREND),
        won_range=record.won_range + (won and event.regime is Regime.RANGE),
        won_volatile=record.won_volatile + (won and event.regime is Regime.VOLATILE),
    )


def _with_day(record: Record, event: TradeCounted) -> Record:
    """The same day's net, or a new day after the finished one."""
    if record.day is not None and event.day <= record.day:
        return evolve(record, day_net=EXACT.add(record.day_net, event.net))
    green = record.green_days + 1 if record.day_net > 0 else 0
    row = green if record.day is not None and event.day == record.day + 1 else 0
    return evolve(record, day=event.day, day_net=event.net, green_days=row)


def with_figure(record: Record, event: FigureRaised) -> Record:
    """One figure is higher than it ever was."""
    return evolve(record, figures={**record.figures, event.measure.value: event.value})
