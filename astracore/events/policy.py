"""Policies: pure rules that say which event asks what of another domain."""

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen

from astracore.events.envelope import Envelope, Origin, policy_command_id

E = TypeVar("E")
C_co = TypeVar("C_co", covariant=True)


@frozen(kw_only=True)
class Policy(Generic[E, C_co]):
    """`react` is called for events of the classes in `events`, in log order."""

    name: str
    events: tuple[type[E], ...]
    react: Callable[[Envelope[E]], tuple[C_co, ...]]


@frozen(kw_only=True)
class Reaction(Generic[C_co]):
    """One command that a policy asks for, with the origin that makes it happen once."""

    command: C_co
    origin: Origin


def reactions(policy: Policy[E, C_co], envelope: Envelope[object]) -> tuple[Reaction[C_co], ...]:
    """What `policy` asks for because of `envelope`; nothing when the event is not its concern.

    Invariant: equal envelopes give equal command ids, whatever was delivered in between.
    """
    narrowed = concerning(policy.events, envelope)
    if narrowed is None:
        return ()
    return tuple(
        Reaction(
            command=command,
            origin=Origin(
                command_id=policy_command_id(
                    envelope.occurred_at, envelope.event_id, policy.name, place
                ),
                correlation_id=envelope.correlation_id,
                causation_id=envelope.event_id,
                actor=f"policy:{policy.name}",
                at=envelope.occurred_at,
            ),
        )
        for place, command in enumerate(policy.react(narrowed))
    )


def concerning(classes: tuple[type[E], ...], envelope: Envelope[object]) -> Envelope[E] | None:
    """The same envelope, typed by `classes`, or None when its event is of none of them."""
    if type(envelope.event) not in classes:
        return None
    return envelope  # type: ignore[return-value]  # the class was compared on the line above
