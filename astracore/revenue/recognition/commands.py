"""What may be asked of a contract of revenue. Days are UTC dates; a day is earned at its end."""

from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId

ZERO = Decimal(0)
CENT = Decimal("0.01")


class Method(StrEnum):
    """What earns the price."""

    STRAIGHT_LINE = "straight_line"  # each day of the period
    MILESTONES = "milestones"  # each agreed deed its share
    USE = "use"  # each unit used; what is left when the period ends


class Stream(StrEnum):
    """The four streams of revenue, named as their accounts."""

    SUBSCRIPTIONS = "subscriptions"
    TRANSACTION_FEES = "transaction_fees"
    NFT_MARKETPLACE = "nft_marketplace"
    PREMIUM_FEATURES = "premium_features"


@frozen(kw_only=True)
class Milestone:
    """A deed and the share of the price that it earns [1]."""

    name: str
    share: Decimal


@frozen(kw_only=True)
class BillContract:
    """Something was billed [currency, before tax]; nothing of it is earned yet."""

    contract_id: str
    user_id: UserId
    stream: Stream
    currency: str
    amount: Decimal
    start: int
    end: int
    method: Method = Method.STRAIGHT_LINE
    milestones: tuple[Milestone, ...] = ()
    units: Decimal = ZERO  # to be used
    unit: Decimal = CENT


@frozen(kw_only=True)
class RecogniseDay:
    """`day` is over, and every day before it."""

    contract_id: str
    day: int


@frozen(kw_only=True)
class ReachMilestone:
    """An agreed deed was done."""

    contract_id: str
    milestone: str
    day: int


@frozen(kw_only=True)
class RecordUse:
    """`units` more were used."""

    contract_id: str
    units: Decimal
    day: int


@frozen(kw_only=True)
class ChangeContract:
    """From `day` on, which is not earned yet: `more` is billed (or taken back), until `end`."""

    contract_id: str
    day: int
    more: Decimal
    end: int


@frozen(kw_only=True)
class SuspendContract:
    """Nothing is earned from `day` on until the contract is changed."""

    contract_id: str
    day: int


@frozen(kw_only=True)
class RefundContract:
    """Give back: what is deferred first, then what was earned. `ends`: and serve no more."""

    contract_id: str
    day: int
    amount: Decimal
    ends: bool = False


ContractCommand: TypeAlias = (
    BillContract
    | RecogniseDay
    | ReachMilestone
    | RecordUse
    | ChangeContract
    | SuspendContract
    | RefundContract
)
