"""What a quote may not say: a wrong currency, a worth that is none, tokens of no pack."""

import pytest

from astracore.errors.payments import PaymentState, ProductRefused
from astracore.errors.values import NumericLimit
from astracore.revenue.payments.state import Intent
from astracore.revenue.payments.types import ProductKind
from property_tests.payment_makers import quote, refusal, told


@pytest.mark.parametrize(
    "kind", [ProductKind.SUBSCRIPTION, ProductKind.RENEWAL, ProductKind.TOKENS]
)
def test_what_is_priced_in_dollars_is_quoted_in_dollars(kind: ProductKind) -> None:
    """Else 20 of a weak currency would buy what costs 20 dollars."""
    weak = quote("20", "0", kind=kind, currency="EUR", usd="22")
    assert refusal(Intent(), weak) == PaymentState("EUR", "currency")


def test_a_price_in_dollars_counts_as_what_it_is() -> None:
    hidden = quote("90", "9", usd="0.01")
    assert refusal(Intent(), hidden) == NumericLimit("usd")


@pytest.mark.parametrize("net", ["4.99", "50.01", "0"])
def test_tokens_that_nobody_sells_are_not_quoted(net: str) -> None:
    """What no pack gives would be paid and never delivered."""
    cause = refusal(Intent(), quote(net, "0", kind=ProductKind.TOKENS))
    assert isinstance(cause, ProductRefused)
    for least in ("5", "49.99", "50"):
        assert told(quote(least, "1", kind=ProductKind.TOKENS)).quote is not None
