"""What the doctor finds, on either database, and what he says of it."""

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from adapters.db import leases, log, rows, subscribers
from adapters.db.sqlite import open_store
from adapters.db.subscribers import Letter, LetterState
from adapters.db.tables import audit, events, heads
from astracore.instants import SECOND, Instant
from astracore.projections.registry import MODELS
from shell.audit import head, keep_head, verify_tail
from shell.doctor import Patient, State, examined
from shell.domains import DOMAINS, HOMES, domain_of_model
from shell.store import Store
from shell.stores import DATABASE, served
from shell.workers.leading import LEASE
from shell.workers.served import SERVED
from tests.adapters.db.test_export import write
from tests.cli.playing import astra
from tests.domains.desk import StoppedClock, desk_over
from tests.servers.ports import free_port
from tests.servers.postgres import Server
from tests.servers.stores import database

KINDS = ("sqlite", "postgresql")


class Home:
    """A data folder and a store; the time in it is a number."""

    def __init__(self, data: Path, address: str | None) -> None:
        self.data, self.address = data, address
        self.now, self.monotonic = StoppedClock().now(), 5.0
        self.store: Store = served(data, address, None).unwrap()

    def found(self, **change: Any) -> dict[str, tuple[State, str]]:  # noqa: ANN401 - fields
        """State and words of every check."""
        patient = Patient(
            **{
                "data": self.data,
                "database": self.address,
                "bus": None,
                "note": self.data / "head.json",
                "deep": False,
                "now": lambda: self.now,
                "monotonic": lambda: self.monotonic,
                **change,
            }
        )
        return {one.name: (one.state, one.says) for one in examined(patient)}


@pytest.fixture(params=KINDS)
def home(request: pytest.FixtureRequest, tmp_path: Path, postgres: Server) -> Iterator[Home]:
    """A store of sixty entries with its end kept."""
    with database(postgres) as address:
        one = Home(tmp_path / "data", None if request.param == "sqlite" else address)
        one.data.mkdir(exist_ok=True)
        asyncio.run(write(desk_over(one.store)))
        keep_head(one.data / "head.json", head(one.store))
        if request.param == "postgresql":  # its clock is the machine's
            one.now = Instant(real_time())
        yield one
        one.store.close()


def real_time() -> int:
    return time.time_ns() // 1000


def test_all_is_well(home: Home) -> None:
    for deep in (False, True):
        found = home.found(deep=deep)
        assert {name: one for name, one in found.items() if one[0] is State.FAILED} == {}
        assert found["chain"] == (
            State.OK,
            f"{'all' if deep else 'the last 60'} of 60 entries hold",
        )
        assert found["lag"][0] is State.OK
        assert found["steady"][0] is State.OK


def test_it_says_who_leads(home: Home) -> None:
    if home.address is None:
        assert home.found()["leader"] == (State.OK, f"process {os.getpid()} serves")
        home.store.close()
        assert home.found()["leader"][0] is State.WARNING
        home.store = served(home.data, None, None).unwrap()
    else:
        assert home.found()["leader"] == (State.WARNING, "no process leads")
        led(home, *DOMAINS[1:])
        says = "1 processes lead 13 domains, nobody trading"
        assert home.found()["leader"] == (State.WARNING, says)
        led(home, *DOMAINS)
        assert home.found()["leader"] == (State.OK, "1 processes lead 14 domains")


def led(home: Home, *domains: str) -> None:
    names = [LEASE + domain for domain in domains]
    home.store.write(lambda c: leases.take_each(c, names, "me", home.now, SECOND))


@pytest.mark.parametrize("seq", [1, 30, 60])
def test_a_broken_chain_is_found_at_its_end_at_once_and_anywhere_in_depth(
    home: Home, seq: int
) -> None:
    change = update(audit).where(audit.c.seq == seq).values(actor="nobody")
    home.store.write(lambda c: c.execute(change))
    state, says = home.found(deep=True)["chain"]
    assert state is State.FAILED
    assert f"broken at entry {seq}:" in says
    short = home.store.read(lambda c: verify_tail(c, None, 20))
    assert (short.failure().seq == seq) if seq > 40 else (short.unwrap().seq == 60)


def test_a_missing_entry_before_the_tail_is_no_beginning(home: Home) -> None:
    home.store.write(lambda c: c.execute(audit.delete().where(audit.c.seq == 40)))
    assert home.store.read(lambda c: verify_tail(c, None, 20)).failure().seq == 41


def test_a_cut_tail_is_found_by_the_kept_end(home: Home) -> None:
    assert home.found(note=home.data / "absent")["chain"][0] is State.WARNING
    (home.data / "head.json").write_text(json.dumps({"seq": 61, "hash": "0" * 64}))
    for deep in (False, True):
        state, says = home.found(deep=deep)["chain"]
        assert state is State.FAILED
        assert "entries up to 61 were kept" in says
    (home.data / "head.json").write_text(json.dumps({"seq": 30, "hash": "0" * 64}))
    assert "another chain" in home.found()["chain"][1]
    (home.data / "head.json").write_text("{")
    assert home.found()["chain"][0] is State.FAILED


def test_a_reader_that_is_late_is_named(home: Home) -> None:
    names = [(model.name, model.version) for model in MODELS]
    home.store.write(lambda c: rows.advance(c, names, 49))
    end = home.store.read(log.log_head).position
    far = {"position": end + 5_000}
    home.store.write(lambda c: c.execute(update(heads).values(far)))
    state, says = home.found()["lag"]
    assert state is State.WARNING
    assert f"by {end + 5_000} events" in says, "a policy has seen nothing"


def test_what_nobody_serves_is_not_late(home: Home) -> None:
    home.store.write(lambda c: c.execute(update(heads).values(position=5_000)))
    social = [(one.name, one.version) for one in MODELS if domain_of_model(one) == "social"]
    social += [(f"policy:{one.name}", 1) for one in SERVED if HOMES[one.name] == "social"]
    home.store.write(lambda c: rows.advance(c, social, 5_000))
    assert home.found()["lag"][0] is State.WARNING  # nobody leads: all of them should be
    home.store.write(lambda c: leases.take(c, f"{LEASE}social", "p", home.now, SECOND))
    state, says = home.found()["lag"]
    assert state is (State.OK if home.address else State.WARNING)
    assert not home.address or says.startswith(f"all of {len(social)} readers")


def test_clocks_that_disagree_are_told(home: Home) -> None:
    late = Instant(home.now.micros - 3 * SECOND)
    home.now, kept = late, home.now
    state, says = home.found()["clock"]
    assert state is State.FAILED
    assert "database's clock is +" in says if home.address else "3.0 s in the future" in says
    home.now = kept
    ahead = update(events).where(events.c.position == 49)
    home.store.write(lambda c: c.execute(ahead.values(recorded_at=home.now.micros + 60 * SECOND)))
    assert "in the future" in home.found()["clock"][1]


def test_a_clock_that_jumps_is_noticed(home: Home) -> None:
    def jumping() -> Instant:
        home.now = Instant(home.now.micros + SECOND // 5)
        return home.now

    assert home.found(now=jumping)["steady"][0] is State.WARNING


def test_what_cannot_be_reached_is_said_and_the_rest_is_looked_at(
    tmp_path: Path, postgres: Server
) -> None:
    closed = free_port()
    for change in ({}, {"address": f"postgresql://nobody@127.0.0.1:{closed}/x"}):
        home = Home.__new__(Home)
        home.data, home.address = tmp_path / "none", change.get("address")
        home.now, home.monotonic = Instant(0), 0.0
        found = home.found(bus=f"redis://127.0.0.1:{closed}")
        assert found["store"][0] is State.FAILED
        assert found["disk"][0] is State.OK
        assert found["bus"][0] is State.WARNING
        assert "away" in found["bus"][1]
        assert home.found(bus="http://x")["bus"][0] is State.FAILED


def test_a_torn_page_is_named_and_nothing_hides_the_rest(tmp_path: Path) -> None:
    home = Home(tmp_path, None)
    asyncio.run(write(desk_over(home.store)))
    home.store.close()
    path = tmp_path / DATABASE
    with sqlite3.connect(path) as one:
        one.execute("PRAGMA journal_mode = DELETE")
        size = one.execute("PRAGMA page_size").fetchone()[0]
        roots = dict(one.execute("SELECT name, rootpage FROM sqlite_master"))
    one.close()
    data = bytearray(path.read_bytes())
    start = (roots["events"] - 1) * size
    data[start : start + size] = b"\xa5" * size
    path.write_bytes(data)
    found = home.found(deep=True)
    assert found["file"][0] is State.FAILED
    assert found["chain"][0] is State.FAILED
    assert {"disk", "store", "file", "chain", "lag", "clock", "leader", "steady"} <= set(found)


@pytest.mark.slow
def test_the_command_tells_people_and_programs(tmp_path: Path) -> None:
    run = astra("doctor", "--data", tmp_path)
    assert run.returncode == 1
    assert "failed   store" in run.stdout
    open_store(tmp_path / DATABASE).unwrap().close()
    run = astra("doctor", "--data", tmp_path, "--json", "--deep")
    assert run.returncode == 0
    told = [json.loads(line) for line in run.stdout.splitlines()]
    assert all(one.keys() == {"name", "state", "says", "do"} for one in told)


def test_dead_letters_are_counted_and_a_stopped_policy_of_money_fails(home: Home) -> None:
    assert home.found()["letters"] == (State.OK, "no dead letters")

    def lay(group: str, position: int, state: LetterState) -> None:
        letter = Letter(
            id=f"{group}{position}",
            group=group,
            position=position,
            event_id="e",
            type="t",
            deliveries=5,
            why="w",
            at=1,
            state=state,
        )
        home.store.write(lambda connection: subscribers.bury(connection, (letter,)))

    lay("g", 1, LetterState.DEAD)
    lay("policy:score_xp", 1, LetterState.DEAD)
    lay("policy:settle_trade", 1, LetterState.RETRYING)
    assert home.found()["letters"] == (State.WARNING, "dead letters: g 1, policy:score_xp 1")
    lay("policy:settle_trade", 2, LetterState.DEAD)
    state, says = home.found()["letters"]
    assert state is State.FAILED
    assert says.startswith("stopped: policy:settle_trade; dead: g 1")
