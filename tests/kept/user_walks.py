"""Walks through identity: a person, names and addresses, the door, sessions, keys, gates."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

import itertools

from attrs import evolve

from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant
from astracore.users.commands import (
    CancelDeletion,
    ChangePassword,
    ConfirmEmail,
    ConfirmTotp,
    DecideVerification,
    DisableTotp,
    EnrolTotp,
    GrantRole,
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
from astracore.users.keys.keys import KEYS, CreateApiKey, RevokeApiKey, UseApiKey
from astracore.users.logins.guard import GUARD, Attempt
from astracore.users.logins.signing_in import Login, log_in
from astracore.users.permissions import Actor
from astracore.users.person import PERSON
from astracore.users.profiles import Notice, Preferences, Profile, Quiet, TradingDefaults
from astracore.users.sessions.commands import EndSession, EndSessions, RefreshSession, StartSession
from astracore.users.sessions.sessions import SESSIONS, refresh_answer
from astracore.users.sessions.tokens import Claims, Expected, issued, valid
from astracore.users.state import User, status_at
from astracore.users.types import Method, Role, Scope, SessionEnd, Status, Tier
from tests.kept.telling import Tale
from tests.kept.walking import START, Asked, Dice, Loose, walk_all
from tests.users.people import ARGON, member, newcomer

ADA, EVE = UserId("ada"), UserId("eve")
TIMES = (0, 0, 1, SECOND, 15 * MINUTE - 1, 15 * MINUTE, DAY, 7 * DAY - 1, 7 * DAY, 30 * DAY)
REASON = "asked for by the owner"


def mine(d: Dice) -> dict[str, Loose]:
    return {"user_id": ADA, "at": d.now}


def proof(d: Dice) -> Loose:
    step = d.now.micros // (30 * SECOND)
    return d.one(
        Proof(step=step), Proof(step=step), Proof(step=5),
        Proof(recovery=d.random.randrange(-1, 11)),
        Proof(), Proof(step=step, recovery=3), None,
    )  # fmt: skip


def actor(d: Dice) -> Actor:
    roles = d.one(*Role, Role.ADMIN, Role.ADMIN, Role.MODERATOR)
    return Actor(
        user_id=d.one(EVE, EVE, EVE, EVE, ADA),
        roles=(Role.USER, roles),
        has_second_factor=d.one(True, True, True, True, False),
    )


def by_staff(d: Dice) -> dict[str, Loose]:
    reason = d.one(REASON, REASON, REASON, "too short", " ten chars  ")
    return {**mine(d), "actor": actor(d), "reason": reason}


def matched(d: Dice) -> dict[str, Loose]:
    return {**mine(d), "matched": d.one(True, True, True, False)}


def later(d: Dice) -> Loose:
    return d.one(
        None, Instant(d.now.micros + DAY), Instant(d.now.micros), Instant(d.now.micros + 1)
    )


DOORS = (
    lambda d: SendCode(**mine(d)),
    lambda d: ConfirmEmail(**matched(d)),
    lambda d: ConfirmEmail(user_id=ADA, at=d.now, matched=False),
    lambda d: ChangePassword(
        **matched(d),
        credential_id=f"c{d.random.randrange(99)}",
        parameters=ARGON,
        reused=d.one(False, False, False, True),
        weaknesses=d.one((), (), (), ("common",)),
        reset=d.one(True, False),
        session_id=d.one(None, "s1"),
    ),
    lambda d: EnrolTotp(**matched(d), secret_id=f"t{d.random.randrange(9)}"),
    lambda d: ConfirmTotp(
        **mine(d), proof=proof(d) or Proof(recovery=1), session_id=d.one(None, "s1")
    ),
    lambda d: DisableTotp(**matched(d), proof=proof(d), session_id=d.one(None, "s1")),
    lambda d: UseFactor(**mine(d), proof=proof(d)),
)
STANDING = (
    lambda d: SubmitVerification(**mine(d), tier=d.one(*Tier), evidence=d.one("e", "e", " ")),
    lambda d: DecideVerification(**by_staff(d), tier=d.one(*Tier), evidence=d.one("e", "e", " ")),
    lambda d: GrantRole(**by_staff(d), role=d.one(*Role)),
    lambda d: RevokeRole(**by_staff(d), role=d.one(*Role)),
    lambda d: SuspendUser(**by_staff(d), until=later(d), case_id=d.one(None, "case")),
    lambda d: RestoreUser(**by_staff(d)),
    lambda d: RestoreUser(
        user_id=ADA,
        at=d.now,
        reason=REASON,
        actor=Actor(user_id=EVE, roles=(Role.ADMIN,), has_second_factor=True),
    ),
)
LEAVING = (
    lambda d: RequestExport(**mine(d)),
    lambda d: RequestDeletion(
        **matched(d), proof=proof(d), open_things=d.one((), (), (), ("positions",))
    ),
    lambda d: CancelDeletion(**mine(d)),
    lambda d: PurgeUser(**mine(d)) if d.one(0, 0, 0, 1) else RequestExport(**mine(d)),
)
OWN = (
    lambda d: UpdateProfile(
        **mine(d),
        profile=Profile(
            display_name=d.one("A", "A" * 50, "A" * 51, "  "),
            bio=d.one("", "b" * 500, "b" * 501),
            avatar=d.one(None, "https://x.org/a.png", "http://x"),
            country=d.one(None, "NL", "nl"),
            links=d.one((), ("https://x.org",) * 5, ("https://x.org",) * 6, ("x",)),
        ),
    ),
    lambda d: UpdatePreferences(**mine(d), preferences=likings(d)),
)


def likings(d: Dice) -> Preferences:
    def note(number: int = 0, kind: str = "fill") -> Notice:
        return Notice(kind=f"{kind}{number}", channel="mail", on=True)

    return Preferences(
        locale=d.one("en", "de-DE", "english"),
        zone=d.one("UTC", "Europe/Berlin", "nowhere at all"),
        day_start=d.one(0, 23, 24, -1),
        currency=d.one("USD", "EUR", "???"),
        notices=d.one(
            (),
            tuple(map(note, range(100))),
            tuple(map(note, range(101))),
            (note(), note()),
            (note(kind="k" * 39),),
            (note(kind="k" * 40),),
            (Notice(kind="", channel="mail", on=False),),
            (Notice(kind="x", channel="pigeon", on=False),),
        ),
        trading=TradingDefaults(leverage=d.one(1, 50, 51, 0)),
        quiet=d.one(
            None,
            Quiet(start=0, end=1439),
            Quiet(start=1439, end=0),
            Quiet(start=5, end=5),
            Quiet(start=1440, end=3),
            Quiet(start=3, end=1440),
            Quiet(start=-1, end=4),
        ),
    )


def person(menu: tuple[Asked, ...], first: User, *seeds: int) -> str:
    return walk_all(PERSON, menu, *seeds, waits=TIMES, initial=first, steps=50)


def people() -> str:
    asked = Register(user_id=ADA, username="Ada", at=START, invite_code="i", country="NL")
    everything = (*DOORS, *STANDING, *LEAVING, lambda _: asked)
    tale = Tale()
    tale.ask(PERSON, "it", UseFactor(user_id=ADA, proof=None, at=START), asked, asked)
    tale.stand()
    return "\n".join(
        [
            tale.text(),
            person(DOORS, newcomer(), 1, 2, 3, 4),
            person(STANDING, member(), 5, 6, 7),
            person(LEAVING, member(), 8, 9),
            person(OWN, member(), 10),
            person(everything, member(), 11, 12, 13),
            person(everything, newcomer(), 14, 15),
        ]
    )


def logins(*seeds: int) -> str:
    """The door's guard, the user and the sessions, decided together."""
    tale = Tale()
    for seed in seeds:
        d = Dice(seed, (0, 0, MINUTE, 5 * MINUTE, 15 * MINUTE - 1, 15 * MINUTE, DAY))
        first = d.one(member(), newcomer(), member(status=Status.DELETING, purge_at=START))
        tale.put(PERSON, "ada", first)
        for step in range(40):
            d.wait()
            asked = Login(
                pair="p",
                session_id=f"s{step}",
                method=d.one(*Method),
                device="d",
                known_device=d.one(False, False, True),
                matched=d.one(True, False, False),
                proof=proof(d),
                rehashed=d.one(None, "c9"),
                at=d.now,
            )
            states = [tale.state(one, "ada") for one in (GUARD, PERSON, SESSIONS)]
            tale.answer("now", status_at(states[1], d.now))
            made = tale.answer(f"login {step}", log_in(asked, *states))
            if made is not None:
                tale.tell(GUARD, "ada", made.guard)
                tale.tell(PERSON, "ada", made.user)
                tale.tell(SESSIONS, "ada", made.sessions)
        tale.stand()
        tale.states.clear()
    return tale.text()


SESSION = (
    lambda d: StartSession(
        **mine(d), session_id=f"s{d.random.randrange(30)}", method=d.one(*Method), device="d"
    ),
    *(
        lambda d: RefreshSession(
            **mine(d),
            session_id=f"s{d.random.randrange(12)}",
            generation=d.one(0, 1, 1, 1, 2, 2, 3),
            genuine=d.one(True, True, True, False),
        ),
    )
    * 4,
    lambda d: EndSession(
        **mine(d), session_id=f"s{d.random.randrange(30)}", reason=d.one(*SessionEnd)
    ),
    lambda d: (
        EndSessions(**mine(d), spared=d.one("s1", "s2"), reason=d.one(*SessionEnd))
        if d.one(0, 0, 0, 1)
        else StartSession(**mine(d), session_id="s1", method=Method.WALLET, device="e")
    ),
)
CLAIMS = Claims(
    typ="access", iss="us", aud="app", sub=ADA, jti="j", sid="s1", roles=(Role.USER, Role.RISK),
    tier=Tier.PHONE, scopes=(Scope.READ,), iat=0, exp=0,
)  # fmt: skip


def sessions() -> str:
    """Sessions alone, then tokens of one of them."""
    told = [walk_all(SESSIONS, SESSION, 1, 2, 3, 4, waits=(0, 0, 1, HOUR, 7 * DAY - 1, DAY))]
    tale = Tale()
    start = StartSession(user_id=ADA, session_id="s1", method=Method.WALLET, device="e", at=START)
    family = replay(SESSIONS, SESSIONS.decide(start, SESSIONS.initial).unwrap())
    token = tale.answer("issued", issued(CLAIMS, Instant(START.micros + 7)))
    changes: list[Loose] = [
        {},
        {"typ": "x"},
        {"iss": "x"},
        {"aud": "x"},
        {"sub": EVE},
        {"sid": "x"},
    ]
    changes += [{"iat": token.iat + more} for more in (-1, 0, 1, 5, 6)]
    changes += [{"exp": token.exp + more} for more in (-900, -899, 1)]
    for change, wait in itertools.product(changes, (0, 899_999_999, 900_000_000)):
        now = Instant(START.micros + wait)
        asked = evolve(token, **change)
        tale.answer(f"{change} {wait}", valid(asked, Expected(iss="us", aud="app"), family, now))
    refreshing = RefreshSession(user_id=ADA, session_id="s1", generation=1, genuine=True, at=START)
    twice = replay(SESSIONS, SESSIONS.decide(refreshing, family).unwrap(), family)
    for state in (family, twice):
        tale.answer("answer", refresh_answer(SESSIONS.decide(refreshing, state).unwrap()))
    tale.answer("answer", refresh_answer(()))
    return "\n".join([*told, tale.text()])


def key_id(number: int) -> str:
    return f"ak_{'abcdefghijklmnop'[number:]}{'2' * number}"


def api_keys() -> str:
    def create(d: Dice) -> CreateApiKey:
        lives = d.one(DAY, DAY, 365 * DAY, 365 * DAY + 1, 0, 1)
        return CreateApiKey(
            **mine(d),
            key_id=d.one(*map(key_id, range(9)), "bad"),
            label=d.one("l", "l", "l" * 50, "l" * 51, " "),
            scopes=d.one(("read",), ("trade", "read"), ("manage", "trade"), (), ("withdraw",)),
            addresses=d.one((), (), ("192.0.2.0/24",), ("192.0.2.7",) * 20, ("192.0.2.7",) * 21),
            expires_at=Instant(d.now.micros + lives),
            plan=d.one("free", "basic", "pro", "pro", "enterprise", "none"),
            proved=d.one(True, True, True, True, False),
            replaces=d.one(None, None, None, *map(key_id, range(4))),
        )

    menu = (
        create,
        create,
        create,
        lambda d: UseApiKey(**mine(d), key_id=key_id(d.random.randrange(9))),
        lambda d: RevokeApiKey(**mine(d), key_id=key_id(d.random.randrange(9))),
    )
    return walk_all(KEYS, menu, 1, 2, 3, 4, 5, waits=(0, 0, 1, HOUR, DAY - 1, DAY), steps=50)


DOOR = (
    lambda d: Attempt(
        pair="p",
        succeeded=d.one(*[False] * 11, True),
        known_device=d.one(False, False, True),
        at=d.now,
    ),
)
WALKS = {
    "people": people,
    "logins": lambda: logins(1, 2, 3, 4, 5),
    "the door": lambda: walk_all(GUARD, DOOR, 1, 2, 3, waits=(0, MINUTE, 5 * MINUTE, 15 * MINUTE)),
    "sessions": sessions,
    "keys": api_keys,
}
