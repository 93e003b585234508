"""`orders.*`: the path of a trailing stop."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from returns.result import Failure, Result, Success

from astracore.errors.vectors import BadInput
from astracore.outcome import collect
from astracore.trading.orders.trailing import Trail, TrailBy, TrailPath, trailing_stop_path
from astracore.trading.types import ZERO
from astracore.verification.inputs import Answer, Function, Inputs, read_number
from astracore.verification.vector_functions.rows import Told, number_or, side_in

MODES: Mapping[str, TrailBy] = {
    "absolute": TrailBy.AMOUNT,
    "amount": TrailBy.AMOUNT,
    "abs": TrailBy.AMOUNT,
    "price": TrailBy.AMOUNT,
    "percent": TrailBy.PERCENT,
    "percentage": TrailBy.PERCENT,
    "relative": TrailBy.PERCENT,
    "fraction": TrailBy.PERCENT,
    "rel": TrailBy.PERCENT,
}


def _mode(inputs: Inputs) -> Result[TrailBy, BadInput]:
    """How the trail is measured; an amount where nothing is stated."""
    name = inputs.text("mode").value_or("amount").lower()
    if name not in MODES:
        return Failure(BadInput("mode", "absolute or percent is needed"))
    return Success(MODES[name])


def _stated(inputs: Inputs, key: str, value: Decimal) -> Decimal | None:
    """What was read, or None where the case states nothing."""
    return value if inputs.has(key) else None


def _trailing_stop_path(inputs: Inputs) -> Told:
    """orders.trailing_stop_path: the stop after each price, and where it fired, from 0."""
    return Result.do(
        _told(path)
        for side in side_in(inputs)
        for by in _mode(inputs)
        for distance in inputs.number("trail")
        for initial in number_or(inputs, "initial_stop", ZERO)
        for activation in number_or(inputs, "activation", ZERO)
        for texts in inputs.texts("prices")
        for prices in collect(read_number(text) for text in texts)
        for path in trailing_stop_path(
            Trail(
                side=side,
                by=by,
                distance=distance,
                initial=_stated(inputs, "initial_stop", initial),
                activation=_stated(inputs, "activation", activation),
            ),
            prices,
        )
    )


def _told(path: TrailPath) -> Mapping[str, Answer]:
    """The path by name."""
    return {"stops": path.levels, "fill_index": path.fire_index, "fill_price": path.fire_price}


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {"orders.trailing_stop_path": _trailing_stop_path}
)
