"""A decision in several steps: each event is folded before the next step looks at the account."""

from attrs import frozen

from astracore.trading.events import AccountEvent
from astracore.trading.folding import fold
from astracore.trading.state import Account


@frozen
class Told:
    """The account after `events`, and the events."""

    account: Account
    events: tuple[AccountEvent, ...] = ()

    def plus(self, *events: AccountEvent) -> "Told":
        """One or more further events."""
        account = self.account
        for event in events:
            account = fold(account, event)
        return Told(account, (*self.events, *events))
