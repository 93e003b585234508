"""How a fill is paid, what it costs, and how its order stands afterwards."""

from decimal import Decimal

from attrs import evolve, frozen

from astracore.numeric import Rounding, rounded
from astracore.trading.commands import RecordFill
from astracore.trading.contracts.kinds import Booking, Holding, settled, sign_of, value_of
from astracore.trading.orders.states import FINAL, Signal, Step, transition
from astracore.trading.positions import fee_split, part_of
from astracore.trading.reserves import (
    NO_MARKS,
    charged,
    cross_margin,
    initial_margin,
    notional_of,
)
from astracore.trading.settlement import contract_of
from astracore.trading.state import Account, Order
from astracore.trading.types import ZERO, ContractKind, Liquidity, MarginMode, OrderStatus


@frozen(kw_only=True)
class Cost:
    """What a fill costs [account currency], and by how much it moves the position [base]."""

    fee: Decimal
    moves: Decimal


def cost_of(command: RecordFill, order: Order, qty: Decimal) -> Cost:
    """The venue's fee, or else the order's own rate.

    A fee in the base of a spot pair lowers the signed quantity and is worth its price; a fee in a
    third asset is worth its rate. Kernel.
    """
    terms = contract_of(order.contract, order.multiplier)
    if command.fee is None:
        rate = order.maker_rate if command.liquidity is Liquidity.MAKER else order.taker_rate
        return Cost(fee=charged(terms, notional_of(terms, qty, command.price), rate), moves=qty)
    if command.fee_rate is not None:
        worth = command.fee * command.fee_rate
        return Cost(fee=rounded(worth, terms.step, Rounding.CEILING), moves=qty)
    if in_base(command, order):
        moves = qty - sign_of(command.side) * command.fee
        worth = value_of(terms, command.fee, command.price)
        return Cost(fee=rounded(worth, terms.step, Rounding.CEILING), moves=moves)
    return Cost(fee=command.fee, moves=qty)


def booking_of(held: Holding, command: RecordFill, order: Order, cost: Cost) -> Booking:
    """What a fill does to a holding, on spot in whole units: cash moves by quantity × price.

    A fee in base may be worth less than a unit; its worth is rounded up, and what that adds is
    taken from the cost of what is bought, or given to what a sale realises. What a trimmed sale of
    odd remainders realises is rounded half to even. Kernel.
    """
    terms = contract_of(order.contract, order.multiplier)
    booking = settled(terms, held, command.side, cost.moves, command.price)
    if order.contract is not ContractKind.SPOT:
        return booking
    added = ZERO
    if command.fee is not None and in_base(command, order):
        added = cost.fee - value_of(terms, command.fee, command.price)
    if booking.opened:
        after = evolve(booking.after, cost=booking.after.cost - added)
        return evolve(booking, after=after)
    realised = rounded(booking.realised + added, terms.step, Rounding.HALF_EVEN)
    return evolve(booking, realised=realised)


def in_base(command: RecordFill, order: Order) -> bool:
    """Whether the fee is in what is bought and sold itself."""
    base = order.symbol.partition("-")[0]
    return order.contract is ContractKind.SPOT and command.fee_asset == base


@frozen(kw_only=True)
class Payment:
    """How a fill is paid: `spent` out of the order's own reserve first, then out of available."""

    cash: Decimal
    margin_change: Decimal
    insurance: Decimal
    spent: Decimal


def payment(
    account: Account, order: Order, booking: Booking, price: Decimal, fee: Decimal
) -> Payment:
    """Close first (isolated: never less than nothing comes back), then pay for what opens.

    closing: margin part + realised − closing fee, filled up to 0 by the insurance fund (on cross
    margin the whole cash stands for it); opening: the fee, then u(opened × price/leverage), as
    far as own reserve and available reach; on spot its cost, which is that but for a base fee
    that was rounded up. On cross margin nothing moves into the position.
    `insurance` is below 0 where what the fund lent on cross margin is paid back.
    Invariant: with isolated margin alone cash after >= the reserves of all other orders.
    Kernel.
    """
    held = account.positions.get(order.key)
    terms = contract_of(order.contract, order.multiplier)
    crossed = order.margin_mode is MarginMode.CROSS
    total = booking.closed + booking.opened
    closing_fee, opening_fee = fee_split(fee, booking.closed, total)
    returned = ZERO
    if held is not None and booking.closed:
        returned = part_of(held.margin, booking.closed, abs(held.qty), terms.step)
    proceeds = returned + booking.realised - closing_fee
    insurance = max(ZERO, -proceeds)
    cash = account.cash + proceeds + insurance
    if crossed:
        cash, insurance = borne(account, proceeds)
    funds = spendable(account, order, cash)
    insurance += max(ZERO, opening_fee - funds)
    wanted = ZERO if crossed else initial_margin(terms, booking.opened, price, order.leverage)
    if order.contract is ContractKind.SPOT and booking.opened:
        wanted = booking.after.cost - (ZERO if held is None else held.cost)
    margin = min(wanted, max(ZERO, funds - opening_fee))
    shortfall = max(ZERO, opening_fee - funds)
    return Payment(
        cash=cash - opening_fee + shortfall - margin,
        margin_change=margin - returned,
        insurance=insurance,
        spent=margin + opening_fee - shortfall,
    )


def borne(account: Account, change: Decimal) -> tuple[Decimal, Decimal]:
    """Cash after cross margin gained or lost `change`, and what the insurance fund puts in. Kernel.

    What it lent before is paid back first; cash never falls below 0.
    """
    wallet = account.cash - account.lent + change
    return max(ZERO, wallet), max(ZERO, -wallet) - account.lent


def spendable(account: Account, order: Order, cash: Decimal) -> Decimal:
    """What an opening fill may take of `cash`: its own reserve, and what is available. Kernel."""
    if order.margin_mode is MarginMode.CROSS:
        return cash
    others = account.reserved - order.reserve
    pledged = account.lent + (cross_margin(account, NO_MARKS) if account.cross else ZERO)
    return max(ZERO, cash - others - pledged, min(order.reserve, cash))


@frozen(kw_only=True)
class Standing:
    """How the order stands after a fill."""

    executed: Decimal  # [base]
    status: OrderStatus
    reserve: Decimal
    late: bool


def standing(order: Order, qty: Decimal, spent: Decimal) -> Standing:
    """The order after `qty` more of it was filled and `spent` was paid for that. Kernel."""
    filled = order.executed + qty
    move = transition(order.status, Signal.FULL_FILL if filled >= order.qty else Signal.PART_FILL)
    status = move if isinstance(move, OrderStatus) else order.status
    left = ZERO if status in FINAL else max(ZERO, order.reserve - max(ZERO, spent))
    return Standing(executed=filled, status=status, reserve=left, late=move is Step.LATE)
