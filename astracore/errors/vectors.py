"""Causes that concern files of published cases."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class BadVectors:
    """A file of cases, or of series, is not what it should be."""

    code: ClassVar[str] = "bad_vectors"
    reason: str


@frozen
class BadInput:
    """A case lacks an input, or states one that cannot be read."""

    code: ClassVar[str] = "bad_input"
    key: str
    reason: str


VectorFault: TypeAlias = BadVectors | BadInput
