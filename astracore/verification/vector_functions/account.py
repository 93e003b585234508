"""`account.*`: what an account has left."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Result

from astracore.errors.margin import MarginFault
from astracore.margin.account import available_balance, margin_balance
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault
from astracore.verification.vector_functions.reading import number

Told: TypeAlias = Result[Answer, MarginFault | ReadFault]


def _available(inputs: Inputs) -> Told:
    return Result.do(
        left
        for wallet in number(inputs, "wallet")
        for unrealised in number(inputs, "unrealized")
        for position in number(inputs, "position_margin")
        for order in number(inputs, "order_margin")
        for left in available_balance(
            wallet, unrealised, position_margin=position, order_margin=order
        )
    )


def _balance(inputs: Inputs) -> Told:
    return Result.do(
        balance
        for wallet in number(inputs, "wallet")
        for unrealised in number(inputs, "unrealized")
        for balance in margin_balance(wallet, unrealised)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {"account.available_balance": _available, "account.margin_balance": _balance}
)
