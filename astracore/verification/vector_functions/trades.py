"""`trade.*`: what one round trip came to."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from returns.result import Result

from astracore.trading.contracts.trade_returns import RoundTrip, net_profit
from astracore.trading.types import ZERO
from astracore.verification.inputs import Function, Inputs
from astracore.verification.vector_functions.rows import Told, number_or, side_in


def _net_profit(inputs: Inputs) -> Told:
    """trade.net_profit: with both fees, funding and leverage."""
    return Result.do(
        {"net": found.net, "ratio": found.ratio}
        for side in side_in(inputs)
        for qty in inputs.number("qty")
        for opened in inputs.number("open")
        for closed in inputs.number("close")
        for open_rate in number_or(inputs, "fee_open_rate", ZERO)
        for close_rate in number_or(inputs, "fee_close_rate", ZERO)
        for funding in number_or(inputs, "funding", ZERO)
        for leverage in number_or(inputs, "leverage", Decimal(1))
        for found in net_profit(
            RoundTrip(
                side=side,
                qty=qty,
                opened=opened,
                closed=closed,
                open_rate=open_rate,
                close_rate=close_rate,
                funding=funding,
                leverage=leverage,
            )
        )
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType({"trade.net_profit": _net_profit})
