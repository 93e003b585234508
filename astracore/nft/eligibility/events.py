"""What may have happened to a claim, and to a class's serials."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.types import Kind, NftClass, Rarity


@frozen(kw_only=True)
class EligibilityGranted:
    """The user may mint one of this class, of this rarity."""

    TYPE: ClassVar[str] = "astra.nft.eligibility_granted.v1"
    user_id: UserId
    class_: NftClass
    reference: str
    rarity: Rarity
    at: Instant


@frozen(kw_only=True)
class MintRequested:
    """The mint is on its way to the chain; everything that the hash pins is fixed."""

    TYPE: ClassVar[str] = "astra.nft.mint_requested.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    reference: str
    kind: Kind
    level: int
    power: int
    traits: tuple[int, ...]
    metadata_hash: str
    at: Instant


@frozen(kw_only=True)
class MintRecorded:
    """The claim is used up: the token exists."""

    TYPE: ClassVar[str] = "astra.nft.mint_recorded.v1"
    token_id: str
    class_: NftClass
    reference: str
    owner_id: UserId
    tx_hash: str
    at: Instant


@frozen(kw_only=True)
class MintFailed:
    """The chain did not mint; the claim stands and keeps its number."""

    TYPE: ClassVar[str] = "astra.nft.mint_failed.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    reference: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class SerialTaken:
    """The next number of a class belongs to this user's claim."""

    TYPE: ClassVar[str] = "astra.nft.serial_taken.v1"
    class_: NftClass
    reference: str
    serial: int
    owner_id: UserId


EligibilityEvent: TypeAlias = EligibilityGranted | MintRequested | MintRecorded | MintFailed
SupplyEvent: TypeAlias = SerialTaken
