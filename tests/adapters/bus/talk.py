"""Short words for what tests of the bus do again and again."""

from collections.abc import Iterable

from astracore.errors.events import GroupGone
from astracore.events.delivery import Delivery, Group, Message, Reader
from shell.bus import Bus

A, B = "astra.test.added", "astra.test.taken"


def event(position: int, stream: str = A) -> Message:
    """A message that can be told from all others."""
    return Message(stream=stream, position=position, body=f'{{"n":{position}}}'.encode())


def reader(group: str = "g", name: str = "r", streams: tuple[str, ...] = (A,)) -> Reader:
    """One who reads."""
    return Reader(group=group, name=name, streams=streams)


async def opened(bus: Bus, *groups: str, streams: tuple[str, ...] = (A,)) -> None:
    """A bus at position 0 whose groups read `streams`."""
    assert (await bus.open(0, ())).unwrap() == 0
    for group in groups:
        (await bus.join(group, streams)).unwrap()


async def told(bus: Bus, behind: int, *messages: Message) -> None:
    """Publish, in one go."""
    to = messages[-1].position
    assert (await bus.publish(behind, to, messages)).unwrap() == to


async def given(bus: Bus, who: Reader, limit: int = 100) -> list[Delivery]:
    """What a reader is given now, without waiting."""
    return list((await bus.take(who, limit, 0)).unwrap())


def places(deliveries: Iterable[Delivery]) -> list[int]:
    """The positions of messages."""
    return [one.message.position for one in deliveries]


async def floors(bus: Bus) -> dict[str, int]:
    """Where each group stands."""
    groups: tuple[Group, ...] | None = (await bus.standing()).unwrap()
    assert groups is not None
    return {one.name: one.position for one in groups}


async def gone(bus: Bus, who: Reader) -> bool:
    """Whether the bus does not know the reader's group."""
    return (await bus.take(who, 1, 0)).failure() == GroupGone(who.group)
