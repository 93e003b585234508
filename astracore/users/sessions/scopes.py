"""Session keys: what a key that a wallet signed may do on the chain, and how much of it."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import ScopeDenied, TokenExpired
from astracore.instants import Instant
from astracore.numeric import EXACT, exact


@frozen
class Reach:
    """One function of one contract."""

    contract: str
    selector: str


@frozen(kw_only=True)
class SessionKey:
    """`limits` [token's own units] are for the key's whole life; a token without one is none."""

    key_id: str
    reaches: frozenset[Reach]
    limits: Mapping[str, Decimal]
    from_at: Instant
    expires_at: Instant
    revoked: bool = False


@frozen(kw_only=True)
class Call:
    """One call that the key is to sign: what it reaches, and what it moves of which token."""

    reach: Reach
    token: str | None = None
    amount: Decimal = Decimal(0)


@exact
def reaches(
    key: SessionKey, calls: tuple[Call, ...], spent: Mapping[str, Decimal], now: Instant
) -> Result[Mapping[str, Decimal], ScopeDenied | TokenExpired]:
    """What will have been spent of each token, when the key may sign all these calls.

    Errors: TokenExpired (not yet, no longer, or revoked), ScopeDenied (naming the function or the
    token), NumericLimit.  Source: docs/formulas-access.md#session-keys.
    Invariant: what a key has spent never exceeds its limits; one call that is denied denies all.
    """
    if key.revoked or not key.from_at.micros <= now.micros < key.expires_at.micros:
        return Failure(TokenExpired())
    total = dict(spent)
    for call in calls:
        if call.reach not in key.reaches:
            return Failure(ScopeDenied(f"{call.reach.contract}.{call.reach.selector}"[:128]))
        if call.token is None:
            continue
        total[call.token] = EXACT.add(total.get(call.token, Decimal(0)), call.amount)
        limit = key.limits.get(call.token)
        if call.amount < 0 or limit is None or total[call.token] > limit:
            return Failure(ScopeDenied(call.token[:128]))
    return Success(total)
