"""Profit and loss of linear positions, and what an account is worth at given marks."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import PriceFault, UnknownMark
from astracore.numeric import exact
from astracore.trading.reserves import available
from astracore.trading.state import Account, Position
from astracore.trading.types import ZERO


@frozen(kw_only=True)
class Valuation:
    """An account at given marks [account currency].

    Invariant: equity = deposits + realised + unrealised − fees + insurance.
    """

    cash: Decimal
    available: Decimal
    reserved: Decimal
    margin: Decimal
    unrealised: Decimal
    equity: Decimal
    exposure: Mapping[str, Decimal]  # |qty| × mark by symbol


def unrealised(qty: Decimal, cost: Decimal, mark: Decimal) -> Decimal:
    """qty × mark − cost, signed: what closing at the mark would realise. Kernel.

    >>> unrealised(Decimal("1.5"), Decimal("3000.5"), Decimal(2050))
    Decimal('74.5')
    """
    return qty * mark - cost


def unmarked(positions: Mapping[str, Position], marks: Mapping[str, Decimal]) -> str | None:
    """The first held symbol, by name, without a mark, or None."""
    return min((symbol for symbol in positions if symbol not in marks), default=None)


def worth(account: Account, marks: Mapping[str, Decimal]) -> Decimal:
    """cash + Σ margin + Σ unrealised; `marks` must cover every held symbol. Kernel."""
    total = account.cash
    for held in account.positions.values():
        total += held.margin + unrealised(held.qty, held.cost, marks[held.symbol])
    return total


@exact
def valuation(account: Account, marks: Mapping[str, Decimal]) -> Result[Valuation, PriceFault]:
    """What `account` is worth when every position is marked at `marks` [quote per base].

    unrealised = qty × mark − cost; equity = cash + Σ margin + Σ unrealised.
    Errors: UnknownMark (a held symbol has no mark), NumericLimit.  Rounds: available down, 6.
    Source: docs/formulas.md#equity.  Invariant: that of Valuation, at every prefix of a history.
    """
    missing = unmarked(account.positions, marks)
    if missing is not None:
        return Failure(UnknownMark(missing))
    held = account.positions.values()
    margin = sum((position.margin for position in held), ZERO)
    floating = sum(
        (unrealised(position.qty, position.cost, marks[position.symbol]) for position in held),
        ZERO,
    )
    return Success(
        Valuation(
            cash=account.cash,
            available=available(account),
            reserved=account.reserved,
            margin=margin,
            unrealised=floating,
            equity=account.cash + margin + floating,
            exposure={
                position.symbol: abs(position.qty) * marks[position.symbol] for position in held
            },
        )
    )
