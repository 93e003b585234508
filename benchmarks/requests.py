"""What a request costs the service in CPU, and what dominates: orders over HTTP, on SQLite.

The service runs as a process of its own with `synchronous=FULL`. Its CPU is read from the
operating system (user + system of all its threads), less what it burns idle in the same time, so
that waiting for the disk does not count. Everything that an order causes counts: the fill, the
ledger entry, XP, every read model and the socket frames. A second run under cProfile says where
the event loop's thread spends its time.
"""

import http.client
import json
import os
import pstats
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"
ORDERS = 400
LIMITS = dict.fromkeys(("public", "register", "read", "orders"), (10**6, 10**6))
TICK = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """Seconds of CPU of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.token = ""

    def ask(self, method: str, path: str, body: object = None, key: str = "") -> dict[str, object]:
        """One request; its answer is 2xx or a refusal by a rule."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        content = None if body is None else json.dumps(body)
        self.connection.request(method, path, content, headers)
        answer = self.connection.getresponse()
        document: dict[str, object] = json.loads(answer.read())
        assert answer.status in (200, 201, 422), document
        return document


def started(data: Path, *prefix: str) -> tuple[subprocess.Popen[str], int]:
    """The service, answering on a free port."""
    words = [str(PYTHON), *prefix, "-m", "shell.cli", "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, "ASTRA_LIMITS": json.dumps(LIMITS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    return process, int(address.rpartition(":")[2])


KINDS = {
    "refused (parsed, decided, stored, answered)": {"qty": "0.01", "type": "market"},
    "resting limit order (and acknowledged)": {"qty": "0.5", "type": "limit", "limit_price": ""},
    "market order (fill, ledger, XP, models)": {"qty": "0.5", "type": "market"},
}


def registered(client: Client) -> str:
    """A new player's account."""
    client.token = ""
    name = f"bench{time.monotonic_ns() % 10**9}"
    client.token = str(client.ask("POST", "/v1/auth/register", {"username": name})["token"])
    accounts = client.ask("GET", "/v1/accounts")["items"]
    assert isinstance(accounts, list)
    return str(accounts[0]["account_id"])


def traded(client: Client, count: int, kind: dict[str, str]) -> None:
    """Place `count` orders of a kind, buying and selling in turns."""
    account = registered(client)
    last = client.ask("GET", "/v1/market-data/price?symbols=SOL-USD")["items"]
    assert isinstance(last, list)
    away = {"buy": "100.001", "sell": "190.001"}
    for place in range(count):
        side = "sell" if place % 2 else "buy"
        order = {"account_id": account, "symbol": "SOL-USD", "side": side, **kind}
        if "limit_price" in kind:
            order["limit_price"] = away[side]
        client.ask("POST", "/v1/orders", order, key=f"{account}-{place:06}"[-40:])


def measured() -> None:
    """CPU and wall time of one order of each kind."""
    with tempfile.TemporaryDirectory() as data:
        process, port = started(Path(data))
        client = Client(port)
        traded(client, 50, KINDS["market order (fill, ledger, XP, models)"])
        time.sleep(1.0)
        before, began = cpu(process.pid), time.monotonic()
        time.sleep(3.0)
        idle = (cpu(process.pid) - before) / (time.monotonic() - began)
        print(f"{'idle, four live markets':<46}{100 * idle:.1f} % of a core")
        print(f"{'each order':<46}{'CPU':>10}{'wall':>10}")
        for name, kind in KINDS.items():
            before, began = cpu(process.pid), time.monotonic()
            traded(client, ORDERS, kind)
            wall = time.monotonic() - began
            time.sleep(0.5)
            spent = cpu(process.pid) - before - idle * (time.monotonic() - began)
            print(f"{name:<46}{1000 * spent / ORDERS:7.2f} ms{1000 * wall / ORDERS:7.2f} ms")
        process.send_signal(signal.SIGTERM)
        process.wait()


def profiled() -> None:
    """Where the event loop's thread spends its time, by package."""
    with tempfile.TemporaryDirectory() as data:
        out = Path(data) / "profile"
        process, port = started(Path(data), "-m", "cProfile", "-o", str(out))
        traded(Client(port), ORDERS, KINDS["market order (fill, ledger, XP, models)"])
        process.send_signal(signal.SIGTERM)
        process.wait()
        stats = pstats.Stats(str(out))
    shares: dict[str, float] = {}
    for (file, _line, name), (_calls, _all, own, _total, _callers) in stats.stats.items():  # type: ignore[attr-defined]
        if "poll" in name or "run_once" in name or "import" in name:
            continue
        shares[package(file)] = shares.get(package(file), 0.0) + own
    whole = sum(shares.values())
    print("\nthe event loop's thread by package (cProfile, start included)")
    for name, own in sorted(shares.items(), key=lambda item: -item[1])[:14]:
        print(f"  {name:<28}{100 * own / whole:5.1f} %")


def package(file: str) -> str:
    """A file's package, two levels of ours and one of others'."""
    path = Path(file)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return "/".join(path.relative_to(ROOT).parts[:2])
    parts = path.parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    return "python" if file != "~" else "built-in"


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    measured()
    profiled()
