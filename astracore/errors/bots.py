"""Causes that concern what trades for somebody."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.money import MoneyFault


@frozen
class LeaderIneligible:
    """What is missing for being copied: all of it at once."""

    code: ClassVar[str] = "leader_ineligible"
    needs: tuple[str, ...]


@frozen
class CopyChain:
    """Who leads follows nobody, and who follows leads nobody."""

    code: ClassVar[str] = "copy_chain"
    user_id: str


@frozen
class AllocationLimit:
    """An allocation is too small, too large, or one too many; `most` is what binds."""

    code: ClassVar[str] = "allocation_limit"
    bound: str
    most: Decimal


@frozen
class CopyInvalid:
    """Fields of a copy that do not have their form: all of them at once."""

    code: ClassVar[str] = "copy_invalid"
    fields: tuple[str, ...]


@frozen
class CopyState:
    """The copy, or the leader's listing, is not in the state that this needs."""

    code: ClassVar[str] = "copy_state"
    state: str


CopyFault: TypeAlias = CopyChain | AllocationLimit | CopyInvalid | CopyState | MoneyFault
LeaderFault: TypeAlias = LeaderIneligible | CopyChain | CopyState
