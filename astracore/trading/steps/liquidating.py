"""When equity no longer covers maintenance, and how a position is taken over.

A position is closed at the market, never beyond its bankruptcy price: what is worse than that is
the insurance fund's. Isolated positions stand for themselves; those on cross margin go one by
one, the largest maintenance first, until what is left is covered.
"""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve, frozen

from astracore.instants import Instant
from astracore.margin.brackets import bracket_of
from astracore.numeric import Rounding, rounded_quotient
from astracore.trading.contracts.kinds import ONE, gain_of, opposite, side_of, value_of
from astracore.trading.facts import Seen
from astracore.trading.money_events import LiquidationStarted, PositionLiquidated
from astracore.trading.pnl import cross_floating, floating
from astracore.trading.positions import moved_value
from astracore.trading.reserves import notional_of
from astracore.trading.settlement import contract_of
from astracore.trading.state import Account, Position, oldest_first
from astracore.trading.steps.endings import cancel_asked
from astracore.trading.steps.milestones import Ending, closed_event
from astracore.trading.steps.payments import borne
from astracore.trading.telling import Told
from astracore.trading.types import ZERO, AccountMode, ContractKind, Instrument, MarginMode, Side
from astracore.trading.venue.paper_prices import without_book

FEE = Decimal("0.005")  # of the notional, as far as margin is left


def maintenance(held: Position, listed: Instrument, mark: Decimal) -> Decimal:
    """u(notional × m − d) of the bracket that contains the notional [account currency]. Kernel."""
    terms = contract_of(held.contract, held.multiplier)
    value, under = notional_of(terms, abs(held.qty), mark)
    row = bracket_of(listed.brackets, rounded_quotient(value, under, terms.step, Rounding.UP))
    charge = value * row.rate - row.deduction * under
    return rounded_quotient(charge, under, terms.step, Rounding.UP)


def bankruptcy_price(held: Position, behind: Decimal, tick: Decimal) -> Decimal | None:
    """The price, on the tick, at which `behind` [account currency] is used up; None: there is none.

    Long (cost − W)/(q m) CEIL, short (|cost| + W)/(|q| m) FLOOR; inverse long q m/(cost + W), short
    |q| m/(|cost| − W). Kernel.
    """
    units, entry = abs(held.qty) * held.multiplier, abs(held.cost)
    long = held.qty > ZERO
    rule = Rounding.CEILING if long else Rounding.FLOOR
    if held.contract is ContractKind.INVERSE:
        left = entry + behind if long else entry - behind
        return None if left <= ZERO else rounded_quotient(units, left, tick, rule)
    left = entry - behind if long else entry + behind
    return None if left <= ZERO else rounded_quotient(left, units, tick, rule)


@frozen(kw_only=True)
class Strain:
    """What stands behind a position and what it needs."""

    equity: Decimal
    maintenance: Decimal

    @property
    def breaks(self) -> bool:
        """Whether it is to be liquidated: equality breaks."""
        return self.equity <= self.maintenance


def observed(told: Told, seen: Mapping[str, Seen], at: Instant) -> Told:
    """Liquidate what the marks of now no longer carry. Practice accounts alone: a live venue
    liquidates by itself and reports it.
    """
    if told.account.mode is not AccountMode.PRACTICE:
        return told
    for key, held in sorted(told.account.positions.items()):
        known = seen.get(held.symbol)
        strain = None if known is None else isolated_strain(held, known)
        if known is not None and strain is not None and strain.breaks:
            told = liquidated(told, key, known, strain, at)
    return crossed(told, seen, at)


def isolated_strain(held: Position, seen: Seen) -> Strain | None:
    """The margin of its own against its maintenance; None without a mark or margin, for spot."""
    mark = seen.prices.mark
    shared = held.margin_mode is MarginMode.CROSS
    if mark is None or shared or held.contract is ContractKind.SPOT:
        return None
    return Strain(
        equity=held.margin + floating(held, mark),
        maintenance=maintenance(held, seen.instrument, mark),
    )


def crossed(told: Told, seen: Mapping[str, Seen], at: Instant) -> Told:
    """The positions on cross margin, largest maintenance first, until the rest is covered."""
    while True:
        account = told.account
        needs = {
            key: maintenance(held, seen[held.symbol].instrument, mark)
            for key, held in account.positions.items()
            if held.margin_mode is MarginMode.CROSS
            and held.symbol in seen
            and (mark := seen[held.symbol].prices.mark) is not None
        }
        shared = [one for one in account.positions.values() if one.margin_mode is MarginMode.CROSS]
        if not needs or len(needs) != len(shared):
            return told  # without every mark nobody knows
        marks = marks_of(seen)
        equity = account.cash - account.lent + cross_floating(account, marks)
        strain = Strain(equity=equity, maintenance=sum(needs.values(), ZERO))
        if not strain.breaks:
            return told
        key = max(sorted(needs), key=lambda name: needs[name])
        told = liquidated(told, key, seen[account.positions[key].symbol], strain, at)


def marks_of(seen: Mapping[str, Seen]) -> Mapping[str, Decimal]:
    """The marks that are known."""
    return {symbol: one.prices.mark for symbol, one in seen.items() if one.prices.mark is not None}


def liquidated(told: Told, key: str, seen: Seen, strain: Strain, at: Instant) -> Told:
    """Cancel the position's orders, then close it."""
    held = told.account.positions[key]
    mark = seen.prices.mark or ZERO
    told = told.plus(
        LiquidationStarted(
            account_id=told.account.account_id,
            user_id=told.account.user_id,
            symbol=held.symbol,
            key=key,
            margin_mode=held.margin_mode,
            mark=mark,
            equity=strain.equity,
            maintenance=strain.maintenance,
            at=at,
        )
    )
    for order in oldest_first(told.account.orders):
        current = told.account.orders.get(order.order_id)
        if current is not None and current.symbol == held.symbol:
            told = cancel_asked(told, current, "liquidation", at)
    event, ended = taken_over(told.account, held, seen, strain, at)
    ending = Ending(
        account_id=told.account.account_id,
        user_id=told.account.user_id,
        is_practice=event.is_practice,
        side=event.side,
        reason="liquidated",
        at=at,
    )
    return told.plus(event, closed_event(ended, ending))


def exit_price(held: Position, seen: Seen, behind: Decimal) -> Decimal:
    """The market's price for the close, no worse than the bankruptcy price. Kernel."""
    mark, listed = seen.prices.mark or ONE, seen.instrument
    side = opposite(side_of(held.qty))
    market = without_book(mark, listed, side)
    bound = bankruptcy_price(held, behind, listed.tick)
    if bound is None:
        return market
    return max(market, bound) if side is Side.SELL else min(market, bound)


def taken_over(
    account: Account, held: Position, seen: Seen, strain: Strain, at: Instant
) -> tuple[PositionLiquidated, Position]:
    """The close of a position, and the position as it ends. Kernel."""
    mark = seen.prices.mark or ONE
    crossed_over = held.margin_mode is MarginMode.CROSS
    own = strain.equity - floating(held, mark)  # what stands behind it without its own profit
    price = exit_price(held, seen, own)
    terms = contract_of(held.contract, held.multiplier)
    realised = gain_of(terms, held.cost, value_of(terms, held.qty, price))
    left = (account.cash - account.lent if crossed_over else held.margin) + realised
    notional = abs(value_of(terms, held.qty, price))
    due = rounded_quotient(notional * FEE, ONE, terms.step, Rounding.UP)
    fee = min(max(ZERO, left), due)
    insurance = max(ZERO, -left)
    cash = account.cash + held.margin + realised - fee + insurance
    if crossed_over:
        cash, insurance = borne(account, realised - fee)
    event = PositionLiquidated(
        account_id=account.account_id,
        user_id=account.user_id,
        position_id=held.position_id,
        symbol=held.symbol,
        key=held.key,
        leg=held.leg,
        contract=held.contract,
        side=side_of(held.qty),
        qty=abs(held.qty),
        price=price,
        notional=notional,
        realised=realised,
        fee=fee,
        insurance=insurance,
        cash=cash,
        is_practice=True,
        at=at,
    )
    return event, ended_by(held, event)


def ended_by(held: Position, event: PositionLiquidated) -> Position:
    """The figures of a position's life, its end with them."""
    value = moved_value(held.contract, event.qty, event.price)
    return evolve(
        held,
        realised=held.realised + event.realised,
        fees=held.fees + event.fee,
        exit_qty=held.exit_qty + event.qty,
        exit_value=held.exit_value + value,
    )
