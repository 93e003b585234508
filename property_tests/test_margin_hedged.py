"""Two legs of one symbol: the corridor is re-evaluated from the definition, in fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.margin.hedged import Account, hedged_liquidation
from astracore.margin.legs import Contract, Leg
from astracore.margin.liquidation import liquidation_price
from astracore.margin.tiers import Tier, brackets_of
from property_tests.risk_makers import decimals, legs, prices, ticks, tiers
from property_tests.test_margin import needed

LINEAR = (Contract.LINEAR, Contract.QUANTO)
LONG = Leg(contract=Contract.LINEAR, quantity=Decimal(1), entry=Decimal(100))


def left_over(
    held: list[Leg], margin: Decimal, rows: tuple[Tier, ...], fee: Decimal, price: Fraction
) -> Fraction:
    """Margin and profits less maintenance and fees."""
    total = Fraction(margin)
    for leg in held:
        signed = Fraction(leg.quantity) * Fraction(leg.multiplier)
        value = abs(signed) * price
        total += signed * (price - Fraction(leg.entry)) - needed(value, rows)
        total -= Fraction(fee) * value
    return total


@given(
    st.lists(legs(LINEAR), min_size=1, max_size=3),
    decimals("0", "1000000", 2),
    tiers(),
    prices,
    ticks,
)
def test_inside_the_corridor_is_safe_and_one_tick_outside_is_not(
    held: list[Leg], margin: Decimal, rows: tuple[Tier, ...], mark: Decimal, tick: Decimal
) -> None:
    """On both sides; where there is no bound, far away is safe too."""
    fee = Decimal("0.0006")
    account = Account(margin=margin, brackets=brackets_of(rows).unwrap(), fee_rate=fee)
    answer = hedged_liquidation(tuple(held), account, mark=mark, tick=tick)
    stands = left_over(held, margin, rows, fee, Fraction(mark)) >= 0
    if not stands:
        assert answer.failure().code == "invalid_margin"
        return
    found = answer.unwrap()
    for way, bound in ((-1, found.below), (1, found.above)):
        if bound is None:
            far = Fraction(10) ** 30 if way > 0 else Fraction(1, 10**30)
            assert left_over(held, margin, rows, fee, far) >= 0
            continue
        inside, outside = Fraction(bound), Fraction(bound) + way * Fraction(tick)
        if inside > 0 and way * (Fraction(mark) - inside) <= 0:
            assert left_over(held, margin, rows, fee, inside) >= 0
        if outside > 0:
            assert left_over(held, margin, rows, fee, outside) < 0


@given(legs(LINEAR), decimals("0.01", "100000", 2), prices)
def test_one_leg_alone_has_its_own_liquidation_price(
    leg: Leg, margin: Decimal, mark: Decimal
) -> None:
    """On its losing side, and nothing on the other."""
    account = Account(margin=margin, brackets=MARGIN_BRACKETS)
    answer = hedged_liquidation((leg,), account, mark=mark)
    assume(answer.map(lambda _: True).value_or(False))  # noqa: FBT003
    found = answer.unwrap()
    alone = liquidation_price(leg, margin=margin, brackets=MARGIN_BRACKETS).unwrap()
    assert (found.below if leg.sign > 0 else found.above) == alone
    assert (found.above if leg.sign > 0 else found.below) is None


@pytest.mark.parametrize(
    ("code", "held", "changed", "tick"),
    [
        ("bad_brackets", (LONG,), {"brackets": ()}, None),
        ("bad_brackets", (LONG,), {"brackets": MARGIN_BRACKETS[:2]}, None),
        ("invalid_fraction", (LONG,), {"fee_rate": Decimal(1)}, None),
        ("invalid_step", (LONG,), {}, Decimal(0)),
        ("invalid_quantity", (), {}, None),
        ("invalid_quantity", (evolve(LONG, contract=Contract.INVERSE),), {}, None),
        ("invalid_price", (evolve(LONG, entry=Decimal(0)),), {}, None),
    ],
)
def test_what_is_no_hedge_is_refused(
    code: str, held: tuple[Leg, ...], changed: dict[str, Decimal], tick: Decimal | None
) -> None:
    """By the first rule it breaks."""
    account = evolve(Account(margin=Decimal(50), brackets=MARGIN_BRACKETS), **changed)  # type: ignore[arg-type]
    assert hedged_liquidation(held, account, mark=Decimal(100), tick=tick).failure().code == code
