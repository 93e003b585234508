"""`astra replay --decisions` and `--limits FILE`: recorded decisions, taken again."""

import argparse
import sys
from pathlib import Path

from returns.result import Failure, Result, Success

from astracore.errors.events import BadBody
from astracore.errors.trading import Refused
from astracore.events.codec import codec
from astracore.events.envelope import StreamId
from astracore.instants import instant, utc_day
from astracore.numeric import to_text
from astracore.outcome import fold, is_failure
from astracore.risk.whatif import Decided, Differing, OtherLimits, WhatIf, made
from astracore.trading.account import ACCOUNT
from shell.cli.main import complain
from shell.decisions import accounts, replayed, retold
from shell.store import Store

LIMITS = codec(OtherLimits)


def decisions_checked(store: Store) -> int:
    """Every recorded decision beside what is decided now."""
    worst = 0
    for stream in store.read(accounts):
        found = store.read(lambda connection, stream=stream: retold(connection, stream))  # type: ignore[misc]
        if is_failure(found):
            return complain(f"{stream.key} cannot be folded: {found.failure()}")
        one = found.unwrap()
        sys.stdout.write(f"{one.account_id}  {one.same} decisions are the same\n")
        for command_id in one.different:
            worst = 1
            sys.stdout.write(f"{one.account_id}  command {command_id} DIFFERS\n")
    return worst


def replayed_under(store: Store, given: argparse.Namespace) -> int:
    """What would have happened under the limits of a file."""
    other, day = limits_in(given.limits), day_of(given.day)
    if is_failure(other):
        fault = other.failure()
        return complain(f"{given.limits}: {fault.path or 'the file'}: {fault.why}")
    if is_failure(day):
        return complain(f"--day {given.day}: not a date such as 2026-03-04")
    worst = 0
    for stream in chosen(store, given.account):
        found = store.read(
            lambda connection, stream=stream: replayed(  # type: ignore[misc]
                connection, stream, day.unwrap(), other.unwrap()
            )
        )
        if is_failure(found):
            return complain(f"{stream.key} cannot be decided again: {found.failure()}")
        told(stream.key, found.unwrap())
        worst = max(worst, 1 if found.unwrap().differing else 0)
    return worst


def chosen(store: Store, account: str | None) -> tuple[StreamId, ...]:
    """The accounts that are meant."""
    return store.read(accounts) if account is None else (StreamId(ACCOUNT.name, account),)


def limits_in(path: Path) -> Result[OtherLimits, BadBody]:
    """The limits that a file states.  Errors: BadBody."""
    return LIMITS.decode(path.read_bytes())


def day_of(text: str | None) -> Result[int | None, str]:
    """The UTC day of a date, in days since 1970-01-01.  Errors: the text."""
    if text is None:
        return Success(None)
    found = instant(f"{text}T00:00:00Z")
    return Failure(text) if is_failure(found) else Success(utc_day(found.unwrap()))


def told(account_id: str, found: WhatIf) -> None:
    """The differences, a line each, and what both histories made."""
    own = sum(1 for one in found.differing if not one.consequence)
    sys.stdout.write(
        f"{account_id}  {found.commands} commands, {len(found.differing)} differ, "
        f"{own} of them by the limits themselves\n"
    )
    for one in found.differing:
        sys.stdout.write(line(one) + "\n")
    was, would_be = to_text(made(found.was)), to_text(made(found.would_be))
    sys.stdout.write(f"  realised less fees: was {was}, would be {would_be}\n")


def line(one: Differing) -> str:
    """One difference."""
    name = type(one.command).__name__
    mark = "follows" if one.consequence else "differs"
    return f"  {one.command.at} {mark} {name}: {verdict(one.was)} -> {verdict(one.would_be)}"


def verdict(decided: Decided) -> str:
    """An answer in a few words."""
    return fold(
        decided,
        success=lambda events: ", ".join(type(event).__name__ for event in events) or "nothing",
        failure=refusal,
    )


def refusal(refused: Refused) -> str:
    """Every code of a refusal."""
    return "refused: " + ", ".join(cause.code for cause in refused.causes)
