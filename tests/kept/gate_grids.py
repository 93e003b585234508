"""Grids of what roles, tiers, messages and keys let through."""

import itertools

from attrs import evolve

from astracore.instants import DAY, MINUTE, Instant
from astracore.users.commands import (
    ConfirmEmail,
)
from astracore.users.gates import Gate, opens, security_score
from astracore.users.keys.keys import KEYS, CreateApiKey, admits
from astracore.users.permissions import Access, Actor, Permission, authorised
from astracore.users.person import PERSON, code_answer
from astracore.users.state import standing_of
from astracore.users.types import Role, Scope, Tier
from astracore.users.wallets import (
    LoginMessage,
    login_message_fault,
    typed_data,
)
from tests.kept.telling import Tale
from tests.kept.user_walks import ADA, key_id
from tests.kept.walking import START
from tests.users.people import member, newcomer


def gates() -> str:
    """Who may do what, what a tier opens, and how safe an account is."""
    tale = Tale()
    for role, permission, access in itertools.product(Role, Permission, Access):
        for factor in (False, True):
            who = Actor(user_id=ADA, roles=(role,), has_second_factor=factor)
            tale.answer(
                f"{role} {permission} {access} {factor}", authorised(who, permission, access)
            )
    for tier, base in itertools.product(Tier, (newcomer(), member())):
        user = evolve(base, tier=tier, security_changed_at=START)
        held = standing_of(user)
        tale.answer(f"{tier} standing", held)
        for gate in Gate:
            tale.answer(f"{tier} {gate}", opens(gate, held))
        for day in (179, 180):
            tale.answer(f"{tier} score", security_score(held, Instant(day * DAY)))
            tale.answer(f"{tier} score", security_score(held, Instant(day * DAY - 1)))
    messages(tale)
    return tale.text()


def messages(tale: Tale) -> None:
    """What wallets sign, and what a code is answered."""
    fine = LoginMessage(
        domain="d",
        chain="c",
        address="0x1",
        nonce="n",
        issued_at=START,
        expires_at=Instant(START.micros + 10 * MINUTE),
    )
    for wait in (-1, 0, 10 * MINUTE - 1, 10 * MINUTE):
        now = Instant(START.micros + wait)
        for domain, chain, new in itertools.product("dx", "cx", (True, False)):
            told = login_message_fault(fine, domain, chain, now, nonce_is_new=new)
            tale.answer(f"message {domain} {chain} {new} {wait}", told)
    for lives in (0, 1, 10 * MINUTE + 1):
        asked = evolve(fine, expires_at=Instant(START.micros + lives))
        tale.answer("lives", login_message_fault(asked, "d", "c", START, nonce_is_new=True))
    for kind, dialect in itertools.product(("felt", "u256", "(a,b)", "x"), (None, "snip12-1", "y")):
        tale.answer(f"{kind} {dialect}", typed_data({"f": kind}, dialect))
    for tries in range(7):
        sent = newcomer()
        sent = evolve(sent, email=evolve(sent.email, code_sent_at=START, tries=tries))
        wrong = ConfirmEmail(user_id=ADA, matched=False, at=START)
        refused = PERSON.decide(wrong, sent)
        tale.answer(f"try {tries}", code_answer(refused.value_or(())))
    for key in (key_id(0), key_id(1)):
        states = Tale()
        ask = CreateApiKey(
            user_id=ADA, key_id=key_id(0), label="l", scopes=("read",), addresses=("192.0.2.0/24",),
            expires_at=Instant(START.micros + 1), plan="pro", proved=True, at=START,
        )  # fmt: skip
        states.ask(KEYS, "k", ask)
        for scope, place, wait in itertools.product(Scope, ("192.0.2.9", "192.0.3.1", "?"), (0, 1)):
            admitted = admits(
                states.state(KEYS, "k"), key, scope, place, Instant(START.micros + wait)
            )
            tale.answer(f"{key} {scope} {place} {wait}", admitted)


GRIDS = {"gates": gates}
