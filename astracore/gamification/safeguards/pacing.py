"""What is done about behaviour: the first row of the table that matches; when to show again."""

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from astracore.gamification.safeguards.rules import Cause, SafeguardRules, ShowKind, Strain
from astracore.gamification.safeguards.scores import Behaviour, Scores, strain
from astracore.instants import DAY, HOUR, Instant, after


class Act(StrEnum):
    """What is done."""

    COOL_OFF = "cool_off"  # no opening orders
    NO_SHOWS = "no_shows"
    ONLY_EDUCATIONAL = "only_educational"
    WARNING = "warning"
    SUGGESTION = "suggestion"


@frozen(kw_only=True)
class Measure:
    """One row of the table: what is done, why, and for how long [µs]."""

    act: Act
    cause: Cause
    span: int = 0


def first_match(
    seen: Behaviour, found: Scores, *, night: bool, rules: SafeguardRules
) -> Measure | None:
    """The first row that matches, or None where nothing needs to be done."""
    taught = seen.educational
    table = (
        (
            strain(found, rules) is Strain.CRITICAL,
            Measure(act=Act.COOL_OFF, cause=Cause.CRITICAL, span=rules.critical_cools),
        ),
        (
            seen.shows_hour >= rules.shows_hour,
            Measure(act=Act.NO_SHOWS, cause=Cause.SHOWS, span=rules.shows_pause),
        ),
        (
            seen.shows_run >= rules.shows_run,
            Measure(act=Act.NO_SHOWS, cause=Cause.RUN, span=rules.shows_pause),
        ),
        (
            taught is not None and taught < rules.educational_least,
            Measure(act=Act.ONLY_EDUCATIONAL, cause=Cause.SHALLOW, span=rules.educational_only),
        ),
        (
            found.overtrading > rules.overtrading_above,
            Measure(act=Act.WARNING, cause=Cause.OVERTRADING),
        ),
        (
            found.stress > rules.stress_above,
            Measure(act=Act.COOL_OFF, cause=Cause.STRESS, span=rules.stress_cools),
        ),
        (night, Measure(act=Act.SUGGESTION, cause=Cause.NIGHT)),
    )
    return next((row for matches, row in table if matches), None)


def delay(kind: ShowKind, *, stressed: bool, rules: SafeguardRules) -> int:
    """How long after the last show the next one of this kind may come [µs]; doubled by stress."""
    plain = {
        ShowKind.CRITICAL: rules.delay_critical,
        ShowKind.EDUCATIONAL: rules.delay_educational,
        ShowKind.OTHER: rules.delay_other,
    }[kind]
    return 2 * plain if stressed else plain


def next_show(
    shows: Sequence[Instant], kind: ShowKind, *, stressed: bool, rules: SafeguardRules
) -> Instant | None:
    """The first instant at which another show is allowed; None where any is.

    At most 4 in an hour, 24 in a day, 3 in ten minutes, and a delay after the last one.
    Invariant: the order of `shows` does not matter.
    """
    seen = sorted(shows)
    if not seen:
        return None
    windows = (
        (rules.shows_hour, HOUR),
        (rules.shows_day, DAY),
        (rules.shows_run, rules.run_within),
    )
    bounds = [after(seen[-1], delay(kind, stressed=stressed, rules=rules))]
    bounds += [after(seen[-most], span) for most, span in windows if len(seen) >= most]
    return max(bounds)
