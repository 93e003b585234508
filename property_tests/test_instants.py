"""Instants against the calendar of the standard library, at both ends of time."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from astracore.instants import (
    DAY,
    EPOCH,
    FIRST,
    LAST,
    Instant,
    after,
    instant,
    instant_text,
    utc_day,
)
from astracore.outcome import is_failure

instants = st.integers(FIRST, LAST).map(Instant)


@given(instants)
@example(Instant(FIRST))
@example(Instant(LAST))
@example(Instant(-1))
def test_text_and_back(at: Instant) -> None:
    assert instant(instant_text(at)).unwrap() == at
    assert str(at) == instant_text(at)
    assert len(instant_text(at)) == 27


@given(instants, instants)
def test_the_order_of_texts_is_the_order_of_time(one: Instant, other: Instant) -> None:
    assert (one < other) == (instant_text(one) < instant_text(other))


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001
def test_the_calendar_agrees(moment: datetime) -> None:
    """The oracle is the difference of two datetimes, which the library does not use to write."""
    aware = moment.replace(tzinfo=UTC)
    text = aware.strftime("%m-%dT%H:%M:%S.%fZ")
    read = instant(f"{moment.year:04d}-{text}").unwrap()
    assert timedelta(microseconds=read.micros) == aware - EPOCH
    assert utc_day(read) == (aware.date() - EPOCH.date()).days


@given(st.text(max_size=40))
@example("2026-02-30T00:00:00Z")
@example("2026-03-04T10:00:00+00:00")
@example("2026-03-04T10:00:00")
@example("2026-03-04 10:00:00Z")
@example("2026-03-04T10:00:60Z")
@example("2026-03-04T10:00:00.1234567Z")
@example("٢٠٢٦-03-04T10:00:00Z")
@example("0000-01-01T00:00:00Z")
def test_what_is_no_instant_is_refused_with_at_most_64_letters(text: str) -> None:
    read = instant(text)
    if is_failure(read):
        assert read.failure().text == text[:64]
    else:
        assert instant_text(read.unwrap())[:19] == text[:19]


@given(instants, st.integers(-DAY, DAY))
def test_after_adds(at: Instant, micros: int) -> None:
    assert after(at, micros).micros == at.micros + micros
