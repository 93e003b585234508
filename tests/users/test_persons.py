"""What a user may ask, what staff may do, and what is refused."""

from typing import Any

import pytest
from attrs import evolve

from astracore.errors.access import (
    BadCredentials,
    CodeInvalid,
    DeletionBlocked,
    ExportTooSoon,
    InvalidPreferences,
    InvalidProfile,
    SecondFactorInvalid,
    SecondFactorRequired,
    SelfGrant,
    TierOrder,
    UserStatus,
    WeakPassword,
)
from astracore.errors.gates import TierRequired
from astracore.errors.risk import NotPermitted, ReasonTooShort
from astracore.events.decider import replay
from astracore.instants import DAY, MINUTE, after
from astracore.users.commands import (
    CancelDeletion,
    ChangePassword,
    ConfirmEmail,
    ConfirmTotp,
    DecideVerification,
    DisableTotp,
    EnrolTotp,
    GrantRole,
    PersonCommand,
    Proof,
    PurgeUser,
    Register,
    RequestDeletion,
    RequestExport,
    RestoreUser,
    RevokeRole,
    SendCode,
    SubmitVerification,
    SuspendUser,
    UpdatePreferences,
    UpdateProfile,
    UseFactor,
)
from astracore.users.events import (
    CodeRefused,
    EmailChanged,
    FactorUsed,
    PasswordChanged,
    PasswordRehashed,
    UserLoggedIn,
)
from astracore.users.leaving import pseudonym
from astracore.users.person import PERSON, code_answer
from astracore.users.profiles import Notice, Preferences, Profile, Quiet, TradingDefaults
from astracore.users.state import Email, User, status_at
from astracore.users.types import Method, Role, Status, Tier
from tests.users.people import ADA, ARGON, AT, CODE, REASON, member, newcomer, staff


def after_all(user: User, *commands: PersonCommand) -> User:
    """The user after commands that were all accepted."""
    for command in commands:
        user = replay(PERSON, PERSON.decide(command, user).unwrap(), user)
    return user


def refusal(command: PersonCommand, user: User) -> object:
    return PERSON.decide(command, user).failure()


SEND = SendCode(user_id=ADA, at=AT)
CONFIRM = ConfirmEmail(user_id=ADA, matched=True, at=AT)
CHANGE = ChangePassword(user_id=ADA, credential_id="c2", parameters=ARGON, matched=True, at=AT)


def test_nobody_and_the_deleted_are_asked_nothing() -> None:
    assert refusal(SEND, User()) == BadCredentials()
    assert refusal(SEND, newcomer(status=Status.DELETED)) == UserStatus("deleted")
    registered = PERSON.decide(Register(user_id=ADA, username="ada", at=AT), User())
    assert replay(PERSON, registered.unwrap()).username == "ada"


def test_a_code_confirms_in_time_and_lifts_the_first_tier() -> None:
    assert refusal(CONFIRM, newcomer()) == CodeInvalid(0)
    sent = after_all(newcomer(), SEND)
    late = evolve(CONFIRM, at=after(AT, 15 * MINUTE))
    assert refusal(late, sent) == CodeInvalid(0)
    known = after_all(sent, evolve(CONFIRM, at=after(AT, 15 * MINUTE - 1)))
    assert (known.status, known.tier, known.email.confirmed) == (Status.ACTIVE, Tier.EMAIL, True)
    assert refusal(CONFIRM, known) == CodeInvalid(0)
    higher = after_all(evolve(sent, tier=Tier.PREMIUM), CONFIRM)
    assert higher.tier is Tier.PREMIUM
    assert refusal(SEND, newcomer(email=Email())) == CodeInvalid(0)


def test_a_code_is_tried_five_times() -> None:
    user = after_all(newcomer(), SEND)
    wrong = evolve(CONFIRM, matched=False)
    for tries in range(1, 6):
        events = PERSON.decide(wrong, user).unwrap()
        assert events == (CodeRefused(user_id=ADA, tries=tries, at=AT),)
        assert code_answer(events).failure() == CodeInvalid(5 - tries)
        user = replay(PERSON, events, user)
    assert refusal(CONFIRM, user) == CodeInvalid(0)
    assert after_all(user, SEND, CONFIRM).email.confirmed
    assert code_answer(()).unwrap() is None
    assert code_answer(PERSON.decide(SEND, user).unwrap()).unwrap() == ADA


def test_a_password_changes_by_the_old_one_and_remembers_where_five_are_kept() -> None:
    user = newcomer()
    assert refusal(evolve(CHANGE, matched=False), user) == BadCredentials()
    weak = evolve(CHANGE, weaknesses=("too_short",), reused=True)
    assert refusal(weak, user) == WeakPassword(("too_short", "reused"))
    assert refusal(evolve(CHANGE, reused=True), user) == WeakPassword(("reused",))
    for number in range(2, 9):
        user = after_all(user, evolve(CHANGE, credential_id=f"c{number}"))
    assert user.password is not None
    assert user.password.before == ("c7", "c6", "c5", "c4")
    assert user.security_changed_at == AT


def test_a_password_is_reset_by_a_code_that_is_then_void() -> None:
    reset = evolve(CHANGE, reset=True)
    assert refusal(reset, member()) == CodeInvalid(0)
    sent = after_all(member(), SEND)
    (wrong,) = PERSON.decide(evolve(reset, matched=False), sent).unwrap()
    assert isinstance(wrong, CodeRefused)
    done = after_all(sent, reset)
    assert refusal(reset, done) == CodeInvalid(0)


def test_a_second_factor_is_begun_confirmed_used_once_and_given_up() -> None:
    enrol = EnrolTotp(user_id=ADA, secret_id="s2", matched=True, at=AT)
    assert refusal(evolve(enrol, matched=False), newcomer()) == BadCredentials()
    assert refusal(enrol, member()) == SecondFactorRequired()
    confirm = ConfirmTotp(user_id=ADA, proof=CODE, at=AT)
    assert refusal(confirm, newcomer()) == SecondFactorInvalid()
    begun = after_all(newcomer(), enrol)
    assert refusal(evolve(confirm, proof=Proof()), begun) == SecondFactorInvalid()
    use = UseFactor(user_id=ADA, proof=CODE, at=AT)
    assert refusal(use, begun) == SecondFactorRequired()
    enabled = after_all(begun, confirm)
    assert refusal(confirm, enabled) == SecondFactorInvalid()
    assert refusal(use, enabled) == SecondFactorInvalid()
    assert refusal(evolve(use, proof=None), enabled) == SecondFactorRequired()
    assert refusal(evolve(use, proof=Proof()), enabled) == SecondFactorInvalid()
    later = after_all(enabled, evolve(use, proof=Proof(step=8)))
    recovery = evolve(use, proof=Proof(recovery=9))
    used = after_all(later, recovery)
    assert refusal(recovery, used) == SecondFactorInvalid()
    assert refusal(evolve(use, proof=Proof(recovery=10)), used) == SecondFactorInvalid()
    off = DisableTotp(user_id=ADA, matched=True, proof=Proof(step=9), at=AT)
    assert refusal(evolve(off, matched=False), used) == BadCredentials()
    assert refusal(evolve(off, proof=None), used) == SecondFactorRequired()
    assert after_all(used, off).totp is None


def test_profiles_and_preferences_name_every_fault() -> None:
    fine = Profile(display_name="Ada", links=("https://example.org/a?b",), country="GB")
    update = UpdateProfile(user_id=ADA, profile=fine, at=AT)
    assert after_all(newcomer(), update).profile == fine
    wrong = Profile(
        display_name=" ",
        bio="x" * 501,
        avatar="ftp://x",
        country="gb",
        links=("https://a",) * 6,
    )
    assert refusal(evolve(update, profile=wrong), newcomer()) == InvalidProfile(
        ("display_name", "bio", "avatar", "country", "links")
    )
    notice = Notice(kind="fills", channel="mail", on=True)
    liked = Preferences(
        locale="nl-NL", zone="Europe/Amsterdam", notices=(notice,), quiet=Quiet(start=1380, end=420)
    )
    change = UpdatePreferences(user_id=ADA, preferences=liked, at=AT)
    assert after_all(newcomer(), change).preferences == liked
    worse = Preferences(
        locale="Dutch",
        zone="home",
        day_start=24,
        currency="GOLD",
        notices=(notice, notice),
        trading=TradingDefaults(leverage=0),
        quiet=Quiet(start=5, end=5),
    )
    assert refusal(evolve(change, preferences=worse), newcomer()) == InvalidPreferences(
        ("locale", "zone", "day_start", "currency", "notices", "trading", "quiet")
    )
    strange = evolve(liked, notices=(evolve(notice, channel="pigeon"),))
    again = refusal(evolve(change, preferences=strange), newcomer())
    assert again == InvalidPreferences(("notices",))


def test_a_tier_is_asked_for_above_the_present_one() -> None:
    ask = SubmitVerification(user_id=ADA, tier=Tier.PHONE, evidence="doc-1", at=AT)
    asked = after_all(member(), ask)
    assert asked.asked_tier is Tier.PHONE
    assert refusal(evolve(ask, tier=Tier.EMAIL), member()) == TierOrder("email", "email")
    assert refusal(evolve(ask, evidence=" "), member()) == TierOrder("email", "phone")
    assert refusal(ask, newcomer()) == TierRequired("email")
    decide = DecideVerification(
        user_id=ADA,
        tier=Tier.PHONE,
        evidence="doc-1",
        actor=staff(Role.SUPPORT),
        reason=REASON,
        at=AT,
    )
    known = after_all(asked, decide)
    assert (known.tier, known.asked_tier) == (Tier.PHONE, None)
    assert PERSON.decide(decide, known).unwrap() == ()
    assert after_all(known, evolve(decide, tier=Tier.EMAIL)).tier is Tier.EMAIL
    assert refusal(evolve(decide, evidence=""), asked) == TierOrder("email", "phone")


GRANT = GrantRole(user_id=ADA, role=Role.RISK, actor=staff(Role.ADMIN), reason=REASON, at=AT)
SUSPEND = SuspendUser(
    user_id=ADA,
    until=after(AT, DAY),
    case_id=None,
    actor=staff(Role.RISK),
    reason=REASON,
    at=AT,
)
RESTORE = RestoreUser(user_id=ADA, actor=staff(Role.RISK), reason=REASON, at=AT)
REVOKE = RevokeRole(user_id=ADA, role=Role.RISK, actor=staff(Role.ADMIN), reason=REASON, at=AT)
VERIFY = DecideVerification(
    user_id=ADA,
    tier=Tier.PHONE,
    evidence="d",
    actor=staff(Role.SUPPORT),
    reason=REASON,
    at=AT,
)


@pytest.mark.parametrize("command", [GRANT, REVOKE, SUSPEND, RESTORE, VERIFY])
def test_staff_need_the_role_a_factor_a_reason_and_somebody_else(command: Any) -> None:  # noqa: ANN401
    user = member(status=Status.SUSPENDED)
    own = evolve(command.actor, user_id=ADA)
    assert refusal(evolve(command, actor=own), user) == SelfGrant(ADA)
    assert refusal(evolve(command, reason="because "), user) == ReasonTooShort(10)
    weak = evolve(command.actor, has_second_factor=False)
    assert refusal(evolve(command, actor=weak), user) == SecondFactorRequired()
    assert isinstance(refusal(evolve(command, actor=staff()), user), NotPermitted)


def test_roles_are_granted_once_to_those_with_a_second_factor() -> None:
    granted = after_all(member(), GRANT)
    assert granted.roles == (Role.USER, Role.RISK)
    assert PERSON.decide(GRANT, granted).unwrap() == ()
    assert refusal(GRANT, newcomer()) == SecondFactorRequired()
    revoked = after_all(granted, REVOKE)
    assert revoked.roles == (Role.USER,)
    assert PERSON.decide(REVOKE, revoked).unwrap() == ()
    assert PERSON.decide(evolve(REVOKE, role=Role.USER), revoked).unwrap() == ()


def test_a_suspension_ends_by_itself_or_by_staff() -> None:
    held = after_all(member(), SUSPEND)
    assert status_at(held, after(AT, DAY - 1)) is Status.SUSPENDED
    assert status_at(held, after(AT, DAY)) is Status.ACTIVE
    assert after_all(held, RESTORE).status is Status.ACTIVE
    assert refusal(evolve(RESTORE, at=after(AT, DAY)), held) == UserStatus("suspended")
    for_ever = after_all(member(), evolve(SUSPEND, until=None))
    assert status_at(for_ever, after(AT, 1000 * DAY)) is Status.SUSPENDED
    assert refusal(evolve(SUSPEND, until=AT), member()) == UserStatus("active")
    moderator = evolve(SUSPEND, actor=staff(Role.MODERATOR))
    assert refusal(moderator, member()) == NotPermitted("suspend")
    by_case = after_all(member(), evolve(moderator, case_id="case-1"))
    assert by_case.status is Status.SUSPENDED
    lifted = evolve(RESTORE, actor=staff(Role.MODERATOR))
    assert refusal(lifted, by_case) == NotPermitted("suspend")


def test_data_is_exported_once_in_seven_days() -> None:
    ask = RequestExport(user_id=ADA, at=AT)
    done = after_all(member(), ask)
    due = after(AT, 7 * DAY)
    assert refusal(evolve(ask, at=after(due, -1)), done) == ExportTooSoon(due.micros)
    assert after_all(done, evolve(ask, at=due)).exported_at == due


LEAVE = RequestDeletion(user_id=ADA, matched=True, proof=CODE, open_things=(), at=AT)


def test_leaving_needs_password_factor_and_nothing_open() -> None:
    assert refusal(evolve(LEAVE, matched=False), member()) == BadCredentials()
    assert refusal(evolve(LEAVE, proof=None), member()) == SecondFactorRequired()
    assert refusal(LEAVE, member(status=Status.SUSPENDED)) == UserStatus("suspended")
    blocked = evolve(LEAVE, open_things=("live_bots",))
    assert refusal(blocked, member()) == DeletionBlocked(("live_bots",))
    going = after_all(member(), LEAVE)
    assert (going.status, going.purge_at) == (Status.DELETING, after(AT, 30 * DAY))
    assert PERSON.decide(LEAVE, going).unwrap() == ()
    assert after_all(newcomer(), evolve(LEAVE, proof=None)).status is Status.DELETING


def test_thirty_days_to_think_again_and_then_a_pseudonym() -> None:
    going = after_all(member(), LEAVE)
    cancel = CancelDeletion(user_id=ADA, at=AT)
    assert refusal(cancel, member()) == UserStatus("active")
    stays = after_all(going, cancel)
    assert (stays.status, stays.purge_at) == (Status.ACTIVE, None)
    purge = PurgeUser(user_id=ADA, at=after(AT, 30 * DAY))
    assert refusal(purge, member()) == UserStatus("active")
    assert refusal(evolve(purge, at=after(AT, 30 * DAY - 1)), going) == UserStatus("deleting")
    gone = after_all(going, purge)
    assert gone == User(user_id=ADA, username=pseudonym(ADA), status=Status.DELETED)
    held = after_all(going, SUSPEND)
    assert status_at(held, after(AT, DAY)) is Status.DELETING
    assert after_all(held, RESTORE).status is Status.DELETING


def test_events_of_what_is_not_there_change_nothing() -> None:
    bare = User(user_id=ADA)
    rehashed = PasswordRehashed(user_id=ADA, credential_id="c", parameters="p", at=AT)
    assert PERSON.evolve(bare, rehashed) == bare
    kept = PERSON.evolve(newcomer(), rehashed).password
    assert kept is not None
    assert (kept.credential_id, kept.parameters) == ("c", "p")
    used = FactorUsed(user_id=ADA, step=1, recovery=None, at=AT)
    assert PERSON.evolve(bare, used) == bare
    seen = UserLoggedIn(user_id=ADA, session_id="s", method=Method.PASSWORD, device="d", at=AT)
    assert PERSON.evolve(bare, seen) == bare
    first = PasswordChanged(
        user_id=ADA, credential_id="c", parameters="p", reset=False, session_id=None, at=AT
    )
    fresh = PERSON.evolve(bare, first).password
    assert fresh is not None
    assert fresh.before == ()
    moved = EmailChanged(user_id=ADA, email="x@y", at=AT)
    assert PERSON.evolve(member(), moved).status is Status.ACTIVE


def test_a_suspension_that_is_over_stands_in_nobodys_way() -> None:
    over = after_all(member(), SUSPEND)
    later = after(AT, DAY)
    asked = evolve(LEAVE, at=later)
    assert refusal(evolve(LEAVE, at=after(later, -1)), over) == UserStatus("suspended")
    going = after_all(over, asked)
    assert going.status is Status.DELETING
    held = after_all(after_all(member(), LEAVE), SUSPEND)
    cancel = CancelDeletion(user_id=ADA, at=later)
    assert refusal(evolve(cancel, at=after(later, -1)), held) == UserStatus("suspended")
    assert after_all(held, cancel).status is Status.ACTIVE
    assert PERSON.decide(asked, held).unwrap() == ()
    purge = PurgeUser(user_id=ADA, at=after(AT, 30 * DAY))
    assert after_all(held, purge).status is Status.DELETED


def test_a_case_has_a_name_and_nobody_shortens_a_suspension() -> None:
    moderator = evolve(SUSPEND, actor=staff(Role.MODERATOR))
    for name in ("", "  "):
        assert refusal(evolve(moderator, case_id=name), member()) == NotPermitted("suspend")
    for_ever = after_all(member(), evolve(SUSPEND, until=None))
    short = evolve(moderator, case_id="case-1", until=after(AT, DAY))
    assert refusal(short, for_ever) == UserStatus("suspended")
    day = after_all(member(), SUSPEND)
    assert refusal(evolve(short, until=after(AT, DAY - 1)), day) == UserStatus("suspended")
    longer = after_all(day, evolve(short, until=after(AT, 2 * DAY)))
    assert longer.suspended_until == after(AT, 2 * DAY)
    assert after_all(day, evolve(SUSPEND, until=None)).suspended_until is None
