"""Every backend of the store port, for the conformance suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shell.store import Store
from tests.servers.postgres import Server
from tests.servers.stores import grand, lite

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, migrated, of the backend that is named."""
    if request.param == "sqlite":
        with lite(tmp_path) as one:
            yield one
    else:
        server: Server = request.getfixturevalue("postgres")
        with grand(server) as other:
            yield other
