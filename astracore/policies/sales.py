"""What deals in collectibles move, asked of books and wallets in the deal's own transaction.

CREDIT is the wallets' to move, and their own events post it; other money is the house's book's.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.ids import EventId, UserId
from astracore.instants import Instant
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Line
from astracore.money.currencies import CREDIT
from astracore.nft.auctions.events import AuctionEvent, BidPlaced
from astracore.nft.payments import PaymentLine, escrow, moved, payment_lines
from astracore.nft.tokens.events import MarketplaceSale, OfferEnded, OfferMade, TokenEvent
from astracore.policies.journal import posted
from astracore.revenue.wallets.commands import ReceiveCredits, SpendCredits
from astracore.revenue.wallets.rules import CreditUse

Paying: TypeAlias = PostEntry | SpendCredits | ReceiveCredits
Dealt: TypeAlias = MarketplaceSale | OfferMade | OfferEnded | BidPlaced
WALLET = "wallet/"


def payments(events: tuple[TokenEvent | AuctionEvent, ...], reference: str) -> tuple[Paying, ...]:
    """What `events` of one deal ask of books and wallets, in order.

    Rewards of staking are no deal: a policy grants them. `reference` names the deal, and no two
    deals have one name.
    Invariant: with the wallets' postings and `burn_share` every account ends as `payment_lines`
    says.
    """
    return tuple(
        asked
        for place, event in enumerate(events)
        if isinstance(event, Dealt)
        for asked in _paid(event, f"{reference}:{place}")
    )


def _paid(
    event: MarketplaceSale | OfferMade | OfferEnded | BidPlaced, name: str
) -> Iterator[Paying]:
    lines = payment_lines(event)
    if event.currency == CREDIT:
        yield from _credits(lines, name, event.at)
    else:
        yield from _posting(Book.HOUSE, lines, name, event.at)


# A line above zero says who pays; those below it, up to the next, who is paid.
def _credits(lines: tuple[PaymentLine, ...], name: str, at: Instant) -> Iterator[Paying]:
    payer = ""
    for place, line in enumerate(lines):
        if line.amount > 0:
            payer = line.account
        else:
            yield from _moved(payer, line, f"{name}:{place}", at)


def _moved(payer: str, paid: PaymentLine, name: str, at: Instant) -> Iterator[Paying]:
    amount = int(paid.amount.copy_negate())
    if payer.startswith(WALLET):
        yield SpendCredits(
            user_id=_owner(payer),
            amount=amount,
            use=CreditUse.SALE,
            counterpart=paid.account,
            source_event_id=name,
            at=at,
        )
    if paid.account.startswith(WALLET):
        yield ReceiveCredits(
            user_id=_owner(paid.account),
            amount=amount,
            use=CreditUse.SALE,
            counterpart=payer,
            source_event_id=name,
            at=at,
        )


def _owner(account: str) -> UserId:
    return UserId(account.removeprefix(WALLET))


def _posting(
    book: Book, lines: tuple[PaymentLine, ...], name: str, at: Instant
) -> tuple[PostEntry, ...]:
    return posted(
        book, EventId(name), at=at, reason="collectible", reference=name, lines=as_booked(lines)
    )


def as_booked(lines: Iterable[PaymentLine]) -> tuple[Line, ...]:
    """What a deal moves, as the ledger writes it."""
    return tuple(
        Line(account=one.account, currency=one.currency, amount=one.amount) for one in lines
    )


def burn_share(envelope: Envelope[MarketplaceSale]) -> tuple[PostEntry, ...]:
    """marketplace_sale out of escrow, in CREDIT → the platform's share is burned.

    The book hears of escrow from the wallets' events, so it cannot be asked in the sale itself.
    """
    event = envelope.event
    if event.currency != CREDIT or event.escrow is None:
        return ()
    lines = moved(escrow(event.escrow, CREDIT), "burned", CREDIT, event.platform)
    return _posting(Book.GAME, lines, envelope.event_id, event.at)


BURN_SHARE: Policy[MarketplaceSale, PostEntry] = Policy(
    name="burn_share", events=(MarketplaceSale,), react=burn_share
)
