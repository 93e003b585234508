"""The cause that books and accounts share: not enough money."""

from decimal import Decimal
from typing import ClassVar

from attrs import frozen


@frozen
class InsufficientFunds:
    """The account would fall below zero, or below what may be taken out of it."""

    code: ClassVar[str] = "insufficient_funds"
    account: str
    currency: str
    balance: Decimal
    asked: Decimal
