"""`astra audit verify|prove|export`: is the log what it was when it was written?"""

import argparse
import json
import sys
from pathlib import Path

from astracore.events.chain import Head
from astracore.outcome import is_failure
from shell.audit import Inclusion, inclusion, keep_head, kept_head, verify
from shell.cli.main import complain, store_arguments
from shell.cli.progress import Bar
from shell.cli.store import reading_store, to_stdout
from shell.exports import export_chain
from shell.store import Store

HEAD = "audit-head.json"
SEQ_MAX = 2**63 - 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the chain."""
    parser.add_argument("what", choices=["verify", "prove", "export"])
    parser.add_argument("seq", nargs="?", type=int, help="prove: the number of an entry")
    parser.add_argument(
        "--head",
        type=Path,
        help="where the chain's end is noted down between runs, best outside the data folder "
        f"(default: DATA/{HEAD}); a chain that does not reach the noted end was cut",
    )
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when the chain holds, 1 when it is broken, 2 when it cannot be looked at."""
    store = reading_store(given, as_kept=True)
    if isinstance(store, int):
        return store
    if given.what == "verify":
        return checked(store, given.head or given.data / HEAD)
    if given.what == "prove":
        return (
            complain("prove needs the number of an entry")
            if given.seq is None
            else proven(store, given.seq)
        )
    store.read(lambda connection: export_chain(connection, to_stdout))
    return 0


def checked(store: Store, note: Path) -> int:
    """Verify, and note down the end when all is well."""
    kept: Head | None = None
    if note.exists():
        noted = kept_head(note)
        if is_failure(noted):
            return complain(f"{note}: {noted.failure().why}")
        kept = noted.unwrap()
    bar = Bar("audit")
    result = verify(store, kept, bar.show)
    bar.end()
    if is_failure(result):
        broken = result.failure()
        sys.stdout.write(f"BROKEN at entry {broken.seq}: {broken.why}\n")
        return 1
    good = result.unwrap()
    keep_head(note, good.head)
    sys.stdout.write(
        f"the chain holds: {good.events} events, {good.refusals} refusals\n"
        f"head {good.head.seq} {good.head.hash.hex()}\n"
    )
    return 0


def proven(store: Store, seq: int) -> int:
    """Print the inclusion proof of one entry as JSON."""
    if not 0 < seq <= SEQ_MAX:
        return complain(f"there is no entry {seq}")
    result = inclusion(store, seq)
    if is_failure(result):
        return complain(f"there is no entry {seq}")
    sys.stdout.write(proof_json(result.unwrap()))
    return 0


def proof_json(found: Inclusion) -> str:
    """An inclusion proof as the stand-alone verifier reads it."""
    shown = {
        "seq": found.seq,
        "before": found.before.hex(),
        "entry": found.entry,
        "body": found.body,
        "entry_hash": found.entry_hash.hex(),
        "index": found.proof.index,
        "count": found.proof.count,
        "siblings": [one.hex() for one in found.proof.siblings],
        "root": found.root.hex(),
    }
    return json.dumps(shown, indent=2) + "\n"
