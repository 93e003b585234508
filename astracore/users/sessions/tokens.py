"""Access tokens: what one says, and when it is good."""

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import BadToken, SessionFault, TokenExpired
from astracore.ids import UserId
from astracore.instants import SECOND, Instant, after
from astracore.users.rules import SESSION_RULES, SessionRules
from astracore.users.sessions.state import Sessions, family_of
from astracore.users.types import Role, Scope, Tier

ACCESS = "access"


@frozen(kw_only=True)
class Claims:
    """What a token says, after its signature was checked. Times in whole seconds of UTC."""

    typ: str
    iss: str
    aud: str
    sub: UserId
    jti: str
    sid: str
    roles: tuple[Role, ...]
    tier: Tier
    scopes: tuple[Scope, ...]
    iat: int
    exp: int


@frozen(kw_only=True)
class Expected:
    """Who we are: tokens of others, or for others, are none."""

    iss: str
    aud: str


def issued(stated: Claims, at: Instant, rules: SessionRules = SESSION_RULES) -> Claims:
    """The same claims as an access token of `at`, good for the rules' minutes."""
    seconds = at.micros // SECOND
    return Claims(
        typ=ACCESS,
        iss=stated.iss,
        aud=stated.aud,
        sub=stated.sub,
        jti=stated.jti,
        sid=stated.sid,
        roles=stated.roles,
        tier=stated.tier,
        scopes=stated.scopes,
        iat=seconds,
        exp=seconds + rules.access_lives // SECOND,
    )


def valid(
    claims: Claims,
    expected: Expected,
    sessions: Sessions,
    now: Instant,
    rules: SessionRules = SESSION_RULES,
) -> Result[None, SessionFault]:
    """Whether the token is an access token of ours, for us, issued, unexpired, unrevoked.

    Errors: BadToken (naming the claim), TokenExpired (also when its session has ended).
    Source: docs/formulas-access.md#access-tokens.
    Invariant: what is not valid at an instant is valid at no later one.
    """
    lives = (claims.exp - claims.iat) * SECOND
    issued_at = claims.iat * SECOND
    checks = (
        ("typ", claims.typ == ACCESS),
        ("iss", claims.iss == expected.iss),
        ("aud", claims.aud == expected.aud),
        ("sub", claims.sub == sessions.user_id),
        ("iat", issued_at <= after(now, rules.skew).micros),
        ("exp", 0 < lives <= rules.access_lives),
    )
    wrong = next((name for name, fine in checks if not fine), None)
    if wrong is not None:
        return Failure(BadToken(wrong))
    ended = family_of(sessions, claims.sid) is None
    return Failure(TokenExpired()) if ended or now.micros >= claims.exp * SECOND else Success(None)
