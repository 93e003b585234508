"""Which status a cause of collectibles has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import nft

CollectibleCause: TypeAlias = (
    nft.AlreadyMinted
    | nft.MintState
    | nft.SoldOut
    | nft.ListingState
    | nft.TokenLocked
    | nft.AuctionState
    | nft.NotEligible
    | nft.PriceTooLow
    | nft.SelfTrade
    | nft.Soulbound
    | nft.WashSale
    | nft.RoyaltyAbovePrice
    | nft.BundleSize
    | nft.BidTooLow
    | nft.StakeTooShort
    | nft.NothingToClaim
)


def status_of_collectible(cause: CollectibleCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case (
            nft.AlreadyMinted()
            | nft.MintState()
            | nft.SoldOut()
            | nft.ListingState()
            | nft.TokenLocked()
            | nft.AuctionState()
        ):
            return 409
        case (
            nft.NotEligible()
            | nft.PriceTooLow()
            | nft.SelfTrade()
            | nft.Soulbound()
            | nft.WashSale()
            | nft.RoyaltyAbovePrice()
            | nft.BundleSize()
            | nft.BidTooLow()
            | nft.StakeTooShort()
            | nft.NothingToClaim()
        ):
            return 422
        case _:
            return assert_never(cause)
