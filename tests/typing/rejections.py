"""Lines that must not type-check: under strict an ignore that is not needed is an error.

Never run. The last function needs its ignore only while the returns plugin is switched on.
"""

from decimal import Decimal

from returns.result import Result

from astracore.errors.market import MarketFault
from astracore.errors.money import MoneyFault
from astracore.market import Market, Price, Quantity
from astracore.money import Base, Currency, Money, Posted, Quote, add, compare, money, settle
from astracore.numeric import Rounding, rounded


def roles_do_not_mix(btc: Money[Base], usd: Money[Quote]) -> None:
    """Money of the base asset is not money of the quote asset."""
    add(btc, usd)  # type: ignore[misc]
    compare(usd, btc)  # type: ignore[misc]
    needs_quote(btc)  # type: ignore[arg-type]


def needs_quote(fee: Money[Quote]) -> Money[Quote]:
    """A fee is stated in the quote asset."""
    return fee


def money_has_no_operators(usd: Money[Quote], other: Money[Quote]) -> bool:
    """Sums and comparisons are functions that answer a Result."""
    usd + usd  # type: ignore[operator]
    usd * Decimal(2)  # type: ignore[operator]
    usd.amount = Decimal(0)  # type: ignore[misc]
    return bool(usd < other)  # type: ignore[operator]


def price_times_quantity_is_quote(
    price: Price[Base, Quote], size: Quantity[Base], wrong: Quantity[Quote]
) -> Result[Money[Base], MarketFault]:
    """Not base, and not by a quantity of something else."""
    price.times(wrong)  # type: ignore[arg-type]
    price.times(price)  # type: ignore[arg-type]
    return price.times(size)  # type: ignore[return-value]


def floats_stay_outside(held: Market) -> None:
    """No number enters but through a text, and no rounding has a default."""
    Money(1.5, "USD")  # type: ignore[arg-type]
    money(Quote, 1.5, "USD")  # type: ignore[arg-type]
    held.price(101.5)  # type: ignore[arg-type]
    rounded(1.5, Decimal(1), Rounding.UP)  # type: ignore[arg-type]
    rounded(Decimal(1), Decimal(1))  # type: ignore[call-arg]
    rounded(Decimal(1), Decimal(1), "UP")  # type: ignore[arg-type]


def only_settled_money_is_posted(usd: Money[Quote], held: Currency) -> None:
    """Calculating money is not posted money, and a settlement names its rule."""
    needs_posted(usd)  # type: ignore[arg-type]
    settle(usd, held)  # type: ignore[call-arg]


def needs_posted(entry: Posted[Quote]) -> Posted[Quote]:
    """The ledger takes settled money."""
    return entry


def results_are_not_truth(usd: Money[Quote]) -> None:
    """A Failure is truthy, so asking is a mistake."""
    if add(usd, usd):  # type: ignore[truthy-bool]
        return


def the_plugin_is_on(texts: Result[str, int]) -> Result[Money[Quote], MoneyFault]:
    """Without the plugin do-notation forgets the error `int`, and this line would pass."""
    return Result.do(  # type: ignore[return-value]
        parsed for text in texts for parsed in money(Quote, text, "USD")
    )
