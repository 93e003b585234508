"""A queue on every backend, with a clock that is set by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shell.logs import configure_logs
from shell.store import Store
from tests.jobs.yard import Yard, yard
from tests.servers.postgres import Server
from tests.servers.stores import grand, lite


@pytest.fixture(params=("sqlite", "postgresql"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, migrated, of the backend that is named."""
    if request.param == "sqlite":
        with lite(tmp_path) as one:
            yield one
    else:
        server: Server = request.getfixturevalue("postgres")
        with grand(server) as other:
            yield other


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    """Handlers fail here on purpose; what they log is of no interest."""
    configure_logs("error")


@pytest.fixture
def here(store: Store) -> Yard:
    """The queue of one process."""
    return yard(store)
