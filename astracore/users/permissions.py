"""Who may do what, as one table: what it does not name is refused."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import SecondFactorRequired, SelfGrant
from astracore.errors.risk import NotPermitted, ReasonTooShort
from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.users.rules import USER_RULES, UserRules
from astracore.users.types import Role


class Permission(StrEnum):
    """What rows of the table speak about."""

    OWN = "own"  # own data, trade, play
    CASES = "cases"  # cases, hide content
    USERS = "users"  # users, sessions
    SUSPEND = "suspend"  # suspend, restore
    LIMITS = "limits"  # others' limits, kill switches
    MONEY = "money"  # refunds, postings
    JOBS = "jobs"  # jobs, replays, flags, discovery
    CONFIGURATION = "configuration"  # instruments, configuration, roles


class Access(StrEnum):
    """What a cell allows."""

    YES = "yes"
    READ = "read"
    BY_CASE = "by_case"  # with a case that was decided
    TRIP = "trip"  # stop, and nothing else


@frozen(kw_only=True)
class Actor:
    """Who acts, with what they have proved."""

    user_id: UserId
    roles: tuple[Role, ...] = (Role.USER,)
    has_second_factor: bool = False


ALL = MappingProxyType(dict.fromkeys(Role, Access.YES))
TABLE: Mapping[Permission, Mapping[Role, Access]] = MappingProxyType(
    {
        Permission.OWN: ALL,
        Permission.CASES: {
            Role.MODERATOR: Access.YES,
            Role.SUPPORT: Access.READ,
            Role.ADMIN: Access.YES,
        },
        Permission.USERS: {
            Role.SUPPORT: Access.YES,
            Role.RISK: Access.READ,
            Role.FINANCE: Access.READ,
            Role.ADMIN: Access.YES,
        },
        Permission.SUSPEND: {
            Role.MODERATOR: Access.BY_CASE,
            Role.RISK: Access.YES,
            Role.ADMIN: Access.YES,
        },
        Permission.LIMITS: {Role.RISK: Access.YES, Role.ADMIN: Access.TRIP},
        Permission.MONEY: {
            Role.SUPPORT: Access.READ,
            Role.FINANCE: Access.YES,
            Role.ADMIN: Access.READ,
        },
        Permission.JOBS: {Role.OPS: Access.YES, Role.ADMIN: Access.YES},
        Permission.CONFIGURATION: {Role.ADMIN: Access.YES},
    }
)


def accesses(roles: Iterable[Role], permission: Permission) -> frozenset[Access]:
    """Every access that these roles give together; nothing where the table is silent.

    >>> sorted(accesses([Role.RISK, Role.SUPPORT], Permission.USERS))
    [<Access.READ: 'read'>, <Access.YES: 'yes'>]
    """
    row = TABLE.get(permission, {})
    return frozenset(row[role] for role in roles if role in row)


def allowed(roles: Iterable[Role], permission: Permission, access: Access) -> bool:
    """Whether the roles give this access; YES gives every other one.

    >>> allowed([Role.USER], Permission.USERS, Access.READ)
    False
    """
    return bool(accesses(roles, permission) & {access, Access.YES})


def authorised(
    actor: Actor, permission: Permission, access: Access = Access.YES
) -> Result[None, NotPermitted | SecondFactorRequired]:
    """Whether the actor may: staff only with a second factor.

    Errors: NotPermitted (naming the permission), SecondFactorRequired.
    Source: docs/formulas-access.md#permissions.
    """
    if not allowed(actor.roles, permission, access):
        return Failure(NotPermitted(permission.value))
    if permission is not Permission.OWN and not actor.has_second_factor:
        return Failure(SecondFactorRequired())
    return Success(None)


def staff_action(
    actor: Actor,
    target: UserId,
    permission: Permission,
    reason: str,
    *,
    access: Access = Access.YES,
    rules: UserRules = USER_RULES,
) -> Result[None, NotPermitted | SecondFactorRequired | SelfGrant | ReasonTooShort]:
    """Whether the actor may do this to `target`, for this reason.

    Errors: NotPermitted, SecondFactorRequired, SelfGrant, ReasonTooShort.
    """
    may = authorised(actor, permission, access)
    if is_failure(may):
        return may
    if actor.user_id == target:
        return Failure(SelfGrant(target))
    short = len(reason.strip()) < rules.shortest_reason
    return Failure(ReasonTooShort(rules.shortest_reason)) if short else Success(None)
