"""Writes docs/order-states.md from the table itself: `.venv/bin/python docs/order_states.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from astracore.trading.orders.states import FINAL, TABLE, Move, Signal  # noqa: E402
from astracore.trading.types import OrderStatus  # noqa: E402

PAGE = ROOT / "docs" / "order-states.md"
HEAD = """\
# The states of an order

What happens to an order in a status when a signal comes to it. A dash is what cannot happen: the
answer is `invalid_transition` and the order stays as it was. `no-op`: known already, nothing
changes. `working`: back to open, or partially filled when something is executed. `late`: a fill
after the end is booked and the status stays. The last four statuses are final: no signal leads out
of them. A held order becomes pending when its parent releases it; an order that the pre-trade check
refuses never becomes one; an amendment that waits leaves the status as it is.

This page is generated from `astracore.trading.orders.states.TABLE` by `docs/order_states.py`; a
test compares the two.
"""


def cell(move: Move | None) -> str:
    """One cell."""
    return "–" if move is None else move.value.replace("no_op", "no-op")


def rows() -> list[str]:
    """The table, a row for each status."""
    head = " | ".join(signal.value.replace("_", " ") for signal in Signal)
    lines = [f"| from | {head} |", "|---" * (len(Signal) + 1) + "|"]
    for status in OrderStatus:
        cells = " | ".join(cell(TABLE[status].get(signal)) for signal in Signal)
        lines.append(f"| {status.value} | {cells} |")
    return lines


def edges() -> list[str]:
    """The diagram: one arrow for each pair of statuses, with all its signals."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for status in OrderStatus:
        for signal, move in TABLE[status].items():
            if isinstance(move, OrderStatus) and move is not status:
                arrows.setdefault((status.value, move.value), []).append(signal.value)
    lines = ["stateDiagram-v2", "    held --> pending: released"]
    lines += [f"    {here} --> {there}: {', '.join(by)}" for (here, there), by in arrows.items()]
    return [*lines, *(f"    {status.value} --> [*]" for status in OrderStatus if status in FINAL)]


def states_page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *rows(), "", "```mermaid", *edges(), "```", ""])


if __name__ == "__main__":
    PAGE.write_text(states_page(), encoding="utf-8")
