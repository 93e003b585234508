"""`astra jobs` against a running service."""

import json
from pathlib import Path

import pytest

from shell.cli.main import main
from shell.keys import CONFIG, QUEUE
from tests.jobs.handlers import TASKS
from tests.shell.conftest import House, house

__all__ = ["house"]


@pytest.fixture
def service(house: House) -> list[str]:
    """How the service of the tests is reached."""
    house.app[QUEUE].tasks = {one.name: one for one in TASKS}
    return ["--url", house.url, "--data", str(house.app[CONFIG].data)]


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_job_from_the_command_line(
    service: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    later = ["--at", "2999-01-01T00:00:00Z", "--priority", "low", "--key", "k"]
    assert main(["jobs", *service, "enqueue", "plain", *later]) == 0
    made = json.loads(told(capsys))
    assert main(["jobs", *service, "enqueue", "plain", *later]) == 0
    assert json.loads(told(capsys))["job_id"] == made["job_id"]
    assert main(["jobs", *service, "list"]) == 0
    head, *rows = told(capsys).splitlines()
    row = next(one for one in rows if one.startswith(made["job_id"]))
    assert head.split() == ["job_id", "task", "priority", "state", "run_at", "attempt"]
    assert row.split()[:4] == [made["job_id"], "plain", "low", "scheduled"]
    assert main(["jobs", *service, "--json", "show", made["job_id"]]) == 0
    assert json.loads(told(capsys)) == made
    assert main(["jobs", *service, "cancel", made["job_id"]]) == 0
    assert json.loads(told(capsys))["state"] == "cancelled"
    assert main(["jobs", *service, "cancel", made["job_id"]]) == 1
    assert "job_state" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["tasks", "schedules", "dead"])
def test_lists(service: list[str], action: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", *service, action]) == 0
    assert told(capsys)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "../health"], 1), (["run", "nobody"], 1), (["enable", "a b"], 1),
        (["enqueue", "plain", "--payload", "{"], 2), (["enqueue", "plain", "--payload", "[]"], 1),
        (["enqueue", "nobody"], 1), (["enqueue", "plain", "--at", "soon"], 1),
        (["retry", "x"], 1), (["result", "x"], 1), (["disable", "x"], 1),
    ],
)  # fmt: skip
def test_what_is_refused(service: list[str], arguments: list[str], code: int) -> None:
    assert main(["jobs", *service, *arguments]) == code


def test_what_cannot_be_asked(
    service: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = ["--url", "http://127.0.0.1:9", *service[2:]]
    assert main(["jobs", *nowhere, "list"]) == 2
    assert main(["jobs", "--url", "file:///etc/passwd", *service[2:], "list"]) == 2
    assert main(["jobs", *service[:2], "--data", str(tmp_path / "no"), "list"]) == 2
    assert "Traceback" not in capsys.readouterr().err
