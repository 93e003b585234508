"""The audit chain and its Merkle roots: whatever is tampered with is found, where it happened."""

import hashlib
from collections.abc import Sequence

import attrs
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.events import BadProof, BrokenChain
from astracore.events.canonical import digest
from astracore.events.chain import (
    START,
    Entry,
    Head,
    Link,
    chained,
    entry_bytes,
    link,
    reaches,
    verified,
)
from astracore.events.merkle import Proof, merkle_root, prove, proven
from astracore.instants import LAST, Instant
from astracore.outcome import is_failure

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> tuple[Link, ...]:
    """A chain that holds."""
    links, head = [], START
    for seq in range(1, draw(st.integers(least, 12)) + 1):
        entry = Entry(
            seq=seq,
            at=Instant(draw(st.integers(0, 10**15))),
            actor=draw(texts),
            kind=draw(texts),
            ref=draw(texts),
            body_hash=digest(draw(st.binary(max_size=4))),
        )
        head = link(head, entry)
        links.append(Link(entry, head.hash, entry.body_hash))
    return tuple(links)


def broken(links: Sequence[Link]) -> BrokenChain:
    return verified(links).failure()


@given(chains(), st.integers(0, 12))
def test_a_whole_chain_holds_however_it_is_cut(links: tuple[Link, ...], cut: int) -> None:
    whole = verified(links).unwrap()
    assert whole == Head(len(links), links[-1].hash)
    assert verified(links[cut:], verified(links[:cut]).unwrap()).unwrap() == whole


def test_hashes_are_those_of_an_independent_reckoning() -> None:
    first = b'{"actor":"u1","at":"2026-01-01T00:00:00.000000Z","seq":1}'
    assert chained(bytes(32), first) == hashlib.sha256(bytes(32) + first).digest()
    entry = Entry(seq=1, at=Instant(0), actor="u1", kind="k", ref="r", body_hash="0" * 64)
    text = entry_bytes(entry).decode()
    assert text.startswith('{"actor":"u1","at":"1970-01-01T00:00:00.000000Z","body_hash":"000')


@given(chains(), st.data())
def test_a_change_is_found_at_its_place(links: tuple[Link, ...], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(links) - 1))
    victim = links[place]
    field = data.draw(
        st.sampled_from(["at", "actor", "kind", "ref", "body_hash", "hash", "found", "gone"])
    )
    if field == "hash":
        changed = attrs.evolve(victim, hash=bytes(32))
    elif field == "found":
        changed = attrs.evolve(victim, found=digest(b"other"))
    elif field == "gone":
        changed = attrs.evolve(victim, found=None)
    elif field == "at":
        moved = Instant(victim.entry.at.micros + 1)
        changed = attrs.evolve(victim, entry=attrs.evolve(victim.entry, at=moved))
    else:
        other = getattr(victim.entry, field) + "x"
        changed = attrs.evolve(victim, entry=attrs.evolve(victim.entry, **{field: other}))
    assert broken((*links[:place], changed, *links[place + 1 :])).seq == place + 1


@given(chains(least=2), st.data())
def test_deletions_insertions_and_swaps_are_found(
    links: tuple[Link, ...], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(links) - 2))
    other = data.draw(st.integers(place + 1, len(links) - 1))
    assert broken((*links[:place], *links[place + 1 :])).seq == place + 1
    assert broken((*links[: place + 1], links[place], *links[place + 1 :])).seq == place + 2
    swapped = list(links)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    assert broken(swapped).seq == place + 1
    renumbered = [
        attrs.evolve(one, entry=attrs.evolve(one.entry, seq=seq))
        for seq, one in enumerate(swapped, 1)
    ]
    assert broken(renumbered).seq == place + 1


@given(chains(), st.integers(0, 11))
def test_a_cut_tail_is_found_by_a_kept_head(links: tuple[Link, ...], cut: int) -> None:
    whole = verified(links).unwrap()
    rest = verified(links[:cut]).unwrap()
    hashes = {0: START.hash} | {one.entry.seq: one.hash for one in links[:cut]}
    result = reaches(rest, whole, hashes.get(whole.seq))
    assert is_failure(result) == (rest.seq < whole.seq)
    if is_failure(result):
        assert result.failure().seq == rest.seq + 1
    along = {0: START.hash, **{one.entry.seq: one.hash for one in links}}
    assert reaches(whole, rest, along[rest.seq]).unwrap() == whole
    assert reaches(whole, Head(1, bytes(32)), links[0].hash).failure().seq == 1


def test_a_body_that_was_changed_or_lost_is_named() -> None:
    entry = Entry(seq=1, at=Instant(0), actor="u", kind="k", ref="r", body_hash=digest(b"body"))
    after = link(START, entry)
    assert broken([Link(entry, after.hash, digest(b"x"))]).why == "the body of r was changed"
    assert broken([Link(entry, after.hash, None)]).why == "the body of r is gone"


def test_an_entry_that_no_clock_could_write_is_broken_not_a_crash() -> None:
    late = Entry(seq=1, at=Instant(LAST + 10**18), actor="", kind="", ref="", body_hash="")
    assert broken([Link(late, bytes(32), "")]).seq == 1
    odd = attrs.evolve(late, at=Instant(0), actor="\ud800")
    assert broken([Link(odd, bytes(32), "")]).seq == 1


values = st.lists(st.binary(min_size=1, max_size=3), min_size=1, max_size=33)


def naive_root(values: Sequence[bytes]) -> bytes:
    """The definition, written otherwise: pair up level by level, an odd one moves up as it is."""
    level = [hashlib.sha256(b"\0" + one).digest() for one in values]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\1" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs
        ]
    return level[0]


@given(values)
def test_the_root_is_that_of_the_definition(found: list[bytes]) -> None:
    assert merkle_root(found) == naive_root(found)


def test_the_root_of_nothing() -> None:
    assert merkle_root([]) == hashlib.sha256(b"").digest()
    assert prove([], 0).failure() == BadProof(0, 0)
    assert prove([b"a"], -1).failure() == BadProof(-1, 1)


def test_a_root_means_a_place_only_with_its_count() -> None:
    """Three leaves: the last one's proof also reads as the second of two."""
    found = [b"a", b"b", b"c"]
    root, proof = merkle_root(found), prove(found, 2).unwrap()
    assert proven(b"c", Proof(1, 2, proof.siblings), root).unwrap() == root
    assert all(is_failure(proven(b"c", Proof(n, 3, proof.siblings), root)) for n in (0, 1))


@given(values, st.data())
def test_a_proof_leads_to_its_root_and_nothing_else_does(
    found: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(found) - 1))
    root, proof = merkle_root(found), prove(found, index).unwrap()
    assert proven(found[index], proof, root).unwrap() == root
    assert is_failure(proven(found[index] + b"x", proof, root))
    assert is_failure(proven(found[index], proof, bytes(32)))
    for other in {*range(-1, len(found) + 2)} - {index}:
        if found[other % len(found)] != found[index] or not 0 <= other < len(found):
            assert is_failure(proven(found[index], attrs.evolve(proof, index=other), root))
    shorter = attrs.evolve(proof, siblings=proof.siblings[1:])
    longer = attrs.evolve(proof, siblings=(*proof.siblings, bytes(32)))
    assert not proof.siblings or is_failure(proven(found[index], shorter, root))
    assert is_failure(proven(found[index], longer, root))
    assert is_failure(proven(found[index], Proof(0, 0, ()), root))
