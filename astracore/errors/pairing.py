"""Causes that concern who meets whom."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class NoPairing:
    """There are too few or too many to pair, or everybody left has met everybody left."""

    code: ClassVar[str] = "no_pairing"
    players: int


@frozen
class DoubledPlayer:
    """Somebody is named twice."""

    code: ClassVar[str] = "doubled_player"
    player: str


@frozen
class UndecidedMatch:
    """A match has not exactly one winner."""

    code: ClassVar[str] = "undecided_match"
    first: str


PairingFault: TypeAlias = NoPairing | DoubledPlayer | UndecidedMatch
