"""Processes that serve different domains of one database are one service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from attrs import evolve, frozen

from adapters.clock import SystemClock
from adapters.db import leases, log, rows
from adapters.db.postgres import connect_store
from adapters.security.tokens import Tokens, key_from
from astracore.catalog.aggregates import EVENTS
from astracore.instants import DAY, Instant
from astracore.marketdata.candles import Candle
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.registry import MODELS
from astracore.strategies.sma_cross import sma_cross
from astracore.trading.types import INSTRUMENTS
from shell.bell import Bell
from shell.candlefile import candles_in
from shell.commands import Commands
from shell.demo import CandleClock, Player, Session
from shell.domains import ALL
from shell.replay import replay
from shell.runtime import MAKER, Runtime
from shell.settler import Settler
from shell.store import Store
from shell.workers.leading import LEASE
from tests.cli.playing import sawtooth
from tests.servers.postgres import Server
from tests.servers.stores import database
from tests.service.fleet import PATIENCE_S, Member

pytestmark = pytest.mark.slow
CANDLES = 200


@frozen
class House:
    """Processes on one database, and a look into it."""

    members: tuple[Member, ...]
    store: Store
    session: aiohttp.ClientSession
    data: Path

    def holders(self) -> dict[str, str]:
        """Who leads what at this moment."""
        now = SystemClock().now()
        names = [LEASE + domain for domain in ALL]
        found = self.store.read(lambda connection: leases.some(connection, names))
        return {one.name.removeprefix(LEASE): one.holder for one in found if one.until > now}

    async def led(self, *domains: str) -> None:
        """Until somebody leads each of these, and nobody anything else."""
        await until(lambda: self.holders().keys() == {*domains, "platform"})

    async def asked(self, member: int, path: str, token: str) -> tuple[int, dict[str, Any]]:
        """GET a document of a member: status and body."""
        url = f"{self.members[member].address}/v1{path}"
        head = {"Authorization": f"Bearer {token}"}
        async with self.session.get(url, headers=head) as answer:
            return answer.status, await answer.json()

    async def points(self, member: int, bot: Session) -> int:
        """A bot's XP as a member shows it; 0 when it knows none."""
        key = key_from(self.data / "token.key").unwrap()
        token = Tokens(key).make(bot.user_id, (), SystemClock().now())
        status, profile = await self.asked(member, "/game/profile", token)
        assert status in (200, 404, 503), profile
        return int(profile["xp"]) if status == 200 else 0

    def same_as_folded(self) -> bool:
        """Whether every model that is kept equals the fold of the whole log."""
        head = self.store.read(log.log_head).position
        found = replay(self.store, EVENTS, MODELS).unwrap()
        assert [one for one in found if one.difference is not None] == []
        kept = [one.position for one in found if one.position]
        return bool(kept) and min(kept) == head


@asynccontextmanager
async def house(server: Server, data: Path, *domains: str) -> AsyncIterator[House]:
    """Processes with these domains on an empty database."""
    with database(server) as address:
        members = tuple(Member(data, address, {"ASTRA_DOMAINS": chosen}) for chosen in domains)
        try:
            for member in members:
                await member.start()
            with connected(address) as store:
                async with aiohttp.ClientSession() as session:
                    yield House(members, store, session, data)
        finally:
            for member in members:
                await member.end()


@contextmanager
def connected(address: str) -> Iterator[Store]:
    """The database, for the test itself."""
    store = connect_store(address).unwrap()
    yield store
    store.close()


async def until(found: Callable[[], bool]) -> None:
    """Ask again and again, within patience."""
    await until_so(lambda: asyncio.to_thread(found))


async def until_so(found: Callable[[], Awaitable[bool]]) -> None:
    """The same for what has to be awaited."""
    async with asyncio.timeout(PATIENCE_S):
        while not await found():  # noqa: ASYNC110 - it is another process that moves
            await asyncio.sleep(0.25)


@frozen
class Afar:
    """Stands for a follower: what it would wait for happens in other processes."""

    store: Store
    account_id: str

    async def quiet(self) -> None:
        """Until the account is open."""
        await until(self._is_open)

    def _is_open(self) -> bool:
        return self.store.read(
            lambda c: rows.row(c, rows.shown(c, PORTFOLIO), self.account_id) is not None
        )


def bot(name: str) -> Session:
    """Who trades, from tomorrow on: what the venue shows the account today is too early for it."""
    return Session(
        name=name,
        instrument=INSTRUMENTS["BTC-USD"],
        strategy=sma_cross(3, 9, short=True).unwrap(),
        qty=Decimal("0.5"),
        start=Instant(SystemClock().now().micros // DAY * DAY + 2 * DAY),
    )


async def played(store: Store, session: Session, candles: Sequence[Candle]) -> int:
    """Register, play candles through the log alone, as a process that serves no domain; how many
    orders there were. What was played before is not done again."""
    clock = CandleClock(session.start)
    runtime = Runtime(
        store=store,
        commands=Commands(Settler(store, clock, Bell(), MAKER), store.alias),
        follower=cast("Any", Afar(store, session.account_id)),
        bell=Bell(),
        lead=cast("Any", None),
        reactor=cast("Any", None),
    )
    player = Player(runtime=runtime, clock=clock, session=session)
    return await player.play(candles, len(candles), lambda _done, _all: None)


def candles_from(start: Instant, folder: Path) -> tuple[Candle, ...]:
    """A sawtooth that begins at `start`."""
    found, _ = candles_in(sawtooth(folder / "saw.csv", CANDLES)).unwrap()
    later = start.micros - found[0].open_time.micros
    return tuple(
        evolve(
            one,
            open_time=Instant(one.open_time.micros + later),
            close_time=Instant(one.close_time.micros + later),
        )
        for one in found
    )


async def test_what_is_traded_here_earns_points_there_whoever_dies(
    postgres: Server, tmp_path: Path
) -> None:
    """Trades are recorded while no venue is there that would fill the orders, too."""
    async with house(postgres, tmp_path, "trading,user,financial", "gamification") as here:
        desk, game = here.members
        await here.led("trading", "user", "financial", "gamification")
        first, second = bot("first"), bot("second")
        for one in (first, second):
            assert await played(here.store, one, ()) == 0  # the desk's policy opens the account
        assert (await here.asked(0, "/game/profile", ""))[0] == 404
        assert (await here.asked(1, "/orders", ""))[0] == 404
        candles = candles_from(first.start, tmp_path)
        await desk.end()
        assert await played(here.store, first, candles) > 4
        await until_so(lambda: earned(here, first))
        await game.end()
        assert await played(here.store, second, candles) > 4  # while nobody serves anything
        await game.start()
        await until_so(lambda: earned(here, second))
        await desk.start()
        await until(here.same_as_folded)


async def earned(here: House, session: Session) -> bool:
    """Whether the process of the game shows points of this bot."""
    return await here.points(1, session) > 0


@pytest.mark.parametrize(
    "domains",
    [
        ("trading,user,financial,gamification", "trading,user,financial,gamification"),
        ("trading,user,financial", "financial,gamification", "gamification,trading"),
    ],
)
async def test_every_domain_that_is_served_is_led_by_one_whoever_dies(
    postgres: Server, tmp_path: Path, domains: tuple[str, ...]
) -> None:
    """Equal sets and overlapping ones: after each kill the rest lead all that they serve."""
    async with house(postgres, tmp_path, *domains) as here:
        served = {domain for chosen in domains for domain in chosen.split(",")}
        await here.led(*served)
        for turn, member in enumerate(here.members):
            await played(here.store, bot(f"before{turn}"), ())
            await member.end()
            rest = {
                domain
                for one, chosen in zip(here.members, domains, strict=True)
                if one is not member
                for domain in chosen.split(",")
            }
            await here.led(*rest)
            await member.start()
            await here.led(*served)
        await until(here.same_as_folded)
