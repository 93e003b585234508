"""Decision records: what was decided on which state under which rules, and what others would."""

from typing import TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BadBody
from astracore.events.canonical import digest
from astracore.events.catalog import Aggregate
from astracore.events.codec import Codec
from astracore.outcome import fold, is_failure

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")


@frozen(kw_only=True)
class Decision:
    """One decision, complete enough to be taken again. `outcome` is canonical JSON."""

    decider: str
    command: bytes
    state_hash: str
    rules_hash: str
    outcome: bytes


@frozen
class Difference:
    """The same command on the same state, decided otherwise."""

    recorded: bytes
    replayed: bytes


def outcome_bytes(aggregate: Aggregate[C, S, E, F], outcome: Result[tuple[E, ...], F]) -> bytes:
    """Canonical JSON: {"events":[{"data":…,"type":…}…]} or {"refused":…}."""

    def happened(events: tuple[E, ...]) -> bytes:
        parts = [
            b'{"data":'
            + aggregate.events.encode(event)
            + f',"type":"{aggregate.events.name(event)}"}}'.encode()
            for event in events
        ]
        return b'{"events":[' + b",".join(parts) + b"]}"

    def refused(fault: F) -> bytes:
        return b'{"refused":' + aggregate.faults.encode(fault) + b"}"

    return fold(outcome, success=happened, failure=refused)


def decision(
    aggregate: Aggregate[C, S, E, F],
    commands: Codec[C],
    rules_hash: str,
    command: C,
    state: S,
) -> Decision:
    """Decide `command` on `state` and keep why: the record of it."""
    return Decision(
        decider=aggregate.decider.name,
        command=commands.encode(command),
        state_hash=digest(aggregate.state.encode(state)),
        rules_hash=rules_hash,
        outcome=outcome_bytes(aggregate, aggregate.decider.decide(command, state)),
    )


def redecided(
    record: Decision, aggregate: Aggregate[C, S, E, F], commands: Codec[C], state: S
) -> Result[Difference | None, BadBody]:
    """Take the recorded decision again, maybe under other rules; None when nothing differs.

    Errors: BadBody (the record is damaged, or `state` is not the one it was taken on).
    """
    if digest(aggregate.state.encode(state)) != record.state_hash:
        return Failure(BadBody("state_hash", "not the state of the record"))
    command = commands.decode(record.command)
    if is_failure(command):
        return command
    outcome = outcome_bytes(aggregate, aggregate.decider.decide(command.unwrap(), state))
    return Success(None if outcome == record.outcome else Difference(record.outcome, outcome))
