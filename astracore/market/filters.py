"""What a venue demands of prices, quantities and their product. A bound of 0 is off."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.market import (
    AboveMaxNotional,
    BelowMinNotional,
    FilterBreach,
    InvalidMarket,
    MarketFault,
    PriceOffTick,
    PriceOutOfRange,
    QuantityOffStep,
    QuantityOutOfRange,
)
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.numeric import bounded, exact, to_text

NONE = Decimal(0)


@frozen(kw_only=True)
class PriceFilter:
    """(price - minimum) mod tick == 0 and minimum <= price <= maximum.

    `signed` allows prices of zero and below, as spreads of futures have.
    """

    tick: Decimal
    minimum: Decimal = NONE
    maximum: Decimal = NONE
    signed: bool = False


@frozen(kw_only=True)
class LotFilter:
    """(quantity - minimum) mod step == 0 and minimum <= quantity <= maximum."""

    step: Decimal
    minimum: Decimal = NONE
    maximum: Decimal = NONE


@frozen(kw_only=True)
class NotionalFilter:
    """minimum <= price * quantity * multiplier <= maximum."""

    minimum: Decimal = NONE
    maximum: Decimal = NONE
    multiplier: Decimal = Decimal(1)


@frozen(kw_only=True)
class BandFilter:
    """low * reference <= price <= high * reference."""

    low: Decimal = NONE
    high: Decimal = NONE


@frozen(kw_only=True)
class Filters:
    """All rules of one market; market orders may have a lot rule of their own."""

    price: PriceFilter
    lot: LotFilter
    market_lot: LotFilter | None = None
    notional: NotionalFilter = NotionalFilter()
    band: BandFilter = BandFilter()


def _odd_range(least: Decimal, greatest: Decimal) -> bool:
    """Whether two bounds contradict each other."""
    return not (bounded(least) and bounded(greatest)) or (greatest != 0 and greatest < least)


def _first_oddity(rules: Filters) -> str | None:
    """The first field that makes the rules impossible to keep."""
    lots = (rules.lot, rules.market_lot or rules.lot)
    positive = (
        ("price.tick", rules.price.tick),
        ("lot.step", lots[0].step),
        ("market_lot.step", lots[1].step),
        ("notional.multiplier", rules.notional.multiplier),
    )
    for name, value in positive:
        if not bounded(value) or value <= 0:
            return name
    ranges = (
        ("price", rules.price.minimum, rules.price.maximum),
        ("lot", lots[0].minimum, lots[0].maximum),
        ("market_lot", lots[1].minimum, lots[1].maximum),
        ("notional", rules.notional.minimum, rules.notional.maximum),
        ("band", rules.band.low, rules.band.high),
    )
    for name, least, greatest in ranges:
        if _odd_range(least, greatest) or (least < 0 and not (name == "price" and _signed(rules))):
            return name
    return None


def _signed(rules: Filters) -> bool:
    """Whether prices below zero are allowed."""
    return rules.price.signed


@exact
def consistent(symbol: str, rules: Filters) -> Result[Filters, MarketFault]:
    """Rules that can be kept: steps above zero, bounds in order, all within 30 + 18 digits.

    Errors: InvalidMarket (the first field at fault).  Source: docs/formulas.md#filters.
    """
    oddity = _first_oddity(rules)
    return Success(rules) if oddity is None else Failure(InvalidMarket(symbol[:64], oddity))


def price_breaches(rules: Filters, price: Decimal) -> tuple[FilterBreach, ...]:
    """Every rule about prices that `price` breaks. Kernel: run it inside an @exact function."""
    found: list[FilterBreach] = []
    grid = rules.price
    if price <= 0 and not grid.signed:
        found.append(InvalidPrice(to_text(price)))
    if (price - grid.minimum) % grid.tick:
        found.append(PriceOffTick(to_text(price), to_text(grid.tick)))
    if _outside(price, grid.minimum, grid.maximum):
        found.append(_price_range(price, grid.minimum, grid.maximum))
    return tuple(found)


def band_breaches(rules: Filters, price: Decimal, reference: Decimal) -> tuple[FilterBreach, ...]:
    """Whether `price` is too far from `reference`. Kernel."""
    least, greatest = rules.band.low * reference, rules.band.high * reference
    if _outside(price, least, greatest):
        return (_price_range(price, least, greatest),)
    return ()


def quantity_breaches(grid: LotFilter, quantity: Decimal) -> tuple[FilterBreach, ...]:
    """Every rule about quantities that `quantity` breaks. Kernel."""
    if quantity < 0:
        return (InvalidQuantity(to_text(quantity)),)
    found: list[FilterBreach] = []
    if (quantity - grid.minimum) % grid.step:
        found.append(QuantityOffStep(to_text(quantity), to_text(grid.step)))
    if quantity == 0 or _outside(quantity, grid.minimum, grid.maximum):
        bounds = to_text(grid.minimum), to_text(grid.maximum)
        found.append(QuantityOutOfRange(to_text(quantity), *bounds))
    return tuple(found)


def notional_breaches(
    rules: Filters, price: Decimal, quantity: Decimal
) -> tuple[FilterBreach, ...]:
    """Whether price * quantity * multiplier is too small or too large. Kernel."""
    limits = rules.notional
    notional = abs(price) * quantity * limits.multiplier
    if notional < limits.minimum:
        return (BelowMinNotional(to_text(notional), to_text(limits.minimum)),)
    if limits.maximum != 0 and notional > limits.maximum:
        return (AboveMaxNotional(to_text(notional), to_text(limits.maximum)),)
    return ()


def _outside(value: Decimal, least: Decimal, greatest: Decimal) -> bool:
    """Whether a bound that is on is broken."""
    return (least != 0 and value < least) or (greatest != 0 and value > greatest)


def _price_range(price: Decimal, least: Decimal, greatest: Decimal) -> FilterBreach:
    """The refusal that names both bounds."""
    return PriceOutOfRange(to_text(price), to_text(least), to_text(greatest))
