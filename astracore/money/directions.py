"""Who gains by each rounding, as data: one row an occasion, read by the code and by its tests."""

from enum import Enum
from types import MappingProxyType

from attrs import frozen

from astracore.numeric import Rounding


class Occasion(Enum):
    """Every place where a number of the product is rounded."""

    ORDER_SIZE = "order size"
    LIMIT_BUY = "limit price, buy"
    LIMIT_SELL = "limit price, sell"
    STOP_OF_LONG = "protective stop of a long"
    STOP_OF_SHORT = "protective stop of a short"
    ENTRY_STOP_BUY = "entry stop, buy"
    ENTRY_STOP_SELL = "entry stop, sell"
    TARGET_OF_LONG = "take profit of a long"
    TARGET_OF_SHORT = "take profit of a short"
    FEE_CHARGED = "fee charged"
    REBATE_PAID = "rebate paid"
    FUNDING_PAID = "funding paid"
    FUNDING_RECEIVED = "funding received"
    REALISED_PNL = "realised profit and loss"
    MARGIN_REQUIRED = "initial and maintenance margin"
    LIQUIDATION_OF_LONG = "liquidation price of a long"
    LIQUIDATION_OF_SHORT = "liquidation price of a short"
    FREE_BALANCE = "free and withdrawable balance"
    FX_CREDIT = "conversion that is credited"
    FX_DEBIT = "conversion that is debited"
    FX_REPORT = "valuation for a report"
    INVOICE_LINE = "invoice line, proration"
    TAX_LINE = "tax on a line"
    VAULT_OUT = "vault deposit and redeem"
    VAULT_IN = "vault mint and withdraw"
    DEBT_ACCRUAL = "debt accrual"
    SUPPLY_ACCRUAL = "supply accrual"
    XP = "experience points"


class Unit(Enum):
    """The step that an occasion rounds to."""

    LOT = "lot"
    TICK = "tick"
    SETTLEMENT = "settlement unit"
    MINOR = "minor unit"
    TOKEN = "token unit"  # noqa: S105  # a unit of a token on a chain, not a secret
    POINT = "1"


class Party(Enum):
    """Who is ahead by the part of a unit that is cut off."""

    USER = "user"
    VENUE = "venue"
    NEUTRAL = "nobody"
    LAW = "local law"
    RISK = "the risk limit"


@frozen
class Direction:
    """One row: on this occasion, round to this unit by this rule, in favour of this party."""

    occasion: Occasion
    unit: Unit
    rule: Rounding
    favours: Party


DIRECTIONS = (
    Direction(Occasion.ORDER_SIZE, Unit.LOT, Rounding.DOWN, Party.RISK),
    Direction(Occasion.LIMIT_BUY, Unit.TICK, Rounding.FLOOR, Party.USER),
    Direction(Occasion.LIMIT_SELL, Unit.TICK, Rounding.CEILING, Party.USER),
    Direction(Occasion.STOP_OF_LONG, Unit.TICK, Rounding.CEILING, Party.RISK),
    Direction(Occasion.STOP_OF_SHORT, Unit.TICK, Rounding.FLOOR, Party.RISK),
    Direction(Occasion.ENTRY_STOP_BUY, Unit.TICK, Rounding.CEILING, Party.USER),
    Direction(Occasion.ENTRY_STOP_SELL, Unit.TICK, Rounding.FLOOR, Party.USER),
    Direction(Occasion.TARGET_OF_LONG, Unit.TICK, Rounding.CEILING, Party.USER),
    Direction(Occasion.TARGET_OF_SHORT, Unit.TICK, Rounding.FLOOR, Party.USER),
    Direction(Occasion.FEE_CHARGED, Unit.SETTLEMENT, Rounding.UP, Party.VENUE),
    Direction(Occasion.REBATE_PAID, Unit.SETTLEMENT, Rounding.DOWN, Party.VENUE),
    Direction(Occasion.FUNDING_PAID, Unit.SETTLEMENT, Rounding.UP, Party.VENUE),
    Direction(Occasion.FUNDING_RECEIVED, Unit.SETTLEMENT, Rounding.DOWN, Party.VENUE),
    Direction(Occasion.REALISED_PNL, Unit.SETTLEMENT, Rounding.HALF_EVEN, Party.NEUTRAL),
    Direction(Occasion.MARGIN_REQUIRED, Unit.SETTLEMENT, Rounding.UP, Party.VENUE),
    Direction(Occasion.LIQUIDATION_OF_LONG, Unit.TICK, Rounding.CEILING, Party.VENUE),
    Direction(Occasion.LIQUIDATION_OF_SHORT, Unit.TICK, Rounding.FLOOR, Party.VENUE),
    Direction(Occasion.FREE_BALANCE, Unit.SETTLEMENT, Rounding.DOWN, Party.VENUE),
    Direction(Occasion.FX_CREDIT, Unit.SETTLEMENT, Rounding.DOWN, Party.VENUE),
    Direction(Occasion.FX_DEBIT, Unit.SETTLEMENT, Rounding.UP, Party.VENUE),
    Direction(Occasion.FX_REPORT, Unit.SETTLEMENT, Rounding.HALF_EVEN, Party.NEUTRAL),
    Direction(Occasion.INVOICE_LINE, Unit.MINOR, Rounding.HALF_UP, Party.LAW),
    Direction(Occasion.TAX_LINE, Unit.MINOR, Rounding.HALF_UP, Party.LAW),
    Direction(Occasion.VAULT_OUT, Unit.TOKEN, Rounding.DOWN, Party.VENUE),
    Direction(Occasion.VAULT_IN, Unit.TOKEN, Rounding.UP, Party.VENUE),
    Direction(Occasion.DEBT_ACCRUAL, Unit.TOKEN, Rounding.UP, Party.VENUE),
    Direction(Occasion.SUPPLY_ACCRUAL, Unit.TOKEN, Rounding.DOWN, Party.VENUE),
    Direction(Occasion.XP, Unit.POINT, Rounding.DOWN, Party.VENUE),
)
RULES = MappingProxyType({row.occasion: row.rule for row in DIRECTIONS})
