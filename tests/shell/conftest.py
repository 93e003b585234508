"""A whole service on a real port with a real store, for as long as a module's tests."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

import pytest
from aiohttp import ClientSession, web
from attrs import frozen

from adapters.db import log
from astracore.events.chain import GENESIS
from shell.app import create_app
from shell.config import Config, LimitName, config
from shell.keys import CLOCK, RUNTIME, TOKENS
from shell.logs import configure_logs
from shell.server import runner_of

T = TypeVar("T")
EMPTY: Mapping[str, str] = {}
Limits: TypeAlias = dict[LimitName, tuple[int, int]]


@frozen
class Player:
    """A registered player with a practice account."""

    user_id: str
    account_id: str
    token: str

    def head(self, **more: str) -> dict[str, str]:
        """The headers of a request that changes something."""
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": uuid4().hex, **more}


@frozen
class House:
    """The running service, seen from outside and from inside."""

    url: str
    port: int
    app: web.Application
    loop: asyncio.AbstractEventLoop

    def inside(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the service's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def state(self) -> tuple[int, int, bytes]:
        """Where the log and the audit chain end: equal before and after means nothing happened."""
        store = self.app[RUNTIME].store
        head = store.read(log.log_head)
        return head.position, head.seq, head.hash or GENESIS

    def quiet(self) -> None:
        """Wait until all that was caused has happened."""
        self.inside(self.app[RUNTIME].follower.quiet())

    async def still(self) -> None:
        """Wait until the venue has answered too: nothing was written for a while."""
        seen = None
        while seen != self.state():
            seen = self.state()
            await asyncio.to_thread(self.quiet)
            await asyncio.sleep(0.25)

    async def player(self, client: ClientSession) -> Player:
        """A fresh player."""
        body = {"username": f"p{uuid4().hex[:12]}"}
        async with client.post("/v1/auth/register", json=body) as response:
            made = await response.json()
            assert response.status == 201, made
        head = {"Authorization": f"Bearer {made['token']}"}
        async with client.get("/v1/accounts", headers=head) as response:
            account = (await response.json())["items"][0]["account_id"]
        return Player(made["user"]["user_id"], account, made["token"])

    def staff(self, *roles: str) -> str:
        """A token with roles."""
        return self.app[TOKENS].make("staff:test", roles, self.app[CLOCK].now())


@frozen
class Started:
    """What the serving thread tells the testing one."""

    house: House
    stop: Callable[[], None]


def _run(settings: Config, started: "Future[Started]") -> None:
    async def main() -> None:
        stop = asyncio.Event()
        app = create_app(settings)
        runner = runner_of(app)
        try:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            port = runner.addresses[0][1]
            house = House(f"http://127.0.0.1:{port}", port, app, asyncio.get_running_loop())
            started.set_result(Started(house, stop.set))
            await stop.wait()
        except BaseException as problem:
            if not started.done():
                started.set_exception(problem)
            raise
        finally:
            await runner.cleanup()

    asyncio.run(main())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The service with its simulated venue on a fresh data folder."""
    yield from serve(tmp_path_factory.mktemp("data"))


def serve(
    data: Path, limits: Limits | None = None, more: Mapping[str, str] = EMPTY
) -> Generator[House, None, None]:
    """Serve `data` until the generator is closed, with the limits of the tests or with `limits`,
    and with more settings."""
    configure_logs("error")
    started: Future[Started] = Future()
    settings = config(None, data=data, port=0, limits=limits, **more).unwrap()
    thread = threading.Thread(target=_run, args=(settings, started))
    thread.start()
    running = started.result(60)
    try:
        yield running.house
    finally:
        running.house.loop.call_soon_threadsafe(running.stop)
        thread.join(30)
