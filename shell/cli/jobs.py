"""`astra jobs …`: look at the queue and its schedules, and change them.

A running service is asked over HTTP, with a token made from the data folder's key: it owns the
store, and what people do goes through its one command path.
"""

import argparse
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any
from uuid import uuid4

from adapters.clock import SystemClock
from adapters.security.tokens import Tokens, key_from
from astracore.outcome import is_failure
from shell.cli.main import complain, data_argument
from shell.cli.token import KEY

WAIT_S = 30
ACTIONS = {
    "list": ("GET", "/pending"),
    "dead": ("GET", "/dlq"),
    "show": ("GET", "/{name}"),
    "result": ("GET", "/{name}/result"),
    "cancel": ("POST", "/{name}/cancel"),
    "retry": ("POST", "/dlq/{name}/retry"),
    "tasks": ("GET", "/handlers"),
    "schedules": ("GET", "/schedules"),
    "enable": ("POST", "/schedules/{name}/enable"),
    "disable": ("POST", "/schedules/{name}/disable"),
    "run": ("POST", "/schedules/{name}/run"),
}
LINES = {
    "list": ("job_id", "task", "priority", "state", "run_at", "attempt"),
    "dead": ("job_id", "task", "error", "ended_at", "attempt"),
    "tasks": ("name", "priority", "kind", "spec"),
    "schedules": ("name", "task", "kind", "spec", "enabled", "next_run"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which service, and what is to be done."""
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="the service")
    parser.add_argument("--json", action="store_true", help="as the service answers it")
    data_argument(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (_, path) in ACTIONS.items():
        action = actions.add_parser(name)
        if "{name}" in path:
            action.add_argument("name", help="a job's id, or a schedule's name")
    enqueue = actions.add_parser("enqueue")
    enqueue.add_argument("task")
    enqueue.add_argument("--payload", default="{}", help="a JSON object")
    enqueue.add_argument("--priority", choices=("critical", "high", "normal", "low"))
    enqueue.add_argument("--at", help="when it is due, such as 2026-03-04T10:00:00Z")
    enqueue.add_argument("--key", help="the same task and key within seven days is one job")


def run(given: argparse.Namespace) -> int:
    """0 when it is done, 1 when the service refuses, 2 when it cannot be asked."""
    if not given.url.startswith(("http://", "https://")):
        return complain("--url: http://… or https://… is needed")
    key = key_from(given.data / KEY) if given.data.is_dir() else None
    if key is None or is_failure(key):
        return complain(f"{given.data / KEY} cannot be read: it is the key of the service's folder")
    token = Tokens(key.unwrap()).make("staff:cli", ("ops",), SystemClock().now())
    request = request_of(given)
    if isinstance(request, str):
        return complain(request)
    request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as response:  # noqa: S310 - checked
            answer = response.read()
    except urllib.error.HTTPError as refusal:
        return refused(refusal.read())
    except OSError as trouble:
        return complain(f"{given.url} does not answer: {trouble}")
    sys.stdout.write(shown(given, answer) + "\n")
    return 0


def request_of(given: argparse.Namespace) -> urllib.request.Request | str:
    """What is asked of the service, or why nothing can be."""
    method, path, body = "POST", "", None
    if given.action == "enqueue":
        try:
            payload = json.loads(given.payload)
        except ValueError:
            return "--payload: a JSON object is needed"
        wanted = {
            "task": given.task,
            "payload": payload,
            "priority": given.priority,
            "run_at": given.at,
            "idempotency_key": given.key,
        }
        body = json.dumps({name: value for name, value in wanted.items() if value is not None})
    else:
        method, path = ACTIONS[given.action]
        path = path.replace("{name}", urllib.parse.quote(getattr(given, "name", ""), safe=""))
    head = {"Content-Type": "application/json"} if body is not None else {}
    if method == "POST":
        head["Idempotency-Key"] = uuid4().hex
    data = None if body is None else body.encode()
    return urllib.request.Request(  # noqa: S310 - the scheme was checked
        f"{given.url.rstrip('/')}/v1/jobs{path}", data=data, headers=head, method=method
    )


def refused(body: bytes) -> int:
    """Why the service will not."""
    try:
        problem = json.loads(body)
        numbers = " ".join(f"{name}={value}" for name, value in problem["numbers"].items())
        fields = " ".join(f"{one['path']}: {one['message']}" for one in problem["fields"])
        text = " ".join(filter(None, (problem["code"], problem["detail"], numbers, fields)))
    except (ValueError, LookupError, TypeError):
        text = "the service answers strangely"
    complain(text)
    return 1


def shown(given: argparse.Namespace, answer: bytes) -> str:
    """A table of a list, the whole of a single thing."""
    if given.json:
        return answer.decode()
    found = json.loads(answer)
    columns = LINES.get(given.action)
    if columns is None:
        return json.dumps(found, indent=2)
    rows = [columns, *(tuple(told(one.get(name)) for name in columns) for one in found["items"])]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def told(value: Any) -> str:  # noqa: ANN401 - a JSON value
    """A cell of the table."""
    return "-" if value is None else str(value)
