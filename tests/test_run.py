"""`./run` says plainly what is wrong, and knows when the environment is up to date."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
RUN = ROOT / "run"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("run_script", str(RUN))
    spec = spec_from_loader("run_script", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def asked(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(RUN), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_help_names_every_verb() -> None:
    done = asked("help")
    assert done.returncode == 0
    for verb in ("astra", "test", "check", "deep", "mutants", "bench"):
        assert f"./run {verb}" in done.stdout


def test_an_unknown_verb_is_misuse() -> None:
    assert asked("tests").returncode == 2


def test_an_old_python_is_told_so(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(run.shutil, "which", lambda _name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        run.modern_python()


def test_a_newer_python_is_taken(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(
        run.shutil, "which", lambda name: "/bin/p" if name == "python3.12" else None
    )
    monkeypatch.setattr(run.os, "execv", lambda path, _arguments: taken.append(path))
    with pytest.raises(SystemExit):
        run.modern_python()
    assert taken == ["/bin/p"]


def test_a_missing_venv_module_is_told_so(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="python3-venv"):
        run.install_by_pip(tmp_path, "run.txt")


def test_the_environment_is_left_alone_until_the_lock_changes(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "install_by_uv", lambda _venv, _lock: False)
    monkeypatch.setattr(run, "install_by_pip", lambda _venv, lock: installed.append(lock))
    venv, lock = tmp_path / ".venv", tmp_path / "requirements" / "run.txt"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    lock.parent.mkdir()
    lock.write_text("attrs==1\n")
    for text in ("attrs==1\n", "attrs==1\n", "attrs==2\n"):
        lock.write_text(text)
        run.ensure(venv, "run.txt")
    assert installed == ["run.txt", "run.txt"]


def test_the_lock_of_the_tests_contains_that_of_the_service() -> None:
    """So that ./run after ./run test has nothing to install."""
    pins = [
        {
            line.split(" ")[0]
            for line in (ROOT / "requirements" / name).read_text().splitlines()
            if "==" in line and not line.lstrip().startswith(("#", "--"))
        }
        for name in ("run.txt", "test.txt")
    ]
    assert pins[0] <= pins[1]


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_locks_have_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "index-url" not in text
