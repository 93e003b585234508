"""Access as its owner and staff see it: standing, sessions, keys, and what staff did."""

from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import EventId, UserId
from astracore.instants import Instant
from astracore.projections.sorting import newest_first
from astracore.users.events import (
    DeletionCancelled,
    DeletionRequested,
    EmailChanged,
    EmailConfirmed,
    RoleGranted,
    RoleRevoked,
    TierChanged,
    TotpDisabled,
    TotpEnabled,
    UserDeleted,
    UserRegistered,
    UserRestored,
    UserSuspended,
    WalletLinked,
)
from astracore.users.folding import evolve_user
from astracore.users.keys.events import ApiKeyCreated, ApiKeyRevoked, ApiKeyUsed
from astracore.users.sessions.events import SessionEnded, SessionRefreshed, SessionStarted
from astracore.users.state import User, has_second_factor
from astracore.users.types import Method, Role, Scope, Status, Tier

MemberEvent: TypeAlias = (
    UserRegistered
    | EmailChanged
    | EmailConfirmed
    | WalletLinked
    | TotpEnabled
    | TotpDisabled
    | TierChanged
    | RoleGranted
    | RoleRevoked
    | UserSuspended
    | UserRestored
    | DeletionRequested
    | DeletionCancelled
    | UserDeleted
)
StaffEvent: TypeAlias = TierChanged | RoleGranted | RoleRevoked | UserSuspended | UserRestored
SessionRowEvent: TypeAlias = SessionStarted | SessionRefreshed | SessionEnded
KeyRowEvent: TypeAlias = ApiKeyCreated | ApiKeyUsed | ApiKeyRevoked


@frozen(kw_only=True)
class MemberRow:
    """How far a user is known and what they may do."""

    user_id: UserId
    status: Status
    suspended_until: Instant | None
    purge_at: Instant | None
    tier: Tier
    roles: tuple[Role, ...]
    email_confirmed: bool
    second_factor: bool
    wallet: bool
    state: User  # the part of the user that these events make
    registered_at: Instant


@frozen(kw_only=True)
class SessionRow:
    """One living session."""

    session_id: str
    user_id: UserId
    method: Method
    device: str
    started_at: Instant
    used_at: Instant


@frozen(kw_only=True)
class KeyRow:
    """One key, without its secret."""

    key_id: str
    user_id: UserId
    label: str
    scopes: tuple[Scope, ...]
    addresses: tuple[str, ...]
    expires_at: Instant
    created_at: Instant
    used_at: Instant | None = None


@frozen(kw_only=True)
class AuditRow:
    """What was done to a user, by whom and why."""

    event_id: EventId
    user_id: UserId
    by: str
    deed: str
    reason: str
    at: Instant


def evolve_member(
    row: MemberRow | None, envelope: Envelope[MemberEvent], _key: str
) -> MemberRow | None:
    """The user's own fold, of these events alone."""
    event, at = envelope.event, envelope.occurred_at
    state = evolve_user(User() if row is None else row.state, event)
    return MemberRow(
        user_id=event.user_id,
        status=state.status,
        suspended_until=state.suspended_until,
        purge_at=state.purge_at,
        tier=state.tier,
        roles=state.roles,
        email_confirmed=state.email.confirmed,
        second_factor=has_second_factor(state),
        wallet=state.wallet is not None,
        state=state,
        registered_at=at if row is None else row.registered_at,
    )


def evolve_session(
    row: SessionRow | None, envelope: Envelope[SessionRowEvent], _key: str
) -> SessionRow | None:
    """A row while the session lives."""
    event = envelope.event
    match event:
        case SessionStarted():
            return SessionRow(
                session_id=event.session_id,
                user_id=event.user_id,
                method=event.method,
                device=event.device,
                started_at=event.at,
                used_at=event.at,
            )
        case SessionRefreshed():
            return None if row is None else changed(row, used_at=event.at)
        case SessionEnded():
            return None
        case _:
            assert_never(event)


def evolve_key(row: KeyRow | None, envelope: Envelope[KeyRowEvent], _key: str) -> KeyRow | None:
    """A row while the key is not revoked."""
    event = envelope.event
    match event:
        case ApiKeyCreated():
            return KeyRow(
                key_id=event.key_id,
                user_id=event.user_id,
                label=event.label,
                scopes=event.scopes,
                addresses=event.addresses,
                expires_at=event.expires_at,
                created_at=event.at,
            )
        case ApiKeyUsed():
            return None if row is None else changed(row, used_at=event.at)
        case ApiKeyRevoked():
            return None
        case _:
            assert_never(event)


def audited(row: AuditRow | None, envelope: Envelope[StaffEvent], _key: str) -> AuditRow | None:
    """One row for each deed; a deed is a fact and stays."""
    if row is not None:
        return row
    event = envelope.event
    deed, reason = told(event)
    return AuditRow(
        event_id=envelope.event_id,
        user_id=event.user_id,
        by=event.by,
        deed=deed,
        reason=reason,
        at=event.at,
    )


def told(event: StaffEvent) -> tuple[str, str]:
    """What was done, and why."""
    match event:
        case TierChanged():
            return f"tier:{event.old.value}>{event.new.value}", event.evidence
        case RoleGranted():
            return f"role+{event.role.value}", event.reason
        case RoleRevoked():
            return f"role-{event.role.value}", event.reason
        case UserSuspended():
            return "suspend", event.cause
        case UserRestored():
            return "restore", event.reason
        case _:
            assert_never(event)


MEMBERS: Projection[MemberEvent, MemberRow] = Projection(
    name="user.members",
    version=1,
    events=(
        UserRegistered,
        EmailChanged,
        EmailConfirmed,
        WalletLinked,
        TotpEnabled,
        TotpDisabled,
        TierChanged,
        RoleGranted,
        RoleRevoked,
        UserSuspended,
        UserRestored,
        DeletionRequested,
        DeletionCancelled,
        UserDeleted,
    ),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve_member,
    row=codec(MemberRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.registered_at),
)
SESSION_ROWS: Projection[SessionRowEvent, SessionRow] = Projection(
    name="user.sessions",
    version=1,
    events=(SessionStarted, SessionRefreshed, SessionEnded),
    keys=lambda envelope: (envelope.event.session_id,),
    evolve=evolve_session,
    row=codec(SessionRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.started_at),
)
KEY_ROWS: Projection[KeyRowEvent, KeyRow] = Projection(
    name="user.api_keys",
    version=1,
    events=(ApiKeyCreated, ApiKeyUsed, ApiKeyRevoked),
    keys=lambda envelope: (envelope.event.key_id,),
    evolve=evolve_key,
    row=codec(KeyRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.created_at),
)
USER_AUDIT: Projection[StaffEvent, AuditRow] = Projection(
    name="user.audit",
    version=1,
    events=(TierChanged, RoleGranted, RoleRevoked, UserSuspended, UserRestored),
    keys=lambda envelope: (envelope.event_id,),
    evolve=audited,
    row=codec(AuditRow),
    owner=lambda _row: "",
    sort=lambda row: f"{row.user_id}/{newest_first(row.at)}",
)
