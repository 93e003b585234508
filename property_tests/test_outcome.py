"""The Result dialect against plain loops over tagged values."""

from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result, Success

from astracore.outcome import collect, collect_failures, fold, is_failure

tagged = st.lists(st.tuples(st.booleans(), st.integers()))


def results(items: list[tuple[bool, int]]) -> list[Result[int, str]]:
    return [Success(number) if good else Failure(str(number)) for good, number in items]


@given(tagged)
def test_collect_is_all_or_the_first_failure(items: list[tuple[bool, int]]) -> None:
    bad = [str(number) for good, number in items if not good]
    collected = collect(results(items))
    if bad:
        assert collected == Failure(bad[0])
    else:
        assert collected == Success(tuple(number for _, number in items))


@given(tagged)
def test_collect_failures_is_all_or_every_failure(items: list[tuple[bool, int]]) -> None:
    bad = tuple(str(number) for good, number in items if not good)
    collected = collect_failures(results(items))
    assert collected == (Failure(bad) if bad else Success(tuple(number for _, number in items)))


@given(st.booleans(), st.integers())
def test_fold_leaves_by_the_right_door(good: bool, number: int) -> None:  # noqa: FBT001
    result: Result[int, int] = Success(number) if good else Failure(number)
    assert is_failure(result) is not good
    told = fold(result, success=lambda n: ("good", n), failure=lambda n: ("bad", n))
    assert told == ("good" if good else "bad", number)
