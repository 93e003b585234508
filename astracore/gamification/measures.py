"""What achievements measure, and what other domains' figures amount to."""

from decimal import Decimal
from enum import StrEnum

from astracore.gamification.sources import Regime

LAB_BACKTEST, LAB_PAPER, LAB_SHARPE = 365, 30, Decimal("1.2")
LOW_DRAWDOWN, LOW_SHARPE = Decimal("0.05"), Decimal("1.5")
DEEP = Decimal("0.1")
VOLATILE, TRENDING = Decimal("0.8"), Decimal("0.1")


class Measure(StrEnum):
    """A count that achievements ask for; the first group is known to the progress itself."""

    CLOSED = "closed"
    LIVE = "live"
    GREEN_DAYS = "green_days"  # days in a row with net above 0
    STOP_RUN = "stop_run"  # closes in a row with a stop
    SMALL_RUN = "small_run"  # closes in a row at risk ≤ 0.02
    SMALL_WINS = "small_wins"  # of these with net above 0
    WON_TREND = "won_trend"
    WON_RANGE = "won_range"
    WON_VOLATILE = "won_volatile"
    STREAK = "streak"
    LEVEL = "level"
    LESSONS = "lessons"
    BASICS = "basics"
    CHARTS = "charts"
    RISK = "risk"
    PSYCHOLOGY = "psychology"
    FUNDAMENTALS = "fundamentals"
    # Figures of other domains, which travel on the command.
    STRATEGY_LAB = "strategy_lab"
    LESSON_POSTS = "lesson_posts"  # scoring ≥ 100
    LIMIT_DAYS = "limit_days"  # active days without a DAILY_LOSS breach
    CALM_DAYS = "calm_days"  # active days at level low
    RECOVERIES = "recoveries"
    LOW_DRAWDOWN_DAYS = "low_drawdown_days"
    CLANS = "clans"  # joined
    OWNED_CLAN = "owned_clan"  # members of the clan that one owns
    BATTLES_WON = "battles_won"
    INSIGHTS = "insights"  # scoring ≥ 50
    ENDORSERS = "endorsers"  # live
    REFERRALS = "referrals"  # activated
    VIRAL = "viral"  # items scoring ≥ 500
    TOURNAMENTS = "tournaments"  # finished
    TOP_TEN = "top_ten"
    TOURNAMENT_WINS = "tournament_wins"
    BACKTESTS = "backtests"
    TOKENS = "tokens"
    BOT_DAYS = "bot_days"  # the longest of any bot
    TOKEN_CLASSES = "token_classes"  # noqa: S105 - a count, not a secret


MODULES = (
    Measure.BASICS,
    Measure.CHARTS,
    Measure.RISK,
    Measure.PSYCHOLOGY,
    Measure.FUNDAMENTALS,
)
OWN = frozenset(list(Measure)[: list(Measure).index(Measure.STRATEGY_LAB)])


def regime(volatility: Decimal, momentum: Decimal) -> Regime:
    """A symbol's day by its annualised volatility and momentum, both of 30 days [1].

    >>> [regime(Decimal(v), Decimal(m)).value for v, m in (("0.8", "1"), ("0.5", "-0.1"))]
    ['volatile', 'trend']
    """
    if volatility >= VOLATILE:
        return Regime.VOLATILE
    return Regime.TREND if momentum.copy_abs() >= TRENDING else Regime.RANGE


def lab(backtest: tuple[int, Decimal], paper: tuple[int, Decimal]) -> int:
    """1 when one strategy's backtest and paper trading were long and good enough, else 0.

    Each is days and Sharpe ratio.
    >>> lab((365, Decimal("1.2")), (30, Decimal("1.3"))), lab((364, Decimal(2)), (30, Decimal(2)))
    (1, 0)
    """
    long = backtest[0] >= LAB_BACKTEST and paper[0] >= LAB_PAPER
    return 1 if long and min(backtest[1], paper[1]) >= LAB_SHARPE else 0


def recovery(drawdown: Decimal, risk_before: Decimal, risk_after: Decimal) -> int:
    """1 when a new peak followed a drawdown of a tenth or more at a lower mean risk, else 0.

    >>> recovery(Decimal("0.1"), Decimal("0.02"), Decimal("0.01"))
    1
    """
    return 1 if drawdown >= DEEP and risk_after < risk_before else 0


def low_drawdown_days(active_days: int, drawdown: Decimal, sharpe: Decimal) -> int:
    """The active days, if they were calm and good enough; else 0.

    >>> low_drawdown_days(180, Decimal("0.05"), Decimal("1.5"))
    180
    """
    return active_days if drawdown <= LOW_DRAWDOWN and sharpe >= LOW_SHARPE else 0
