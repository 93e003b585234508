"""The servers that tests share: one of each for a process, started when first asked for."""

from collections.abc import Iterator

import pytest

from tests.servers import postgres as postgres_server
from tests.servers import redis as redis_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A PostgreSQL of our own."""
    with postgres_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[redis_server.Server]:
    """A Redis of our own, which keeps nothing over a kill."""
    with redis_server.running() as server:
        yield server
