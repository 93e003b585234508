"""What a tier opens, and how safe an account is."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import SecondFactorRequired
from astracore.errors.gates import TierRequired
from astracore.instants import Instant
from astracore.users.rules import USER_RULES, UserRules
from astracore.users.types import Tier, rank


class Gate(StrEnum):
    """What a tier opens."""

    SOCIAL = "social"
    DEPOSITS = "deposits"
    PURCHASES = "purchases"
    NFT_MONEY = "nft_money"
    WITHDRAWALS = "withdrawals"
    LIVE_TRADING = "live_trading"
    EXCHANGE_KEYS = "exchange_keys"
    LEADING = "leading"
    HIGH_LEVERAGE = "high_leverage"  # over 20


@frozen(kw_only=True)
class Needs:
    """What a gate asks for."""

    tier: Tier
    second_factor: bool = False


@frozen(kw_only=True)
class Standing:
    """What gates and scores look at."""

    tier: Tier = Tier.UNVERIFIED
    email_confirmed: bool = False
    second_factor: bool = False
    wallet: bool = False
    password_changed_at: Instant | None = None
    wallet_login: bool = False
    security_changed_at: Instant | None = None  # password, second factor or e-mail


@frozen(kw_only=True)
class Score:
    """The parts of the security score; `whole` is their sum, of 100."""

    email: int
    second_factor: int
    login: int
    wallet: int
    identity: int
    whole: int


GATES: Mapping[Gate, Needs] = MappingProxyType(
    {
        Gate.SOCIAL: Needs(tier=Tier.EMAIL),
        Gate.DEPOSITS: Needs(tier=Tier.EMAIL),
        Gate.PURCHASES: Needs(tier=Tier.EMAIL),
        Gate.NFT_MONEY: Needs(tier=Tier.PHONE),
        Gate.WITHDRAWALS: Needs(tier=Tier.PHONE, second_factor=True),
        Gate.LIVE_TRADING: Needs(tier=Tier.IDENTITY, second_factor=True),
        Gate.EXCHANGE_KEYS: Needs(tier=Tier.IDENTITY, second_factor=True),
        Gate.LEADING: Needs(tier=Tier.IDENTITY, second_factor=True),
        Gate.HIGH_LEVERAGE: Needs(tier=Tier.PREMIUM, second_factor=True),
    }
)


def opens(gate: Gate, standing: Standing) -> Result[None, TierRequired | SecondFactorRequired]:
    """Whether the gate is open. A new e-mail that is not confirmed closes all of them.

    Errors: TierRequired, SecondFactorRequired.  Source: docs/formulas-access.md#gates.
    """
    needs = GATES[gate]
    if rank(standing.tier) < rank(needs.tier) or not standing.email_confirmed:
        return Failure(TierRequired(needs.tier.value))
    if needs.second_factor and not standing.second_factor:
        return Failure(SecondFactorRequired())
    return Success(None)


def security_score(standing: Standing, now: Instant, rules: UserRules = USER_RULES) -> Score:
    """e-mail 20 + second factor 30 + fresh password or wallet login 20 + wallet 15 + identity 15.

    Source: docs/formulas-access.md#security-score.
    >>> security_score(Standing(email_confirmed=True, wallet=True), Instant(0)).whole
    35
    """
    changed = standing.password_changed_at
    fresh = changed is not None and now.micros - changed.micros < rules.password_fresh
    parts = (
        20 * standing.email_confirmed,
        30 * standing.second_factor,
        20 * (fresh or standing.wallet_login),
        15 * standing.wallet,
        15 * (rank(standing.tier) >= rank(Tier.IDENTITY)),
    )
    email, second_factor, login, wallet, identity = parts
    return Score(
        email=email,
        second_factor=second_factor,
        login=login,
        wallet=wallet,
        identity=identity,
        whole=sum(parts),
    )
