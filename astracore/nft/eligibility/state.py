"""What is remembered of a claim and of a class's serials."""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from astracore.ids import UserId
from astracore.nft.types import Kind, MintState, NftClass, Rarity

NOBODY = UserId("")


@frozen(kw_only=True)
class Pinned:
    """What a requested mint has fixed."""

    token_id: str
    level: int
    power: int
    traits: tuple[int, ...]
    metadata_hash: str
    kind: Kind


@frozen(kw_only=True)
class Claim:
    """One user's claim to one collectible. `pinned` survives a failed mint."""

    status: MintState = MintState.NONE
    owner_id: UserId = NOBODY
    class_: NftClass = NftClass.FIRST_TRADE
    reference: str = ""
    rarity: Rarity = Rarity.COMMON
    pinned: Pinned | None = None


@frozen(kw_only=True)
class Supply:
    """The serials of one class: the last one, and how many each edition has taken."""

    last: int = 0
    editions: Mapping[str, int] = field(factory=lambda: MappingProxyType({}))


# From, asked -> to; what is not here is refused.
MINT_STATES: Mapping[MintState, Mapping[str, MintState]] = MappingProxyType(
    {
        MintState.NONE: {"grant": MintState.ELIGIBLE},
        MintState.ELIGIBLE: {"request": MintState.REQUESTED},
        MintState.REQUESTED: {"record": MintState.MINTED, "fail": MintState.ELIGIBLE},
        MintState.MINTED: {},
    }
)


def may(status: MintState, asked: str) -> bool:
    """Whether the table of states knows the step `asked` from `status`.

    >>> may(MintState.ELIGIBLE, "request"), may(MintState.MINTED, "request")
    (True, False)
    """
    return asked in MINT_STATES[status]
