"""What a buyer can pay with: facts that come with the command."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.funds import InsufficientFunds
from astracore.errors.gates import SpendingLimit, TierRequired
from astracore.ids import UserId
from astracore.money.currencies import CREDIT
from astracore.numeric import exact

TIER = "phone"


@frozen(kw_only=True)
class Purse:
    """`balance` [currency of the price], holds taken off; `verified`: tier phone or better.

    `spend_left` is what the user's spending limits leave; None where they do not count.
    """

    balance: Decimal
    verified: bool = False
    spend_left: Decimal | None = None


@exact
def affordable(
    purse: Purse, user_id: UserId, price: Decimal, currency: str
) -> Result[Decimal, TierRequired | SpendingLimit | InsufficientFunds]:
    """The price itself, when this purse may and can pay it.

    CREDIT is earned and needs neither a tier nor room in a spending limit.
    Errors: TierRequired, SpendingLimit, InsufficientFunds, NumericLimit.
    """
    if currency != CREDIT:
        if not purse.verified:
            return Failure(TierRequired(TIER))
        if purse.spend_left is not None and price > purse.spend_left:
            return Failure(SpendingLimit(purse.spend_left, price))
    if purse.balance < price:
        return Failure(InsufficientFunds(user_id, currency, purse.balance, price))
    return Success(price)
