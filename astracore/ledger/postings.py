"""The entries of payments and points as pure functions: what each business fact is in lines.

What may go either way stands beside its domain: revenue.postings, nft.payments, the policies.

Every function takes amounts that are not below zero, leaves out what is nothing, and answers lines
that add up to nothing in each currency. Errors, everywhere: NegativeAmount (also for what is not
finite), NumericLimit.  Source: docs/formulas-ledger-payments.md#standard-postings.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.values import NumericLimit
from astracore.ledger.entries import Line
from astracore.ledger.state import ZERO
from astracore.numeric import exact

PostingFault: TypeAlias = NegativeAmount | NumericLimit
Lines: TypeAlias = Result[tuple[Line, ...], PostingFault]
Side: TypeAlias = tuple[str, Decimal]  # an account, and an amount that is not below zero


@frozen(kw_only=True)
class Charged:
    """What a payment brought in at `source` [currency]: the price, the tax on it, the fee."""

    price: Decimal
    tax: Decimal = ZERO
    fee: Decimal = ZERO
    source: str = "processor"


@frozen(kw_only=True)
class Returned:
    """What a refund gives back [currency]: first what is not earned yet, then what is; and tax."""

    deferred: Decimal
    earned: Decimal
    tax: Decimal = ZERO
    source: str = "processor"


@exact
def lines_of(currency: str, debited: Iterable[Side], credited: Iterable[Side]) -> Lines:
    """Debits and credits as lines, in their order.  Errors: NegativeAmount."""
    taken, given = tuple(debited), tuple(credited)
    for _, amount in (*taken, *given):
        if not amount.is_finite() or amount < 0:
            return Failure(NegativeAmount(str(amount)[:64]))
    signed = (*taken, *((account, amount.copy_negate()) for account, amount in given))
    return Success(
        tuple(
            Line(account=account, currency=currency, amount=amount)
            for account, amount in signed
            if amount
        )
    )


def transfer(currency: str, debit: str, credit: str, amount: Decimal) -> Lines:
    """One amount from the credited account's side to the debited one's."""
    return lines_of(currency, [(debit, amount)], [(credit, amount)])


def deposit(user_id: str, currency: str, amount: Decimal) -> Lines:
    """Money comes in: debit bank, credit the user's funds."""
    return transfer(currency, "bank", f"user_funds/{user_id}", amount)


def withdrawal(user_id: str, currency: str, amount: Decimal) -> Lines:
    """Money goes out: debit the user's funds, credit bank."""
    return transfer(currency, f"user_funds/{user_id}", "bank", amount)


@exact
def charge(stream: str, currency: str, charged: Charged) -> Lines:
    """A paid price: debit processor, credit deferred and tax; debit fees, credit processor.

    >>> lines = charge("subscriptions", "USD", Charged(price=Decimal("9.99")))
    >>> [(line.account, str(line.amount)) for line in lines.unwrap()]
    [('processor', '9.99'), ('deferred/subscriptions', '-9.99')]
    """
    parts = ((f"deferred/{stream}", charged.price), ("tax", charged.tax))
    taken = lines_of(currency, [(charged.source, charged.price + charged.tax)], parts)
    fee = transfer(currency, "processor_fees", charged.source, charged.fee)
    return Result.do((*ours, *theirs) for ours in taken for theirs in fee)


@exact
def refund(stream: str, currency: str, returned: Returned) -> Lines:
    """Money goes back: debit deferred, then refunds, and tax; credit processor."""
    total = returned.deferred + returned.earned + returned.tax
    debits = (
        (f"deferred/{stream}", returned.deferred),
        ("refunds", returned.earned),
        ("tax", returned.tax),
    )
    return lines_of(currency, debits, [(returned.source, total)])


def lost_dispute(currency: str, amount: Decimal, *, source: str = "processor") -> Lines:
    """The bank took a payment back: debit chargebacks, credit processor."""
    return transfer(currency, "chargebacks", source, amount)


def customer_credit(user_id: str, currency: str, amount: Decimal, *, source: str) -> Lines:
    """Somebody paid too much: debit where it came in, credit what we owe them."""
    return transfer(currency, source, f"customer_credit/{user_id}", amount)


def points_granted(user_id: str, currency: str, amount: Decimal) -> Lines:
    """CREDIT or TOKEN comes into being: debit issued, credit the wallet."""
    return transfer(currency, "issued", f"wallet/{user_id}", amount)


def points_burned(user_id: str, currency: str, amount: Decimal) -> Lines:
    """CREDIT or TOKEN ceases to be: debit the wallet, credit burned."""
    return transfer(currency, f"wallet/{user_id}", "burned", amount)
