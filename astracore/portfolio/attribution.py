"""Where a change of equity came from: the accounting identity, and what currencies did."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import PriceFault, UnknownMark
from astracore.errors.values import NumericLimit
from astracore.numeric import exact

ZERO = Decimal(0)


@frozen(kw_only=True)
class Attribution:
    """The pieces of a change of equity [report currency]; fees are costs, the rest gains."""

    realised: Decimal = ZERO
    unrealised: Decimal = ZERO  # end − start
    funding: Decimal = ZERO
    fees: Decimal = ZERO
    deposits: Decimal = ZERO
    withdrawals: Decimal = ZERO
    fx_effect: Decimal = ZERO


@frozen(kw_only=True)
class Flow:
    """Money that came (above zero) or went in one currency, and the rate of that instant."""

    currency: str
    amount: Decimal
    rate: Decimal  # [report per currency]


def change_of(pieces: Attribution) -> Decimal:
    """realised + unrealised + funding − fees + deposits − withdrawals + fx effect. Kernel."""
    gained = pieces.realised + pieces.unrealised + pieces.funding - pieces.fees
    return gained + pieces.deposits - pieces.withdrawals + pieces.fx_effect


@exact
def unexplained(start: Decimal, end: Decimal, pieces: Attribution) -> Result[Decimal, NumericLimit]:
    """(equity at the end − at the start) − the sum of the pieces; 0 when all is accounted for.

    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#attribution.
    Invariant: 0, with no tolerance, when the pieces come from the stored cost.
    >>> earned = Attribution(realised=Decimal(7), fees=Decimal(2), deposits=Decimal(10))
    >>> unexplained(Decimal(100), Decimal(115), earned).unwrap()
    Decimal('0')
    """
    return Success(end - start - change_of(pieces))


@exact
def added(pieces: Iterable[Attribution]) -> Result[Attribution, NumericLimit]:
    """The whole of several buckets (symbols, strategies, days): every piece added up.

    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#attribution.
    Invariant: the change of the whole is the sum of the changes.
    """
    known = tuple(pieces)
    return Success(
        Attribution(
            realised=sum((one.realised for one in known), ZERO),
            unrealised=sum((one.unrealised for one in known), ZERO),
            funding=sum((one.funding for one in known), ZERO),
            fees=sum((one.fees for one in known), ZERO),
            deposits=sum((one.deposits for one in known), ZERO),
            withdrawals=sum((one.withdrawals for one in known), ZERO),
            fx_effect=sum((one.fx_effect for one in known), ZERO),
        )
    )


@exact
def fx_effect(
    opening: Mapping[str, Decimal],
    flows: Sequence[Flow],
    rates_start: Mapping[str, Decimal],
    rates_end: Mapping[str, Decimal],
) -> Result[Decimal, PriceFault]:
    """What changing rates did to balances [report currency].

    Σ opening × (rate at the end − at the start) + Σ flow × (rate at the end − at the flow).
    Errors: UnknownMark (a rate is missing; never 1 or 0 instead), NumericLimit.
    Source: docs/formulas-contracts-orders.md#attribution.
    Invariant: value at the end − value at the start − Σ flow × its rate.
    >>> euros = {"EUR": Decimal(100)}
    >>> rates = ({"EUR": Decimal("1.1")}, {"EUR": Decimal("1.2")})
    >>> fx_effect(euros, (), *rates).unwrap()
    Decimal('10.0')
    """
    for name in opening:
        if name not in rates_start:
            return Failure(UnknownMark(name))
    for name in (*opening, *(flow.currency for flow in flows)):
        if name not in rates_end:
            return Failure(UnknownMark(name))
    stood = (amount * (rates_end[name] - rates_start[name]) for name, amount in opening.items())
    moved = (flow.amount * (rates_end[flow.currency] - flow.rate) for flow in flows)
    return Success(sum(stood, ZERO) + sum(moved, ZERO))
