"""The faucet: how freely rewards flow, adjusted once a week by how the supply has grown."""

from decimal import Decimal
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.payments import EconomyFault, WeekAdjusted
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.numeric import EXACT, even, exact, quotient
from astracore.revenue.economy.commands import AdjustFaucet
from astracore.revenue.economy.events import EconomyEvent, FaucetAdjusted
from astracore.revenue.economy.rules import FAUCET_RULES, FaucetRules
from astracore.revenue.economy.state import Economy

EconomyCommand: TypeAlias = AdjustFaucet
PLACES = 4


@exact
def growth_of(
    issued: Decimal, burned: Decimal, supply: Decimal
) -> Result[Decimal | None, NumericLimit]:
    """i = (issued − burned)/supply, carried to 50 digits; None while there is no supply.

    Errors: NumericLimit.
    """
    return Success(None if supply.is_zero() else quotient(issued - burned, supply))


@exact
def faucet_after(
    faucet: Decimal, growth: Decimal | None, rules: FaucetRules = FAUCET_RULES
) -> Result[Decimal, NumericLimit]:
    """f × 0.9 where i > 0.02, f × 1.1 where i < 0, to four decimals, within [0.5, 2].

    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#faucet.
    >>> faucet_after(Decimal(1), Decimal("0.03")).unwrap()
    Decimal('0.9000')
    """
    factor = Decimal(1)
    if growth is not None and growth > rules.high:
        factor = rules.closing
    elif growth is not None and growth < 0:
        factor = rules.opening
    return Success(min(max(even(faucet * factor, PLACES), rules.least), rules.most))


def decide(command: AdjustFaucet, state: Economy) -> Result[tuple[EconomyEvent, ...], EconomyFault]:
    """Adjust the faucet for a week, once.

    Errors: WeekAdjusted, NegativeAmount (also for what is not finite), NumericLimit.
    """
    if command.week <= state.week:
        return Failure(WeekAdjusted(command.week))
    for amount in (command.issued, command.burned, command.supply):
        if not amount.is_finite() or amount < 0:
            return Failure(NegativeAmount(EXACT.to_sci_string(amount)[:64]))
    return Result.do(
        (
            FaucetAdjusted(
                week=command.week,
                issued=command.issued,
                burned=command.burned,
                supply=command.supply,
                growth=growth,
                faucet=faucet,
                at=command.at,
            ),
        )
        for growth in growth_of(command.issued, command.burned, command.supply)
        for faucet in faucet_after(state.faucet, growth, command.rules)
    )


def evolve(_state: Economy, event: EconomyEvent) -> Economy:
    """Fold one event."""
    return Economy(faucet=event.faucet, week=event.week)


ECONOMY = Decider("financial.economy", Economy(), decide, evolve)
