"""Every backend of the store port, for the conformance suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.db.sqlite import Database, open_store

BACKENDS = ("sqlite",)


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty store, migrated, of the backend that is named."""
    assert request.param == "sqlite"
    opened = open_store(tmp_path / "store.db").unwrap()
    yield opened
    opened.close()
