"""Profit and loss of positions, and what an account is worth at given marks."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import PriceFault, UnknownMark
from astracore.numeric import exact
from astracore.trading.contracts.kinds import value_of
from astracore.trading.reserves import available
from astracore.trading.settlement import contract_of
from astracore.trading.state import Account, Position
from astracore.trading.types import ZERO, ContractKind, MarginMode


@frozen(kw_only=True)
class Valuation:
    """An account at given marks [account currency].

    Invariant: equity = deposits − withdrawals + realised + unrealised − fees + funding + insurance.
    """

    cash: Decimal
    available: Decimal
    reserved: Decimal
    margin: Decimal
    unrealised: Decimal
    equity: Decimal
    exposure: Mapping[str, Decimal]  # by symbol, both legs together


def unrealised(qty: Decimal, cost: Decimal, mark: Decimal) -> Decimal:
    """qty × mark − cost, signed: what closing at the mark would realise. Kernel.

    >>> unrealised(Decimal("1.5"), Decimal("3000.5"), Decimal(2050))
    Decimal('74.5')
    """
    return qty * mark - cost


def value_at(held: Position, mark: Decimal) -> Decimal:
    """What a position's quantity is worth at a mark, signed [account currency]. Kernel."""
    return value_of(contract_of(held.contract, held.multiplier), held.qty, mark)


def floating(held: Position, mark: Decimal) -> Decimal:
    """The unrealised profit of a position of any kind [account currency]. Kernel."""
    if held.contract is ContractKind.INVERSE:
        return held.cost - value_at(held, mark)
    return value_at(held, mark) - held.cost


def cross_floating(account: Account, marks: Mapping[str, Decimal]) -> Decimal:
    """The unrealised profit of everything on cross margin that has a mark. Kernel."""
    return sum(
        (
            floating(held, marks[held.symbol])
            for held in account.positions.values()
            if held.margin_mode is MarginMode.CROSS and held.symbol in marks
        ),
        ZERO,
    )


def available_at(account: Account, marks: Mapping[str, Decimal]) -> Decimal:
    """What is available when the positions on cross margin stand at `marks`. Kernel."""
    return available(account, marks, cross_floating(account, marks))


def unmarked(positions: Mapping[str, Position], marks: Mapping[str, Decimal]) -> str | None:
    """The first held symbol, by name, without a mark, or None."""
    symbols = (held.symbol for held in positions.values())
    return min((symbol for symbol in symbols if symbol not in marks), default=None)


def worth(account: Account, marks: Mapping[str, Decimal]) -> Decimal:
    """cash − lent + Σ margin + Σ unrealised; `marks` must cover every held symbol. Kernel."""
    total = account.cash - account.lent
    for held in account.positions.values():
        total += held.margin + floating(held, marks[held.symbol])
    return total


@exact
def valuation(account: Account, marks: Mapping[str, Decimal]) -> Result[Valuation, PriceFault]:
    """What `account` is worth when every position is marked at `marks` [quote per base].

    unrealised = value at the mark − cost, inverse: cost − value; equity = cash − lent + Σ margin
    + it.
    Errors: UnknownMark (a held symbol has no mark), NumericLimit.  Rounds: available down, 6.
    Source: docs/formulas.md#equity.  Invariant: that of Valuation, at every prefix of a history.
    """
    missing = unmarked(account.positions, marks)
    if missing is not None:
        return Failure(UnknownMark(missing))
    held = account.positions.values()
    margin = sum((position.margin for position in held), ZERO)
    gained = sum((floating(position, marks[position.symbol]) for position in held), ZERO)
    exposure: dict[str, Decimal] = {}
    for position in held:
        value = abs(value_at(position, marks[position.symbol]))
        exposure[position.symbol] = exposure.get(position.symbol, ZERO) + value
    return Success(
        Valuation(
            cash=account.cash,
            available=available_at(account, marks),
            reserved=account.reserved,
            margin=margin,
            unrealised=gained,
            equity=account.cash - account.lent + margin + gained,
            exposure=exposure,
        )
    )
