"""The vocabulary of identity and access."""

from enum import StrEnum


class Status(StrEnum):
    """Pending users play with practice money alone; deleted is final."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETING = "deleting"
    DELETED = "deleted"


class Tier(StrEnum):
    """How well the service knows somebody; the order is the rank."""

    UNVERIFIED = "unverified"
    EMAIL = "email"
    PHONE = "phone"
    IDENTITY = "identity"
    PREMIUM = "premium"


class Role(StrEnum):
    """Everybody is a user; the others are staff."""

    USER = "user"
    MODERATOR = "moderator"
    SUPPORT = "support"
    RISK = "risk"
    FINANCE = "finance"
    OPS = "ops"
    ADMIN = "admin"


class Method(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105  # a method, not a secret
    WALLET = "wallet"


class SessionEnd(StrEnum):
    """Why a session is over."""

    LOGOUT = "logout"
    LIMIT = "limit"
    TOKEN_REUSED = "token_reused"  # noqa: S105  # a reason, not a secret
    CREDENTIALS_CHANGED = "credentials_changed"
    STAFF = "staff"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class Scope(StrEnum):
    """What a key may be good for; withdrawing is not among it."""

    READ = "read"
    TRADE = "trade"
    MANAGE = "manage"


class Experience(StrEnum):
    """What somebody says of their own trading."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"
    EXPERT = "expert"


class Theme(StrEnum):
    """How screens look."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Visibility(StrEnum):
    """Who sees something of a user."""

    EVERYBODY = "everybody"
    FRIENDS = "friends"
    NOBODY = "nobody"


def rank(tier: Tier) -> int:
    """The place of a tier, from 0.

    >>> rank(Tier.UNVERIFIED), rank(Tier.PREMIUM)
    (0, 4)
    """
    return tuple(Tier).index(tier)
