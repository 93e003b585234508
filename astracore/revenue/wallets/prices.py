"""What tokens cost, what CREDIT is paid out for, what a reward is worth under the faucet."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.payments import ProductRefused
from astracore.errors.values import NumericLimit
from astracore.numeric import Rounding, down, exact, rounded_quotient, to_text, up
from astracore.revenue.wallets.rules import ECONOMY_RULES, CashOutRules, TokenRules

ONE = Decimal(1)
CENT = Decimal("0.01")
TOKEN_RULES = ECONOMY_RULES.tokens
CASH_OUT_RULES = ECONOMY_RULES.cash_out


@exact
def tokens_for(
    usd: Decimal, rules: TokenRules = TOKEN_RULES
) -> Result[int, ProductRefused | NumericLimit]:
    """Tokens for an amount in cents: floor(usd × the rate of the largest pack not above it).

    Errors: ProductRefused (not in [5, 50], or not cents), NumericLimit.
    Source: docs/formulas-ledger-payments.md#tokens.
    >>> [tokens_for(Decimal(usd)).unwrap() for usd in ("5", "15", "49.99", "50")]
    [500, 1575, 5498, 5750]
    """
    if not usd.is_finite() or not rules.least <= usd <= rules.most or usd % CENT:
        return Failure(ProductRefused(f"tokens for {str(usd)[:32]} USD"))
    fitting = [pack for pack in rules.packs if 0 < pack.usd <= usd]
    if not fitting:
        return Failure(ProductRefused(f"tokens for {to_text(usd)} USD"))
    pack = max(fitting, key=lambda each: each.usd)
    return Success(int(rounded_quotient(usd * pack.tokens, pack.usd, ONE, Rounding.FLOOR)))


@exact
def reward_under(faucet: Decimal, reward: int) -> Result[int, NumericLimit]:
    """A reward in CREDIT: reward × faucet, down to a whole one.

    Errors: NumericLimit.
    >>> reward_under(Decimal("0.9"), 11).unwrap()
    9
    """
    worth = down(reward * faucet, 0)
    return Success(int(worth)) if worth.is_finite() else Failure(NumericLimit("InvalidOperation"))


@frozen(kw_only=True)
class CashOutAmounts:
    """What a number of CREDIT brings [USD]: gross − fee = net."""

    gross: Decimal
    fee: Decimal
    net: Decimal


@exact
def cash_out_amounts(
    credits_out: int, rules: CashOutRules = CASH_OUT_RULES
) -> Result[CashOutAmounts, NumericLimit]:
    """gross = credits × rate down to the cent, fee = gross × 0.02 up to the cent.

    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#paying-out-credit.
    >>> str(cash_out_amounts(60_000).unwrap().net)
    '205.80'
    """
    gross = down(credits_out * rules.rate, 2)
    fee = up(gross * rules.fee, 2)
    if not (gross.is_finite() and fee.is_finite()):
        return Failure(NumericLimit("InvalidOperation"))
    return Success(CashOutAmounts(gross=gross, fee=fee, net=gross - fee))
