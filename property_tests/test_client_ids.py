"""Client order ids: unique, replayable, acceptable, and readable back."""

import base64
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.numeric.seeds import SEEDS
from astracore.trading.orders.client_ids import client_order_id, counter_of, in_base_36
from astracore.trading.types import CLIENT_ORDER_ID

words = st.text(max_size=20)
seeds = st.integers(0, SEEDS - 1) | st.sampled_from([0, 1, SEEDS - 1])
counters = st.integers(0, 2**64 - 1) | st.sampled_from([0, 35, 36, 2**64 - 1])


@given(words, seeds, counters)
@example("", 0, 0)
@example("\ud800", SEEDS - 1, 2**64 - 1)
def test_an_id_is_acceptable_and_says_its_counter(word: str, seed: int, counter: int) -> None:
    made = client_order_id(word, seed, counter).unwrap()
    assert CLIENT_ORDER_ID.fullmatch(made)
    assert counter_of(made) == counter
    assert client_order_id(word, seed, counter).unwrap() == made


@given(words, seeds, st.lists(counters, unique=True, max_size=30))
def test_counters_of_one_run_never_share_an_id(word: str, seed: int, several: list[int]) -> None:
    made = {client_order_id(word, seed, counter).unwrap() for counter in several}
    assert len(made) == len(several)
    assert len({one[:23] for one in made}) <= 1


@given(st.lists(st.tuples(words, seeds), unique=True, min_size=2, max_size=10), counters)
@example([("ab", 0), ("b", 0)], 0)
@example([("\x00", 0), ("", 0)], 0)
def test_runs_have_ids_of_their_own(runs: list[tuple[str, int]], counter: int) -> None:
    made = {client_order_id(word, seed, counter).unwrap() for word, seed in runs}
    assert len(made) == len(runs)


@given(st.text(max_size=15).filter(str.isprintable), seeds, st.integers(0, 10**6))
def test_another_hand_writes_the_same(word: str, seed: int, counter: int) -> None:
    """By another road: the standard library's own base64 and a table of digits."""
    raw = hashlib.sha256(bytes.fromhex(f"{seed:016x}") + word.encode()).digest()
    stem = base64.b64encode(raw[:16], altchars=b"-_").rstrip(b"=").decode()
    digits, left = "", counter
    while True:
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[left % 36] + digits
        left //= 36
        if not left:
            break
    assert client_order_id(word, seed, counter).unwrap() == f"{stem}-{digits}"


@pytest.mark.parametrize("seed", [-1, SEEDS])
def test_a_seed_beyond_64_bits_is_refused(seed: int) -> None:
    assert client_order_id("s", seed, 0).failure().code == "invalid_seed"


@pytest.mark.parametrize("counter", [-1, 2**64])
def test_a_counter_beyond_64_bits_is_refused(counter: int) -> None:
    refused = client_order_id("s", 0, counter).failure()
    assert refused.code == "invalid_order"


@pytest.mark.parametrize(
    "text",
    ["", "mine", "a" * 22, "a" * 22 + "-", "a" * 23 + "1", "a" * 22 + "-01", "a" * 22 + "-A",
     "a" * 22 + "-zzzzzzzzzzzzz", "ä" * 22 + "-1"],
)  # fmt: skip
def test_other_texts_are_no_derived_ids(text: str) -> None:
    assert counter_of(text) is None


@given(st.integers(0, 10**30))
def test_base_36_reads_back(number: int) -> None:
    assert int(in_base_36(number), 36) == number
