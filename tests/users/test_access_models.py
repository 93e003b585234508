"""Read models and policies of access: what is told is what is shown and asked."""

from typing import Any, TypeVar

from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope, StreamId
from astracore.events.projection import Projection, project
from astracore.ids import CommandId, EventId
from astracore.instants import DAY, Instant
from astracore.policies.access import ACCESS_POLICIES, end_all, end_others
from astracore.projections.access import KEY_ROWS, MEMBERS, SESSION_ROWS, USER_AUDIT
from astracore.projections.people import USERS
from astracore.users.events import (
    EmailChanged,
    EmailConfirmed,
    PasswordChanged,
    RoleGranted,
    RoleRevoked,
    TierChanged,
    TotpEnabled,
    UserDeleted,
    UsernameChanged,
    UserRegistered,
    UserRestored,
    UserSuspended,
)
from astracore.users.keys.events import ApiKeyCreated, ApiKeyRevoked, ApiKeyUsed
from astracore.users.sessions.events import SessionEnded, SessionRefreshed, SessionStarted
from astracore.users.types import Role, SessionEnd, Status, Tier

E = TypeVar("E")
R = TypeVar("R")
AT = Instant(50 * DAY)


def told(event: E) -> Envelope[E]:
    """`event` as it would lie in a log."""
    return Envelope(
        event_id=EventId("event"),
        type="",
        schema_version=1,
        stream=StreamId("test", "key"),
        version=1,
        position=1,
        occurred_at=AT,
        recorded_at=AT,
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def shown(projection: Projection[Any, R], *events: object) -> R | None:
    """The one row after `events`, through its bytes."""
    changes = project(projection, lambda _keys: {}, map(told, events)).unwrap()
    (change,) = changes
    return None if change.body is None else projection.row.decode(change.body).unwrap()


REGISTERED = example(UserRegistered)


def test_a_user_is_shown_under_the_name_of_today() -> None:
    renamed = shown(USERS, REGISTERED, evolve(example(UsernameChanged), username="new"))
    deleted = shown(USERS, REGISTERED, evolve(example(UserDeleted), pseudonym="deleted-0"))
    assert renamed is not None
    assert deleted is not None
    assert (renamed.username, deleted.username) == ("new", "deleted-0")
    assert shown(USERS, example(UserDeleted)) is None
    assert shown(USERS, REGISTERED, REGISTERED) == shown(USERS, REGISTERED)


def test_a_member_is_shown_as_far_as_known() -> None:
    row = shown(
        MEMBERS,
        REGISTERED,
        example(EmailChanged),
        example(EmailConfirmed),
        example(TotpEnabled),
        evolve(example(TierChanged), new=Tier.PHONE),
        evolve(example(RoleGranted), role=Role.RISK),
        example(UserSuspended),
    )
    assert row is not None
    assert (row.status, row.tier, row.roles) == (
        Status.SUSPENDED,
        Tier.PHONE,
        (Role.USER, Role.RISK),
    )
    assert (row.email_confirmed, row.second_factor, row.wallet) == (True, True, False)
    assert row.registered_at == AT


def test_sessions_and_keys_are_shown_while_they_live() -> None:
    later = Instant(AT.micros + DAY)
    row = shown(SESSION_ROWS, example(SessionStarted), evolve(example(SessionRefreshed), at=later))
    assert row is not None
    assert row.used_at == later
    assert shown(SESSION_ROWS, example(SessionStarted), example(SessionEnded)) is None
    assert shown(SESSION_ROWS, example(SessionRefreshed)) is None
    key = shown(KEY_ROWS, example(ApiKeyCreated), evolve(example(ApiKeyUsed), at=later))
    assert key is not None
    assert key.used_at == later
    assert shown(KEY_ROWS, example(ApiKeyCreated), example(ApiKeyRevoked)) is None
    assert shown(KEY_ROWS, example(ApiKeyUsed)) is None


def test_every_deed_of_staff_is_in_the_audit() -> None:
    deeds: dict[str, object] = {
        "tier:unverified>email": evolve(example(TierChanged), new=Tier.EMAIL),
        "role+user": example(RoleGranted),
        "role-user": example(RoleRevoked),
        "suspend": example(UserSuspended),
        "restore": example(UserRestored),
    }
    for deed, event in deeds.items():
        row = shown(USER_AUDIT, event)
        assert row is not None
        assert row.deed == deed
        assert row.reason
    twice = shown(USER_AUDIT, example(UserSuspended), example(UserRestored))
    assert twice is not None
    assert twice.deed == "suspend"


def test_changes_end_sessions() -> None:
    changed = evolve(example(PasswordChanged), session_id="here")
    (others,) = end_others(told(changed))
    assert (others.spared, others.reason) == ("here", SessionEnd.CREDENTIALS_CHANGED)
    (held,) = end_all(told(example(UserSuspended)))
    (gone,) = end_all(told(example(UserDeleted)))
    assert (held.spared, held.reason, gone.reason) == (
        None,
        SessionEnd.SUSPENDED,
        SessionEnd.DELETED,
    )
    assert len({policy.name for policy in ACCESS_POLICIES}) == 2
