"""The AI traders that play along: which strategy, how large, how often, and from which seed."""

import hashlib
from decimal import Decimal

from attrs import frozen

from astracore.gamification.tournaments.types import day_text


@frozen(kw_only=True)
class AiTrader:
    """`size`, `stop` and `target` are fractions: of equity, and of the entry price."""

    id: str
    strategy: str
    size: Decimal
    stop: Decimal
    target: Decimal
    trades_a_day: int


def _rows(strategy: str, *rows: tuple[str, str, str, str, int]) -> tuple[AiTrader, ...]:
    """The traders of one strategy."""
    return tuple(
        AiTrader(
            id=name,
            strategy=strategy,
            size=Decimal(size),
            stop=Decimal(stop),
            target=Decimal(target),
            trades_a_day=trades,
        )
        for name, size, stop, target, trades in rows
    )


AI_TRADERS: tuple[AiTrader, ...] = (
    *_rows(
        "donchian",
        ("north_star", "0.12", "0.04", "0.15", 12),
        ("red_dwarf", "0.14", "0.05", "0.18", 8),
        ("ion_sail", "0.10", "0.035", "0.12", 10),
    ),
    *_rows(
        "momentum",
        ("tailwind", "0.12", "0.04", "0.15", 15),
        ("long_orbit", "0.10", "0.035", "0.12", 12),
        ("slingshot", "0.14", "0.045", "0.18", 10),
    ),
    *_rows(
        "rsi_reversion",
        ("counterspin", "0.08", "0.06", "0.18", 8),
        ("dark_tide", "0.09", "0.04", "0.16", 6),
    ),
    *_rows(
        "ema_cross",
        ("photon", "0.03", "0.01", "0.03", 100),
        ("quark", "0.025", "0.005", "0.015", 200),
    ),
    *_rows(
        "scalping",
        ("flicker", "0.04", "0.008", "0.025", 50),
        ("strobe", "0.035", "0.01", "0.02", 60),
    ),
    *_rows(
        "macd",
        ("meridian", "0.07", "0.03", "0.10", 10),
        ("evenfall", "0.06", "0.025", "0.09", 12),
        ("keel", "0.08", "0.035", "0.12", 8),
    ),
    *_rows(
        "vwap_reversion",
        ("lighthouse", "0.05", "0.02", "0.08", 5),
        ("still_water", "0.04", "0.015", "0.06", 4),
    ),
    *_rows("dca", ("bedrock", "0.03", "0.01", "0.05", 3)),
    *_rows(
        "sma_cross",
        ("wayfarer", "0.13", "0.07", "0.25", 3),
        ("slow_comet", "0.11", "0.06", "0.22", 4),
    ),
)


def ai_seed(trader_id: str, day: int) -> int:
    """The first 8 bytes of SHA-256(id ‖ YYYY-MM-DD) as a number: the same run on every machine.

    >>> ai_seed("bedrock", 20516) == ai_seed("bedrock", 20516) != ai_seed("bedrock", 20517)
    True
    """
    text = trader_id + day_text(day)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])
