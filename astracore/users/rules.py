"""Every number and table of identity and access as data."""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from astracore.instants import DAY, HOUR, MINUTE

# Held by the house, whatever the case of their letters; so is everything that begins `deleted-`.
RESERVED = frozenset(
    {
        *("admin", "administrator", "anonymous", "api", "astra", "astracore", "astratrade"),
        *("billing", "everyone", "finance", "help", "house", "info", "legal", "me", "mod"),
        *("moderator", "null", "official", "operator", "ops", "postmaster", "risk", "root"),
        *("security", "service", "staff", "status", "support", "system", "team", "undefined"),
        *("webmaster", "www"),
    }
)
PSEUDONYM = "deleted-"
# No service where this kind of trading is forbidden or under an embargo.
BLOCKED_COUNTRIES = frozenset({"BY", "CU", "IR", "KP", "RU", "SY"})
KEYS_BY_PLAN: Mapping[str, int] = MappingProxyType(
    {"free": 1, "basic": 3, "pro": 10, "enterprise": 50}
)


@frozen(kw_only=True)
class PasswordRules:
    """What a password must be, and how it is hashed. `argon` names the parameters of today."""

    shortest: int = 10
    longest: int = 128
    kinds: int = 3  # of lower, upper, digit, other
    long_enough: int = 16  # from here on kinds do not matter
    part_least: int = 4  # characters of a name or local part that must not be in it
    remembered: int = 5
    argon: str = "argon2id m=19456 t=2 p=1"


@frozen(kw_only=True)
class UserRules:
    """Every number of identity. Times in µs."""

    age_least: int = 18  # [years]
    name_change_every: int = 30 * DAY
    code_lives: int = 15 * MINUTE
    code_tries: int = 5
    export_every: int = 7 * DAY
    deletion_grace: int = 30 * DAY
    shortest_reason: int = 10
    recovery_codes: int = 10
    password_fresh: int = 180 * DAY


@frozen(kw_only=True)
class LoginRules:
    """How failed logins slow down the pair of account and address. Times in µs."""

    failures: int = 5
    within: int = 15 * MINUTE
    first_lock: int = 15 * MINUTE
    longest_lock: int = 24 * HOUR


@frozen(kw_only=True)
class SessionRules:
    """How long tokens and sessions live. Times in µs."""

    access_lives: int = 15 * MINUTE
    idle: int = 7 * DAY
    whole: int = 30 * DAY
    most: int = 10
    skew: int = 5_000_000  # how far ahead an issuing clock may be


@frozen(kw_only=True)
class KeyRules:
    """What an API key may be. Times in µs."""

    addresses: int = 20
    lives: int = 365 * DAY
    label: int = 50  # characters
    skew_ms: int = 5000  # of a signed request


USER_RULES = UserRules()
PASSWORD_RULES = PasswordRules()
LOGIN_RULES = LoginRules()
SESSION_RULES = SessionRules()
KEY_RULES = KeyRules()


def is_reserved(folded: str) -> bool:
    """Whether the house keeps this folded name.

    >>> is_reserved("admin"), is_reserved("deleted-12"), is_reserved("ada")
    (True, True, False)
    """
    return folded in RESERVED or folded.startswith(PSEUDONYM)
