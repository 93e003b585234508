"""An application on a real server on a free port, and a way to speak to it byte by byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import ClientSession, web

from shell.server import runner_of


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[ClientSession]:
    """A client of `app`, served for as long as the block lasts."""
    runner = runner_of(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with ClientSession(f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        await runner.cleanup()


async def spoken(port: int, data: bytes, seconds: float = 5) -> bytes:
    """What the server answers to raw bytes until it closes or falls silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    answer = b""
    try:
        async with asyncio.timeout(seconds):
            while chunk := await reader.read(65536):
                answer += chunk
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return answer
