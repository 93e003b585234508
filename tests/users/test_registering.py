"""Names, addresses and wallets: one owner each, whoever asks first."""

import pytest
from attrs import evolve

from astracore.errors.access import (
    BadCredentials,
    BadEmail,
    EmailTaken,
    JurisdictionBlocked,
    NameChangeTooSoon,
    TooYoung,
    UnnamedType,
    WalletTaken,
    WeakPassword,
)
from astracore.errors.users import BadUsername, UsernameTaken
from astracore.events.decider import replay
from astracore.instants import DAY, MINUTE, Instant, after, utc_day
from astracore.outcome import is_failure
from astracore.users.commands import (
    Applicant,
    ChangeEmail,
    ChangeUsername,
    LinkWallet,
    Register,
)
from astracore.users.passwords import is_common, password_strength
from astracore.users.registration import (
    EMAILS,
    USERNAMES,
    USERS,
    age_in_years,
    change_email,
    enrol,
    is_email,
    register,
    rename,
)
from astracore.users.rules import RESERVED
from astracore.users.state import Claim, User
from astracore.users.types import Status, Tier
from astracore.users.wallets import (
    WALLETS,
    LoginMessage,
    link_wallet,
    login_message_fault,
    typed_data,
    wallet_key,
)
from tests.users.people import ADA, ARGON, AT, BOB, newcomer

ASK = Register(user_id=ADA, username="Ada", at=AT)
WHO = Applicant(
    email="ada@example.org",
    country="NL",
    birth_day=utc_day(AT) - 20 * 366,
    credential_id="c1",
    parameters=ARGON,
)
HELD = Claim(holder=BOB)
FREE = Claim()


@pytest.mark.parametrize("name", [*sorted(RESERVED - {"me"}), "Deleted-00", "ADMIN"])
def test_names_of_the_house_are_taken(name: str) -> None:
    assert register(evolve(ASK, username=name), User(), FREE).failure() == UsernameTaken(name)


def test_what_a_registration_says_beside_the_name() -> None:
    told = evolve(ASK, invite_code="i1", country="NL")
    (event,) = register(told, User(), FREE).unwrap().user
    assert (event.invite_code, event.country) == ("i1", "NL")  # type: ignore[union-attr]


def test_an_enrolment_fills_three_streams() -> None:
    made = enrol(ASK, WHO, User(), FREE, FREE).unwrap()
    user = replay(USERS, made.user)
    assert (user.username, user.email.address, user.status) == ("Ada", WHO.email, Status.PENDING)
    assert user.password is not None
    assert replay(USERNAMES, made.name).holder == ADA
    assert replay(EMAILS, made.email).holder == ADA


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"email": "ada"}, BadEmail("ada")),
        ({"country": "KP"}, JurisdictionBlocked("KP")),
        ({"birth_day": utc_day(AT) - 18 * 365}, TooYoung(18)),
        ({"weaknesses": ("common",)}, WeakPassword(("common",))),
    ],
)
def test_enrolments_that_are_refused(change: dict[str, object], fault: object) -> None:
    who = evolve(WHO, **change)  # type: ignore[arg-type]
    assert enrol(ASK, who, User(), FREE, FREE).failure() == fault


def test_names_and_addresses_that_others_hold() -> None:
    assert enrol(ASK, WHO, User(), HELD, FREE).failure() == UsernameTaken("Ada")
    assert enrol(ASK, WHO, User(), FREE, HELD).failure() == EmailTaken()


def test_ages_are_whole_years() -> None:
    assert [age_in_years(0, day) for day in (364, 366, 6574, 6575)] == [0, 1, 17, 18]


def test_addresses() -> None:
    assert is_email("a@b")
    assert not any(map(is_email, ["", "a@", "@b", "a b@c", "a@b@c", "a@" + "b" * 253]))


def test_a_name_changes_once_in_thirty_days() -> None:
    ask = ChangeUsername(user_id=ADA, username="Lady", at=AT)
    mine = Claim(holder=ADA)
    made = rename(ask, newcomer(), mine, FREE).unwrap()
    user = replay(USERS, made.user, newcomer())
    assert (user.username, user.name_changed_at) == ("Lady", AT)
    assert replay(USERNAMES, made.old, mine).holder is None
    assert replay(USERNAMES, made.new, FREE).holder == ADA
    soon = evolve(ask, username="Duke", at=after(AT, 30 * DAY - 1))
    due = after(AT, 30 * DAY)
    assert rename(soon, user, mine, FREE).failure() == NameChangeTooSoon(due.micros)
    assert rename(evolve(soon, at=due), user, mine, FREE).unwrap().user
    case = rename(evolve(ask, username="ADA"), newcomer(), mine, mine).unwrap()
    assert (case.old, case.new) == ((), ())
    assert rename(ask, newcomer(), mine, HELD).failure() == UsernameTaken("Lady")
    root = evolve(ask, username="root")
    assert rename(root, newcomer(), mine, FREE).failure() == UsernameTaken("root")
    bad = evolve(ask, username="!")
    assert rename(bad, newcomer(), mine, FREE).failure() == BadUsername("!")
    assert rename(ask, User(), mine, FREE).failure() == BadCredentials()


def test_another_address_closes_gates_and_keeps_the_tier() -> None:
    ask = ChangeEmail(user_id=ADA, email="new@example.org", matched=True, at=AT)
    mine = Claim(holder=ADA)
    made = change_email(ask, newcomer(tier=Tier.IDENTITY), mine, FREE).unwrap()
    user = replay(USERS, made.user, newcomer(tier=Tier.IDENTITY))
    assert (user.tier, user.email.confirmed) == (Tier.IDENTITY, False)
    assert user.security_changed_at == AT
    assert replay(EMAILS, made.old, mine).holder is None
    assert change_email(ask, newcomer(), FREE, FREE).unwrap().old == ()
    wrong = evolve(ask, matched=False)
    assert change_email(wrong, newcomer(), mine, FREE).failure() == BadCredentials()
    assert EMAILS.decide(wrong, FREE).failure() == BadCredentials()
    bad = evolve(ask, email="new")
    assert change_email(bad, newcomer(), mine, FREE).failure() == BadEmail("new")
    assert EMAILS.decide(bad, FREE).failure() == BadEmail("new")
    assert change_email(ask, newcomer(), mine, HELD).failure() == EmailTaken()
    assert EMAILS.decide(ask, HELD).failure() == EmailTaken()
    assert EMAILS.decide(ask, FREE).unwrap() == made.new


def test_one_wallet_a_user_and_one_user_a_wallet() -> None:
    ask = LinkWallet(user_id=ADA, chain="SN_MAIN", address="0xAb", genuine=True, at=AT)
    made = link_wallet(ask, newcomer(), FREE, FREE).unwrap()
    user = replay(USERS, made.user, newcomer())
    assert (user.status, user.wallet is not None) == (Status.ACTIVE, True)
    mine = replay(WALLETS, made.new, FREE)
    assert mine.holder == ADA
    again = link_wallet(ask, user, mine, mine).unwrap()
    assert (again.user, again.old, again.new) == ((), (), ())
    other = link_wallet(evolve(ask, address="0xcd"), user, mine, FREE).unwrap()
    assert replay(WALLETS, other.old, mine).holder is None
    assert link_wallet(ask, user, FREE, HELD).failure() == WalletTaken()
    forged = evolve(ask, genuine=False)
    assert link_wallet(forged, user, FREE, FREE).failure() == BadCredentials()
    assert WALLETS.decide(ask, FREE).unwrap() == made.new
    assert wallet_key("SN", "0x0") == wallet_key("SN", "0x") == "SN:0x0"


MESSAGE = LoginMessage(
    domain="astra",
    chain="SN_MAIN",
    address="0xab",
    nonce="n",
    issued_at=AT,
    expires_at=after(AT, 10 * MINUTE),
)


@pytest.mark.parametrize(
    ("message", "now", "new", "fine"),
    [
        (MESSAGE, AT, True, True),
        (MESSAGE, after(AT, 10 * MINUTE - 1), True, True),
        (MESSAGE, after(AT, 10 * MINUTE), True, False),
        (MESSAGE, after(AT, -1), True, False),
        (MESSAGE, AT, False, False),
        (evolve(MESSAGE, domain="elsewhere"), AT, True, False),
        (evolve(MESSAGE, chain="SN_SEPOLIA"), AT, True, False),
        (evolve(MESSAGE, expires_at=after(AT, 10 * MINUTE + 1)), AT, True, False),
        (evolve(MESSAGE, expires_at=AT), AT, True, False),
    ],
)
def test_a_login_message_is_for_here_and_now_and_once(
    message: LoginMessage, now: Instant, *, new: bool, fine: bool
) -> None:
    fault = login_message_fault(message, "astra", "SN_MAIN", now, nonce_is_new=new)
    assert (fault is None) is fine


def test_typed_messages_have_one_meaning() -> None:
    assert typed_data({"a": "felt", "b": "bool"}).unwrap()
    assert typed_data({"a": "felt", "b": "enum"}).failure() == UnnamedType("enum")
    assert typed_data({"b": "u256"}, "snip12-1").unwrap()
    assert typed_data({"b": "u256"}, "other").failure() == UnnamedType("u256")
    assert typed_data({"b": "whatever"}, "snip12-1").failure() == UnnamedType("whatever")


@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("Tr0ubador&3", ()),
        ("correct horse battery", ()),
        ("Short1!", ("too_short",)),
        ("x" * 129, ("too_long", "common")),
        ("alllowercase", ("too_few_kinds",)),
        ("My-Ada_L-2026", ("holds_name",)),
        ("My-Byron1-2026", ("holds_email",)),
        ("Passw0rd2024", ("common",)),
        ("1234567890", ("too_few_kinds", "common")),
    ],
)
def test_passwords(password: str, reasons: tuple[str, ...]) -> None:
    found = password_strength(password, "ada_l", "byron@example.org")
    assert (found.failure().reasons if is_failure(found) else ()) == reasons


def test_short_names_may_stand_in_passwords_and_runs_are_common() -> None:
    assert password_strength("Tr0uba-ada&3", "ada", "al@x").unwrap() is None
    assert is_common("zyxwvutsrq")
    assert is_common("aaaaaaaaaaaa")
    assert not is_common("a")
    assert not is_common("")
