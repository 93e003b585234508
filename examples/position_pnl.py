"""Exact profit and loss of a position that grows, shrinks and changes sides.

Prints:
    buy 3 at 2000      realised 0           open 3     average 2000
    buy 1.5 at 2100    realised 0           open 4.5   average 2033.33333333
    sell 2 at 2150     realised 233.333333  open 2.5   average 2033.3333332
    sell 4 at 2080     realised 116.666667  open -1.5  average 2080
    buy 1.5 at 2080    realised 0           open 0     average none
    in all 350, which is what the cash says: 350
"""

from decimal import Decimal

from astracore.numeric import EXACT, parse_amount, to_text
from astracore.trading.positions import Holding, apply_fill, average, sign_of
from astracore.trading.types import Side

FILLS = (
    (Side.BUY, "3", "2000"),
    (Side.BUY, "1.5", "2100"),
    (Side.SELL, "2", "2150"),
    (Side.SELL, "4", "2080"),
    (Side.BUY, "1.5", "2080"),
)


def main() -> None:
    """Fold the fills; what was realised and what the cash says are the same number."""
    held, realised, cash = Holding(), Decimal(0), Decimal(0)
    for side, quantity_text, price_text in FILLS:
        quantity = parse_amount(quantity_text).unwrap()
        price = parse_amount(price_text).unwrap()
        booking = apply_fill(held, side, quantity, price).unwrap()
        held = booking.after
        realised = EXACT.add(realised, booking.realised)
        cash = EXACT.subtract(cash, sign_of(side) * quantity * price)
        mean = average(held.cost, held.qty)
        done = f"{side.value} {quantity_text} at {price_text}"
        print(
            f"{done:<18} realised {to_text(booking.realised):<11}"
            f" open {to_text(held.qty):<5} average {'none' if mean is None else to_text(mean)}"
        )
    print(f"in all {to_text(realised)}, which is what the cash says: {to_text(cash)}")


if __name__ == "__main__":
    main()
