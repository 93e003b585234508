"""What may be asked of a user's wallet. Whole numbers are CREDIT or TOKEN."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.wallets.rules import (
    ECONOMY_RULES,
    CreditUse,
    EconomyRules,
    TokenProduct,
)


@frozen(kw_only=True)
class GrantCredits:
    """A reward, before the `faucet` of the week."""

    user_id: UserId
    reward: int
    faucet: Decimal
    reason: str
    source_event_id: str
    at: Instant
    rules: EconomyRules = ECONOMY_RULES


@frozen(kw_only=True)
class ReceiveCredits:
    """CREDIT of somebody else's, out of a sale, a stake or a donation; no reward, so no cap."""

    user_id: UserId
    amount: int
    use: CreditUse
    counterpart: str
    source_event_id: str
    at: Instant


@frozen(kw_only=True)
class SpendCredits:
    """CREDIT moves to the account `counterpart` of the game's book."""

    user_id: UserId
    amount: int
    use: CreditUse
    counterpart: str
    source_event_id: str
    at: Instant


@frozen(kw_only=True)
class BuyTokens:
    """Tokens that were paid for [USD]."""

    user_id: UserId
    usd: Decimal
    payment_id: str
    at: Instant
    rules: EconomyRules = ECONOMY_RULES


@frozen(kw_only=True)
class SpendTokens:
    """Tokens for a product."""

    user_id: UserId
    amount: int
    kind: TokenProduct
    product: str
    at: Instant


@frozen(kw_only=True)
class ExpireTokens:
    """Tokens that nobody has used in 730 days are no more."""

    user_id: UserId
    at: Instant
    rules: EconomyRules = ECONOMY_RULES


@frozen(kw_only=True)
class CashOut:
    """CREDIT for money, where the rules pay out at all."""

    user_id: UserId
    cashout_id: str
    amount: int
    identified: bool
    at: Instant
    rules: EconomyRules = ECONOMY_RULES


CreditCommand: TypeAlias = GrantCredits | ReceiveCredits | SpendCredits | CashOut
TokenCommand: TypeAlias = BuyTokens | SpendTokens | ExpireTokens
WalletCommand: TypeAlias = CreditCommand | TokenCommand
