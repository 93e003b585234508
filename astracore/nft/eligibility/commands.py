"""What may be asked about a claim to a collectible."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.eligibility.requirements import Fact
from astracore.nft.types import NftClass, Rarity


@frozen(kw_only=True)
class GrantEligibility:
    """A requirement may have become true. `reference`: the tournament or edition, if any.

    Policies state what their event shows; who handles it adds what read models know.
    """

    user_id: UserId
    class_: NftClass
    facts: tuple[Fact, ...]
    reference: str = ""
    edition_rarity: Rarity | None = None
    at: Instant


@frozen(kw_only=True)
class RequestMint:
    """Mint what one is eligible for. `level` is the owner's now; `traits` were drawn before."""

    user_id: UserId
    class_: NftClass
    level: int
    reference: str = ""
    traits: tuple[int, ...] = ()
    at: Instant


@frozen(kw_only=True)
class RecordMint:
    """The chain has minted it."""

    user_id: UserId
    class_: NftClass
    tx_hash: str
    reference: str = ""
    at: Instant


@frozen(kw_only=True)
class FailMint:
    """The chain has not: back to eligible."""

    user_id: UserId
    class_: NftClass
    reason: str
    reference: str = ""
    at: Instant


EligibilityCommand: TypeAlias = GrantEligibility | RequestMint | RecordMint | FailMint
