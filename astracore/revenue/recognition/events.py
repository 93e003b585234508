"""What may have happened to a contract of revenue. Amounts are before tax."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.revenue.recognition.commands import Method, Milestone, Stream


@frozen(kw_only=True)
class ContractBilled:
    """`amount` is deferred, to be earned by `method`."""

    TYPE: ClassVar[str] = "astra.financial.contract_billed.v1"
    contract_id: str
    user_id: UserId
    stream: Stream
    currency: str
    amount: Decimal
    start: int
    end: int
    method: Method
    milestones: tuple[Milestone, ...]
    units: Decimal
    unit: Decimal


@frozen(kw_only=True)
class RevenueRecognised:
    """`amount` was earned by the end of `day`; `progress` counts units or shares, not days."""

    TYPE: ClassVar[str] = "astra.financial.revenue_recognised.v1"
    contract_id: str
    user_id: UserId
    stream: Stream
    day: int
    amount: Decimal
    currency: str
    progress: Decimal
    milestone: str


@frozen(kw_only=True)
class ContractChanged:
    """What is not earned yet, and `more`, is spread over [day, end)."""

    TYPE: ClassVar[str] = "astra.financial.contract_changed.v1"
    contract_id: str
    day: int
    more: Decimal
    end: int


@frozen(kw_only=True)
class ContractSuspended:
    """Nothing is earned from `day` on."""

    TYPE: ClassVar[str] = "astra.financial.contract_suspended.v1"
    contract_id: str
    day: int


@frozen(kw_only=True)
class ContractRefunded:
    """`amount` was given back: `deferred` of it had not been earned, `contra` had."""

    TYPE: ClassVar[str] = "astra.financial.contract_refunded.v1"
    contract_id: str
    user_id: UserId
    stream: Stream
    day: int
    amount: Decimal
    deferred: Decimal
    contra: Decimal
    end: int
    currency: str


ContractEvent: TypeAlias = (
    ContractBilled | RevenueRecognised | ContractChanged | ContractSuspended | ContractRefunded
)
