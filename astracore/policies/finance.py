"""What payments, disputes and points mean in the books; what a payment sets going.

Movements of money need no policy: they are decided together with their entries.
"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import Any, TypeAlias

from returns.result import Success

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.ledger.postings import (
    Charged,
    Lines,
    Returned,
    charge,
    customer_credit,
    lost_dispute,
    points_burned,
    points_granted,
    refund,
    transfer,
)
from astracore.numeric import EXACT
from astracore.outcome import collect
from astracore.policies.journal import posted
from astracore.revenue.movements.commands import Deposit
from astracore.revenue.payments.events import (
    DisputeLost,
    OverpaymentCredited,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
)
from astracore.revenue.payments.types import Method, ProductKind
from astracore.revenue.postings import recognised
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.spending.commands import ReleaseSpend
from astracore.revenue.wallets.commands import BuyTokens
from astracore.revenue.wallets.events import (
    CashoutRequested,
    CreditsGranted,
    CreditsReceived,
    CreditsSpent,
    TokensBought,
    TokensExpired,
    TokensSpent,
)
from astracore.revenue.wallets.rules import Points
from astracore.users.types import Tier

FundsCommand: TypeAlias = Deposit | BuyTokens | ReleaseSpend
ZERO = Decimal(0)
TREASURY = "crypto_treasury"
WALLET = "wallet/"
SOURCES: Mapping[Method, str] = MappingProxyType(
    {
        Method.CARD: "processor",
        Method.WALLET: "processor",
        Method.BANK_TRANSFER: "bank",
        Method.CRYPTO: TREASURY,
    }
)


def posting(
    envelope: Envelope[Any], book: Book, reason: str, reference: str, made: Lines
) -> tuple[PostEntry, ...]:
    """The entry of an event, or none where nothing moves.

    Amounts of events are settled and not below zero, so lines are always made of them.
    """
    return posted(
        book,
        envelope.event_id,
        at=envelope.occurred_at,
        reason=reason,
        reference=reference,
        lines=made.value_or(()),
    )


def post_charge(envelope: Envelope[PaymentSucceeded]) -> tuple[PostEntry, ...]:
    """payment_succeeded → debit where it came in, credit deferred and tax; debit fees.

    Of a deposit the fee, and where it came in if that is no bank: the rest is the movement's to
    post. What was paid in another currency than the price goes through the trading account of
    each; what is near enough to the price, through rounding.
    """
    event = envelope.event
    crossed = event.due_currency != event.currency
    source = f"trading/{event.currency}" if crossed else SOURCES[event.method]
    if event.kind is ProductKind.DEPOSIT:
        fee = transfer(event.currency, "processor_fees", "bank", event.fee)
        made = joined(came(event), transfer(event.currency, source, "bank", event.amount), fee)
        lines = made if event.method is Method.CRYPTO else fee
        return posting(envelope, Book.HOUSE, "deposit_fee", event.payment_id, lines)
    charged = charge(
        event.stream,
        event.currency,
        Charged(price=event.net, tax=event.tax, fee=event.fee, source=source),
    )
    return posting(envelope, Book.HOUSE, "charge", event.payment_id, joined(came(event), charged))


def joined(*parts: Lines) -> Lines:
    """The lines of all parts, in order."""
    return collect(parts).map(lambda lines: tuple(chain.from_iterable(lines)))


def came(event: PaymentSucceeded) -> Lines:
    """What came in beyond the price in its own currency: another currency, or a near amount."""
    source = SOURCES[event.method]
    got = event.due if event.received is None else event.received
    if event.due_currency != event.currency:
        return transfer(event.due_currency, source, f"trading/{event.due_currency}", got)
    over = ZERO if event.received is None else EXACT.subtract(got, event.amount)
    rounding = f"rounding/{event.currency}"
    if over < 0:
        return transfer(event.currency, rounding, source, over.copy_negate())
    return transfer(event.currency, source, rounding, over)


def post_refund(envelope: Envelope[PaymentRefunded]) -> tuple[PostEntry, ...]:
    """payment_refunded → debit deferred, then refunds, and tax; credit where it goes out."""
    event = envelope.event
    returned = Returned(
        deferred=event.deferred, earned=event.earned, tax=event.tax, source=SOURCES[event.method]
    )
    lines = refund(event.stream, event.currency, returned)
    return posting(envelope, Book.HOUSE, "refund", event.refund_id, lines)


def post_lost_dispute(envelope: Envelope[DisputeLost]) -> tuple[PostEntry, ...]:
    """dispute_lost → debit chargebacks, credit where the bank took it."""
    event = envelope.event
    lines = lost_dispute(event.currency, event.amount, source=SOURCES[event.method])
    return posting(envelope, Book.HOUSE, "lost_dispute", event.dispute_id, lines)


def post_overpayment(envelope: Envelope[OverpaymentCredited]) -> tuple[PostEntry, ...]:
    """overpayment_credited → debit the treasury, credit what is owed to the user."""
    event = envelope.event
    lines = customer_credit(event.user_id, event.currency, event.amount, source=TREASURY)
    return posting(envelope, Book.HOUSE, "overpayment", event.payment_id, lines)


def post_points_in(
    envelope: Envelope[CreditsGranted | TokensBought | CreditsReceived],
) -> tuple[PostEntry, ...]:
    """credits_granted, tokens_bought → debit issued, credit the wallet.

    credits_received → debit the counterpart; nothing where that is a wallet: its owner's spending
    has moved them.
    """
    event = envelope.event
    amount = Decimal(event.amount)
    if isinstance(event, CreditsReceived):
        wallet = f"{WALLET}{event.user_id}"
        if event.counterpart.startswith(WALLET):
            return ()
        lines = transfer(Points.CREDIT.value, event.counterpart, wallet, amount)
        return posting(envelope, Book.GAME, event.use.value, event.source_event_id, lines)
    if isinstance(event, CreditsGranted):
        lines = points_granted(event.user_id, Points.CREDIT.value, amount)
        return posting(envelope, Book.GAME, event.reason, event.source_event_id, lines)
    lines = points_granted(event.user_id, Points.TOKEN.value, amount)
    return posting(envelope, Book.GAME, "tokens_bought", event.payment_id, lines)


def post_credits_out(
    envelope: Envelope[CreditsSpent | CashoutRequested],
) -> tuple[PostEntry, ...]:
    """credits_spent → debit the wallet, credit the counterpart.

    cashout_requested → the wallet's CREDIT is burned; in the house's book debit rewards, credit
    what is payable to the user.
    """
    event = envelope.event
    wallet, amount = f"{WALLET}{event.user_id}", Decimal(event.amount)
    if isinstance(event, CreditsSpent):
        lines = transfer(Points.CREDIT.value, wallet, event.counterpart, amount)
        return posting(envelope, Book.GAME, event.use.value, event.source_event_id, lines)
    burned = points_burned(event.user_id, Points.CREDIT.value, amount)
    owed = transfer("USD", "rewards", f"payable/{event.user_id}", event.net)
    return (
        *posting(envelope, Book.GAME, "cash_out", event.cashout_id, burned),
        *posting(envelope, Book.HOUSE, "cash_out", event.cashout_id, owed),
    )


def post_tokens_out(envelope: Envelope[TokensSpent | TokensExpired]) -> tuple[PostEntry, ...]:
    """tokens_spent, tokens_expired → they are burned, and what was paid for them is earned."""
    event = envelope.event
    reference = event.product if isinstance(event, TokensSpent) else "expired"
    burned = points_burned(event.user_id, Points.TOKEN.value, Decimal(event.amount))
    earned = Success(recognised("USD", Stream.PREMIUM_FEATURES, event.earned))
    return (
        *posting(envelope, Book.GAME, "tokens_used", reference, burned),
        *posting(envelope, Book.HOUSE, "tokens_used", reference, earned),
    )


def deliver(envelope: Envelope[PaymentSucceeded]) -> tuple[FundsCommand, ...]:
    """payment_succeeded → BuyTokens, or Deposit, where that is what was paid for.

    Who opened the payment had the tier that a deposit needs.
    """
    event = envelope.event
    if event.kind is ProductKind.TOKENS:
        return (
            BuyTokens(
                user_id=event.user_id, usd=event.net, payment_id=event.payment_id, at=event.at
            ),
        )
    if event.kind is ProductKind.DEPOSIT:
        return (
            Deposit(
                user_id=event.user_id,
                movement_id=event.payment_id,
                amount=event.amount,
                currency=event.currency,
                usd=event.usd,
                tier=Tier.EMAIL,
                at=event.at,
            ),
        )
    return ()


def release(envelope: Envelope[PaymentFailed]) -> tuple[FundsCommand, ...]:
    """payment_failed → ReleaseSpend: what was never paid counts no more."""
    event = envelope.event
    return (ReleaseSpend(user_id=event.user_id, payment_id=event.payment_id, at=event.at),)


# Each posts what its events mean; the commands are the book's own.
FUNDS_POSTINGS: tuple[Policy[Any, PostEntry], ...] = (
    Policy(name="post_charge", events=(PaymentSucceeded,), react=post_charge),
    Policy(name="post_refund", events=(PaymentRefunded,), react=post_refund),
    Policy(name="post_lost_dispute", events=(DisputeLost,), react=post_lost_dispute),
    Policy(name="post_overpayment", events=(OverpaymentCredited,), react=post_overpayment),
    Policy(
        name="post_points_in",
        events=(CreditsGranted, TokensBought, CreditsReceived),
        react=post_points_in,
    ),
    Policy(
        name="post_credits_out", events=(CreditsSpent, CashoutRequested), react=post_credits_out
    ),
    Policy(name="post_tokens_out", events=(TokensSpent, TokensExpired), react=post_tokens_out),
)
# Each asks another aggregate of this domain.
FUNDS_POLICIES: tuple[Policy[Any, FundsCommand], ...] = (
    Policy(name="deliver_payment", events=(PaymentSucceeded,), react=deliver),
    Policy(name="release_spend", events=(PaymentFailed,), react=release),
)
