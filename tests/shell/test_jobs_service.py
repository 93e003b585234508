"""The queue over HTTP: role ops, every route, every refusal."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from shell.handlers.jobs import ROUTES
from shell.keys import QUEUE
from tests.jobs.handlers import GATES, TASKS, Gate
from tests.shell.conftest import House

Loose: TypeAlias = Any  # whatever JSON holds


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    """Staff with role ops; the tasks are those of the tests."""
    house.app[QUEUE].tasks = {one.name: one for one in TASKS}
    head = {"Authorization": f"Bearer {house.staff('ops')}"}
    async with ClientSession(house.url, headers=head) as session:
        yield session


async def call(
    client: ClientSession, method: str, path: str, status: int, body: Loose = None, **head: str
) -> Loose:
    """One request; a key of its own unless one is given."""
    headers = {"Idempotency-Key": uuid4().hex} | head if method == "POST" else head
    async with client.request(method, f"/v1/jobs{path}", json=body, headers=headers) as response:
        text = await response.text()
        assert response.status == status, text
        return await response.json() if text else None


async def until(client: ClientSession, job_id: str, state: str) -> Loose:
    """The job, once it stands there."""
    async with asyncio.timeout(30):
        while True:
            job = await call(client, "GET", f"/{job_id}", 200)
            if job["state"] == state:
                return job
            await asyncio.sleep(0.02)


async def test_enqueue_show_result(client: ClientSession) -> None:
    key = uuid4().hex
    body = {"task": "count", "payload": {"name": "http"}, "priority": "high", "timeout": 10}
    made = await call(client, "POST", "", 201, body, **{"Idempotency-Key": key})
    again = await call(client, "POST", "", 201, body, **{"Idempotency-Key": key})
    assert again == made
    job = await until(client, made["job_id"], "completed")
    assert (job["attempt"], job["payload"], job["owner"]) == (1, {"name": "http"}, "staff:test")
    assert [turn["what"] for turn in job["history"]][-1] == "job_completed"
    told = await call(client, "GET", f"/{made['job_id']}/result", 200)
    assert told == {"state": "completed", "result": {"name": "http"}}
    stats = await call(client, "GET", "/stats", 200)
    assert {"task": "count", "completed": 1, "dead": 0, "cancelled": 0} in stats["tasks"]
    ended = await call(client, "POST", f"/{made['job_id']}/cancel", 409)
    assert ended["code"] == "job_state"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"task": "nobody"}, "unknown_task"),
        ({"task": "count"}, "job_invalid"),
        ({"task": "count", "payload": {"name": 1}}, "job_invalid"),
        ({"task": "count", "payload": {"name": "a", "more": 1}}, "job_invalid"),
        ({"task": "plain", "payload": {"a": None}}, "job_invalid"),
        ({"task": "plain", "payload": {"a": [1.5]}}, "job_invalid"),
    ],
)
async def test_what_cannot_be_enqueued(client: ClientSession, body: Loose, code: str) -> None:
    assert (await call(client, "POST", "", 422, body))["code"] == code


@pytest.mark.parametrize(
    "more",
    [
        {"timeout": 9}, {"timeout": 3601}, {"max_retries": 11}, {"max_retries": -1},
        {"priority": "urgent"}, {"run_at": "now"}, {"idempotency_key": "a b"},
        {"idempotency_key": ""}, {"payload": []}, {"strange": 1},
    ],
)  # fmt: skip
async def test_fields_have_bounds(client: ClientSession, more: Loose) -> None:
    await call(client, "POST", "", 400, {"task": "plain"} | more)


async def test_waiting_jobs_in_pages_and_cancelled(client: ClientSession) -> None:
    made = [
        await call(
            client, "POST", "", 201,
            {"task": "plain", "run_at": f"2999-01-01T00:00:0{n}Z", "priority": priority},
        )
        for n in range(3) for priority in ("low", "critical")
    ]  # fmt: skip
    first = await call(client, "GET", "/pending?limit=4", 200)
    rest = await call(client, "GET", f"/pending?limit=4&cursor={first['next_cursor']}", 200)
    found = [job["job_id"] for job in first["items"] + rest["items"]]
    assert found == [one["job_id"] for one in made[1::2] + made[0::2]]
    assert rest["next_cursor"] is None
    low = await call(client, "GET", "/pending?priority=low", 200)
    assert [job["job_id"] for job in low["items"]] == [one["job_id"] for one in made[0::2]]
    foreign = f"/pending?priority=low&cursor={first['next_cursor']}"
    assert (await call(client, "GET", foreign, 400))["code"] == "bad_cursor"
    counts = (await call(client, "GET", "/queue/stats", 200))["counts"]
    assert {"state": "scheduled", "priority": "low", "jobs": 3, "oldest_s": 0} in counts
    for one in made:
        left = await call(client, "POST", f"/{one['job_id']}/cancel", 200)
        assert left["state"] == "cancelled"
    early = await call(client, "GET", f"/{made[0]['job_id']}/result", 409)
    assert early["code"] == "job_state"


async def test_dead_jobs_are_listed_retried_and_purged(client: ClientSession) -> None:
    body = {"task": "fail", "payload": {"name": "never"}}
    made = await call(client, "POST", "", 201, body)
    dead = await until(client, made["job_id"], "dead")
    assert (dead["error"], dead["payload"]) == ("never", {"name": "never"})
    listed = await call(client, "GET", "/dlq?task=fail", 200)
    assert [job["job_id"] for job in listed["items"]] == [made["job_id"]]
    again = await call(client, "POST", f"/dlq/{made['job_id']}/retry", 200)
    assert (again["state"], again["attempt"]) == ("queued", 0)
    await until(client, made["job_id"], "dead")
    none = await call(client, "DELETE", "/dlq?task=fail&before=2020-01-01T00:00:00Z", 200)
    assert none == {"purged": 0}
    assert await call(client, "DELETE", "/dlq?task=fail", 200) == {"purged": 1}
    gone = await call(client, "POST", f"/dlq/{made['job_id']}/retry", 404)
    assert gone["code"] == "not_found"


async def test_a_running_job_is_seen_and_stopped(house: House, client: ClientSession) -> None:
    gate = GATES["http-stop"] = Gate()
    made = await call(client, "POST", "", 201, {"task": "wait", "payload": {"name": "http-stop"}})
    running = await until(client, made["job_id"], "running")
    workers = (await call(client, "GET", "/workers/stats", 200))["items"]
    assert [made["job_id"] in one["jobs"] for one in workers] == [True]
    assert running["worker"] == workers[0]["worker"]
    asked = await call(client, "POST", f"/{made['job_id']}/cancel", 200)
    assert asked["state"] == "cancel_requested"
    house.loop.call_soon_threadsafe(gate.opened.set)
    async with asyncio.timeout(30):
        while True:
            left = await call(client, "GET", f"/{made['job_id']}", 200)
            if left["worker"] is None:
                break
            await asyncio.sleep(0.05)
    assert left["state"] in {"cancelled", "completed"}  # whichever came first


async def test_schedules_come_fire_and_go(client: ClientSession) -> None:
    body = {"name": "hourly", "task": "plain", "kind": "cron", "spec": "0 * * * *"}
    zone = {"zone": "Europe/Berlin", "catch_up": "none", "overlap": "queue"}
    made = await call(client, "POST", "/schedules", 201, body | zone)
    assert (made["zone"], made["enabled"]) == ("Europe/Berlin", True)
    twice = await call(client, "POST", "/schedules", 409, body)
    assert twice["code"] == "schedule_exists"
    listed = await call(client, "GET", "/schedules", 200)
    assert made in listed["items"]
    off = await call(client, "POST", "/schedules/hourly/disable", 200)
    assert (off["enabled"], off["next_run"]) == (False, None)
    on = await call(client, "POST", "/schedules/hourly/enable", 200)
    assert on["next_run"] is not None
    job = await call(client, "POST", "/schedules/hourly/run", 202)
    assert (job["schedule"], job["slot"]) == ("hourly", None)
    await until(client, job["job_id"], "completed")
    stats = await call(client, "GET", "/scheduler/stats", 200)
    assert (stats["schedules"], stats["late_s"]) == (len(listed["items"]), 0)
    assert await call(client, "DELETE", "/schedules/hourly", 204) is None
    for method, path in (
        ("DELETE", ""), ("POST", "/enable"), ("POST", "/disable"), ("POST", "/run")
    ):  # fmt: skip
        gone = await call(client, method, f"/schedules/hourly{path}", 404)
        assert gone["code"] == "schedule_not_found"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "cron", "spec": "61 * * * *"}, "bad_cron"),
        ({"kind": "cron", "spec": "* * * * *", "zone": "../etc"}, "bad_cron"),
        ({"kind": "interval", "spec": "9"}, "bad_interval"),
        ({"kind": "interval", "spec": "60", "zone": "UTC"}, "job_invalid"),
        ({"kind": "once", "spec": "soon"}, "job_invalid"),
        ({"kind": "interval", "spec": "60", "name": "A B"}, "job_invalid"),
        ({"kind": "interval", "spec": "60", "task": "nobody"}, "unknown_task"),
        ({"kind": "interval", "spec": "60", "payload": {"a": 1}}, "job_invalid"),
    ],
)
async def test_what_is_no_schedule(client: ClientSession, more: Loose, code: str) -> None:
    body = {"name": "bad", "task": "plain"} | more
    assert (await call(client, "POST", "/schedules", 422, body))["code"] == code


async def test_once_in_the_past_runs_now(client: ClientSession) -> None:
    body = {"name": "past", "task": "plain", "kind": "once", "spec": "2020-01-01T00:00:00Z"}
    await call(client, "POST", "/schedules", 201, body)
    async with asyncio.timeout(30):
        while True:
            found = (await call(client, "GET", "/schedules", 200))["items"]
            (mine,) = [one for one in found if one["name"] == "past"]
            if mine["last_slot"] is not None:
                break
            await asyncio.sleep(0.05)
    assert mine["next_run"] is None
    await call(client, "DELETE", "/schedules/past", 204)


async def test_the_rest_is_answered(client: ClientSession) -> None:
    health = await call(client, "GET", "/health", 200)
    assert health["ok"] is True
    tasks = {one["name"]: one for one in (await call(client, "GET", "/handlers", 200))["items"]}
    assert tasks["wait"]["timeout"] == 10
    assert (await call(client, "GET", "/nothing", 404))["code"] == "not_found"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_only_ops_may(house: House, route: Loose) -> None:
    path = route.path.replace("{job_id}", "x").replace("{name}", "x")
    for token, status in ((house.staff("finance"), 403), (None, 401)):
        head = {} if token is None else {"Authorization": f"Bearer {token}"}
        async with (
            ClientSession(house.url, headers=head) as session,
            session.request(route.method, f"/v1{path}", json={}) as response,
        ):
            assert response.status == status
