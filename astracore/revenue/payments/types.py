"""The vocabulary of payments, and the table of their states."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen


class Method(StrEnum):
    """How somebody pays."""

    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    WALLET = "wallet"
    CRYPTO = "crypto"


class State(StrEnum):
    """Where a payment stands."""

    CREATED = "created"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    LOST = "lost"


class Outcome(StrEnum):
    """What a processor reports."""

    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Finality(StrEnum):
    """How firmly a transfer stands on its chain, weakest first."""

    SEEN = "seen"
    L2 = "l2"
    L1 = "l1"


class ProductKind(StrEnum):
    """What is bought."""

    SUBSCRIPTION = "subscription"
    RENEWAL = "renewal"
    INVOICE = "invoice"
    TOKENS = "tokens"
    COURSE = "course"
    COACHING = "coaching"
    ENTRY = "entry"
    NFT = "nft"
    DEPOSIT = "deposit"


@frozen
class ProductRule:
    """The revenue stream of a kind of product, and whether spending limits count it.

    A renewal was decided when the plan was bought, an invoice when it was ordered, and a deposit
    is not spent.
    """

    stream: str
    counted: bool


PRODUCTS: Mapping[ProductKind, ProductRule] = MappingProxyType(
    {
        ProductKind.SUBSCRIPTION: ProductRule("subscriptions", counted=True),
        ProductKind.RENEWAL: ProductRule("subscriptions", counted=False),
        ProductKind.INVOICE: ProductRule("subscriptions", counted=False),
        ProductKind.TOKENS: ProductRule("premium_features", counted=True),
        ProductKind.COURSE: ProductRule("premium_features", counted=True),
        ProductKind.COACHING: ProductRule("premium_features", counted=True),
        ProductKind.ENTRY: ProductRule("premium_features", counted=True),
        ProductKind.NFT: ProductRule("nft_marketplace", counted=True),
        ProductKind.DEPOSIT: ProductRule("", counted=False),
    }
)

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.CREATED: frozenset(
            {
                State.REQUIRES_ACTION,
                State.PROCESSING,
                State.SUCCEEDED,
                State.FAILED,
                State.CANCELLED,
            }
        ),
        State.REQUIRES_ACTION: frozenset(
            {State.PROCESSING, State.SUCCEEDED, State.FAILED, State.CANCELLED}
        ),
        State.PROCESSING: frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED}),
        State.SUCCEEDED: frozenset({State.PARTIALLY_REFUNDED, State.REFUNDED, State.DISPUTED}),
        State.PARTIALLY_REFUNDED: frozenset({State.REFUNDED, State.DISPUTED}),
        State.DISPUTED: frozenset({State.SUCCEEDED, State.PARTIALLY_REFUNDED, State.LOST}),
        State.FAILED: frozenset(),
        State.CANCELLED: frozenset(),
        State.REFUNDED: frozenset(),
        State.LOST: frozenset(),
    }
)
OPEN = frozenset({State.CREATED, State.REQUIRES_ACTION, State.PROCESSING})
UNPAID = frozenset({State.FAILED, State.CANCELLED})
PAID = frozenset(State) - OPEN - UNPAID
ORDER = tuple(Finality)
