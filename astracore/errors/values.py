"""Causes that concern single values: numbers, instants, identifiers."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class BadAmount:
    """Text is not a decimal of at most 30 digits before the point and 18 after."""

    code: ClassVar[str] = "bad_amount"
    text: str


@frozen
class NumericLimit:
    """The exact answer does not fit; nothing was rounded behind your back."""

    code: ClassVar[str] = "numeric_limit"
    signal: str


@frozen
class BadInstant:
    """Text is not a UTC instant such as `2026-03-04T10:00:00.000000Z`."""

    code: ClassVar[str] = "bad_instant"
    text: str


@frozen
class BadId:
    """Text is not an identifier of the expected form."""

    code: ClassVar[str] = "bad_id"
    text: str


ValueFault: TypeAlias = BadAmount | NumericLimit | BadInstant | BadId
