"""A crypto payment in figures: when it is final, when it is enough, and what goes back."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.numeric import exact
from astracore.revenue.payments.rules import PAYMENT_RULES, CryptoRules
from astracore.revenue.payments.state import ZERO, Transfer
from astracore.revenue.payments.types import ORDER, Finality

CRYPTO_RULES = PAYMENT_RULES.crypto


class Verdict(StrEnum):
    """What came, beside what was due."""

    SHORT = "short"
    PAID = "paid"
    OVER = "over"


@frozen(kw_only=True)
class Arrived:
    """What came and is final, how it compares, and what it is too much [due currency]."""

    total: Decimal
    verdict: Verdict
    excess: Decimal


def needed(usd: Decimal, rules: CryptoRules = CRYPTO_RULES) -> Finality:
    """How firmly a transfer must stand to count: on L2 below 1000 USD, else on the base chain.

    >>> needed(Decimal("999.99")).value, needed(Decimal(1000)).value
    ('l2', 'l1')
    """
    return Finality.L2 if usd < rules.l2_below else Finality.L1


def is_final(transfer: Transfer, usd: Decimal, rules: CryptoRules = CRYPTO_RULES) -> bool:
    """Whether a transfer counts towards a payment of `usd`."""
    return ORDER.index(transfer.finality) >= ORDER.index(needed(usd, rules))


@exact
def arrived(
    due: Decimal, transfers: Iterable[Transfer], usd: Decimal, rules: CryptoRules = CRYPTO_RULES
) -> Result[Arrived, NumericLimit]:
    """The final transfers beside `due`: within the tolerance is paid, as it stands.

    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#crypto-payments.
    Invariant: total − excess is within the tolerance of due, or short of it.
    """
    total = sum((one.amount for one in transfers if is_final(one, usd, rules)), ZERO)
    slack = due * rules.tolerance
    if total < due - slack or total.is_zero():
        return Success(Arrived(total=total, verdict=Verdict.SHORT, excess=ZERO))
    if total > due + slack:
        return Success(Arrived(total=total, verdict=Verdict.OVER, excess=total - due))
    return Success(Arrived(total=total, verdict=Verdict.PAID, excess=ZERO))


@exact
def sent_back(received: Decimal, gas: Decimal) -> Result[Decimal, NumericLimit]:
    """What fell short goes back less the gas of sending it, and never below zero.

    Errors: NumericLimit.
    """
    return Success(max(ZERO, received - gas))
