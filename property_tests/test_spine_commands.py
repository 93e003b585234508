"""The command path against a model so simple that it can be read at a glance.

Any mix of commands, retries, reused keys and groups, on any of three counters, with states that
are remembered or not: answers, refusals and folds are those of the model.
"""

import asyncio
import itertools
import tempfile
from functools import cache
from pathlib import Path

from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adapters.db import log
from astracore.errors.events import IdempotencyMismatch
from astracore.events.decider import replay
from astracore.outcome import is_failure
from shell.audit import verify
from tests.domains.counter import COUNTER, COUNTER_EVENTS, Add, CounterCommand, Take, TooLittle
from tests.domains.desk import Desk, desk

NUMBERS = itertools.count()
amounts = st.integers(0, 20)
commands = st.tuples(
    st.integers(0, 9), st.sampled_from("abc"), st.booleans(), amounts, st.integers(1, 3)
)


@cache
def runner() -> asyncio.Runner:
    """One loop for all examples."""
    return asyncio.Runner()


@cache
def shared() -> Desk:
    """One store for all examples: each has counters and keys of its own."""
    folder = tempfile.mkdtemp(prefix="astra-spine-")
    return desk(Path(folder) / "store.db", limit=2)


@frozen
class Asked:
    """What one draw asks."""

    key: str
    command: CounterCommand
    digest: str


class CommandPath(RuleBasedStateMachine):
    """Rules ask; the model knows what must come."""

    def __init__(self) -> None:
        super().__init__()
        self.name = f"example{next(NUMBERS)}"
        self.totals: dict[str, int] = {}
        self.events: dict[str, int] = {}
        self.answers: dict[str, tuple[str, object]] = {}

    def expected(self, one: Asked) -> object:
        """The model: one dictionary of totals, one of answers."""
        if one.key in self.answers:
            digest, before = self.answers[one.key]
            return before if digest == one.digest else IdempotencyMismatch(one.key)
        counter, amount = one.command.counter, one.command.amount
        there = self.totals.get(counter, 0)
        answer: object
        if isinstance(one.command, Take) and amount > there:
            answer = TooLittle(amount, there)
        else:
            parts = one.command.parts if isinstance(one.command, Add) else 1
            change = amount * parts if isinstance(one.command, Add) else -amount
            self.totals[counter] = there + change
            self.events[counter] = self.events.get(counter, 0) + parts
            answer = self.events[counter]
        self.answers[one.key] = (one.digest, answer)
        return answer

    @rule(group=st.lists(commands, min_size=1, max_size=6))
    def ask(self, group: list[tuple[int, str, bool, int, int]]) -> None:
        """Commands that are asked at one moment, in this order."""
        asked = []
        for number, letter, adds, amount, parts in group:
            counter = f"{self.name}{letter}"
            command: CounterCommand = (
                Add(counter=counter, amount=amount, parts=parts)
                if adds
                else Take(counter=counter, amount=amount)
            )
            asked.append(Asked(f"{self.name}:{number}", command, repr(command)))
        wanted = [self.expected(one) for one in asked]
        assert runner().run(self.answered(asked)) == wanted

    async def answered(self, asked: list[Asked]) -> list[object]:
        """What the command path says: the version, or the fault."""
        sat = shared()
        results = await asyncio.gather(
            *(sat.ask(one.key, one.command, digest=one.digest) for one in asked)
        )
        return [one.failure().fault if is_failure(one) else one.unwrap().version for one in results]

    @rule(letter=st.sampled_from("abc"))
    def forget(self, letter: str) -> None:
        """A state falls out of memory; nothing may depend on it."""
        shared().counters.forget(f"{self.name}{letter}")

    @invariant()
    def folds_are_the_model(self) -> None:
        """Each stream's fold, read from nothing, is the model's total."""
        for counter, total in self.totals.items():
            stream = shared().counters.id(counter)
            tail = shared().store.read(lambda c: log.stream(c, stream))  # noqa: B023
            assert [one.version for one in tail] == list(range(1, self.events[counter] + 1))
            state = replay(COUNTER, [COUNTER_EVENTS.decode(e.type, e.body).unwrap() for e in tail])
            assert state.total == total >= 0


TestCommandPath = CommandPath.TestCase
TestCommandPath.settings = settings(stateful_step_count=12)


def test_the_chain_holds_after_all_examples() -> None:
    verify(shared().store).unwrap()
