"""A log that was written down is the same log again, from and to either database."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from adapters.db import log, whole
from adapters.db.tables import subject_keys
from astracore.events.canonical import canonical
from astracore.events.chain import GENESIS, chained
from astracore.events.envelope import StreamId
from astracore.events.snapshot import folded
from astracore.outcome import is_failure
from shell.audit import verify
from shell.exportlines import BadExport
from shell.exports import NoStream, export_log, export_part
from shell.imports import NotEmpty, imported
from shell.store import Store
from tests.domains.counter import COUNTER, COUNTER_EVENTS, COUNTERS, Add, Take
from tests.domains.desk import Desk, desk_over
from tests.servers.postgres import Server
from tests.servers.stores import grand, lite


async def write(sat: Desk, turns: int = 30) -> None:
    """Sixty entries, refusals and a policy's kept key among them."""
    for turn in range(turns):
        actor = "policy:p" if turn % 7 == 0 else "u1"
        await sat.ask(f"c{turn}", Add(counter="abé"[turn % 3], amount=turn + 1), actor=actor)
        await sat.ask(f"t{turn}", Take(counter="abé"[turn % 3], amount=20), actor=actor)
    await sat.settler.close()


def told(store: Store) -> bytes:
    lines: list[str] = []
    store.read(lambda connection: export_log(connection, lines.append))
    return "".join(lines).encode()


def part(store: Store, category: str, key: str | None = None) -> bytes:
    lines: list[str] = []
    store.read(lambda connection: export_part(connection, category, key, lines.append)).unwrap()
    return "".join(lines).encode()


def put(store: Store, data: bytes) -> BadExport | NotEmpty | None:
    """Import; the fault, if any."""
    result = imported(store, COUNTER_EVENTS, BytesIO(data))
    return result.failure() if is_failure(result) else None


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A whole export."""
    with lite(tmp_path_factory.mktemp("good")) as store:
        asyncio.run(write(desk_over(store)))
        return told(store)


@contextmanager
def other(store: Store, tmp_path: Path, postgres: Server) -> Iterator[Store]:
    """An empty store of the other kind."""
    (tmp_path / "other").mkdir()
    kind = type(store).__name__
    with lite(tmp_path / "other") if kind == "Postgres" else grand(postgres) as empty:
        yield empty


def test_both_databases_give_the_same_bytes(store: Store, good: bytes) -> None:
    asyncio.run(write(desk_over(store)))
    assert told(store) == good


def test_it_goes_to_the_other_database_and_comes_back(
    store: Store, tmp_path: Path, postgres: Server, good: bytes
) -> None:
    assert put(store, good) is None
    assert told(store) == good
    head = store.read(log.log_head)
    with other(store, tmp_path, postgres) as there:
        assert put(there, told(store)) is None
        assert told(there) == good
        assert there.read(log.log_head) == head
        assert verify(there).unwrap().refusals == 11


def test_an_answered_command_is_answered_again(store: Store, good: bytes) -> None:
    assert put(store, good) is None

    async def again() -> None:
        sat = desk_over(store)
        for key, command in (
            ("c3", Add(counter="a", amount=4)),
            ("t0", Take(counter="a", amount=20)),
        ):
            await sat.ask(key, command)
        await sat.settler.close()

    asyncio.run(again())
    assert told(store) == good


def test_a_store_that_holds_anything_is_not_filled(store: Store, good: bytes) -> None:
    assert put(store, good) is None
    assert put(store, good) == NotEmpty()
    assert told(store) == good


def test_persons_keys_go_along_as_they_are_wrapped(
    store: Store, tmp_path: Path, postgres: Server
) -> None:
    asyncio.run(write(desk_over(store), 3))
    for subject, wrapped in (("u1", b"\x00\xffkey"), ("u2", b"")):
        values = {"subject": subject, "wrapped": wrapped, "at": 7}
        store.write(lambda c: c.execute(insert(subject_keys).values(values)))  # noqa: B023
    with other(store, tmp_path, postgres) as there:
        assert put(there, told(store)) is None
        assert told(there) == told(store)
        query = select(subject_keys).order_by(subject_keys.c.subject)
        found = there.read(lambda c: c.execute(query).all())
        assert [tuple(one) for one in found] == [("u1", b"\x00\xffkey", 7), ("u2", b"", 7)]


def test_an_empty_log_is_a_log_too(store: Store) -> None:
    assert put(store, told(store)) is None
    assert store.read(whole.is_empty)


def test_what_is_broken_leaves_the_store_empty(store: Store, good: bytes) -> None:
    lines = good.splitlines(keepends=True)
    cut = b"".join(lines[:-1])
    assert put(store, cut) == BadExport(len(lines), "cut: there is no last line")
    assert store.read(whole.is_empty)
    assert put(store, good) is None


def test_a_stream_and_a_category_keep_all_but_their_places(
    store: Store, tmp_path: Path, postgres: Server
) -> None:
    asyncio.run(write(desk_over(store)))
    for one in (part(store, "test.counter"), part(store, "test.counter", "é")):
        (tmp_path / str(len(one))).mkdir()
        with other(store, tmp_path / str(len(one)), postgres) as there:
            assert put(there, one) is None
            verify(there).unwrap()
            key = "é" if b'"stream"' in one else None
            assert part(there, "test.counter", key) == one
            stream = StreamId("test.counter", "é")
            here_tail = store.read(lambda c: log.stream(c, stream))  # noqa: B023
            there_tail = there.read(lambda c: log.stream(c, stream))  # noqa: B023
            assert folded(COUNTERS, COUNTER.initial, here_tail) == folded(
                COUNTERS, COUNTER.initial, there_tail
            )
            assert [one.event_id for one in here_tail] == [one.event_id for one in there_tail]


def test_what_is_not_there_is_not_exported(store: Store) -> None:
    found = store.read(lambda c: export_part(c, "test.counter", "z", lambda _line: None))
    assert found.failure() == NoStream("test.counter/z")
    found = store.read(lambda c: export_part(c, "nothing", None, lambda _line: None))
    assert found.failure() == NoStream("nothing")


def forged(good: bytes, kind: str, change: dict[str, object]) -> bytes:
    """One line says something else, and every hash after it fits: only meaning can show it."""
    lines = [json.loads(line) for line in good.splitlines()]
    place = next(number for number, line in enumerate(lines) if kind in line)
    said = {**json.loads(lines[place][kind]), **change}
    lines[place][kind] = canonical(said).decode()
    return rehashed(lines)


def rehashed(lines: list[dict[str, str]]) -> bytes:
    """The lines with hashes that follow."""
    before = GENESIS
    for line in lines[1:-1]:
        before = chained(before, line[next(iter(line))].encode())
        line["hash"] = before.hex()
    lines[-1] = {"end": before.hex(), "lines": len(lines) - 1}  # type: ignore[dict-item]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("kind", "change", "why"),
    [
        ("key", {"answer": "{}", "refused": True}, "does not vouch"),
        ("key", {"first": 90, "last": 95}, "not there"),
        ("key", {"last": 2**63}, "no database holds"),
        ("key", {"kept": 1}, "not a key"),
        ("key", {"command_id": "zz"}, "order"),
        ("entry", {"seq": 9}, "stands in the place"),
        ("entry", {"actor": 5}, "not an entry"),
        ("entry", {"body_hash": "0" * 64}, "was changed"),
        ("entry", {"ref": "x"}, "another one"),
        ("entry", {"kind": "astra.test.taken.v1"}, "another one"),
    ],
)
def test_a_forger_who_knows_the_format_is_found_by_what_it_says(
    tmp_path: Path, good: bytes, kind: str, change: dict[str, object], why: str
) -> None:
    with lite(tmp_path) as store:
        fault = put(store, forged(good, kind, change))
        assert isinstance(fault, BadExport)
        assert why in fault.why
        assert store.read(whole.is_empty)
        assert put(store, forged(good, kind, {})) is None, "only the change is refused"


def test_a_refusal_whose_answer_is_left_out_is_missed(tmp_path: Path, good: bytes) -> None:
    lines = [json.loads(line) for line in good.splitlines()]
    refused = [line for line in lines if '"refused":true' in line.get("key", "")]
    lines.remove(refused[0])
    with lite(tmp_path) as store:
        fault = put(store, rehashed(lines))
        assert fault == BadExport(len(lines), "the answer to t0 is missing")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"hello\n", "not a line"),
        (b'{"export": "log", "format": 2, "of": ""}\n', "format 1"),
        (b'{"export": "chain", "format": 1, "of": ""}\n', "no answers"),
        (b'{"export": "log", "format": 1, "of": ""}', "cut in this line"),
        (b'{"export": "log", "format": 1, "of": "\xff"}\n', "not a line"),
        (b'{"export": "log", "format": 1, "of": "\\ud800"}\n', "not a line"),
        (b"[" * 200_000 + b"\n", "not a line"),
        (b'{"end": "00", "lines": 0}\n', "not the first line"),
    ],
)
def test_what_is_no_export_is_refused_at_its_first_line(
    tmp_path: Path, data: bytes, why: str
) -> None:
    with lite(tmp_path) as store:
        fault = put(store, data)
        assert isinstance(fault, BadExport)
        assert fault.line == 1
        assert why in fault.why
