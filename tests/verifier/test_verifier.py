"""The stand-alone verifier, run as an auditor runs it: by itself, in an interpreter of its own."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from returns.result import Result

from shell.audit import Inclusion, NoEntry, inclusion
from shell.cli.audit import proof_json
from shell.exports import export_chain, export_log, export_part
from shell.store import Store
from tests.cli.playing import deep
from tests.domains.counter import COUNTER_EVENTS, Add, Take
from tests.domains.desk import desk
from tests.verifier.tampering import HARMS, VERIFIER, first_wrong, missed

COUNTS = {name: (1_000 if name == "flip" else 100) if deep() else 25 for name in HARMS}


def verifier(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Without any package, any path of ours, any variable."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={}, cwd="/")


def lines_of(store: Store, write: Callable[..., object]) -> bytes:
    """What an export says."""
    lines: list[str] = []
    store.read(lambda connection: write(connection, lines.append))
    return "".join(lines).encode()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exports of sixty entries and proofs of three."""
    folder = tmp_path_factory.mktemp("written")

    async def write() -> None:
        sat = desk(folder / "store.db")
        for turn in range(30):
            await sat.ask(f"c{turn}", Add(counter="abc"[turn % 3], amount=turn + 1))
            await sat.ask(f"t{turn}", Take(counter="abc"[turn % 3], amount=20))
        (folder / "log").write_bytes(lines_of(sat.store, export_log))
        (folder / "chain").write_bytes(lines_of(sat.store, export_chain))
        (folder / "stream").write_bytes(
            lines_of(sat.store, lambda c, sink: export_part(c, "test.counter", "a", sink))
        )
        for seq in (1, 33, 60):
            found: Result[Inclusion, NoEntry] = inclusion(sat.store, seq)
            (folder / f"proof{seq}").write_text(proof_json(found.unwrap()))
        await sat.close()

    asyncio.run(write())
    return folder


@pytest.mark.parametrize("name", ["log", "chain", "stream"])
def test_what_was_not_touched_holds(written: Path, name: str) -> None:
    run = verifier(written / name)
    assert run.returncode == 0, run.stdout + run.stderr
    if name != "stream":
        assert "49 events, 11 refusals\nhead 60 " in run.stdout


def test_its_head_is_the_one_that_the_store_has(written: Path, tmp_path: Path) -> None:
    entry = json.loads((written / "chain").read_text().splitlines()[-2])
    assert entry["hash"] in verifier(written / "log").stdout


@pytest.mark.parametrize("name", ["log", "stream"])
def test_all_damage_is_named_at_its_line(written: Path, name: str) -> None:
    good = (written / name).read_bytes()
    assert missed(good, COUNTER_EVENTS, COUNTS, seed=36) == []


@pytest.mark.parametrize("name", HARMS)
def test_damage_is_told_to_whoever_runs_it(written: Path, tmp_path: Path, name: str) -> None:
    good = (written / "log").read_bytes()
    bad = HARMS[name](random.Random(5), good)
    (tmp_path / "bad").write_bytes(bad)
    run = verifier(tmp_path / "bad")
    assert run.returncode == 1
    assert run.stdout.startswith(f"BROKEN at line {first_wrong(good, bad)}: ")


def cut_with_a_new_end(data: bytes, keep: int) -> bytes:
    """Somebody who knows the format cuts the tail and writes a last line that fits."""
    lines = data.splitlines(keepends=True)[:keep]
    end = {"end": json.loads(lines[-1])["hash"], "lines": len(lines)}
    return b"".join(lines) + json.dumps(end).encode() + b"\n"


def test_a_cut_tail_with_a_new_end_is_found_by_the_kept_head(written: Path, tmp_path: Path) -> None:
    good = (written / "chain").read_bytes()
    last = json.loads(good.splitlines()[-2])
    head, cut, early = tmp_path / "head", tmp_path / "cut", tmp_path / "early"
    head.write_text(json.dumps({"seq": 60, "hash": last["hash"]}))
    cut.write_bytes(cut_with_a_new_end(good, 51))
    assert verifier(written / "chain", "--head", head).returncode == 0
    assert verifier(cut).returncode == 0, "nothing inside shows it"
    run = verifier(cut, "--head", head)
    assert run.returncode == 1
    assert run.stdout == "BROKEN at line 52: cut: the kept end is entry 60\n"
    early.write_text(json.dumps({"seq": 30, "hash": "0" * 64}))
    run = verifier(written / "chain", "--head", early)
    assert "line 31: another chain" in run.stdout


@pytest.mark.parametrize("seq", [1, 33, 60])
def test_a_proof_is_checked_alone_and_beside_the_export(written: Path, seq: int) -> None:
    proof = json.loads((written / f"proof{seq}").read_text())
    run = verifier("--proof", written / f"proof{seq}", "--root", proof["root"])
    assert run.returncode == 0
    assert f"proven: entry {seq} is under root {proof['root']}" in run.stdout
    assert verifier(written / "log", "--proof", written / f"proof{seq}").returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seq", 34),
        ("index", 31),
        ("count", 61),
        ("before", "0" * 64),
        ("entry", '{"seq":33,"body_hash":""}'),
        ("body", "{}"),
        ("entry_hash", "0" * 64),
        ("siblings", []),
        ("root", "0" * 64),
    ],
)
def test_a_proof_that_was_changed_anywhere_proves_nothing(
    written: Path, tmp_path: Path, name: str, value: object
) -> None:
    proof = json.loads((written / "proof33").read_text())
    (tmp_path / "proof").write_text(json.dumps({**proof, name: value}))
    run = verifier("--proof", tmp_path / "proof")
    beside = verifier(written / "log", "--proof", tmp_path / "proof")
    assert beside.returncode == 1, (name, beside.stdout)
    assert run.returncode == 1 or name == "count", "the count belongs to the root"


def test_a_proof_of_another_root_or_another_chain_is_refused(written: Path, tmp_path: Path) -> None:
    run = verifier("--proof", written / "proof33", "--root", "0" * 64)
    assert "not the one that was published" in run.stdout
    (tmp_path / "cut").write_bytes(cut_with_a_new_end((written / "chain").read_bytes(), 51))
    run = verifier(tmp_path / "cut", "--proof", written / "proof33")
    assert "the export has 50 entries of its batch" in run.stdout


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"seq":1}', b"[" * 100_000])
def test_what_is_no_proof_or_no_file_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd").write_bytes(content)
    run = verifier("--proof", tmp_path / "odd")
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr
    run = verifier(tmp_path / "odd")
    assert run.returncode == 1
    assert "line 1" in run.stdout
    assert verifier(tmp_path / "absent").returncode == 2
