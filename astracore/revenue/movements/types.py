"""The vocabulary of deposits and withdrawals."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way money goes."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"


class Status(StrEnum):
    """Where a movement stands."""

    HELD = "held"  # waits for somebody of role finance
    APPROVED = "approved"  # a withdrawal that may be paid out
    DONE = "done"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Decision(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    REJECT = "reject"


class Reason(StrEnum):
    """Why a movement is held."""

    LARGE = "large"
    MANY = "many"
    STRUCTURED = "structured"
    PENDING = "pending"  # another movement of the user waits for review
