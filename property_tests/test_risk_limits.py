"""Limits: grades are monotone, rise at once and fall late; nothing is left out."""

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.instants import Instant
from astracore.risk.limits import (
    LEVELS,
    LIMITS,
    STATUSES,
    Level,
    LimitType,
    Status,
    Thresholds,
    level,
    status,
    utilisation,
)
from astracore.risk.measures import Limit, Snapshot, assess, measure
from property_tests.risk_makers import decimals

exposures = st.lists(decimals("-1000", "1000", 2), max_size=8).map(tuple)


@given(decimals("0", "2", 3), decimals("0", "2", 3))
def test_grades_are_monotone_in_utilisation(one: Decimal, two: Decimal) -> None:
    """Beyond any bound is the highest grade."""
    low, high = sorted((one, two))
    levels = [LEVELS.index(level(each).unwrap()) for each in (low, high, None)]
    statuses = [STATUSES.index(status(each, Thresholds()).unwrap()) for each in (low, high, None)]
    assert levels == sorted(levels)
    assert statuses == sorted(statuses)
    assert levels[-1] == statuses[-1] == 3


@given(decimals("0", "2", 3), st.sampled_from(STATUSES), st.sampled_from(LEVELS))
def test_a_grade_rises_at_once_and_falls_late(used: Decimal, before: Status, height: Level) -> None:
    """It never falls below what the utilisation says, nor above what it was."""
    fresh = STATUSES.index(status(used, Thresholds()).unwrap())
    held = STATUSES.index(status(used, Thresholds(), before=before).unwrap())
    assert fresh <= held <= max(fresh, STATUSES.index(before))
    lenient = STATUSES.index(status(used / Decimal("0.95"), Thresholds()).unwrap())
    assert held <= max(fresh, lenient)
    assert LEVELS.index(level(used, before=height).unwrap()) >= LEVELS.index(level(used).unwrap())


@pytest.mark.parametrize(
    ("used", "before", "now"),
    [
        ("0.77", "warning", "warning"),
        ("0.7599", "warning", "normal"),
        ("0.949", "breached", "critical"),
        ("0.95", "breached", "breached"),
        ("0.9024", "critical", "warning"),
        ("0.9025", "critical", "critical"),
    ],
)
def test_hysteresis_by_example(used: str, before: str, now: str) -> None:
    """Each threshold holds until 0.95 of it."""
    found = status(Decimal(used), Thresholds(), before=Status(before)).unwrap()
    assert found is Status(now)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Accounts of every kind, also without equity."""
    money = decimals("-100", "20000", 2)
    return Snapshot(
        at=Instant(0),
        equity=draw(money),
        day_open=draw(money),
        deposits=draw(money),
        peak=draw(money),
        exposures=draw(exposures),
        maintenance=abs(draw(money)),
        orders=draw(st.integers(0, 100)),
        open_orders=draw(st.integers(0, 300)),
        losses=draw(st.integers(0, 20)),
        var=abs(draw(money)),
    )


@given(
    snapshots(), st.sampled_from(list(LimitType)), decimals("0", "100", 2), decimals("0", "50", 2)
)
def test_raising_a_limit_never_raises_a_grade(
    held: Snapshot, kind: LimitType, value: Decimal, more: Decimal
) -> None:
    """And utilisation is used over limit."""
    tight = Limit(limit_id="a", type=kind, value=value)
    loose = Limit(limit_id="a", type=kind, value=value + more)
    one, two = (assess(held, (each,), before={}).unwrap() for each in (tight, loose))
    assert STATUSES.index(two.graded[0].status) <= STATUSES.index(one.graded[0].status)
    assert LEVELS.index(two.level) <= LEVELS.index(one.level)
    used = measure(kind, held).unwrap()
    assert (used is None) <= (held.equity <= 0 or held.day_open <= 0 or held.peak <= 0)
    if used is not None and value > 0:
        assert one.graded[0].utilisation == utilisation(used, value).unwrap()


@given(snapshots())
def test_an_assessment_reports_every_limit_highest_first(held: Snapshot) -> None:
    """The account's level is the highest of all."""
    limits = tuple(
        Limit(limit_id=kind.value, type=kind, value=LIMITS[kind].live) for kind in LimitType
    )
    found = assess(held, limits, before={}).unwrap()
    assert {each.limit_id for each in found.graded} == {kind.value for kind in LimitType}
    shares = [each.utilisation for each in found.graded]
    known = [share for share in shares if share is not None]
    assert known == sorted(known, reverse=True)
    assert shares[: len(shares) - len(known)] == [None] * (len(shares) - len(known))
    assert LEVELS.index(found.level) == max(LEVELS.index(each.level) for each in found.graded)


def heights(held: Snapshot, kinds: tuple[LimitType, ...]) -> list[int]:
    """The level of each limit of these kinds, at a value that is in reach."""
    limits = tuple(Limit(limit_id=kind.value, type=kind, value=Decimal(2)) for kind in kinds)
    graded = {each.type: each for each in assess(held, limits, before={}).unwrap().graded}
    return [LEVELS.index(graded[kind].level) for kind in kinds]


OF_SIZE = (LimitType.POSITION_SIZE, LimitType.LEVERAGE, LimitType.EXPOSURE)


@given(snapshots(), st.integers(0, 7), decimals("0", "5000", 2))
def test_adding_exposure_never_lowers_a_level(held: Snapshot, place: int, more: Decimal) -> None:
    """One position grown in its own direction, or a new one."""
    grown = list(held.exposures)
    if place < len(grown):
        grown[place] += more.copy_sign(grown[place])
    else:
        grown.append(more)
    larger = evolve(held, exposures=tuple(grown))
    before, after = heights(held, OF_SIZE), heights(larger, OF_SIZE)
    assert all(one <= two for one, two in zip(before, after, strict=True))


@given(snapshots(), decimals("1", "50", 2))
def test_more_of_everything_never_lowers_a_level(held: Snapshot, times: Decimal) -> None:
    """All exposures, their margin and their risk scaled up: every limit of exposure."""
    larger = evolve(
        held,
        exposures=tuple(each * times for each in held.exposures),
        maintenance=held.maintenance * times,
        var=held.var * times,
    )
    kinds = (
        *OF_SIZE,
        LimitType.NET_EXPOSURE,
        LimitType.CONCENTRATION,
        LimitType.MARGIN,
        LimitType.VAR,
    )
    before, after = heights(held, kinds), heights(larger, kinds)
    assert all(one <= two for one, two in zip(before, after, strict=True))
