"""`astra show STREAM`: the state of any stream, now or as of any point of the past."""

import argparse
import json
from typing import Any, assert_never

from returns.result import Result
from sqlalchemy import Connection

from adapters.db import log
from astracore.errors.events import (
    BeforeBeginning,
    BehindEnd,
    CorruptEvent,
    PastFault,
    Unfoldable,
    UnknownCategory,
    UnknownEventType,
    UnknownStream,
)
from astracore.events.envelope import StreamId
from astracore.events.past import Cut, Past
from astracore.instants import Instant, instant, instant_text
from astracore.outcome import is_failure
from shell.cli.main import complain, store_arguments
from shell.cli.store import reading_store, to_stdout
from shell.past import BY_CATEGORY, AnyAggregate, aggregate_of, state_at
from shell.store import Store
from shell.stores import MASTER


def moment(text: str) -> Instant:
    """An instant of the command line."""
    found = instant(text)
    if is_failure(found):
        raise argparse.ArgumentTypeError("no instant in UTC, such as 2026-03-04T10:00:00Z")
    return found.unwrap()


def number(text: str) -> int:
    """A version or position of the command line."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:20]) < 2**62:
        raise argparse.ArgumentTypeError("no number from 1 on")
    return int(text)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which stream, as of when, and where the store is."""
    parser.add_argument("stream", metavar="CATEGORY/ID", help="as trading.account/ID")
    parser.add_argument("--at", type=moment, metavar="INSTANT", help="what had happened by then")
    parser.add_argument(
        "--recorded", type=moment, metavar="INSTANT", help="what was written down by then"
    )
    parser.add_argument("--position", type=number, help="up to this position of the log")
    parser.add_argument("--version", type=number, help="after so many events of the stream")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Without the master key personal fields read as erased.

    0 when it is shown, 2 when there was no such thing then or the store cannot be read."""
    category, _, key = given.stream.partition("/")
    aggregate = aggregate_of(category)
    if is_failure(aggregate):
        return complain(f"no streams are of the category {category}", ", ".join(BY_CATEGORY))
    if not key:
        return complain(f"which one? {category}/ID")
    store = reading_store(given, as_kept=not (given.data / MASTER).exists())
    if isinstance(store, int):
        return store
    found = found_in(store, aggregate.unwrap(), key, cut_of(given))
    if is_failure(found):
        return complain(refused(found.failure()))
    told = view(aggregate.unwrap(), found.unwrap())
    to_stdout((json.dumps(told, ensure_ascii=False) if given.json else pretty(told)) + "\n")
    return 0


def cut_of(given: argparse.Namespace) -> Cut:
    """Up to where events count."""
    named = {
        "version": given.version,
        "position": given.position,
        "occurred": given.at,
        "recorded": given.recorded,
    }
    return Cut(**{name: value for name, value in named.items() if value is not None})


def found_in(
    store: Store, aggregate: AnyAggregate, key: str, cut: Cut
) -> Result[Past[Any], PastFault]:
    """The state of the stream that is called so, or whose key stands in the log for that name."""

    def look(connection: Connection) -> Result[Past[Any], PastFault]:
        category = aggregate.decider.name
        names = (StreamId(category, key), StreamId(category, store.alias(key)))
        known = log.versions(connection, names)
        return state_at(connection, aggregate, next(iter(known), names[0]), cut)

    return store.read(look)


def view(aggregate: AnyAggregate, past: Past[Any]) -> dict[str, Any]:
    """What is told of a state: its last event, and itself as a snapshot would keep it."""
    newest = past.newest
    return {
        "stream": f"{newest.category}/{newest.key}",
        "version": newest.version,
        "position": newest.position,
        "occurred_at": instant_text(Instant(newest.occurred_at)),
        "recorded_at": instant_text(Instant(newest.recorded_at)),
        "left_out": past.left_out,
        "state": json.loads(aggregate.state.encode(past.state)),
    }


def pretty(told: dict[str, Any]) -> str:
    """The same for people."""
    state = json.dumps(told["state"], ensure_ascii=False, indent=2)
    late = f", without {told['left_out']} that had not happened yet" * (told["left_out"] > 0)
    return (
        f"{told['stream']} at version {told['version']}, position {told['position']}{late}\n"
        f"occurred {told['occurred_at']}, recorded {told['recorded_at']}\n{state}"
    )


def refused(fault: PastFault) -> str:
    """Why nothing is shown."""
    match fault:
        case UnknownStream():
            return f"nothing was ever stored in {fault.stream}"
        case BeforeBeginning():
            return f"{fault.stream} had not begun by then"
        case BehindEnd():
            return f"{fault.stream} has only {fault.version} versions"
        case Unfoldable():
            return (
                f"version {fault.version} of {fault.stream} makes no sense without what was "
                f"written before it and happened later ({fault.why}); ask with --recorded"
            )
        case CorruptEvent() | UnknownEventType() | UnknownCategory():
            return f"cannot be read: {fault}"
        case _:
            assert_never(fault)
