"""Causes that concern rates of return found as roots."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.series import SeriesFault


@frozen
class NoSignChange:
    """All flows point one way, so that no rate makes them worth nothing."""

    code: ClassVar[str] = "no_sign_change"


@frozen
class NoRoot:
    """No rate of the range that was searched makes the flows worth nothing."""

    code: ClassVar[str] = "no_root"


@frozen
class MultipleRoots:
    """`found` rates of the range would do; name a bracket that holds one of them."""

    code: ClassVar[str] = "multiple_roots"
    found: int


RootFault: TypeAlias = SeriesFault | NoSignChange | NoRoot | MultipleRoots
