"""What the service tells others: the bus, its relay, the bell between processes."""

from collections.abc import AsyncIterator, Callable

from aiohttp import web
from returns.result import Result, Success

from adapters.bus import BusAddress
from adapters.bus.memory import InProcess
from adapters.ids import RandomIds
from astracore.outcome import is_failure
from shell.bus import Bus
from shell.domains import PLATFORM
from shell.keys import BUS, CLOCK, CONFIG, RUNTIME
from shell.workers.leading import on_duty, working
from shell.workers.relay import Relay
from shell.workers.ringing import Ringer


async def delivery(app: web.Application) -> AsyncIterator[None]:
    """Publish while this process leads; ring where there are others. Nobody waits for any of it."""
    config, clock, runtime = app[CONFIG], app[CLOCK], app[RUNTIME]
    made = bus_at(config.bus, clock.monotonic)
    if is_failure(made):  # Config let the address pass
        raise ValueError(made.failure().why)
    bus = app[BUS] = made.unwrap()
    relay = Relay(runtime.store, bus, runtime.bell, runtime.lead, clock)
    duties = [lambda: on_duty(runtime.lead.post(PLATFORM), relay.shift)]
    if config.bus is not None and config.database is not None:
        name = RandomIds().fresh(clock.now())
        ringer = Ringer(bus, runtime.bell, runtime.lead, name, clock.monotonic)
        runtime.follower.listen(ringer)
        duties += [ringer.speak, ringer.listen]
    async with working(*duties):
        yield
    await bus.close()


def bus_at(address: str | None, monotonic: Callable[[], float]) -> Result[Bus, BusAddress]:
    """The bus at an address; one of this process alone without any.  Errors: BusAddress."""
    if address is None:
        return Success(InProcess(monotonic))
    from adapters.bus.redis import redis_bus  # noqa: PLC0415 - a slow import, for those with Redis

    made = redis_bus(address, monotonic)
    if is_failure(made):
        return made
    return Success(made.unwrap())
