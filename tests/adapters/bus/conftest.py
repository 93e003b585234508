"""Both buses, empty, each with a way to let time pass without waiting for it."""

from collections.abc import AsyncIterator

import pytest
from attrs import define, field

from adapters.bus.memory import InProcess
from adapters.bus.redis import RedisBus, redis_bus
from shell.bus import Bus
from tests.servers.redis import Server

BACKENDS = ("in process", "redis")
PATIENCE_S = 10.0  # for an answer, on a busy machine
# Redis has a clock of its own: what it remembers of times is moved into the past.
AGE = """
for _, key in ipairs(redis.call('KEYS', 'astra.*')) do
  local kind = redis.call('TYPE', key).ok
  if kind == 'zset' then
    for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      redis.call('ZINCRBY', key, -ARGV[1], member)
    end
  elseif kind == 'stream' then
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', key)) do
      for _, held in ipairs(redis.call('XPENDING', key, group[2], '-', '+', 1000)) do
        redis.call('XCLAIM', key, group[2], held[2], 0, held[1],
          'IDLE', held[3] + ARGV[1], 'JUSTID')
      end
    end
  end
end
"""


@define
class Time:
    """What time it is for the tested one."""

    now: float = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@define
class Stage:
    """A bus, and its time."""

    bus: Bus
    time: Time = field(factory=Time)

    async def later(self, seconds: float) -> None:
        """Let time pass."""
        self.time.now += seconds
        if isinstance(self.bus, RedisBus):
            await self.bus.client.register_script(AGE)(args=[int(seconds * 1000)])


@pytest.fixture(params=BACKENDS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An empty bus of the kind that is named."""
    time = Time()
    if request.param == "in process":
        yield Stage(InProcess(time), time)
        return
    server: Server = request.getfixturevalue("redis")
    bus = redis_bus(server.address, time, PATIENCE_S).unwrap()
    await bus.client.flushall()
    yield Stage(bus, time)
    await bus.close()
