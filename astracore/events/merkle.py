"""Merkle roots of audit batches and proofs that an entry is in one."""

import hashlib
from collections.abc import Sequence

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BadProof


@frozen
class Proof:
    """The siblings from leaf `index` of `count` up to the root, lowest first."""

    index: int
    count: int
    siblings: tuple[bytes, ...]


def leaf(value: bytes) -> bytes:
    """SHA-256(00 ‖ value)."""
    return hashlib.sha256(b"\x00" + value).digest()


def node(left: bytes, right: bytes) -> bytes:
    """SHA-256(01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two below `count` (two or more): how many leaves go left."""
    return 1 << (count - 1).bit_length() - 1


def merkle_root(values: Sequence[bytes]) -> bytes:
    """The root over `values` in order; of none, SHA-256 of nothing.

    >>> merkle_root([b"a", b"b", b"c"]).hex()
    '36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1'
    """
    if not values:
        return hashlib.sha256(b"").digest()
    if len(values) == 1:
        return leaf(values[0])
    left = split(len(values))
    return node(merkle_root(values[:left]), merkle_root(values[left:]))


def prove(values: Sequence[bytes], index: int) -> Result[Proof, BadProof]:
    """What shows that `values[index]` is under the root.  Errors: BadProof (no such index)."""
    if not 0 <= index < len(values):
        return Failure(BadProof(index, len(values)))
    return Success(Proof(index, len(values), path(values, index)))


def path(values: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The siblings of one leaf, lowest first."""
    if len(values) == 1:
        return ()
    left = split(len(values))
    if index < left:
        return (*path(values[:left], index), merkle_root(values[left:]))
    return (*path(values[left:], index - left), merkle_root(values[:left]))


def joined(index: int, last: int) -> tuple[int, int]:
    """Up to the level where a lone rightmost node has a sibling on its left."""
    while not index & 1 and index:
        index, last = index >> 1, last >> 1
    return index, last


def proven(value: bytes, proof: Proof, root: bytes) -> Result[bytes, BadProof]:
    """The root, when `proof` leads from `value` to it.  Errors: BadProof.

    The count belongs to the root and must come from where the root comes from: the hashes do not
    hold it, and under another count the same siblings can show another place.
    Invariant: proven(values[i], prove(values, i), merkle_root(values)) succeeds, and with that
    count no other value and no other place does.
    """
    fault = Failure(BadProof(proof.index, proof.count))
    if not 0 <= proof.index < proof.count:
        return fault
    index, last, current = proof.index, proof.count - 1, leaf(value)
    for sibling in proof.siblings:
        if last == 0:
            return fault
        if index & 1 or index == last:
            current = node(sibling, current)
            index, last = joined(index, last)
        else:
            current = node(current, sibling)
        index, last = index >> 1, last >> 1
    return Success(root) if last == 0 and current == root else fault
