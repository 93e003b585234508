"""What is remembered of a purchase: the quote, and each try to pay it."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.payments.types import Finality, Method, ProductKind, State

ZERO = Decimal(0)


@frozen(kw_only=True)
class Quote:
    """What was offered [currency; `usd` for the limits]."""

    user_id: UserId
    kind: ProductKind
    reference: str
    quantity: int
    stream: str
    net: Decimal
    tax: Decimal
    total: Decimal
    currency: str
    usd: Decimal
    confirm_from: Instant
    expires_at: Instant


@frozen(kw_only=True)
class Transfer:
    """A transfer on a chain [the attempt's due currency]."""

    amount: Decimal
    finality: Finality
    late: bool = False
    credited: bool = False
    dropped: bool = False


@frozen(kw_only=True)
class Attempt:
    """One try to pay. `before` is what a dispute returns to when it is won."""

    method: Method
    state: State
    due: Decimal
    due_currency: str
    expires_at: Instant | None = None
    refunds: Mapping[str, Decimal] = field(factory=dict)
    refunded: Decimal = ZERO
    dispute_id: str | None = None
    before: State | None = None
    transfers: Mapping[str, Transfer] = field(factory=dict)
    credited: Decimal = ZERO


@frozen(kw_only=True)
class Intent:
    """One purchase: nothing is offered until `quote` is there.

    Invariants: at most one attempt is paid; what is refunded of it is at most the total.
    """

    quote: Quote | None = None
    attempts: Mapping[str, Attempt] = field(factory=dict)
