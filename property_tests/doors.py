"""Refresh tokens in the hands of owners and thieves, beside a model that knows who stole what."""

import random
from collections import defaultdict

from attrs import define, field

from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, Instant
from astracore.outcome import is_failure
from astracore.users.rules import SESSION_RULES
from astracore.users.sessions import sessions as deciding
from astracore.users.sessions.commands import (
    EndSession,
    EndSessions,
    RefreshSession,
    StartSession,
)
from astracore.users.sessions.events import SessionEnded, SessionEvent
from astracore.users.sessions.state import Sessions
from astracore.users.types import Method, SessionEnd

ADA = UserId("ada")
BEGINNING = Instant(0)
WAITS = (0, HOUR, DAY, 6 * DAY, 7 * DAY, 12 * DAY)


@define
class Doors:
    """One user's sessions; `used` are the tokens that were exchanged, `dead` the families."""

    now: Instant = BEGINNING
    sessions: Sessions = field(factory=Sessions)
    log: list[SessionEvent] = field(factory=list)
    last: dict[str, int] = field(factory=dict)
    used: dict[str, set[int]] = field(factory=lambda: defaultdict(set))
    dead: set[str] = field(factory=set)
    began: dict[str, Instant] = field(factory=dict)
    seen: dict[str, Instant] = field(factory=dict)
    count: int = 0

    def wait(self, micros: int) -> None:
        self.now = Instant(self.now.micros + micros)

    def tell(self, events: tuple[SessionEvent, ...]) -> None:
        self.log.extend(events)
        self.sessions = replay(deciding.SESSIONS, events, self.sessions)
        self.dead |= {one.session_id for one in events if isinstance(one, SessionEnded)}

    def start(self) -> None:
        self.count += 1
        name = f"s{self.count}"
        command = StartSession(
            user_id=ADA, session_id=name, method=Method.PASSWORD, device="d", at=self.now
        )
        self.tell(deciding.SESSIONS.decide(command, self.sessions).unwrap())
        self.last[name] = 1
        self.began[name] = self.seen[name] = self.now

    def refresh(self, name: str, generation: int) -> None:
        """Whoever holds the token: a used one kills, a dead family's is refused."""
        command = RefreshSession(
            user_id=ADA, session_id=name, generation=generation, genuine=True, at=self.now
        )
        over = name in self.dead or self.is_over(name)
        done = deciding.SESSIONS.decide(command, self.sessions)
        if is_failure(done):
            assert over or generation > self.last[name]
            return
        assert not over
        self.tell(done.unwrap())
        answer = deciding.refresh_answer(done.unwrap())
        if generation in self.used[name]:
            assert answer.failure().code == "token_reused"
            assert name in self.dead
            return
        assert answer.unwrap() == generation + 1
        self.used[name].add(generation)
        self.last[name] = generation + 1
        self.seen[name] = self.now

    def is_over(self, name: str) -> bool:
        idle = self.now.micros - self.seen[name].micros >= SESSION_RULES.idle
        return idle or self.now.micros - self.began[name].micros >= SESSION_RULES.whole

    def end(self, name: str) -> None:
        command = EndSession(user_id=ADA, session_id=name, reason=SessionEnd.LOGOUT, at=self.now)
        self.tell(deciding.SESSIONS.decide(command, self.sessions).unwrap())
        assert name in self.dead

    def end_others(self, name: str) -> None:
        command = EndSessions(
            user_id=ADA, spared=name, reason=SessionEnd.CREDENTIALS_CHANGED, at=self.now
        )
        self.tell(deciding.SESSIONS.decide(command, self.sessions).unwrap())
        assert set(self.last) - {name} <= self.dead

    def check(self) -> None:
        """No token of a dead family lives, no more than ten families do, the log says all."""
        alive = {one.session_id: one.generation for one in self.sessions.alive}
        assert not set(alive) & self.dead
        assert set(alive) | self.dead == set(self.last)
        assert len(alive) <= SESSION_RULES.most
        assert all(generation == self.last[name] for name, generation in alive.items())
        assert all(generation not in self.used[name] for name, generation in alive.items())
        assert replay(deciding.SESSIONS, self.log) == self.sessions


def history(seed: int) -> int:
    """Random days of owners and thieves; raises AssertionError when something does not hold."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    doors = Doors()
    doors.start()
    for _ in range(120):
        name = dice.choice(tuple(doors.last)[-12:])
        deed = dice.randrange(12)
        if deed < 3:
            doors.start()
        elif deed < 9:
            doors.refresh(name, max(1, doors.last[name] - dice.choice((0, 0, 0, 0, 1, 2, -1))))
        elif deed == 9:
            doors.wait(dice.choice(WAITS))
        elif deed == 10:
            doors.end(name)
        elif dice.random() < 0.2:
            doors.end_others(name)
        doors.check()
    return len(doors.log)
