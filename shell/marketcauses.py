"""Which status a cause of collectibles or copies has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import bots, nft

CollectibleCause: TypeAlias = (
    bots.CopyState
    | bots.LeaderIneligible
    | bots.CopyChain
    | bots.AllocationLimit
    | bots.CopyInvalid
    | nft.AlreadyMinted
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
            bots.CopyState()
            | nft.AlreadyMinted()
            | nft.MintState()
            | nft.SoldOut()
            | nft.ListingState()
            | nft.TokenLocked()
            | nft.AuctionState()
        ):
            return 409
        case (
            bots.LeaderIneligible()
            | bots.CopyChain()
            | bots.AllocationLimit()
            | bots.CopyInvalid()
            | nft.NotEligible()
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
