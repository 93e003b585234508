"""Tokens, claims and the figures of the collection."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Result

from astracore.errors.values import NumericLimit
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.collection import CollectionStats, Piece, SaleMade, collection_stats
from astracore.nft.eligibility.events import (
    EligibilityEvent,
    EligibilityGranted,
    MintFailed,
    MintRecorded,
    MintRequested,
)
from astracore.nft.tokens.events import (
    MarketplaceSale,
    NftBurned,
    NftMinted,
    NftStaked,
    NftTransferred,
    NftUnstaked,
    TokenListed,
    TokenReleased,
)
from astracore.nft.types import Kind, MintState, NftClass, Rarity, TokenState
from astracore.projections.market import ListingRow
from astracore.projections.sorting import descending

PlaceEvent: TypeAlias = (
    NftMinted
    | TokenListed
    | TokenReleased
    | MarketplaceSale
    | NftTransferred
    | NftBurned
    | NftStaked
    | NftUnstaked
)


@frozen(kw_only=True)
class TokenRow:
    """One token, as anybody sees it."""

    token_id: str
    class_: NftClass
    rarity: Rarity
    kind: Kind
    state: TokenState
    owner_id: UserId
    first_owner_id: UserId
    level: int
    power: int
    points: int
    metadata_hash: str
    market_id: str = ""
    minted_at: Instant
    changed_at: Instant


@frozen(kw_only=True)
class ClaimRow:
    """One claim, as its owner sees it."""

    user_id: UserId
    class_: NftClass
    reference: str
    rarity: Rarity
    status: MintState
    token_id: str = ""
    changed_at: Instant


def evolve_token(
    row: TokenRow | None, envelope: Envelope[PlaceEvent], _key: str
) -> TokenRow | None:
    """Fold one event; nothing is known of a token before its mint."""
    event = envelope.event
    if isinstance(event, NftMinted):
        return minted(event) if row is None else row
    if row is None:
        return None
    row = changed(row, changed_at=event.at, market_id="")
    match event:
        case TokenListed():
            return changed(row, state=TokenState.LISTED, market_id=event.market_id)
        case MarketplaceSale():
            return changed(row, state=TokenState.MINTED, owner_id=event.buyer_id)
        case NftTransferred():
            return changed(row, owner_id=event.to)
        case NftBurned():
            return changed(row, state=TokenState.BURNED)
        case NftStaked():
            return changed(row, state=TokenState.STAKED)
        case NftUnstaked() | TokenReleased():
            return changed(row, state=TokenState.MINTED)
        case _:
            assert_never(event)


def minted(event: NftMinted) -> TokenRow:
    """The row as it begins."""
    return TokenRow(
        token_id=event.token_id,
        class_=event.class_,
        rarity=event.rarity,
        kind=event.kind,
        state=TokenState.MINTED,
        owner_id=event.owner_id,
        first_owner_id=event.owner_id,
        level=event.level,
        power=event.power,
        points=event.points,
        metadata_hash=event.metadata_hash,
        minted_at=event.at,
        changed_at=event.at,
    )


def rarest_first(row: TokenRow) -> str:
    """Rarity downwards, then the number of the token."""
    return f"{descending(tuple(Rarity).index(row.rarity))}/{row.token_id:0>24}"


def claim_key(envelope: Envelope[EligibilityEvent]) -> tuple[str, ...]:
    """One row for each user, class and reference."""
    event = envelope.event
    owner = event.user_id if isinstance(event, EligibilityGranted) else event.owner_id
    return (f"{owner}/{event.class_.value}/{event.reference}",)


def evolve_claim(
    row: ClaimRow | None, envelope: Envelope[EligibilityEvent], _key: str
) -> ClaimRow | None:
    """Fold one event; nothing is known of a claim before its grant."""
    event = envelope.event
    if isinstance(event, EligibilityGranted):
        return ClaimRow(
            user_id=event.user_id,
            class_=event.class_,
            reference=event.reference,
            rarity=event.rarity,
            status=MintState.ELIGIBLE,
            changed_at=event.at,
        )
    if row is None:
        return None
    row = changed(row, token_id=event.token_id, changed_at=event.at)
    match event:
        case MintRequested():
            return changed(row, status=MintState.REQUESTED)
        case MintRecorded():
            return changed(row, status=MintState.MINTED)
        case MintFailed():
            return changed(row, status=MintState.ELIGIBLE)
        case _:
            assert_never(event)


def figures(
    tokens: Sequence[TokenRow],
    listings: Iterable[ListingRow],
    sales: Iterable[MarketplaceSale],
    now: Instant,
) -> Result[CollectionStats, NumericLimit]:
    """The collection at `now`, from the rows of the read models.

    A bundle has no price of its own for any of its tokens, and no part in the floor price.
    Errors: NumericLimit.
    """
    alone = {row.listing_id: row for row in listings if len(row.tokens) == 1}
    pieces = tuple(_piece(row, alone.get(row.market_id)) for row in tokens)
    made = tuple(SaleMade(price=sale.price, currency=sale.currency, at=sale.at) for sale in sales)
    return collection_stats(pieces, made, now)


def _piece(row: TokenRow, listing: ListingRow | None) -> Piece:
    return Piece(
        class_=row.class_,
        rarity=row.rarity,
        owner_id=row.owner_id,
        state=row.state,
        price=None if listing is None else listing.price,
        currency="" if listing is None else listing.currency,
    )


TOKENS: Projection[PlaceEvent, TokenRow] = Projection(
    name="nft.tokens",
    version=1,
    events=(
        NftMinted,
        TokenListed,
        TokenReleased,
        MarketplaceSale,
        NftTransferred,
        NftBurned,
        NftStaked,
        NftUnstaked,
    ),
    keys=lambda envelope: (envelope.event.token_id,),
    evolve=evolve_token,
    row=codec(TokenRow),
    owner=lambda _row: "",
    sort=rarest_first,
)
CLAIMS: Projection[EligibilityEvent, ClaimRow] = Projection(
    name="nft.eligibility",
    version=1,
    events=(EligibilityGranted, MintRequested, MintRecorded, MintFailed),
    keys=claim_key,
    evolve=evolve_claim,
    row=codec(ClaimRow),
    owner=lambda row: row.user_id,
    sort=lambda row: f"{row.class_.value}/{row.reference}",
)
