"""Decision records of one aggregate: hashes of command, state, rules and outcome, kept with the
command itself, so that a decision can be taken again anywhere and compared to the bit."""

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BadBody
from astracore.events.canonical import digest
from astracore.events.catalog import Aggregate
from astracore.events.codec import Codec
from astracore.events.decision import outcome_bytes
from astracore.outcome import is_failure

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")


@frozen(kw_only=True)
class Recorder(Generic[C, S, E, F]):
    """How the decisions of an aggregate are recorded.

    `state_hash` covers all that decisions look at; `rules_hash` all of a command that is a rule
    and not a wish: limits, rates, steps. `subject` names what was judged, or is empty.
    """

    aggregate: Aggregate[C, S, E, F]
    commands: Codec[C]
    state_hash: Callable[[S], str]
    rules_hash: Callable[[C], str]
    subject: Callable[[C], str]


@frozen(kw_only=True)
class Record:
    """One decision. `command` is canonical JSON; hashes are SHA-256 in hexadecimal."""

    decider: str
    command: bytes
    state_hash: str
    rules_hash: str
    outcome_hash: str

    @property
    def command_hash(self) -> str:
        """What was asked, with all facts that came along."""
        return digest(self.command)


@frozen(kw_only=True)
class Retaken(Generic[C, E, F]):
    """A recorded decision taken again: its command as it was decided now, and what came of it."""

    command: C
    outcome: Result[tuple[E, ...], F]
    is_same: bool
    same_rules: bool


def recorded(
    recorder: Recorder[C, S, E, F], command: C, state: S, outcome: Result[tuple[E, ...], F]
) -> Record:
    """The record of `outcome`, which the decider gave to `command` on `state`."""
    return Record(
        decider=recorder.aggregate.decider.name,
        command=recorder.commands.encode(command),
        state_hash=recorder.state_hash(state),
        rules_hash=recorder.rules_hash(command),
        outcome_hash=digest(outcome_bytes(recorder.aggregate, outcome)),
    )


def retaken(
    recorder: Recorder[C, S, E, F],
    record: Record,
    state: S,
    under: Callable[[C], C] | None = None,
) -> Result[Retaken[C, E, F], BadBody]:
    """Take a recorded decision again, under the rules that `under` puts into its command if given.

    Errors: BadBody (the command cannot be read, its rules are not those of the record, or `state`
    is not the one that it was decided on).
    Invariant: without `under` the outcome is the same, on every machine.
    """
    if recorder.state_hash(state) != record.state_hash:
        return Failure(BadBody("state_hash", "not the state of the record"))
    read = recorder.commands.decode(record.command)
    if is_failure(read):
        return read
    asked = read.unwrap()
    if recorder.rules_hash(asked) != record.rules_hash:
        return Failure(BadBody("rules_hash", "not the rules of the record"))
    command = asked if under is None else under(asked)
    outcome = recorder.aggregate.decider.decide(command, state)
    return Success(
        Retaken(
            command=command,
            outcome=outcome,
            is_same=digest(outcome_bytes(recorder.aggregate, outcome)) == record.outcome_hash,
            same_rules=recorder.rules_hash(command) == record.rules_hash,
        )
    )
