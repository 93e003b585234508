"""Read models are built anew when somebody asks, and shown as they were until then."""

from pathlib import Path

import pytest

from adapters.clock import SystemClock
from adapters.db import rows
from astracore.projections.registry import MODELS
from shell.cli.main import main
from shell.runtime import running
from shell.stores import store_in


async def once(data: Path) -> dict[str, str]:
    """Serve for a moment; the slot that each model is shown from."""
    async with running(store_in(data).unwrap(), SystemClock()) as runtime:
        assert await runtime.follower.begun(60)
        stands = runtime.store.read(rows.standing)
    return {model.name: stands[model.name].slot for model in MODELS}


async def test_what_is_asked_for_is_built_in_the_other_slot_at_the_next_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {name for name, slot in (await once(tmp_path)).items() if name != slot} == set()
    assert main(["rebuild", "users", "fills", "--data", str(tmp_path)]) == 0
    assert main(["lag", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert said.count("rebuilt to 0") == 2
    assert await once(tmp_path) == {
        model.name: f"{model.name}/2" if model.name in ("users", "fills") else model.name
        for model in MODELS
    }
    assert main(["rebuild", "--all", "--data", str(tmp_path)]) == 0
    assert (await once(tmp_path))["users"] == "users"
    capsys.readouterr()
    assert main(["lag", "--data", str(tmp_path)]) == 0
    assert "rebuilt" not in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["nothing"], ["--all", "users"]])
def test_what_cannot_be_asked_for_is_refused(words: list[str], tmp_path: Path) -> None:
    assert main(["rebuild", *words, "--data", str(tmp_path)]) == 2
    assert list(tmp_path.iterdir()) == []
