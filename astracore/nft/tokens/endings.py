"""How offers on a token end, and the fault of a deed that its state does not allow."""

from collections.abc import Iterable

from astracore.errors.nft import TokenLocked
from astracore.instants import Instant
from astracore.nft.tokens.events import OfferEnded
from astracore.nft.tokens.state import TOKEN_STATES, Deed, Offer, Token
from astracore.nft.types import OfferEnd


def locked(token: Token, deed: Deed) -> TokenLocked | None:
    """Why the token's state does not allow `deed`, by the table of states, or None."""
    if deed in TOKEN_STATES[token.state]:
        return None
    return TokenLocked(token.token_id, token.state.value)


def ended(token: Token, offer: Offer, reason: OfferEnd, at: Instant) -> OfferEnded:
    """The end of one offer."""
    return OfferEnded(
        offer_id=offer.offer_id,
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        bidder_id=offer.bidder_id,
        amount=offer.amount,
        currency=offer.currency,
        reason=reason,
        at=at,
    )


def all_ended(token: Token, offers: Iterable[Offer], at: Instant) -> tuple[OfferEnded, ...]:
    """The ends of `offers` because the token changes hands or is gone."""
    return tuple(ended(token, offer, OfferEnd.TOKEN_MOVED, at) for offer in offers)
