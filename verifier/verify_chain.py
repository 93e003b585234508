#!/usr/bin/env python3
"""Checks an exported audit chain and inclusion proofs. One file, Python 3.8 or newer, no
dependencies, nothing of the program that wrote the export.

    python3 verify_chain.py EXPORT [--head NOTE] [--root HEX --proof PROOF]
    python3 verify_chain.py --proof PROOF [--root HEX]

EXPORT is what `astra audit export` or `astra export` wrote ("-": standard input), NOTE an end of
the chain that was kept elsewhere ({"seq": 60, "hash": "..."}), PROOF what `astra audit prove`
wrote, HEX a Merkle root that was published. Exit code: 0 all is well, 1 the first bad line or step
is named, 2 something cannot be read. docs/export-format.md says what is checked and why.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, BinaryIO

LINE_MAX = 64 * 1024 * 1024  # [bytes]
BATCH = 4096  # entries under one Merkle root
GENESIS = bytes(32)
SHAPES = {
    "export": (("export", str), ("format", int), ("of", str)),
    "entry": (("entry", str), ("hash", str), ("body", str)),
    "event": (("event", str), ("hash", str)),
    "key": (("key", str), ("hash", str)),
    "decision": (("decision", str), ("hash", str)),
    "subject": (("subject", str), ("hash", str)),
    "end": (("end", str), ("lines", int)),
}
ORDERS = {  # which kinds an export has, in their order
    "chain": ("entry", "end"),
    "log": ("entry", "key", "decision", "subject", "end"),
    "stream": ("event", "end"),
    "category": ("event", "end"),
}
HEX = re.compile(r"[0-9a-f]{64}")


class BadError(Exception):
    """Something is wrong: the text says where and how."""


def sha(*parts: bytes) -> bytes:
    """SHA-256 of the parts, one behind the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def line_of(raw: bytes) -> tuple[str, dict[str, Any]]:
    """(kind, object) of a line, which has one text only."""
    if not raw.endswith(b"\n"):
        raise BadError("the file was cut in this line")
    said = None
    try:
        said = json.loads(raw)
        same = json.dumps(said, ensure_ascii=False).encode() + b"\n" == raw
    except (ValueError, RecursionError):
        same = False
    if not same or not isinstance(said, dict):
        raise BadError("not a line of an export")
    shape = tuple((name, type(one)) for name, one in said.items())
    kind = shape[0][0] if shape else ""
    if SHAPES.get(kind) != shape:
        raise BadError("not a line of an export")
    return kind, said


class Chain:
    """How far an export was walked."""

    def __init__(self) -> None:
        self.hash = self.head = GENESIS
        self.entries, self.events, self.refusals = 0, 0, 0
        self.order: tuple[str, ...] = ()
        self.phase, self.ended, self.scope = 0, False, ""
        self.batch: list[bytes] = []  # the hashes of entries `want` first to last
        self.want = (0, 0)

    def line(self, number: int, raw: bytes) -> None:
        """Check the next line."""
        kind, said = line_of(raw)
        if number == 1:
            self.begin(kind, said)
            return
        if self.ended:
            raise BadError("something stands behind the last line")
        if kind not in self.order[self.phase :]:
            raise BadError(f"{kind}: not at this place")
        self.phase = self.order.index(kind)
        if kind == "end":
            if said["end"] != self.hash.hex() or said["lines"] != number - 1:
                raise BadError("the last line is of other lines")
            self.ended = True
            return
        if kind == "entry":
            self.entry(said)
        after = sha(self.hash, said[kind].encode())
        if after.hex() != said["hash"]:
            raise BadError("the hash does not follow from the one before")
        self.hash = after
        if kind == "entry":
            self.vouch(said)

    def begin(self, kind: str, said: dict[str, Any]) -> None:
        """The first line says what follows."""
        if kind != "export" or said["format"] != 1 or said["export"] not in ORDERS:
            raise BadError("not the first line of an export of format 1")
        self.scope, self.order = said["export"], ORDERS[said["export"]]

    def entry(self, said: dict[str, Any]) -> None:
        """The numbers of entries have no gap."""
        try:
            seq = json.loads(said["entry"])["seq"]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise BadError("not an entry of the chain") from None
        if type(seq) is not int or seq != self.entries + 1:
            raise BadError(f"entry {seq} stands in the place of {self.entries + 1}")

    def vouch(self, said: dict[str, Any]) -> None:
        """The body is the one that the entry vouches for."""
        self.entries += 1
        self.head = self.hash
        entry = json.loads(said["entry"])
        if entry.get("body_hash") != sha(said["body"].encode()).hex():
            raise BadError(f"the body of {entry.get('ref')} was changed")
        refused = entry.get("kind") == "refused"
        self.refusals += refused
        self.events += not refused
        if self.want[0] <= self.entries <= self.want[1]:
            self.batch.append(self.hash)


def walked(source: BinaryIO, note: dict[str, Any] | None, proof: dict[str, Any] | None) -> Chain:
    """Check every line; the chain that was walked, or the first line that is wrong."""
    chain, number, at_note = Chain(), 0, GENESIS
    if proof:
        first = (proof["seq"] - 1) // BATCH * BATCH
        chain.want = (first + 1, first + proof["count"])
    while True:
        raw = source.readline(LINE_MAX)
        number += 1
        if not raw:
            break
        try:
            chain.line(number, raw)
        except BadError as wrong:
            raise BadError(f"line {number}: {wrong}") from None
        if note and chain.entries == note["seq"] and chain.phase == 0:
            at_note = chain.hash
    if not chain.ended:
        raise BadError(f"line {number}: cut: there is no last line")
    if note and chain.scope in ("chain", "log"):
        against_note(chain, note, at_note)
    return chain


def against_note(chain: Chain, note: dict[str, Any], at_note: bytes) -> None:
    """The end that was kept elsewhere is a place of this chain."""
    if note["seq"] > chain.entries:
        raise BadError(f"line {chain.entries + 2}: cut: the kept end is entry {note['seq']}")
    if at_note.hex() != note["hash"]:
        raise BadError(f"line {note['seq'] + 1}: another chain: not the hash that was kept")


def leaf(value: bytes) -> bytes:
    """SHA-256(00, value)."""
    return sha(b"\x00", value)


def node(left: bytes, right: bytes) -> bytes:
    """SHA-256(01, left, right)."""
    return sha(b"\x01", left, right)


def merkle(values: list[bytes]) -> bytes:
    """The root over the values in order."""
    if len(values) == 1:
        return leaf(values[0])
    left = 1 << (len(values) - 1).bit_length() - 1
    return node(merkle(values[:left]), merkle(values[left:]))


def path_root(proof: dict[str, Any]) -> str:
    """The root that the siblings lead to from the entry."""
    index, last = proof["index"], proof["count"] - 1
    value = leaf(bytes.fromhex(proof["entry_hash"]))
    for sibling in map(bytes.fromhex, proof["siblings"]):
        if last <= 0:
            raise BadError("proof: more siblings than there are levels")
        if index & 1 or index == last:
            value = node(sibling, value)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            value = node(value, sibling)
        index, last = index >> 1, last >> 1
    if last != 0:
        raise BadError("proof: fewer siblings than there are levels")
    return value.hex()


def proven(proof: dict[str, Any], root: str | None) -> None:
    """The body belongs to the entry, the entry has the hash, the hash is under the root."""
    entry = json.loads(proof["entry"])
    if not 0 <= proof["index"] < proof["count"] <= BATCH:
        raise BadError("proof: no such place in a batch")
    if (entry["seq"], (entry["seq"] - 1) % BATCH) != (proof["seq"], proof["index"]):
        raise BadError(f"proof: entry {entry['seq']} is not at this place")
    if entry["body_hash"] != sha(proof["body"].encode()).hex():
        raise BadError("proof: the body was changed")
    if sha(bytes.fromhex(proof["before"]), proof["entry"].encode()).hex() != proof["entry_hash"]:
        raise BadError("proof: the entry was changed")
    if path_root(proof) != proof["root"]:
        raise BadError("proof: it does not lead to its root")
    if root and root != proof["root"]:
        raise BadError("proof: the root is not the one that was published")


def in_chain(chain: Chain, proof: dict[str, Any]) -> None:
    """The proof is of this chain."""
    if len(chain.batch) != proof["count"]:
        raise BadError(f"proof: the export has {len(chain.batch)} entries of its batch")
    if chain.batch[proof["index"]].hex() != proof["entry_hash"]:
        raise BadError(f"proof: line {proof['seq'] + 1} of the export is another entry")
    if merkle(chain.batch).hex() != proof["root"]:
        raise BadError("proof: the root is not that of the export")


def read_json(path: str, shape: dict[str, type]) -> dict[str, Any]:
    """A small file with just these fields."""
    said = json.loads(Path(path).read_bytes())
    if not isinstance(said, dict) or {name: type(one) for name, one in said.items()} != shape:
        raise ValueError(f"{path}: not such a file")
    texts = [said[name] for name in ("hash", "before", "entry_hash", "root") if name in said]
    for text in texts + said.get("siblings", []):
        if not isinstance(text, str) or not HEX.fullmatch(text):
            raise ValueError(f"{path}: a hash has 64 hexadecimal digits")
    return said


NOTE = {"seq": int, "hash": str}
PROOF = {"seq": int, "before": str, "entry": str, "body": str, "entry_hash": str, "index": int}
PROOF.update({"count": int, "siblings": list, "root": str})


def main() -> int:
    """Check what is given."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("export", nargs="?", help="the exported chain; - for standard input")
    parser.add_argument("--head", metavar="NOTE", help="an end of the chain, kept elsewhere")
    parser.add_argument("--proof", metavar="PROOF", help="what `astra audit prove` wrote")
    parser.add_argument("--root", metavar="HEX", help="a Merkle root that was published")
    given = parser.parse_args()
    if not given.export and not given.proof:
        parser.error("nothing to check")
    try:
        note = read_json(given.head, NOTE) if given.head else None
        proof = read_json(given.proof, PROOF) if given.proof else None
        if proof:
            proven(proof, given.root)
            print(f"proven: entry {proof['seq']} is under root {proof['root']}")
            print(f"  which stands for {proof['count']} entries")
        if given.export:
            at_stdin = given.export == "-"
            with sys.stdin.buffer if at_stdin else Path(given.export).open("rb") as file:
                chain = walked(file, note, proof)
            if proof:
                in_chain(chain, proof)
            print(f"the chain holds: {chain.events} events, {chain.refusals} refusals")
            print(f"head {chain.entries} {chain.head.hex()}")
    except BadError as wrong:
        print(f"BROKEN at {wrong}")
        return 1
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as trouble:
        print(f"cannot be read: {trouble}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
