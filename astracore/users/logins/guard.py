"""The guard at the door: five failures slow a pair of account and address down, doubling."""

from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import LoginLocked
from astracore.events.decider import Decider
from astracore.instants import DAY, Instant, after
from astracore.users.logins.events import LoginAdmitted, LoginEvent, LoginFailed, LoginSlowed
from astracore.users.rules import LOGIN_RULES, LoginRules

Decided: TypeAlias = Result[tuple[LoginEvent, ...], LoginLocked]
REMEMBERED = DAY


@frozen(kw_only=True)
class Attempt:
    """One attempt. `known_device`: the owner has logged in from it before."""

    pair: str
    succeeded: bool
    known_device: bool
    at: Instant


@frozen(kw_only=True)
class Guard:
    """The instants of late failures, how often the pair was slowed down, and until when."""

    failures: tuple[Instant, ...] = ()
    times: int = 0
    until: Instant | None = None


def decide(command: Attempt, guard: Guard, rules: LoginRules = LOGIN_RULES) -> Decided:
    """Count a failure, forgive on success; while slowed down only known devices are heard.

    Errors: LoginLocked.  Source: docs/formulas-access.md#login.
    Invariant: a right password from a known device always gets in.
    """
    until = guard.until
    if until is not None and command.at.micros < until.micros and not command.known_device:
        return Failure(LoginLocked(until.micros))
    if command.succeeded:
        clean = guard == Guard()
        return Success(() if clean else (LoginAdmitted(pair=command.pair, at=command.at),))
    failed = LoginFailed(pair=command.pair, at=command.at)
    if len(recent(guard, command.at, rules.within)) + 1 < rules.failures:
        return Success((failed,))
    slowed = LoginSlowed(
        pair=command.pair,
        times=guard.times + 1,
        until=after(command.at, lock_length(guard.times, rules)),
        at=command.at,
    )
    return Success((failed, slowed))


def lock_length(times: int, rules: LoginRules = LOGIN_RULES) -> int:
    """first × 2^times, at most the longest [µs].

    >>> [lock_length(times) // 60_000_000 for times in (0, 1, 6, 7, 10**9)]
    [15, 30, 960, 1440, 1440]
    """
    doubled = rules.first_lock << min(max(0, times), 32)
    return min(doubled, rules.longest_lock)


def recent(guard: Guard, now: Instant, within: int) -> tuple[Instant, ...]:
    """The failures later than `within` [µs] before `now`."""
    return tuple(at for at in guard.failures if at.micros > now.micros - within)


def evolve(guard: Guard, event: LoginEvent) -> Guard:
    """Fold one event; being slowed down starts the count anew."""
    match event:
        case LoginFailed():
            return changed(guard, failures=(*recent(guard, event.at, REMEMBERED), event.at))
        case LoginSlowed():
            return Guard(times=event.times, until=event.until)
        case LoginAdmitted():
            return Guard()
        case _:
            assert_never(event)


GUARD: Decider[Attempt, Guard, LoginEvent, LoginLocked] = Decider(
    "user.login", Guard(), decide, evolve
)
