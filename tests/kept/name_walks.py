"""Walks through names, addresses and wallets: registration and change, over their streams."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from astracore.ids import UserId
from astracore.instants import DAY, utc_day
from astracore.users.commands import (
    Applicant,
    ChangeEmail,
    ChangeUsername,
    LinkWallet,
    Register,
)
from astracore.users.person import PERSON
from astracore.users.registration import EMAILS, USERNAMES, change_email, enrol, rename
from astracore.users.state import User
from astracore.users.wallets import (
    WALLETS,
    link_wallet,
    wallet_key,
)
from tests.kept.telling import Tale
from tests.kept.walking import Dice
from tests.users.people import ARGON


def names(*seeds: int) -> str:
    """Registration and new names, addresses and wallets over their streams."""
    tale = Tale()
    for seed in seeds:
        d = Dice(seed, (0, DAY, 30 * DAY - 1, 30 * DAY))
        for _ in range(40):
            d.wait()
            who = UserId(d.one("ada", "bob"))
            user = tale.state(PERSON, who)
            d.one(registering, renaming, readdressing, linking)(tale, d, who, user)
        tale.stand()
        tale.states.clear()
    return tale.text()


def registering(tale: Tale, d: Dice, who: UserId, user: User) -> None:
    asked = Register(
        user_id=who, username=d.one("Ada", "Bob", "ab", "admin", "Deleted-1"), at=d.now
    )
    applicant = Applicant(
        email=d.one("a@x.org", "b@x.org", "x"),
        country=d.one("NL", "NL", "NL", "KP"),
        birth_day=utc_day(d.now) - d.one(6574, 6575, 9000, 9000),
        credential_id="c1",
        parameters=ARGON,
        weaknesses=d.one((), (), (), ("common",)),
    )
    key = asked.username.casefold()
    name, email = tale.state(USERNAMES, key), tale.state(EMAILS, applicant.email)
    made = tale.answer(f"enrol {who}", enrol(asked, applicant, user, name, email))
    if made is not None:
        tale.tell(PERSON, who, made.user)
        tale.tell(USERNAMES, key, made.name)
        tale.tell(EMAILS, applicant.email, made.email)


def renaming(tale: Tale, d: Dice, who: UserId, user: User) -> None:
    asked = ChangeUsername(
        user_id=who, username=d.one("Ada", "ADA", "Bob", "Lady", "x", "root"), at=d.now
    )
    key, before = asked.username.casefold(), user.username.casefold()
    old, new = tale.state(USERNAMES, before), tale.state(USERNAMES, key)
    made = tale.answer(f"rename {who}", rename(asked, user, old, new))
    if made is not None:
        tale.tell(PERSON, who, made.user)
        tale.tell(USERNAMES, before, made.old)
        tale.tell(USERNAMES, key, made.new)


def readdressing(tale: Tale, d: Dice, who: UserId, user: User) -> None:
    asked = ChangeEmail(
        user_id=who,
        email=d.one("a@x.org", "b@x.org", "c@x.org", "@"),
        matched=d.one(True, True, False),
        at=d.now,
    )
    before = user.email.address
    old, new = tale.state(EMAILS, before), tale.state(EMAILS, asked.email)
    tale.answer("half", EMAILS.decide(asked, new))
    made = tale.answer(f"move {who}", change_email(asked, user, old, new))
    if made is not None:
        tale.tell(PERSON, who, made.user)
        tale.tell(EMAILS, before, made.old)
        tale.tell(EMAILS, asked.email, made.new)


def linking(tale: Tale, d: Dice, who: UserId, user: User) -> None:
    asked = LinkWallet(
        user_id=who,
        chain="SN",
        address=d.one("0x1", "0x02", "0x2"),
        genuine=d.one(True, True, False),
        at=d.now,
    )
    key = wallet_key(asked.chain, asked.address)
    held = user.wallet
    before = "none" if held is None else wallet_key(held.chain, held.address)
    old, new = tale.state(WALLETS, before), tale.state(WALLETS, key)
    tale.answer("half", WALLETS.decide(asked, new))
    made = tale.answer(f"link {who}", link_wallet(asked, user, old, new))
    if made is not None:
        tale.tell(PERSON, who, made.user)
        tale.tell(WALLETS, before, made.old)
        tale.tell(WALLETS, key, made.new)


WALKS = {"names": lambda: names(1, 2, 3)}
