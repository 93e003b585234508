"""Writes down what deciders say: each event, each refusal and each state with every field."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
from returns.result import Result

from astracore.events.decider import Decider, replay
from astracore.instants import Instant
from astracore.outcome import is_failure

__all__ = ["Tale", "changes", "keep", "kept", "said", "words"]


def words(value: object) -> str:
    """A value in few words; what is None or empty inside it is left out."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Instant):
        return f"@{value.micros}"
    if attrs.has(type(value)):
        return said(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(sorted(f"{words(k)}: {words(v)}" for k, v in value.items())) + "}"
    if isinstance(value, frozenset | set):
        return "{" + ", ".join(sorted(map(words, value))) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(words, value)) + "]"
    return str(value)


def said(value: Any) -> str:  # noqa: ANN401
    """A frozen value with its name and all that it holds."""
    told = {one.name: getattr(value, one.name) for one in attrs.fields(type(value))}
    inner = [f"{name}={words(one)}" for name, one in told.items() if one is not None]
    return f"{type(value).__name__}({' '.join(inner)})"


def changes(state: Any, initial: Any) -> str:  # noqa: ANN401
    """The fields of a state that are not as they were at first."""
    if not attrs.has(type(state)):
        return words(state)
    return " ".join(
        f"{one.name}={words(getattr(state, one.name))}"
        for one in attrs.fields(type(state))
        if getattr(state, one.name) != getattr(initial, one.name)
    )


class Tale:
    """What was asked and answered, line by line, over any number of streams."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.states: dict[tuple[str, str], Any] = {}
        self.deciders: dict[str, Decider[Any, Any, Any, Any]] = {}

    def ask(self, decider: Decider[Any, Any, Any, Any], key: str, *commands: object) -> None:
        """Each command to one stream, and what it answers."""
        for command in commands:
            self.lines.append(f"{key} < {type(command).__name__}")
            outcome = decider.decide(command, self.state(decider, key))
            if is_failure(outcome):
                self.lines.append(f"  refused: {words(outcome.failure())}")
            else:
                self.tell(decider, key, outcome.unwrap())

    def tell(
        self, decider: Decider[Any, Any, Any, Any], key: str, events: Iterable[object]
    ) -> None:
        """Events of a stream, one by one."""
        for event in events:
            self.lines.append(f"  {key}: {words(event)}")
            self.put(decider, key, replay(decider, (event,), self.state(decider, key)))

    def put(self, decider: Decider[Any, Any, Any, Any], key: str, state: object) -> None:
        """A stream stands like this."""
        self.deciders[decider.name] = decider
        self.states[decider.name, key] = state

    def state(self, decider: Decider[Any, Any, Any, Any], key: str) -> Any:  # noqa: ANN401
        """As it stands now."""
        return self.states.get((decider.name, key), decider.initial)

    def answer(self, title: str, value: object) -> Any:  # noqa: ANN401
        """What a function said: the value, or why not, which is None then."""
        if not isinstance(value, Result):
            self.lines.append(f"{title} = {words(value)}")
            return value
        refused = is_failure(value)
        inner = value.failure() if refused else value.unwrap()
        self.lines.append(f"{title} {'refused:' if refused else '='} {words(inner)}")
        return None if refused else inner

    def stand(self) -> None:
        """How every stream stands."""
        for (name, key), state in sorted(self.states.items(), key=lambda one: one[0]):
            self.lines.append(f"= {name} {key}: {changes(state, self.deciders[name].initial)}")

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)


def kept(file: Path) -> dict[str, str]:
    """What was said, by the name of its story."""
    parts = file.read_text(encoding="utf-8").split("## ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2].strip("\n") for part in parts}


def keep(file: Path, stories: Mapping[str, str]) -> None:
    """Write the stories anew."""
    text = "\n\n".join(f"## {name}\n{story}" for name, story in stories.items())
    file.write_text(text + "\n", encoding="utf-8")
