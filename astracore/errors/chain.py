"""Causes that concern the integers of a chain."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class OverflowU128:
    """A value does not fit an unsigned integer of 128 bits."""

    code: ClassVar[str] = "overflow_u128"
    value: str


@frozen
class OverflowU256:
    """A value does not fit an unsigned integer of 256 bits."""

    code: ClassVar[str] = "overflow_u256"
    value: str


@frozen
class OverflowI64:
    """A value does not fit a signed integer of 64 bits."""

    code: ClassVar[str] = "overflow_i64"
    value: str


@frozen
class OverflowFelt:
    """A value is not an element of the field 0 .. 2^251 + 17 * 2^192."""

    code: ClassVar[str] = "overflow_felt"
    value: str


@frozen
class BadFelts:
    """Field elements read from a chain do not encode a value of the expected width."""

    code: ClassVar[str] = "bad_felts"
    width: str
    count: int


ChainFault: TypeAlias = OverflowU128 | OverflowU256 | OverflowI64 | OverflowFelt | BadFelts
