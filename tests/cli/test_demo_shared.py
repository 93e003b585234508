"""The demo on a database that others serve."""

from pathlib import Path

import pytest

from adapters.clock import SystemClock
from adapters.db import leases, log
from adapters.db.postgres import connect_store
from astracore.instants import DAY
from shell.cli.main import main
from shell.workers.leading import LEASE
from tests.cli.playing import sawtooth
from tests.servers.postgres import Server
from tests.servers.stores import database


@pytest.mark.slow
def test_it_is_refused_while_somebody_leads_any_domain_and_played_afterwards(
    postgres: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two who fold the same rows would count everything twice."""
    candles = sawtooth(tmp_path / "saw.csv", 60)
    with database(postgres) as address:
        words = ["demo", "--candles", str(candles), "--data", str(tmp_path)]
        words += ["--database", address]
        store = connect_store(address).unwrap()
        held = store.write(
            lambda c: leases.take(c, f"{LEASE}social", "other", SystemClock().now(), DAY)
        )
        assert main(words) == 2
        assert "is being served" in capsys.readouterr().err
        assert store.read(log.log_head).position == 0
        store.write(lambda c: leases.release(c, held))
        assert main(words) == 0
        assert "unexplained: 0\n" in capsys.readouterr().out
        now, found = SystemClock().now(), store.read(lambda c: leases.lease(c, f"{LEASE}social"))
        assert found is not None
        assert found.until < now
        store.close()
