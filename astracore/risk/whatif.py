"""What would have happened: a stretch of an account's commands, decided again under other limits.

Both histories start from the same account and hear the same commands in the same order. A fill of
an order that was refused this time finds no order and is refused too: that is a consequence, not
another judgement, and is told apart.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial

from attrs import evolve, fields, frozen
from returns.result import Result, Success

from astracore.errors.trading import Refused
from astracore.errors.values import NumericLimit
from astracore.instants import DAY, MINUTE, Instant
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.trading.account import decide
from astracore.trading.commands import AccountCommand
from astracore.trading.events import AccountEvent, OrderAccepted
from astracore.trading.facts import Facts, RiskFacts, TradingLimits
from astracore.trading.folding import fold
from astracore.trading.pnl import unmarked, worth
from astracore.trading.ruleset import facts_in, with_facts
from astracore.trading.state import Account
from astracore.trading.types import ZERO, Instrument

Decided = Result[tuple[AccountEvent, ...], Refused]


@frozen(kw_only=True)
class OtherLimits:
    """What should have been allowed instead; None leaves it as it was.

    `risk` replaces the limits that it states; what they are measured by (equity at the start of
    the day, its peak, orders of the last minute) is taken from the record or, where that is
    silent, from the history itself. `instruments` replaces whole instruments by symbol.
    """

    limits: TradingLimits | None = None
    risk: RiskFacts | None = None
    daily_limit: int | None = None
    level: int | None = None
    maker_rate: Decimal | None = None
    taker_rate: Decimal | None = None
    instruments: Mapping[str, Instrument] | None = None


@frozen(kw_only=True)
class Differing:
    """A command that was decided otherwise. `place` counts the commands from 0.

    `consequence`: on the account as it really was, the same answer would have been given; it is
    another only because of what differed before.
    """

    place: int
    command: AccountCommand
    was: Decided
    would_be: Decided
    consequence: bool


@frozen(kw_only=True)
class WhatIf:
    """Every decision that differs, in order, and where both histories end."""

    commands: int
    differing: tuple[Differing, ...]
    was: Account
    would_be: Account


@frozen(kw_only=True)
class Seen:
    """What limits are measured by, gathered along a history: kept for one UTC day or minute."""

    day: int = -1
    day_equity: Decimal | None = None
    peak: Decimal | None = None
    sent: tuple[Instant, ...] = ()


@exact
def what_if(
    start: Account, commands: Iterable[AccountCommand], other: OtherLimits
) -> Result[WhatIf, NumericLimit]:
    """Decide `commands` as they were and under `other`, and name the decisions that differ.

    Errors: NumericLimit.
    Invariant: without other limits nothing differs; before the first difference both accounts are
    equal, and the first difference is never a consequence.
    """
    was = would_be = start
    seen, count = Seen(), 0
    found: list[Differing] = []
    for place, command in enumerate(commands):
        count = place + 1
        seen = looked(seen, would_be, command)
        changed = with_facts(command, partial(under, other=other, seen=seen))
        real, answer = decide(command, was), decide(changed, would_be)
        if real != answer:
            found.append(
                Differing(
                    place=place,
                    command=command,
                    was=real,
                    would_be=answer,
                    consequence=was != would_be and decide(changed, was) == real,
                )
            )
        was, would_be = _after(was, real), _after(would_be, answer)
        seen = _sent(seen, answer)
    return Success(WhatIf(commands=count, differing=tuple(found), was=was, would_be=would_be))


def _after(account: Account, decided: Decided) -> Account:
    """The account once a decision is folded; a refusal changes nothing."""
    events = () if is_failure(decided) else decided.unwrap()
    for event in events:
        account = fold(account, event)
    return account


def under(facts: Facts, other: OtherLimits, seen: Seen) -> Facts:
    """The facts with other limits in them; without any, the very same facts."""
    stated = {
        name: getattr(other, name)
        for name in ("limits", "daily_limit", "level", "maker_rate", "taker_rate")
        if getattr(other, name) is not None
    }
    if other.risk is not None:
        stated["risk"] = risk_under(facts.risk, other.risk, seen)
    listed = facts.instrument
    if listed is not None and other.instruments is not None:
        stated["instrument"] = other.instruments.get(listed.symbol, listed)
    return evolve(facts, **stated) if stated else facts


def risk_under(known: RiskFacts | None, other: RiskFacts, seen: Seen) -> RiskFacts:
    """The recorded profile with the stated limits, measured by what is known or was seen."""
    base = RiskFacts() if known is None else known
    plain = RiskFacts()
    stated = {
        field.name: getattr(other, field.name)
        for field in fields(RiskFacts)
        if getattr(other, field.name) != getattr(plain, field.name)
    }
    measured = {
        "day_equity": seen.day_equity if base.day_equity is None else base.day_equity,
        "peak": seen.peak if base.peak is None else base.peak,
        "orders_sent": max(base.orders_sent, len(seen.sent)),
    }
    return evolve(base, **{**measured, **stated})


def looked(seen: Seen, account: Account, command: AccountCommand) -> Seen:
    """What is known when a command is decided: equity at the first look of its day and its peak,
    and the orders of its last minute. Kernel."""
    at = command.at
    sent_since = tuple(one for one in seen.sent if one.micros > at.micros - MINUTE)
    seen = evolve(seen, sent=sent_since)
    equity = equity_of(account, facts_in(command))
    if equity is None:
        return seen
    today = at.micros // DAY
    return evolve(
        seen,
        day=today,
        day_equity=seen.day_equity if seen.day == today else equity,
        peak=equity if seen.peak is None else max(seen.peak, equity),
    )


def equity_of(account: Account, known: tuple[Facts, ...]) -> Decimal | None:
    """What the account is worth at the marks that came with a command; None where they are not
    enough. Kernel."""
    if not known:
        return None
    marks = {mark.symbol: mark.price for mark in known[0].marks}
    return None if unmarked(account.positions, marks) is not None else worth(account, marks)


def _sent(seen: Seen, decided: Decided) -> Seen:
    """The same with the orders that were just accepted."""
    events = () if is_failure(decided) else decided.unwrap()
    more = tuple(event.at for event in events if isinstance(event, OrderAccepted))
    return evolve(seen, sent=(*seen.sent, *more)) if more else seen


def made(account: Account) -> Decimal:
    """What a history has made so far: realised − fees + funding + insurance. Kernel."""
    return account.realised - account.fees + account.funding + account.insurance or ZERO
