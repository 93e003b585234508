"""kill -9 before any statement of a migration: the next start finishes it, and the log is the same.

Before every statement under the profile `deep`, before every thirteenth in the gate.
"""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.db import migrate
from shell.audit import verify
from shell.stores import served
from tests.adapters.db.test_backup import place
from tests.adapters.db.test_export import told, write
from tests.cli.playing import ROOT, deep
from tests.domains.desk import desk_over
from tests.servers.postgres import Server

CHILD = Path(__file__).with_name("killed_migration.py")
STRIDE = 1 if deep() else 13
OLD = "0001"


def killed(data: Path, number: int, address: str | None) -> bool:
    """Start, and die before a statement; False when it came through."""
    command = [sys.executable, str(CHILD), str(data), str(number), *filter(None, [address])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    code = subprocess.run(command, check=False, env=environment).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_next_start_finishes_what_was_killed(
    tmp_path: Path, postgres: Server, kind: str
) -> None:
    with place(kind, tmp_path / "data", postgres) as (data, address):
        store = served(data, address, None).unwrap()
        asyncio.run(write(desk_over(store)))
        good, number, deaths = told(store), 1, 0
        while True:
            store.write(lambda connection: migrate.downgrade(connection, OLD))
            store.close()
            died = killed(data, number, address)
            store = served(data, address, None).unwrap()
            assert store.read(migrate.revision) == migrate.newest()
            assert told(store) == good
            verify(store).unwrap()
            if not died:
                break
            number, deaths = number + STRIDE, deaths + 1
        store.close()
        assert deaths >= 3
