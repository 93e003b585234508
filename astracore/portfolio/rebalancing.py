"""Rebalancing: the orders that bring holdings to target weights without overspending.

After trading, equity is what it was less the fees, so the targets must be shares of that smaller
equity X. It solves X + Σ f |w X − v| = E, where v is what a line is worth, f its fee rate and E
equity before; the left side rises in X, piece by piece linear, so that X is found exactly. Any
part of the way to the targets leaves X where it is: this is why a plan that was carried out asks
for nothing more.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.portfolio import DuplicateAsset, RebalanceFault
from astracore.errors.values import (
    InvalidFraction,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
    NumericLimit,
)
from astracore.numeric import bounded, exact, to_fraction, to_text

ZERO = Decimal(0)
ONE = Decimal(1)


@frozen(kw_only=True)
class Line:
    """One asset: what is held, its price [quote], its target weight, and the rules of its market.

    Orders are multiples of `lot`, at least `least` [base] and worth `least_worth` [quote], and
    cost the share `fee` of what they are worth.
    """

    asset: str
    held: Decimal
    price: Decimal
    weight: Decimal
    lot: Decimal
    least: Decimal = ZERO
    least_worth: Decimal = ZERO
    fee: Decimal = ZERO


@frozen(kw_only=True)
class PlannedOrder:
    """Signed quantity [base], above zero to buy; its worth and its fee [quote]."""

    asset: str
    quantity: Decimal
    worth: Decimal
    fee: Decimal


@frozen(kw_only=True)
class Plan:
    """Sales first, then purchases, each by name. `cash` is what is left when all are done."""

    orders: tuple[PlannedOrder, ...]
    cash: Decimal


@frozen
class _Move:
    """How many lots a line is away from its target, toward zero."""

    line: Line
    lots: int

    def worth_of(self, lots: int) -> Decimal:
        """|lots| at the line's price [quote]."""
        return abs(lots) * self.line.lot * self.line.price

    def is_allowed(self, lots: int) -> bool:
        """Whether an order of so many lots is one that the market takes."""
        enough = abs(lots) * self.line.lot >= self.line.least
        return lots != 0 and enough and self.worth_of(lots) >= self.line.least_worth


@exact
def rebalance(lines: tuple[Line, ...], cash: Decimal) -> Result[Plan, RebalanceFault]:
    """Orders toward quantity = weight × X / price, toward zero to the lot; X as above [quote].

    Weights are shares of equity from 0 to 1 whose sum is at most 1; the rest stays cash. What is
    held is not below zero. Sales are done in full; purchases take turns, the one that is worth
    most first, ties by name, as long as cash lasts. Too small orders are left out.
    Errors: NegativeAmount (cash), DuplicateAsset, InvalidPrice, InvalidQuantity, InvalidStep,
    InvalidFraction (a weight, a fee, the sum of the weights), NumericLimit.
    Rounds: quantities toward zero to the lot; money never.
    Source: docs/formulas-portfolio.md#rebalancing.
    Invariant: cash left >= 0; nothing is sold that is not held; after the orders are filled at
    these prices and fees, the same lines ask for no order.
    >>> coin = Line(asset="ETH", held=ZERO, price=Decimal(2000), weight=Decimal("0.5"),
    ...             lot=Decimal("0.01"), fee=Decimal("0.001"))
    >>> plan = rebalance((coin,), Decimal(10000)).unwrap()
    >>> str(plan.orders[0].quantity), to_text(plan.cash)
    ('2.49', '5015.02')
    """
    fault = _fault(lines, cash)
    if fault is not None:
        return Failure(fault)
    equity = _equity_after(lines, cash)
    moves = [_move(line, equity) for line in sorted(lines, key=lambda line: line.asset)]
    sales = [_order(move, move.lots) for move in moves if move.lots < 0]
    sold = [order for order in sales if order is not None]
    left = cash + sum((-each.worth - each.fee for each in sold), ZERO)
    bought: list[PlannedOrder] = []
    wanted = [move for move in moves if move.lots > 0]
    for move in sorted(wanted, key=lambda move: -move.worth_of(move.lots)):
        order = _order(move, min(move.lots, _affordable(move, left)))
        if order is not None:
            bought.append(order)
            left -= order.worth + order.fee
    bought.sort(key=lambda order: order.asset)
    return Success(Plan(orders=(*sold, *bought), cash=left or ZERO))


def _fault(lines: tuple[Line, ...], cash: Decimal) -> RebalanceFault | None:
    """The first thing that is wrong: numbers, cash, names, then each line, then the weights."""
    figures = (cash, *(figure for line in lines for figure in _figures(line)))
    if not all(bounded(figure) for figure in figures):
        return NumericLimit("Overflow")
    if cash < 0:
        return NegativeAmount(to_text(cash))
    names = Counter(line.asset for line in lines)
    twice = next((name for name, times in names.items() if times > 1), None)
    if twice is not None:
        return DuplicateAsset(twice[:64])
    wrong = next((fault for line in lines if (fault := _line_fault(line)) is not None), None)
    whole = sum((line.weight for line in lines), ZERO)
    return wrong or (InvalidFraction("weights", to_text(whole)) if whole > 1 else None)


def _figures(line: Line) -> tuple[Decimal, ...]:
    rules = (line.lot, line.least, line.least_worth, line.fee)
    return (line.held, line.price, line.weight, *rules)


def _line_fault(line: Line) -> RebalanceFault | None:
    if line.price <= 0:
        return InvalidPrice(to_text(line.price))
    if line.held < 0:
        return InvalidQuantity(to_text(line.held))
    if line.lot <= 0:
        return InvalidStep(to_text(line.lot))
    if not 0 <= line.weight <= 1:
        return InvalidFraction("weight", to_text(line.weight))
    if not 0 <= line.fee < 1:
        return InvalidFraction("fee", to_text(line.fee))
    return None


def _equity_after(lines: tuple[Line, ...], cash: Decimal) -> Fraction:
    """The X of the module's docstring: one division in the one linear piece that holds it."""
    worths = [to_fraction(line.held) * to_fraction(line.price) for line in lines]
    before = to_fraction(cash) + sum(worths, Fraction(0))
    rows = [
        (to_fraction(line.fee), to_fraction(line.weight), worth)
        for line, worth in zip(lines, worths, strict=True)
    ]
    bends = sorted({worth / weight for _, weight, worth in rows if weight})
    reached = Fraction(-1)  # below every bend: all lines are sold
    for bend in bends:
        if bend + sum(fee * abs(weight * bend - worth) for fee, weight, worth in rows) > before:
            break
        reached = bend
    slope, offset = Fraction(1), before
    for fee, weight, worth in rows:
        way = 1 if weight * reached >= worth and weight else -1
        slope += way * fee * weight
        offset += way * fee * worth
    return offset / slope


def _move(line: Line, equity: Fraction) -> _Move:
    """Whole lots from what is held to what is wanted, toward zero."""
    wanted = to_fraction(line.weight) * equity / to_fraction(line.price)
    lots = (wanted - to_fraction(line.held)) / to_fraction(line.lot)
    return _Move(line, int(lots))


def _affordable(move: _Move, cash: Decimal) -> int:
    """How many lots `cash` buys, fee included."""
    each = move.line.lot * move.line.price * (ONE + move.line.fee)
    return int(to_fraction(cash) / to_fraction(each))


def _order(move: _Move, lots: int) -> PlannedOrder | None:
    """The order of so many lots; None where the market takes none so small."""
    if not move.is_allowed(lots):
        return None
    worth = lots * move.line.lot * move.line.price
    return PlannedOrder(
        asset=move.line.asset,
        quantity=lots * move.line.lot,
        worth=worth,
        fee=abs(worth) * move.line.fee,
    )
