"""A browser, when the machine has one, and the dashboard's files on a free port."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest
from aiohttp import web
from playwright.sync_api import Browser, sync_playwright

from shell.app import create_app
from shell.config import config
from shell.server import runner_of
from shell.web import BUNDLE, add_dashboard

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """Where the browser is: named by `CHROMIUM`, or found on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """One browser for the tests of a module: while it is open, no other event loop may run."""
    path = chromium()
    if path is None:
        pytest.skip("NO BROWSER: the page tests did not run; install chromium or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


async def serve(app: web.Application, ready: Queue[int], over: Event) -> None:
    """Serve `app` on a free port, say which, and go on until `over`."""
    runner = runner_of(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.put(runner.addresses[0][1])
        await asyncio.to_thread(over.wait)
    finally:
        await runner.cleanup()


@contextmanager
def served(make: Callable[[], web.Application]) -> Iterator[str]:
    """The address of an application that a loop of its own, in a thread of its own, serves."""
    ready: Queue[int] = Queue()
    over = Event()
    thread = Thread(target=lambda: asyncio.run(serve(make(), ready, over)))
    thread.start()
    try:
        yield f"http://127.0.0.1:{ready.get(timeout=60)}"
    finally:
        over.set()
        thread.join()


def files_alone() -> web.Application:
    """The dashboard without any service behind it."""
    app = web.Application()
    add_dashboard(app)
    return app


@pytest.fixture(scope="module")
def modules() -> Iterator[str]:
    """The address under which the page's modules are served."""
    app = files_alone()
    with served(lambda: app) as address:
        yield f"{address}/assets/{app[BUNDLE].digest}/js"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the service."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def service(data: Path) -> Iterator[str]:
    """The address of the whole service: embedded store, seeded prices, simulated venue."""
    settings = config({}, data=data, seed=7, log_level="error").unwrap()
    with served(lambda: create_app(settings)) as address:
        yield address
