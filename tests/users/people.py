"""Users to ask things of: newcomers, members with a second factor, staff."""

from decimal import Decimal
from typing import Any, TypeAlias

from attrs import evolve

from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.users.commands import Proof
from astracore.users.permissions import Actor
from astracore.users.state import Email, Password, Totp, User
from astracore.users.types import Role, Status, Tier

Loose: TypeAlias = Any
ADA, BOB, EVE = UserId("ada"), UserId("bob"), UserId("eve")
AT = Instant(1000 * DAY)
REASON = "asked for by the owner"
CODE = Proof(step=7)
ARGON = "argon2id m=19456 t=2 p=1"
D = Decimal


def newcomer(**other: Loose) -> User:
    """Registered, with an address that is not confirmed and a password."""
    made = User(
        user_id=ADA,
        username="ada",
        email=Email(address="ada@example.org"),
        password=Password(credential_id="c1", parameters=ARGON, changed_at=Instant(0)),
    )
    return evolve(made, **other)


def member(**other: Loose) -> User:
    """Confirmed, with a second factor."""
    made = newcomer(
        status=Status.ACTIVE,
        email=Email(address="ada@example.org", confirmed=True),
        totp=Totp(secret_id="s1", enabled=True, last_step=6, recovery_codes=10),
        tier=Tier.EMAIL,
    )
    return evolve(made, **other)


def staff(*roles: Role, user_id: UserId = EVE, factor: bool = True) -> Actor:
    """Somebody with these roles."""
    return Actor(user_id=user_id, roles=(Role.USER, *roles), has_second_factor=factor)
