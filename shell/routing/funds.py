"""Money and points: which streams their commands are decided over."""

from typing import assert_never

from returns.result import Result, Success

from astracore.catalog.aggregates import BOOKS_AGGREGATE
from astracore.catalog.funds import (
    ECONOMY_AGGREGATE,
    MOVEMENT_AGGREGATE,
    PAYMENT_AGGREGATE,
    SPEND_AGGREGATE,
    WALLET_AGGREGATE,
)
from astracore.errors.events import StreamFault
from astracore.errors.payments import MovementFault, PaymentFault
from astracore.ledger.commands import BooksCommand
from astracore.ledger.entries import Book
from astracore.revenue.economy.commands import AdjustFaucet
from astracore.revenue.movements.commands import MovementCommand
from astracore.revenue.movements.settling import settle
from astracore.revenue.payments.commands import ConfirmPayment, PaymentCommand
from astracore.revenue.payments.confirming import confirm
from astracore.revenue.spending.commands import SpendCommand
from astracore.revenue.wallets.commands import WalletCommand
from shell.joint import Work, joint_job
from shell.messages import FundsCommand, FundsFault
from shell.streams import Job, Streams, Terms, job

FAUCET = "faucet"  # the one stream of the economy


class Funds:
    """The streams of books, wallets, payments, movements, spending."""

    def __init__(self) -> None:
        self.books = Streams(BOOKS_AGGREGATE)
        self.wallets = Streams(WALLET_AGGREGATE)
        self._payments = Streams(PAYMENT_AGGREGATE)
        self._spending = Streams(SPEND_AGGREGATE)
        self._movements = Streams(MOVEMENT_AGGREGATE)
        self._economy = Streams(ECONOMY_AGGREGATE)

    def job(self, command: FundsCommand, terms: Terms) -> Job[FundsFault]:
        """Over which streams `command` is decided."""
        if isinstance(command, BooksCommand):
            return job(self.books, command.book.value, command, terms)
        if isinstance(command, WalletCommand):
            return job(self.wallets, command.user_id, command, terms)
        if isinstance(command, MovementCommand):
            return self._movement(command, terms)
        if isinstance(command, SpendCommand):
            return job(self._spending, command.user_id, command, terms)
        if isinstance(command, PaymentCommand):
            return self._payment(command, terms)
        match command:
            case AdjustFaucet():
                return job(self._economy, FAUCET, command, terms)
            case _:
                assert_never(command)

    def _payment(self, command: PaymentCommand, terms: Terms) -> Job[FundsFault]:
        """A purchase; agreeing to one is counted by its buyer's spending guard."""
        if not isinstance(command, ConfirmPayment):
            return job(self._payments, command.intent_id, command, terms)

        def deciding(work: Work) -> Result[None, PaymentFault | StreamFault]:
            return Result.do(
                done
                for intent in work.state(self._payments, command.intent_id)
                for buyer in Success("" if intent.quote is None else intent.quote.user_id)
                for guard in work.state(self._spending, buyer)
                for made in confirm(command, intent, guard)
                for _ in work.append(self._payments, command.intent_id, made.payment)
                for done in work.append(self._spending, buyer, made.spending)
            )

        faults = PAYMENT_AGGREGATE.faults
        return joint_job(self._payments, command.intent_id, deciding, faults, terms)

    def _movement(self, command: MovementCommand, terms: Terms) -> Job[FundsFault]:
        """A movement and its entry in the house's book."""
        user, house = command.user_id, Book.HOUSE.value

        def deciding(work: Work) -> Result[None, MovementFault | StreamFault]:
            return Result.do(
                done
                for movements in work.state(self._movements, user)
                for books in work.state(self.books, house)
                for made in settle(command, movements, books)
                for _ in work.append(self._movements, user, made.movements)
                for done in work.append(self.books, house, made.books)
            )

        return joint_job(self._movements, user, deciding, MOVEMENT_AGGREGATE.faults, terms)
