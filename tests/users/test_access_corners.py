"""Corners of access where a slip would go unseen: fields side by side, bounds to the unit."""

import pytest
from attrs import evolve

from astracore.events.decider import replay
from astracore.instants import DAY, HOUR, MINUTE, SECOND, after, utc_day
from astracore.outcome import is_failure
from astracore.users.commands import (
    ChangeEmail,
    ConfirmTotp,
    EnrolTotp,
    Proof,
    RestoreUser,
    SuspendUser,
    UseFactor,
)
from astracore.users.events import TotpEnabled, UserRestored, UserSuspended
from astracore.users.gates import GATES, Gate, Standing, security_score
from astracore.users.keys.keys import KEYS, Keys
from astracore.users.logins.guard import Guard
from astracore.users.logins.signing_in import is_outdated, log_in
from astracore.users.passwords import is_common, password_strength
from astracore.users.permissions import Actor, Permission, staff_action
from astracore.users.person import PERSON
from astracore.users.profiles import (
    Notice,
    Preferences,
    Profile,
    Quiet,
    TradingDefaults,
    preferences,
    profile,
)
from astracore.users.registration import change_email, is_email, unacceptable
from astracore.users.rules import (
    KEY_RULES,
    KEYS_BY_PLAN,
    LOGIN_RULES,
    PASSWORD_RULES,
    SESSION_RULES,
    USER_RULES,
)
from astracore.users.sessions.scopes import Call, reaches
from astracore.users.sessions.state import Sessions
from astracore.users.sessions.tokens import issued, valid
from astracore.users.signatures import is_timely, time_text
from astracore.users.state import Claim, Email, User, Wallet, standing_of, status_at
from astracore.users.types import Role, Status, Tier
from astracore.users.wallets import login_message_fault
from tests.users.people import ADA, AT, EVE, REASON, member, newcomer, staff
from tests.users.test_access import EXPECTED, LOGIN, STATED, started
from tests.users.test_keys_and_gates import CREATE, KEY, REACH
from tests.users.test_registering import MESSAGE, WHO


def test_every_number_of_the_rules() -> None:
    assert dict(KEYS_BY_PLAN) == {"free": 1, "basic": 3, "pro": 10, "enterprise": 50}
    assert (KEY_RULES.addresses, KEY_RULES.lives, KEY_RULES.label) == (20, 365 * DAY, 50)
    assert (LOGIN_RULES.failures, LOGIN_RULES.within) == (5, 15 * MINUTE)
    assert (LOGIN_RULES.first_lock, LOGIN_RULES.longest_lock) == (15 * MINUTE, 24 * HOUR)
    assert (SESSION_RULES.idle, SESSION_RULES.whole, SESSION_RULES.most) == (7 * DAY, 30 * DAY, 10)
    assert (USER_RULES.code_lives, USER_RULES.code_tries) == (15 * MINUTE, 5)
    assert (USER_RULES.export_every, USER_RULES.deletion_grace) == (7 * DAY, 30 * DAY)
    assert (PASSWORD_RULES.shortest, PASSWORD_RULES.longest) == (10, 128)


def test_the_table_of_gates() -> None:
    told = {gate.value: (needs.tier.value, needs.second_factor) for gate, needs in GATES.items()}
    assert told == {
        "social": ("email", False),
        "deposits": ("email", False),
        "purchases": ("email", False),
        "nft_money": ("phone", False),
        "withdrawals": ("phone", True),
        "live_trading": ("identity", True),
        "exchange_keys": ("identity", True),
        "leading": ("identity", True),
        "high_leverage": ("premium", True),
    }
    assert set(GATES) == set(Gate)


@pytest.mark.parametrize(
    ("standing", "parts"),
    [
        (Standing(email_confirmed=True), (20, 0, 0, 0, 0)),
        (Standing(second_factor=True), (0, 30, 0, 0, 0)),
        (Standing(password_changed_at=AT), (0, 0, 20, 0, 0)),
        (Standing(wallet=True), (0, 0, 0, 15, 0)),
        (Standing(tier=Tier.PREMIUM), (0, 0, 0, 0, 15)),
        (Standing(tier=Tier.PHONE), (0, 0, 0, 0, 0)),
    ],
)
def test_each_part_of_the_score(standing: Standing, parts: tuple[int, ...]) -> None:
    score = security_score(standing, AT)
    told = (score.email, score.second_factor, score.login, score.wallet, score.identity)
    assert told == parts
    assert score.whole == sum(parts)


def test_what_gates_look_at_is_what_the_user_is() -> None:
    unconfirmed = standing_of(member(email=Email(address="a@b")))
    assert (unconfirmed.email_confirmed, unconfirmed.second_factor) == (False, True)
    bare = standing_of(member(totp=None))
    assert (bare.email_confirmed, bare.second_factor, bare.tier) == (True, False, Tier.EMAIL)


def test_a_factor_that_was_never_begun_has_used_no_step() -> None:
    enabled = TotpEnabled(user_id=ADA, secret_id="s", recovery_codes=10, session_id=None, at=AT)
    told = PERSON.evolve(User(user_id=ADA), enabled).totp
    assert told is not None
    assert (told.last_step, told.secret_id, told.recovery_codes) == (-1, "s", 10)
    enrol = EnrolTotp(user_id=ADA, secret_id="s2", matched=True, at=AT)
    begun = PERSON.evolve(newcomer(), PERSON.decide(enrol, newcomer()).unwrap()[0])
    confirm = ConfirmTotp(user_id=ADA, proof=Proof(step=0), session_id="here", at=AT)
    first, second = PERSON.decide(confirm, begun).unwrap()
    assert isinstance(first, TotpEnabled)
    assert (first.session_id, first.recovery_codes) == ("here", 10)
    after_first = PERSON.evolve(PERSON.evolve(begun, first), second).totp
    assert after_first is not None
    assert after_first.last_step == 0


def test_twenty_addresses_and_fifty_characters_are_enough() -> None:
    many = tuple(f"192.0.2.{number}" for number in range(20))
    assert KEYS.decide(evolve(CREATE, addresses=many, label="x" * 50), Keys()).unwrap()
    long = KEYS.decide(evolve(CREATE, label="x" * 51), Keys()).failure()
    assert long.fields == ("label",)  # type: ignore[union-attr]
    soon = KEYS.decide(evolve(CREATE, expires_at=after(AT, 1)), Keys())
    assert soon.unwrap()


def test_runs_go_one_way() -> None:
    assert is_common("0123456789")
    assert is_common("9876543210")
    assert not is_common("aabbccddeeff")
    assert not is_common("acegikmoqs")


@pytest.mark.parametrize(
    ("quiet", "fine"),
    [
        (Quiet(start=0, end=1439), True),
        (Quiet(start=1439, end=0), True),
        (Quiet(start=-1, end=5), False),
        (Quiet(start=1440, end=5), False),
        (Quiet(start=5, end=-1), False),
        (Quiet(start=5, end=1440), False),
    ],
)
def test_quiet_hours_are_minutes_of_a_day(quiet: Quiet, *, fine: bool) -> None:
    found = preferences(Preferences(quiet=quiet))
    assert (found.value_or(None) is not None) is fine


def test_bounds_of_profiles_and_preferences() -> None:
    assert not is_failure(profile(Profile(display_name="x" * 50, bio="x" * 500)))
    assert not is_failure(profile(Profile(display_name="x", links=("https://a.b",) * 5)))
    assert profile(Profile(display_name="x" * 51)).failure().fields == ("display_name",)
    assert not is_failure(preferences(Preferences(day_start=23)))
    for leverage, fine in ((1, True), (50, True), (51, False)):
        stated = Preferences(trading=TradingDefaults(leverage=leverage))
        assert (preferences(stated).value_or(None) is not None) is fine
    for kind, fine in (("", False), ("x", True), ("x" * 40, True), ("x" * 41, False)):
        notice = Notice(kind=kind, channel="push", on=False)
        found = preferences(Preferences(notices=(notice,)))
        assert (found.value_or(None) is not None) is fine
    both = tuple(Notice(kind="fills", channel=one, on=True) for one in ("mail", "push"))
    assert not is_failure(preferences(Preferences(notices=both)))


def test_times_that_no_clock_shows_are_cut() -> None:
    assert [time_text(number) for number in (0, -5, 2**63 - 1)] == ["0", "-5", str(2**63 - 1)]
    assert [time_text(number) for number in (2**63, 2**63 + 5, -(2**63))] == ["0", "5", "0"]


def test_a_reason_has_ten_characters() -> None:
    admin = Actor(user_id=EVE, roles=(Role.ADMIN,), has_second_factor=True)
    told = staff_action(admin, ADA, Permission.CONFIGURATION, " ten chars ")
    assert told.failure().code == "reason_too_short"
    assert staff_action(admin, ADA, Permission.CONFIGURATION, "ten chars!").unwrap() is None


def test_a_key_id_is_given_once() -> None:
    keys = replay(KEYS, KEYS.decide(evolve(CREATE, plan="pro"), Keys()).unwrap())
    again = KEYS.decide(evolve(CREATE, plan="pro"), keys).failure()
    assert again.fields == ("key_id",)  # type: ignore[union-attr]


def test_nobody_logs_in_and_nobody_moves() -> None:
    entered = log_in(LOGIN, Guard(), User(), Sessions()).unwrap()
    assert entered.refusal is not None
    assert entered.refusal.code == "bad_credentials"
    ask = ChangeEmail(user_id=ADA, email="a@b", matched=True, at=AT)
    assert change_email(ask, User(), Claim(), Claim()).failure().code == "bad_credentials"


def test_only_an_old_hash_is_made_anew_and_only_when_it_was() -> None:
    old = newcomer()
    assert old.password is not None
    aged = evolve(old, password=evolve(old.password, parameters="old"))
    assert len(log_in(LOGIN, Guard(), aged, Sessions()).unwrap().user) == 1
    assert not is_outdated(newcomer(password=None))


def test_a_wallet_is_a_login_where_there_is_no_password() -> None:
    wallet = Wallet(chain="SN", address="0x1")
    assert standing_of(newcomer(password=None, wallet=wallet)).wallet_login
    assert not standing_of(newcomer(wallet=wallet)).wallet_login
    assert not standing_of(newcomer(password=None)).wallet_login


def test_a_suspension_tells_its_case_or_its_reason() -> None:
    ask = SuspendUser(
        user_id=ADA, until=None, case_id=None, actor=staff(Role.RISK), reason=REASON, at=AT
    )
    for case_id, cause in ((None, REASON), ("case-1", "case-1")):
        (event,) = PERSON.decide(evolve(ask, case_id=case_id), member()).unwrap()
        assert isinstance(event, UserSuspended)
        assert (event.cause, event.by, event.until) == (cause, EVE, None)


def test_the_first_recovery_code_counts() -> None:
    use = UseFactor(user_id=ADA, proof=Proof(recovery=0), at=AT)
    assert PERSON.decide(use, member()).unwrap()
    below = evolve(use, proof=Proof(recovery=-1))
    assert PERSON.decide(below, member()).failure().code == "second_factor_invalid"


def test_sixteen_characters_are_long_enough() -> None:
    assert password_strength("correcthorsebatt", "ada").unwrap() is None
    assert password_strength("correcthorsebat", "ada").failure().reasons == ("too_few_kinds",)


def test_a_hundred_notices_are_enough() -> None:
    kinds = tuple(Notice(kind=f"k{n}", channel="mail", on=True) for n in range(101))
    assert not is_failure(preferences(Preferences(notices=kinds[:100])))
    assert preferences(Preferences(notices=kinds)).failure().fields == ("notices",)


def test_bounds_of_addresses_and_ages() -> None:
    assert is_email("a@" + "b" * 252)
    assert not is_email("a@" + "b" * 253)
    of_age = evolve(WHO, birth_day=utc_day(AT) - 6575)
    assert unacceptable(of_age, Claim(), AT) is None
    assert unacceptable(evolve(of_age, birth_day=of_age.birth_day + 1), Claim(), AT) is not None


def test_a_call_may_move_nothing() -> None:
    free = Call(reach=REACH, token="USDC")
    assert dict(reaches(KEY, (free,), {}, AT).unwrap()) == {"USDC": 0}
    stranger = evolve(free, token="ETH")
    assert reaches(KEY, (stranger,), {}, AT).failure().code == "scope_denied"


def test_clocks_may_differ_by_five_seconds() -> None:
    ahead = issued(STATED, after(AT, 5 * SECOND))
    assert valid(ahead, EXPECTED, started("s1"), AT).unwrap() is None
    now = 1772618400000
    assert [is_timely(now, now + late) for late in (0, 5000, 5001)] == [True, True, False]
    assert time_text(-200) == "-200"


def test_who_restored_whom() -> None:
    ask = RestoreUser(user_id=ADA, actor=staff(Role.RISK), reason=REASON, at=AT)
    (event,) = PERSON.decide(ask, member(status=Status.SUSPENDED)).unwrap()
    assert event == UserRestored(user_id=ADA, by=EVE, reason=REASON, at=AT)


def test_standing_and_status_of_others() -> None:
    assert standing_of(newcomer(wallet=Wallet(chain="SN", address="0x1"))).wallet
    assert not standing_of(newcomer()).wallet
    gone = newcomer(status=Status.DELETED, suspended_until=AT)
    assert status_at(gone, AT) is Status.DELETED


def test_a_message_may_live_for_a_moment() -> None:
    short = evolve(MESSAGE, expires_at=after(AT, 1))
    assert login_message_fault(short, "astra", "SN_MAIN", AT, nonce_is_new=True) is None
