"""One token as a decider: what its owner, and those who would own it, may do."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.nft import (
    ListingState,
    NothingToClaim,
    SelfTrade,
    Soulbound,
    StakeTooShort,
    TokenFault,
)
from astracore.errors.risk import NotPermitted
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.instants import Instant, after
from astracore.nft.payout import acceptable
from astracore.nft.purses import affordable
from astracore.nft.rules import RULES, NftRules
from astracore.nft.staking import full_days, stake_credits
from astracore.nft.tokens.commands import (
    Burn,
    ClaimStaking,
    ExpireOffers,
    MakeOffer,
    Stake,
    TokenCommand,
    Transfer,
    Unstake,
    WithdrawOffer,
)
from astracore.nft.tokens.endings import all_ended, ended, locked
from astracore.nft.tokens.events import (
    NftBurned,
    NftStaked,
    NftTransferred,
    NftUnstaked,
    OfferMade,
    RewardClaimed,
    TokenEvent,
)
from astracore.nft.tokens.state import Deed, Token, evolve, offer_of
from astracore.nft.types import Kind, OfferEnd, TokenState
from astracore.numeric import exact
from astracore.outcome import is_failure

Decided: TypeAlias = Result[tuple[TokenEvent, ...], TokenFault]


def token_decider(rules: NftRules) -> Decider[TokenCommand, Token, TokenEvent, TokenFault]:
    """The decider under these rules."""

    @exact
    def decide(command: TokenCommand, token: Token) -> Decided:
        """Errors: those of the single steps."""
        match command:
            case Transfer():
                return transfer(command, token)
            case Burn():
                return burn(command, token)
            case Stake():
                return stake(command, token)
            case Unstake():
                return unstake(command, token, rules)
            case ClaimStaking():
                return claim_staking(command, token, rules)
            case MakeOffer():
                return make_offer(command, token, rules)
            case WithdrawOffer():
                return withdraw_offer(command, token)
            case ExpireOffers():
                return expire_offers(command, token)
            case _:
                assert_never(command)

    return Decider("nft.token", Token(), decide, evolve)


def ownable(token: Token, user_id: UserId, deed: Deed) -> TokenFault | None:
    """Why `user_id` may not do `deed` with the token, or None.

    In order: NotPermitted (not the owner), Soulbound (a burn apart), TokenLocked.
    """
    if token.state in {TokenState.ABSENT, TokenState.BURNED}:
        return locked(token, deed)
    if token.owner_id != user_id:
        return NotPermitted("owner")
    if token.kind is Kind.SOULBOUND and deed is not Deed.BURN:
        return Soulbound(token.token_id)
    return locked(token, deed)


def transfer(command: Transfer, token: Token) -> Decided:
    """The token and nothing else moves; offers on it end.

    Errors: NotPermitted, Soulbound, TokenLocked, SelfTrade.
    """
    fault = ownable(token, command.user_id, Deed.TRANSFER)
    if fault is not None:
        return Failure(fault)
    if command.to == command.user_id:
        return Failure(SelfTrade(command.to))
    given = NftTransferred(
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        to=command.to,
        tx_hash=command.tx_hash,
        at=command.at,
    )
    return Success((*all_ended(token, token.offers, command.at), given))


def burn(command: Burn, token: Token) -> Decided:
    """Gone for good; offers on it end.  Errors: NotPermitted, TokenLocked."""
    fault = ownable(token, command.user_id, Deed.BURN)
    if fault is not None:
        return Failure(fault)
    gone = NftBurned(
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        at=command.at,
    )
    return Success((*all_ended(token, token.offers, command.at), gone))


def stake(command: Stake, token: Token) -> Decided:
    """Offers stand while the token is staked, and cannot be accepted.

    Errors: NotPermitted, Soulbound, TokenLocked.
    """
    fault = ownable(token, command.user_id, Deed.STAKE)
    if fault is not None:
        return Failure(fault)
    return Success(
        (
            NftStaked(
                token_id=token.token_id,
                class_=token.class_,
                rarity=token.rarity,
                owner_id=token.owner_id,
                at=command.at,
            ),
        )
    )


def unstake(command: Unstake, token: Token, rules: NftRules = RULES) -> Decided:
    """Out after the rules' days; full days that were not paid yet are paid with it.

    Errors: NotPermitted, Soulbound, TokenLocked, StakeTooShort.
    """
    fault = ownable(token, command.user_id, Deed.UNSTAKE)
    if fault is not None:
        return Failure(fault)
    due = after(token.staked_since or command.at, rules.stake_least)
    if command.at.micros < due.micros:
        return Failure(StakeTooShort(due.micros))
    out = NftUnstaked(
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        at=command.at,
    )
    return Success((*unpaid(token, command.at, rules), out))


def claim_staking(command: ClaimStaking, token: Token, rules: NftRules = RULES) -> Decided:
    """Each full day is paid once.  Errors: NotPermitted, NothingToClaim."""
    if token.owner_id != command.user_id:
        return Failure(NotPermitted("owner"))
    paid = unpaid(token, command.at, rules)
    return Success(paid) if paid else Failure(NothingToClaim(token.token_id))


def unpaid(token: Token, at: Instant, rules: NftRules = RULES) -> tuple[RewardClaimed, ...]:
    """The reward of the full days that were not paid yet, if there is one."""
    if token.state is not TokenState.STAKED or token.staked_since is None:
        return ()
    days = full_days(token.staked_since, at) - token.paid_days
    if days < 1:
        return ()
    return (
        RewardClaimed(
            token_id=token.token_id,
            class_=token.class_,
            rarity=token.rarity,
            user_id=token.owner_id,
            days=days,
            credits=stake_credits(token.rarity, days, rules),
            at=at,
        ),
    )


def make_offer(command: MakeOffer, token: Token, rules: NftRules = RULES) -> Decided:
    """The price is set aside until the offer ends.

    Errors: TokenLocked, Soulbound, SelfTrade, ListingState (the id is in use), PriceTooLow and
    the other faults of a price, TierRequired, SpendingLimit, InsufficientFunds.
    """
    fault = unofferable(command, token)
    if fault is not None:
        return Failure(fault)
    price = acceptable(command.price, command.currency, rules)
    if is_failure(price):
        return price
    paid = affordable(command.purse, command.user_id, command.price, command.currency)
    if is_failure(paid):
        return paid
    made = OfferMade(
        offer_id=command.offer_id,
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        bidder_id=command.user_id,
        amount=command.price,
        currency=command.currency,
        ends_at=after(command.at, rules.offer_lives),
        at=command.at,
    )
    return Success((made,))


def unofferable(command: MakeOffer, token: Token) -> TokenFault | None:
    """Why nobody, or not this user, may offer for the token, or None."""
    fault = locked(token, Deed.OFFER)
    if fault is not None:
        return fault
    if token.kind is Kind.SOULBOUND:
        return Soulbound(token.token_id)
    if token.owner_id == command.user_id:
        return SelfTrade(command.user_id)
    taken = offer_of(token, command.offer_id) is not None
    return ListingState("open") if taken else None


def withdraw_offer(command: WithdrawOffer, token: Token) -> Decided:
    """The bidder has the money back.  Errors: ListingState (no such offer), NotPermitted."""
    offer = offer_of(token, command.offer_id)
    if offer is None:
        return Failure(ListingState("none"))
    if offer.bidder_id != command.user_id:
        return Failure(NotPermitted("owner"))
    return Success((ended(token, offer, OfferEnd.WITHDRAWN, command.at),))


def expire_offers(command: ExpireOffers, token: Token) -> Decided:
    """Every offer whose time is over ends; asking again changes nothing."""
    due = (offer for offer in token.offers if offer.ends_at.micros <= command.at.micros)
    return Success(tuple(ended(token, offer, OfferEnd.EXPIRED, command.at) for offer in due))


TOKEN = token_decider(RULES)
