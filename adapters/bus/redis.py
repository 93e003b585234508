"""The bus on Redis Streams. Every call has a deadline; after trouble calls rest for a while.

One Redis database serves one log. A cluster is not served: the scripts touch many keys.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from attrs import define, field
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from returns.result import Failure, Result, Success

from adapters.bus import BusAddress, scripts
from astracore.errors.events import BusAway, BusUnopened, GroupGone, TooManyGroups
from astracore.events.delivery import (
    CLAIM_S,
    DELIVERIES,
    GROUPS_MAX,
    DeadLetter,
    Delivery,
    Group,
    JoinFault,
    Message,
    Reader,
    TakeFault,
    retry_after,
)
from astracore.outcome import is_failure

T = TypeVar("T")
Word: TypeAlias = str | int
CONNECTIONS = 8
LIMIT_S = 0.25  # for any answer
RESTS_S = (0.05, 0.1, 0.25, 0.5, 1.0)  # [s] without calls after trouble; the last one for ever
RECLAIM_EVERY_S = 1.0  # how often a reader looks for what is due
WORDS_S = 60.0  # for a word of the bell
WHY_MAX = 500  # characters
BELL = "astra.bell"
SCHEMES = ("redis://", "rediss://", "unix://")


@define(eq=False)
class RedisBus:
    """A bus that any number of processes share. Made by `redis_bus`."""

    client: Redis = field(repr=False)
    waiting: Redis = field(repr=False)  # for calls that wait for messages
    monotonic: Callable[[], float] = field(repr=False)
    limit: float = LIMIT_S
    _rests_until: float = 0.0
    _troubles: int = 0
    _reclaimed: dict[str, float] = field(factory=dict)  # when a reader last looked

    async def open(self, position: int, groups: Sequence[Group]) -> Result[int, BusAway]:
        """Stand at `position`, with groups each at its own; where it stands when others did it."""
        words: list[Word | bytes] = [position]
        for one in groups:
            words += [one.name, one.position, len(one.streams), *one.streams]
        return (await self._run(scripts.OPEN, words)).map(int)

    async def publish(
        self, behind: int, to: int, messages: Sequence[Message]
    ) -> Result[int | None, BusAway]:
        """Move from `behind` to `to` with all messages between them; where the bus stands then.

        Elsewhere than `to`: nothing was published. None: it was emptied. Without messages it
        moves only while there are no groups.
        """
        words: list[Word | bytes] = [behind, to]
        for one in messages:
            words += [one.stream, one.position, one.body]
        stood = await self._run(scripts.PUBLISH, words)
        return stood.map(lambda found: None if found is None else int(found))

    async def join(self, group: str, streams: Sequence[str]) -> Result[None, JoinFault]:
        """Read `streams` in a group from now on; what it reads already goes on where it stands.

        Errors: BusUnopened, TooManyGroups, BusAway.
        """
        said = await self._run(scripts.JOIN, [group, GROUPS_MAX, *streams])
        if is_failure(said):
            return said
        match said.unwrap():
            case b"unopened":
                return Failure(BusUnopened())
            case b"full":
                return Failure(TooManyGroups(GROUPS_MAX))
            case _:
                return Success(None)

    async def leave(self, group: str) -> Result[bool, BusAway]:
        """Forget a group; whether there was one."""
        return (await self._run(scripts.LEAVE, [group])).map(bool)

    async def take(
        self, reader: Reader, limit: int, seconds: float
    ) -> Result[tuple[Delivery, ...], TakeFault]:
        """What is due again, else at most `limit` new messages of each stream; waits for them.

        Errors: GroupGone, BusAway.
        """
        due = await self._reclaim(reader, limit)
        if is_failure(due) or due.unwrap():
            return due
        sources = [*reader.streams, scripts.AGAIN + reader.group]
        command: list[Word] = ["XREADGROUP", "GROUP", reader.group, reader.name, "COUNT", limit]
        if seconds > 0:
            command += ["BLOCK", int(seconds * 1000)]
        command += ["STREAMS", *sources, *(">" for _ in sources)]
        try:
            found = await self._asked(lambda: sent(self.waiting, command), seconds + self.limit)
        except ResponseError as error:
            if str(error).startswith("NOGROUP"):
                return Failure(GroupGone(reader.group))
            return Failure(self._trouble(error))
        return found.map(lambda said: tuple(read(said)))

    async def done(self, group: str, deliveries: Iterable[Delivery]) -> Result[None, BusAway]:
        """The effect of these has happened."""
        words: list[Word | bytes] = [group]
        for one in deliveries:
            words += [one.source, one.entry]
        return (await self._run(scripts.DONE, words)).map(lambda _said: None)

    async def failed(self, group: str, one: Delivery, why: str) -> Result[None, BusAway]:
        """Give it again later, or to the dead letters when it was given often enough."""
        wait = retry_after(one.count)
        pause = -1 if wait is None else wait * 1000
        words: list[Word | bytes] = [group, one.source, one.entry, one.count, pause]
        words += [why[:WHY_MAX], scripts.KEPT_LATER]
        return (await self._run(scripts.FAIL, words)).map(lambda _said: None)

    async def standing(self) -> Result[tuple[Group, ...] | None, BusAway]:
        """Every group and where it stands; None when the bus was emptied."""
        said = await self._run(scripts.STANDING, [])
        return said.map(
            lambda found: (
                None
                if found is None
                else tuple(
                    Group(
                        name=name.decode(),
                        position=int(position),
                        streams=tuple(streams.decode().split()),
                    )
                    for name, position, streams in found
                )
            )
        )

    async def trim(self, floors: Mapping[str, int]) -> Result[None, BusAway]:
        """Drop what is not above each stream's position."""
        words: list[Word | bytes] = [word for pair in floors.items() for word in pair]
        return (await self._run(scripts.TRIM, words)).map(lambda _said: None)

    async def clear(self) -> Result[None, BusAway]:
        """Forget all groups and messages: they are those of another log."""
        return (await self._run(scripts.CLEAR, [])).map(lambda _said: None)

    async def dead(self, group: str, limit: int) -> Result[tuple[DeadLetter, ...], BusAway]:
        """The oldest dead letters of a group."""
        script = "return redis.call('XRANGE', 'astra.dlq.' .. ARGV[1], '-', '+', 'COUNT', ARGV[2])"
        said = await self._run(script, [group, limit])
        return said.map(lambda found: tuple(letter(group, *entry) for entry in found))

    async def buried(self, group: str, entries: Iterable[str]) -> Result[None, BusAway]:
        """These dead letters are kept elsewhere now."""
        script = "return redis.call('XDEL', 'astra.dlq.' .. ARGV[1], unpack(ARGV, 2))"
        return (await self._run(script, [group, *entries])).map(lambda _said: None)

    async def again(self, group: str, one: Message) -> Result[None, BusAway]:
        """Give a message to one group once more."""
        script = (
            "return redis.call('XADD', 'astra.again.' .. ARGV[1], 'NOMKSTREAM', '*',"
            " 'position', ARGV[2], 'event', ARGV[3], 'stream', ARGV[4])"
        )
        said = await self._run(script, [group, one.position, one.body, one.stream])
        return said.map(lambda _entry: None)

    async def ring(self, word: str) -> Result[None, BusAway]:
        """Say a word to whoever listens now."""
        return (await self._call(lambda: self.client.publish(BELL, word))).map(lambda _count: None)

    async def listen(self, heard: Callable[[str], None]) -> BusAway:
        """Tell `heard` every word that is said, until the connection fails."""
        listening = self.client.pubsub()
        try:
            began = await self._call(lambda: listening.subscribe(BELL))
            if is_failure(began):
                return began.failure()
            while True:
                said = await within(
                    2 * WORDS_S,
                    listening.get_message(ignore_subscribe_messages=True, timeout=WORDS_S),
                )
                if said is not None:
                    heard(said["data"].decode())
        except (RedisError, OSError) as trouble:
            return self._trouble(trouble)
        finally:
            await listening.aclose()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Let the connections go."""
        await self.client.aclose(close_connection_pool=True)
        await self.waiting.aclose(close_connection_pool=True)

    async def _reclaim(self, reader: Reader, limit: int) -> Result[tuple[Delivery, ...], BusAway]:
        now, last = self.monotonic(), self._reclaimed.get(reader.name)
        if last is not None and now < last + RECLAIM_EVERY_S:
            return Success(())
        sources = (*reader.streams, scripts.AGAIN + reader.group)
        said = await self._run(
            scripts.RECLAIM,
            [reader.group, reader.name, CLAIM_S * 1000, limit, DELIVERIES, *sources],
        )
        found = said.map(lambda entries: tuple(map(claimed, entries)))
        if not is_failure(found) and len(found.unwrap()) < limit:
            self._reclaimed[reader.name] = now
        return found

    async def _run(self, script: str, words: Sequence[Word | bytes]) -> Result[Any, BusAway]:
        return await self._call(lambda: self.client.register_script(script)(args=words))

    async def _call(self, call: Callable[[], Awaitable[T]]) -> Result[T, BusAway]:
        try:
            return await self._asked(call, self.limit)
        except ResponseError as error:  # it answers, but not as it should: full, loading, read-only
            return Failure(self._trouble(error))

    async def _asked(self, call: Callable[[], Awaitable[T]], seconds: float) -> Result[T, BusAway]:
        """The answer within `seconds`; nothing is asked while the bus rests.

        Raises ResponseError.
        """
        if self.monotonic() < self._rests_until:
            return Failure(BusAway("resting after trouble"))
        try:
            answer = await within(seconds, call())
        except ResponseError:
            raise
        except (RedisError, OSError, TimeoutError) as trouble:
            return Failure(self._trouble(trouble))
        self._troubles = 0
        return Success(answer)

    def _trouble(self, trouble: Exception) -> BusAway:
        rest = RESTS_S[min(self._troubles, len(RESTS_S) - 1)]
        self._troubles += 1
        self._rests_until = self.monotonic() + rest
        return BusAway(str(trouble) or type(trouble).__name__)


async def within(seconds: float, call: Awaitable[T]) -> T:
    """What `call` answers.  Raises TimeoutError, and what the call raises.

    The driver now and then swallows a cancellation and goes on: so the call is a task of its own,
    and whoever waits for it is free at once.
    """
    task = asyncio.ensure_future(call)
    try:
        await asyncio.wait((task,), timeout=seconds)
        if task.done():
            return task.result()
        raise TimeoutError
    finally:
        if not task.done():
            task.cancel()
            task.add_done_callback(forgotten)


def forgotten(task: "asyncio.Future[Any]") -> None:
    """Nobody waits for it any more, whatever has come of it."""
    if not task.cancelled():
        task.exception()


async def sent(client: Redis, command: Sequence[Word]) -> Any:  # noqa: ANN401 - as it is answered
    """One command that the driver has no typed way for."""
    return await client.execute_command(*command)  # type: ignore[no-untyped-call]


def read(said: Any) -> Iterable[Delivery]:  # noqa: ANN401 - as the driver types it
    """New messages out of the answer to XREADGROUP."""
    for source, entries in said or ():
        for entry, fields in entries:
            stream = fields.get(b"stream", source)
            message = Message(
                stream=stream.decode(), position=int(fields[b"position"]), body=fields[b"event"]
            )
            yield Delivery(message=message, entry=entry.decode(), count=1, source=source.decode())


def claimed(said: Sequence[Any]) -> Delivery:
    """A message that was given before, as RECLAIM tells of it."""
    source, entry, count, position, body, stream = said
    return Delivery(
        message=Message(stream=stream.decode(), position=int(position), body=body),
        entry=entry.decode(),
        count=count,
        source=source.decode(),
    )


def letter(group: str, entry: bytes, fields: Sequence[bytes]) -> DeadLetter:
    """A dead letter out of its fields."""
    _, stream, _, position, _, body, _, deliveries, _, why = fields
    return DeadLetter(
        group=group,
        entry=entry.decode(),
        message=Message(stream=stream.decode(), position=int(position), body=body),
        deliveries=int(deliveries),
        why=why.decode(errors="replace"),
    )


def redis_bus(
    address: str, monotonic: Callable[[], float], limit: float = LIMIT_S
) -> Result[RedisBus, BusAddress]:
    """A bus at `address`; it need not be there yet.  Errors: BusAddress."""
    if not address.startswith(SCHEMES):
        return Failure(BusAddress(f"it begins with none of {', '.join(SCHEMES)}"))
    try:
        clients = [connected(address, limit, patience) for patience in (limit, None)]
    except (ValueError, TypeError) as error:
        return Failure(BusAddress(str(error)))
    return Success(RedisBus(clients[0], clients[1], monotonic, limit))


def connected(address: str, limit: float, patience: float | None) -> Redis:
    """A client that never asks twice by itself, and waits for a connection at most `limit`."""
    pool = BlockingConnectionPool.from_url(
        address,
        max_connections=CONNECTIONS,
        timeout=limit,
        socket_timeout=patience,
        socket_connect_timeout=limit,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
    return Redis(connection_pool=pool)
