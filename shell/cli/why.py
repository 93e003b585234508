"""`astra why ID`: why an order was refused, accepted or filled, with every figure."""

import argparse
import sys

from astracore.instants import instant_text
from astracore.numeric import to_text
from astracore.outcome import is_failure
from astracore.trading.why.judging import Judged
from astracore.trading.why.readings import Reading
from astracore.trading.why.story import FillWhy
from shell.cli.main import complain, store_arguments
from shell.cli.store import reading_store
from shell.http.answers import to_json
from shell.store import Store
from shell.why import DecisionWhy, Why, account_with, why

SIGNS = {
    "at_most": "<=",
    "below": "<",
    "at_least": ">=",
    "above": ">",
    "multiple_of": "multiple of",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which order, and where the store is."""
    parser.add_argument("id", help="an order's id, or the command id that a refusal names")
    parser.add_argument("--json", action="store_true", help="as the service answers it")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when it is told, 2 when there is no such order or the store cannot be read."""
    store = reading_store(given)
    return store if isinstance(store, int) else explained(store, given.id, as_json=given.json)


def explained(store: Store, order_id: str, *, as_json: bool) -> int:
    """Everything that is known of one order."""
    account = store.read(lambda connection: account_with(connection, order_id))
    if is_failure(account):
        return complain(f"{order_id} cannot be read: {account.failure()}")
    account_id = account.unwrap()
    if account_id is None:
        return complain(f"nobody has asked for an order {order_id}")
    found = store.read(lambda connection: why(connection, account_id, order_id, None))
    if is_failure(found):
        return complain(f"{order_id} cannot be explained: {found.failure()}")
    told = found.unwrap()
    text = to_json(told).decode() if as_json else "\n".join(lines(told))
    sys.stdout.write(text + "\n")
    return 0


def lines(told: Why) -> list[str]:
    """The whole story in text."""
    found = [f"order {told.order_id} of account {told.account_id}"]
    for decision in told.decisions:
        found += decision_lines(decision)
    for turn in told.turns:
        figures = " ".join(f"{name}={value}" for name, value in turn.figures.items())
        found.append(f"{instant_text(turn.at)} {turn.name} {figures}")
    for fill in told.fills:
        found += fill_lines(fill)
    return found


def decision_lines(one: DecisionWhy) -> list[str]:
    """One decision with every check."""
    verdict = "refused: " + ", ".join(cause.code for cause in one.causes)
    same = "the same again" if one.replays else "DIFFERS when taken again"
    found = [
        f"{instant_text(one.at)} {verdict if one.causes else 'accepted'} ({same})",
        (
            f"  command {one.command_hash[:16]} state {one.state_hash[:16]} "
            f"rules {one.rules_hash[:16]} outcome {one.outcome_hash[:16]}"
        ),
    ]
    for order in one.orders:
        found += [f"  {order_line(order)}", *(f"    {line(reading)}" for reading in order.readings)]
    return found


def order_line(one: Judged) -> str:
    """What was asked for, after every cut."""
    reference = "" if one.reference is None else f" at R {to_text(one.reference)}"
    return (
        f"{one.side.value} {to_text(one.qty)} {one.symbol} {one.type.value}{reference}, "
        f"opens {to_text(one.opens)}, locks {to_text(one.reserve)}"
    )


def line(one: Reading) -> str:
    """One check."""
    start = f"{one.verdict.value:<10}{one.code:<28}{one.what}"
    if one.value is None or one.limit is None or one.bound is None:
        return f"{start}: {one.note or ''}".rstrip(": ")
    left = "" if one.headroom is None else f", headroom {to_text(one.headroom)}"
    return f"{start} {to_text(one.value)} {SIGNS[one.bound.value]} {to_text(one.limit)}{left}"


def fill_lines(one: FillWhy) -> list[str]:
    """One fill with all that it did."""
    level = "" if one.fee_level is None else f" (level {one.fee_level})"
    better = "" if one.better_by is None else f", {to_text(one.better_by)} better than the worst"
    return [
        (
            f"{instant_text(one.at)} fill {one.fill_id}: {one.side.value} {to_text(one.qty)} @ "
            f"{to_text(one.price)} {one.liquidity.value}{better}"
        ),
        (
            f"  fee {to_text(one.fee)} = {to_text(one.notional)} x {to_text(one.fee_rate)}{level}; "
            f"reserve released {to_text(one.reserve_released)}"
        ),
        (
            f"  position {to_text(one.position_before)} -> {to_text(one.position_after)}: closed "
            f"{to_text(one.closed)}, opened {to_text(one.opened)}; realised {to_text(one.realised)}"
        ),
        (
            f"  cash {to_text(one.cash_before)} -> {to_text(one.cash_after)}, margin "
            f"{to_text(one.margin_change)}"
        ),
    ]
