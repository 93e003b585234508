"""The event bus: messages to groups of readers outside, and the bell between processes."""

from typing import ClassVar

from attrs import frozen


@frozen
class BusAddress:
    """The address is not one of Redis: `redis://user:password@host:port/database`."""

    code: ClassVar[str] = "bus_address"
    why: str
