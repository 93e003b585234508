"""A new player gets a practice account; a new practice account gets its money in the books."""

from decimal import Decimal

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.ids import AccountId, UserId, derived_id
from astracore.instants import Instant
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, line
from astracore.policies.journal import posted
from astracore.trading.commands import OpenAccount
from astracore.trading.events import AccountOpened
from astracore.trading.types import AccountMode
from astracore.users.events import UserRegistered

PRACTICE_CURRENCY = "PUSD"
PRACTICE_BALANCE = Decimal(10_000)


def practice_account_id(user_id: UserId, registered_at: Instant) -> AccountId:
    """The id of the account that everybody starts with, known before it is opened."""
    return AccountId(derived_id(registered_at.micros // 1000, "practice-account", user_id))


def welcome(envelope: Envelope[UserRegistered]) -> tuple[OpenAccount, ...]:
    """user_registered → OpenAccount(practice)."""
    at = envelope.occurred_at
    user_id = envelope.event.user_id
    return (
        OpenAccount(
            account_id=practice_account_id(user_id, at),
            user_id=user_id,
            mode=AccountMode.PRACTICE,
            currency=PRACTICE_CURRENCY,
            initial_balance=PRACTICE_BALANCE,
            at=at,
        ),
    )


def issue(envelope: Envelope[AccountOpened]) -> tuple[PostEntry, ...]:
    """account_opened (practice) → debit issued, credit the user's funds."""
    event = envelope.event
    if event.mode is not AccountMode.PRACTICE:
        return ()
    return posted(
        Book.PRACTICE,
        envelope.event_id,
        at=event.at,
        reason="practice_issue",
        reference=event.account_id,
        lines=(
            *line("issued", event.currency, event.initial_balance),
            *line(
                f"user_funds/{event.user_id}", event.currency, event.initial_balance.copy_negate()
            ),
        ),
    )


WELCOME: Policy[UserRegistered, OpenAccount] = Policy(
    name="welcome", events=(UserRegistered,), react=welcome
)
ISSUE: Policy[AccountOpened, PostEntry] = Policy(
    name="practice_issue", events=(AccountOpened,), react=issue
)
