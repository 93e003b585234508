"""The vocabulary of collectibles."""

from enum import StrEnum


class NftClass(StrEnum):
    """What a collectible is given for; the order is the chain's numbering, from 1."""

    FIRST_TRADE = "first_trade"
    LEVEL_25 = "level_25"
    LEVEL_50 = "level_50"
    LEVEL_75 = "level_75"
    LEVEL_100 = "level_100"
    CLAN_FOUNDER = "clan_founder"
    VIRAL_AUTHOR = "viral_author"
    TRADING_MASTER = "trading_master"
    TOURNAMENT_WINNER = "tournament_winner"
    SEASON_ITEM = "season_item"


class Rarity(StrEnum):
    """From plentiful to rare; the order is that of worth."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


class Kind(StrEnum):
    """Whether it may ever change hands."""

    SOULBOUND = "soulbound"
    TRADEABLE = "tradeable"


class MintState(StrEnum):
    """How far one user's claim to one collectible has come."""

    NONE = "none"
    ELIGIBLE = "eligible"
    REQUESTED = "mint_requested"
    MINTED = "minted"


class TokenState(StrEnum):
    """Where a token is; burned is final."""

    ABSENT = "absent"
    MINTED = "minted"
    LISTED = "listed"
    STAKED = "staked"
    BURNED = "burned"


class ListingState(StrEnum):
    """The life of a listing."""

    NONE = "none"
    OPEN = "open"
    SOLD = "sold"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class AuctionState(StrEnum):
    """The life of an auction."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


class AuctionKind(StrEnum):
    """Rising bids, or a falling price."""

    ENGLISH = "english"
    DUTCH = "dutch"


class Market(StrEnum):
    """What a listed token is locked by."""

    LISTING = "listing"
    AUCTION = "auction"


class OfferEnd(StrEnum):
    """Why an offer is over; all but the first give the escrow back."""

    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TOKEN_MOVED = "token_moved"  # noqa: S105  # a reason, not a secret
