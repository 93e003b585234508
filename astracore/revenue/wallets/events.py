"""What may have happened to a user's wallet. `balance` is what the wallet holds afterwards."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.wallets.rules import CreditUse, TokenProduct


@frozen(kw_only=True)
class CreditsGranted:
    """A reward came in: `reward` × the faucet, within the day's cap."""

    TYPE: ClassVar[str] = "astra.financial.credits_granted.v1"
    user_id: UserId
    amount: int
    balance: int
    reward: int
    day: int
    reason: str
    source_event_id: str
    at: Instant


@frozen(kw_only=True)
class CreditsReceived:
    """CREDIT of somebody else's came in."""

    TYPE: ClassVar[str] = "astra.financial.credits_received.v1"
    user_id: UserId
    amount: int
    balance: int
    use: CreditUse
    counterpart: str
    source_event_id: str
    at: Instant


@frozen(kw_only=True)
class CreditsSpent:
    """CREDIT went to the account `counterpart`."""

    TYPE: ClassVar[str] = "astra.financial.credits_spent.v1"
    user_id: UserId
    amount: int
    balance: int
    use: CreditUse
    counterpart: str
    source_event_id: str
    at: Instant


@frozen(kw_only=True)
class TokensBought:
    """Tokens came in for money [USD]."""

    TYPE: ClassVar[str] = "astra.financial.tokens_bought.v1"
    user_id: UserId
    amount: int
    balance: int
    usd: Decimal
    payment_id: str
    at: Instant


@frozen(kw_only=True)
class TokensSpent:
    """Tokens were used; `earned` [USD] is what was paid for them."""

    TYPE: ClassVar[str] = "astra.financial.tokens_spent.v1"
    user_id: UserId
    amount: int
    balance: int
    kind: TokenProduct
    product: str
    earned: Decimal
    at: Instant


@frozen(kw_only=True)
class TokensExpired:
    """Tokens lapsed unused; `earned` [USD] is what was paid for them."""

    TYPE: ClassVar[str] = "astra.financial.tokens_expired.v1"
    user_id: UserId
    amount: int
    balance: int
    earned: Decimal
    at: Instant


@frozen(kw_only=True)
class CashoutRequested:
    """CREDIT is to be paid out [USD] from `due_at` on."""

    TYPE: ClassVar[str] = "astra.financial.cashout_requested.v1"
    user_id: UserId
    cashout_id: str
    amount: int
    balance: int
    gross: Decimal
    fee: Decimal
    net: Decimal
    due_at: Instant
    at: Instant


CreditEvent: TypeAlias = CreditsGranted | CreditsReceived | CreditsSpent | CashoutRequested
TokenEvent: TypeAlias = TokensBought | TokensSpent | TokensExpired
WalletEvent: TypeAlias = CreditEvent | TokenEvent
