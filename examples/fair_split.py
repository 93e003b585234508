"""Dividing money so that nothing is lost: a prize among a team, a fee among its streams.

Prints:
    33.34 + 33.33 + 33.33 = 100.00 USD
    0.00000005 + 0.00000003 + 0.00000002 = 0.00000010 BTC
    refused: 100.005 USD is no multiple of 0.01
"""

from collections.abc import Sequence
from fractions import Fraction

from astracore.errors.values import RoundingRequired
from astracore.money import Money, Quote, allocate, currency, money
from astracore.outcome import fold


def divided(amount: str, code: str, ratios: Sequence[int]) -> str:
    """One line: the parts, or why there are none."""
    whole = money(Quote, amount, code).unwrap()
    known = currency(code).unwrap()
    parts = allocate(whole, known, [Fraction(ratio) for ratio in ratios])
    return fold(parts, success=lambda made: sum_line(made, amount), failure=refusal)


def sum_line(parts: tuple[Money[Quote], ...], amount: str) -> str:
    """The parts as a sum."""
    texts = " + ".join(f"{part.amount:f}" for part in parts)
    return f"{texts} = {amount} {parts[0].asset}"


def refusal(cause: object) -> str:
    """A refusal is a value with fields, not a text to parse."""
    if isinstance(cause, RoundingRequired):
        return f"refused: {cause.value} USD is no multiple of {cause.step}"
    return f"refused: {cause}"


def main() -> None:
    """Two splits and a refusal."""
    print(divided("100.00", "USD", [1, 1, 1]))
    print(divided("0.00000010", "BTC", [5, 3, 2]))
    print(divided("100.005", "USD", [1, 1]))


if __name__ == "__main__":
    main()
