"""Who runs the jobs of this process: it starts after everything a handler may use."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator

from aiohttp import web

from adapters.ids import RandomIds
from shell.jobs.context import Context, Tools
from shell.jobs.pool import Workers
from shell.jobs.queue import Queue
from shell.keys import CLOCK, DESK, MARKETS, QUEUE, RUNTIME
from shell.runtime import MAKER
from shell.tasks.registry import TASKS


def queue_of(request: web.Request) -> Queue:
    """The queue of this process."""
    return request.app[QUEUE]


async def crew(app: web.Application) -> AsyncIterator[None]:
    """Schedules brought up to date, and a pool at work until the service stops."""
    runtime, clock = app[RUNTIME], app[CLOCK]
    queue = app[QUEUE] = Queue(
        store=runtime.store,
        clock=clock,
        tasks={task.name: task for task in TASKS},
        bell=runtime.bell,
        maker=MAKER,
        fresh=RandomIds().fresh,
    )
    tools = Tools(
        queue=queue,
        commands=runtime.commands,
        reading=app[DESK].reading,
        markets=app[MARKETS],
    )
    name = f"{socket.gethostname()}:{os.getpid()}"
    workers = Workers(queue=queue, name=name, context=lambda job: Context(job, tools))
    await queue.declare()
    running = asyncio.create_task(workers.run())
    yield
    workers.leave()
    await running
