"""Cron lines: the worked examples, both nights of the clock, and a slow oracle."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.jobs.cron import due_between, next_after
from astracore.instants import EPOCH, HOUR, MINUTE, Instant, instant

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")


def at(text: str) -> Instant:
    return instant(text).unwrap()


def following(line: str, after: str, zone: str = "UTC") -> str:
    return str(next_after(line, zone, at(after)).unwrap())[:16]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("0 4 * * 0", "2026-03-08T04:00"),
        ("0 4 * * 7", "2026-03-08T04:00"),
        ("*/15 9-17 * * 1-5", "2026-03-04T10:15"),
        ("0 0 31 * *", "2026-03-31T00:00"),
        ("0 0 13 * 5", "2026-03-06T00:00"),
        ("0 10 * * *", "2026-03-05T10:00"),
        ("1-59/20,5 10 4 3 *", "2026-03-04T10:01"),
    ],
)
def test_the_worked_examples(line: str, found: str) -> None:
    assert following(line, "2026-03-04T10:00:00Z") == found


@pytest.mark.parametrize(
    ("line", "after", "found"),
    [
        # 29 March 2026, 02:00 becomes 03:00 (01:00 UTC): what was skipped is due at once after.
        ("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00"),
        ("30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30"),
        ("*/15 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00"),
        ("*/15 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00"),
        ("0 3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00"),
        # 25 October 2026, 03:00 becomes 02:00 (01:00 UTC): what comes twice is due the first time.
        ("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30"),
        ("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30"),
        ("30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T02:30"),
        ("30 * * * *", "2026-10-25T01:10:00Z", "2026-10-25T02:30"),
        ("0 3 * * *", "2026-10-24T12:00:00Z", "2026-10-25T02:00"),
    ],
)
def test_both_nights_of_the_clock(line: str, after: str, found: str) -> None:
    assert following(line, after, "Europe/Berlin") == found


@pytest.mark.parametrize(
    "line",
    [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *",
        "* * * 13 *", "* * * * 8", "0 0 30 2 *", "0 0 31 4,6 *", "*/0 * * * *", "5-1 * * * *",
        "@daily", "0 0 L * *", "0 0 * * MON", "0 0 * * 5#2", "5/15 * * * *", "-1 * * * *",
        "*  * * * *", " * * * * *", "* * * * *\n", "٣ * * * *", "1," * 100 + "1 * * * *",
    ],
)  # fmt: skip
def test_what_is_no_cron_line(line: str) -> None:
    assert next_after(line, "UTC", Instant(0)).failure().code == "bad_cron"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe"])
def test_what_is_no_zone(zone: str) -> None:
    assert next_after("* * * * *", zone, Instant(0)).failure().code == "bad_cron"
    assert due_between("* * * * *", zone, Instant(0), Instant(1), 3).failure().code == "bad_cron"


def shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def slow(minute: int, hour: int | None, zone: ZoneInfo, first: datetime, hours: int) -> set[int]:
    """Every minute of the clock's face, and the first real minute that shows it or a later one
    without having shown it: found by walking through real time."""
    reached, found = shown(first, zone), set()
    for step in range(1, hours * 60 + 1):
        moment = first + timedelta(minutes=step)
        face = shown(moment, zone)
        while reached < face:
            reached += timedelta(minutes=1)
            if reached.minute == minute and hour in {None, reached.hour}:
                found.add((moment - EPOCH) // timedelta(microseconds=1))
    return found


NIGHTS = st.sampled_from(
    [
        datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC),
        datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 6, 1, tzinfo=UTC),
    ]
)  # fmt: skip


@given(
    night=NIGHTS,
    shift=st.integers(-600, 600),
    minute=st.integers(0, 59),
    hour=st.none() | st.integers(0, 23),
    name=st.sampled_from(ZONES),
)
@example(
    night=datetime(2026, 10, 25, tzinfo=UTC), shift=70, minute=30, hour=None, name="Europe/Berlin"
)
def test_it_agrees_with_a_walk_through_real_time(
    night: datetime, shift: int, minute: int, hour: int | None, name: str
) -> None:
    """Next instants, one after another, are those of the walk; looked at from the end, too."""
    zone, first = ZoneInfo(name), night + timedelta(minutes=shift)
    if shown(first, zone) != shown(first - timedelta(minutes=1), zone) + timedelta(minutes=1):
        return  # the walk would begin in the middle of a change
    if first.astimezone(zone).fold:
        return  # the walk would not know what was shown before
    start = Instant((first - EPOCH) // timedelta(microseconds=1))
    end = Instant(start.micros + 30 * HOUR)
    expected = sorted(slow(minute, hour, zone, first, 30))
    line = f"{minute} {'*' if hour is None else hour} * * *"
    found, last = [], next_after(line, name, start).unwrap()
    while last <= end:
        found.append(last.micros)
        last = next_after(line, name, last).unwrap()
    assert found == expected
    due = due_between(line, name, Instant(start.micros + 1), end, 24).unwrap()
    assert [one.micros for one in due.slots] == expected[-24:]
    assert due.following == last


def test_due_slots_hold_both_ends_and_the_newest_of_many() -> None:
    first, now = at("2026-03-04T10:00:00Z"), at("2026-03-04T10:30:00Z")
    due = due_between("*/15 * * * *", "UTC", first, now, 24).unwrap()
    assert [str(one)[11:16] for one in due.slots] == ["10:00", "10:15", "10:30"]
    assert str(due.following)[11:16] == "10:45"
    assert len(due_between("*/15 * * * *", "UTC", first, now, 2).unwrap().slots) == 2
    early = Instant(first.micros + 1)
    assert len(due_between("*/15 * * * *", "UTC", early, now, 24).unwrap().slots) == 2
    many = due_between("* * * * *", "UTC", Instant(0), now, 24).unwrap().slots
    assert many[0].micros == now.micros - 23 * MINUTE


@pytest.mark.parametrize(("shift", "count"), [(0, 3), (30, 3), (59, 3), (60, 4), (75, 5)])
def test_while_an_hour_is_shown_again_nothing_of_it_is_due_anew(shift: int, count: int) -> None:
    """From 02:00 the first time (00:00 UTC) to some minutes after it is shown the second time."""
    first = at("2026-10-25T00:01:00Z")
    now = Instant(at("2026-10-25T01:00:00Z").micros + shift * MINUTE)
    due = due_between("*/15 * * * *", "Europe/Berlin", first, now, 24).unwrap()
    assert len(due.slots) == count
