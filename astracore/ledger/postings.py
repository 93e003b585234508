"""The standard entries as pure functions: what each business fact is in lines.

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
from astracore.outcome import is_failure

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


@frozen(kw_only=True)
class Sold:
    """How the price of a sale is divided [currency]: the three add up to it."""

    proceeds: Decimal
    royalty: Decimal
    fee: Decimal


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


def recognition(stream: str, currency: str, amount: Decimal) -> Lines:
    """What was deferred is earned: debit deferred, credit the stream."""
    return transfer(currency, f"deferred/{stream}", stream, amount)


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


def platform_fee(payer: str | None, currency: str, amount: Decimal) -> Lines:
    """A trading fee: debit the payer's funds (a receivable where a venue pays), credit fees."""
    source = "receivable" if payer is None else f"user_funds/{payer}"
    return transfer(currency, source, "transaction_fees", amount)


@exact
def nft_sale(buyer: str, seller: str, creator: str, currency: str, sold: Sold) -> Lines:
    """A sale: debit the buyer's funds, credit the seller's, the creator's royalty, and the fee."""
    parts = (
        (f"user_funds/{seller}", sold.proceeds),
        (f"payable/{creator}", sold.royalty),
        ("nft_marketplace", sold.fee),
    )
    price = sold.proceeds + sold.royalty + sold.fee
    return lines_of(currency, [(f"user_funds/{buyer}", price)], parts)


def points_granted(user_id: str, currency: str, amount: Decimal) -> Lines:
    """CREDIT or TOKEN comes into being: debit issued, credit the wallet."""
    return transfer(currency, "issued", f"wallet/{user_id}", amount)


def points_spent(user_id: str, counterpart: str, currency: str, amount: Decimal) -> Lines:
    """CREDIT or TOKEN moves on: debit the wallet, credit the counterpart's account."""
    return transfer(currency, f"wallet/{user_id}", counterpart, amount)


def points_burned(user_id: str, currency: str, amount: Decimal) -> Lines:
    """CREDIT or TOKEN ceases to be: debit the wallet, credit burned."""
    return transfer(currency, f"wallet/{user_id}", "burned", amount)


def liquidation_deficit(user_id: str, currency: str, amount: Decimal) -> Lines:
    """A loss beyond the margin: debit insurance paid, credit the user's funds."""
    return transfer(currency, "insurance_paid", f"user_funds/{user_id}", amount)


@exact
def split(currency: str, parts: Iterable[Side]) -> Lines:
    """A month's revenue is divided: debit appropriated, credit what is payable to each."""
    shares = tuple(parts)
    total = sum((amount for _, amount in shares), ZERO)
    payable = tuple((f"payable/{name}", amount) for name, amount in shares)
    return lines_of(currency, [("appropriated", total)], payable)


@exact
def exchange(user_id: str, sold: Side, bought: Side) -> Lines:
    """One currency for another of the user's: each balances alone, through its trading account.

    >>> pair = exchange("u1", ("USD", Decimal(110)), ("EUR", Decimal(100))).unwrap()
    >>> [line.account for line in pair]
    ['user_funds/u1', 'trading/USD', 'trading/EUR', 'user_funds/u1']
    """
    given = transfer(sold[0], f"user_funds/{user_id}", f"trading/{sold[0]}", sold[1])
    taken = transfer(bought[0], f"trading/{bought[0]}", f"user_funds/{user_id}", bought[1])
    if is_failure(given):
        return given
    return taken.map(lambda lines: (*given.unwrap(), *lines))
