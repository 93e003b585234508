"""What goes into the command path and what comes out."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from attrs import frozen
from returns.result import Result

from astracore.events.envelope import Envelope, Origin
from shell.messages import Command, Fault

__all__ = ["Answer", "Asked", "Command", "CommandPort", "Fault", "Refused", "Written", "no_answer"]

Answer: TypeAlias = Callable[[tuple[Envelope[object], ...]], bytes]


def no_answer(_events: tuple[Envelope[object], ...]) -> bytes:
    """The answer of a command whose caller wants none."""
    return b""


@frozen(kw_only=True)
class Asked:
    """One command on its way in.

    `digest` is of what the caller sent (not of the facts that were added), so that a retry has
    the same one; `expected` is the version of an If-Match; `answer` makes the bytes that are
    stored with the events and given again, byte for byte, to every retry of the same key.
    """

    command: Command
    origin: Origin
    digest: str
    expected: int | None = None
    answer: Answer = no_answer


@frozen(kw_only=True)
class Written:
    """The command was accepted. `position` is that of its last event (of the log, if none)."""

    position: int
    version: int  # of the command's own stream, for an ETag
    events: tuple[Envelope[object], ...]
    answer: bytes
    replayed: bool


@frozen(kw_only=True)
class Refused:
    """The command was refused, now or when its key was first used (`replayed`).

    `why` is where the rules that it met are told, when they are.
    """

    fault: Fault
    replayed: bool
    why: str | None = None


class CommandPort(Protocol):
    """The one door through which anything changes."""

    async def run(self, asked: Asked) -> Result[Written, Refused]:
        """Decide `asked` and store what came of it, or say what was stored before."""
        ...
