"""The page's exact decimals against Python's, case by case in one round through the browser."""

import decimal
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from astracore.numeric import EXACT, to_text

pytestmark = pytest.mark.slow
EDGES = (
    "0", "1", "-1", "0.1", "-0.1", "0.000000000000000001", "-0.000000000000000001",
    "999999999999999999999999999999.999999999999999999", "10", "1000000", "0.5", "45123.4",
    "9007199254740993", "0.30000000000000004",
)  # fmt: skip
STEPS = ("0.00001", "0.1", "0.01", "1", "5", "0.0001", "0.25", "3")
BAD = (
    "", " ", "-", ".", "1.", ".5", "+1", "-0.", "01", "00", "1e5", "1E-3", "NaN", "Infinity",
    "0x10", "1,000", "1 000", "١٢", "1.0000000000000000001", "1" * 31, "1_000", "\u22125", "1\n",
)  # fmt: skip
WORK = """async ([address, cases]) => {
  const { Decimal } = await import(address + "/decimal.js");
  const both = ([left, right]) => [Decimal.of(left), Decimal.of(right)];
  const does = {
    plus: ([a, b]) => String(both([a, b])[0].plus(Decimal.of(b))),
    minus: ([a, b]) => String(Decimal.of(a).minus(Decimal.of(b))),
    times: ([a, b]) => String(Decimal.of(a).times(Decimal.of(b))),
    compare: ([a, b]) => String(Decimal.of(a).compare(Decimal.of(b))),
    over: ([a, b]) => String(Decimal.of(a).over(Decimal.of(b), 8)),
    floor: ([a, b]) => String(Decimal.of(a).floorTo(Decimal.of(b))),
    ceil: ([a, b]) => String(Decimal.of(a).ceilTo(Decimal.of(b))),
    multiple: ([a, b]) => String(Decimal.of(a).isMultipleOf(Decimal.of(b))),
    text: ([a]) => String(Decimal.of(a)),
  };
  return cases.map(([name, ...given]) => does[name](given));
}"""


def amounts() -> Iterator[str]:
    """Edges, then seeded amounts of every length."""
    yield from EDGES
    chance = random.Random(20)
    for _ in range(160):
        whole = str(chance.randrange(10 ** chance.randrange(1, 25)))
        tail = "".join(chance.choice("0123456789") for _ in range(chance.randrange(0, 13)))
        yield chance.choice(("", "-")) * (whole != "0") + whole + (f".{tail}" if tail else "")


def expected(name: str, left: Decimal, right: Decimal) -> str:
    """The same by Python's decimal module."""
    with decimal.localcontext(decimal.Context(prec=200)) as context:
        match name:
            case "plus":
                return to_text(left + right)
            case "minus":
                return to_text(left - right)
            case "times":
                return to_text(left * right)
            case "compare":
                return str((left > right) - (left < right))
            case "over":
                context.rounding = decimal.ROUND_DOWN
                return "null" if not right else to_text((left / right).quantize(Decimal("1e-8")))
            case "floor" | "ceil":
                context.rounding = decimal.ROUND_FLOOR if name == "floor" else decimal.ROUND_CEILING
                return to_text((left / right).to_integral_value() * right)
            case "multiple":
                return str(left % right == 0).lower()
            case _:
                return to_text(left)


@pytest.fixture
def page(chrome: Browser, modules: str) -> Iterator[Page]:
    """A blank page of the same origin, so that modules may be imported."""
    opened = chrome.new_page()
    opened.goto(f"{modules}/decimal.js")
    yield opened
    opened.close()


def run(page: Page, modules: str, cases: list[list[str]]) -> list[str]:
    """What the browser answers to every case."""
    answers: list[str] = page.evaluate(WORK, [modules, cases])
    return answers


def check(page: Page, modules: str, cases: list[list[str]]) -> None:
    """Compare every case, and say which one differs."""
    answers = run(page, modules, cases)
    for (name, left, right), got in zip(cases, answers, strict=True):
        assert got == expected(name, Decimal(left), Decimal(right)), (name, left, right)


def test_sums_products_and_order_are_exact(page: Page, modules: str) -> None:
    """Addition, subtraction, multiplication, comparison, text."""
    values = list(amounts())
    names = ("plus", "minus", "times", "compare", "text")
    pairs = [*zip(values, reversed(values), strict=True), *((edge, edge) for edge in EDGES)]
    check(page, modules, [[name, left, right] for name in names for left, right in pairs])


def test_quotients_are_cut_toward_zero(page: Page, modules: str) -> None:
    """Eight digits, signs included; division by zero is null."""
    values = list(amounts())
    check(page, modules, [["over", a, b] for a, b in zip(values, values[7:], strict=False)])


def test_steps_round_to_multiples(page: Page, modules: str) -> None:
    """Down is toward minus infinity, up toward plus infinity, for every sign."""
    names = ("floor", "ceil", "multiple")
    cases = [[name, amount, step] for name in names for amount in amounts() for step in STEPS]
    check(page, modules, cases)


def test_only_the_servers_grammar_is_read(page: Page, modules: str) -> None:
    """What the server would refuse is null here; nothing is guessed."""
    work = """async ([address, texts]) => {
      const { Decimal } = await import(address + "/decimal.js");
      return texts.map((text) => Decimal.parse(text) === null);
    }"""
    assert all(page.evaluate(work, [modules, list(BAD)]))
    assert not any(page.evaluate(work, [modules, list(EDGES)]))


def test_what_people_type_is_understood(page: Page, modules: str) -> None:
    """Missing zeros and thousands commas are meant well; signs and letters are not amounts."""
    work = """async ([address, texts]) => {
      const { Decimal } = await import(address + "/decimal.js");
      const read = (text) => { const made = Decimal.typed(text); return made && String(made); };
      return texts.map(read);
    }"""
    typed = {
        ".5": "0.5", "5.": "5", "1,000.50": "1000.5", " 007 ": "7", "0.0": "0", "-1": None,
        "1e3": None, "abc": None, "": None, "1.2.3": None,
    }  # fmt: skip
    assert page.evaluate(work, [modules, list(typed)]) == list(typed.values())


def test_money_is_grouped_without_losing_a_digit(page: Page, modules: str) -> None:
    """Grouping and splitting add commas and zeros and take nothing away."""
    work = """async ([address, texts]) => {
      const { split } = await import(address + "/format.js");
      return texts.map((text) => split(text).join("").replaceAll(",", "").replace("\u2212", "-"));
    }"""
    values = list(amounts())
    shown: list[Any] = page.evaluate(work, [modules, values])
    assert [EXACT.create_decimal(text) for text in shown] == [Decimal(text) for text in values]
