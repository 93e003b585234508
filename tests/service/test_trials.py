"""The kill trials, at full count under the profile `deep`, one kill of some of them in the gate."""

from pathlib import Path

import pytest

from tests.cli.playing import deep
from tests.servers.postgres import Server
from tests.service.trials import KINDS, Bound, Kind, trial

GATE = {"service-sqlite", "service-two-both", "postgres-two", "redis-kept", "redis-emptied-two"}
CHOSEN = [kind for kind in KINDS if deep() or kind.name in GATE]


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHOSEN, ids=lambda kind: kind.name)
async def test_nothing_is_lost_doubled_or_changed(
    kind: Kind, postgres: Server, tmp_path: Path
) -> None:
    kills = kind.kills if deep() else 1
    outcome = await trial(Bound(kind, kills), 1, tmp_path, postgres)
    assert outcome.red() == {}
    assert len(outcome.waits) == kills
