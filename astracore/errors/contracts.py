"""Causes of contract mathematics: positions of any kind, lots, pools, returns."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.ledger import DuplicateEntry
from astracore.errors.series import ZeroDenominator
from astracore.errors.trading import InsufficientLots, UnknownMark
from astracore.errors.values import InvalidPrice, InvalidQuantity, NumericLimit


@frozen
class InvalidContract:
    """A term of a contract breaks its rules: `field` says which."""

    code: ClassVar[str] = "invalid_contract"
    field: str
    value: str


@frozen
class LegExceeded:
    """A fill would close more of a leg than it holds; a leg never changes its side."""

    code: ClassVar[str] = "leg_exceeded"
    leg: str
    found: Decimal
    missing: Decimal


@frozen
class LotNotFound:
    """No lot fits the description."""

    code: ClassVar[str] = "lot_not_found"
    wanted: str


@frozen
class AmbiguousLot:
    """Several lots fit the description, so it names none of them."""

    code: ClassVar[str] = "ambiguous_lot"
    wanted: str
    found: int


ContractFault: TypeAlias = (
    InvalidContract
    | InvalidQuantity
    | InvalidPrice
    | UnknownMark
    | DuplicateEntry
    | LegExceeded
    | ZeroDenominator
    | NumericLimit
)
BasisFault: TypeAlias = (
    InsufficientLots
    | LotNotFound
    | AmbiguousLot
    | InvalidQuantity
    | InvalidPrice
    | InvalidContract
    | NumericLimit
)
