"""A browser, when the machine has one, and the dashboard's files on a free port."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from queue import Queue
from threading import Event, Thread

import pytest
from aiohttp import web
from playwright.sync_api import Browser, sync_playwright

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
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ready.put(runner.addresses[0][1])
    await asyncio.to_thread(over.wait)
    await runner.cleanup()


@pytest.fixture(scope="module")
def modules() -> Iterator[str]:
    """The address under which the page's modules are served, without any service behind them."""
    app = web.Application()
    add_dashboard(app)
    ready: Queue[int] = Queue()
    over = Event()
    thread = Thread(target=lambda: asyncio.run(serve(app, ready, over)))
    thread.start()
    yield f"http://127.0.0.1:{ready.get(timeout=10)}/assets/{app[BUNDLE].digest}/js"
    over.set()
    thread.join()
