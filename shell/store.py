"""The store port: what the shell needs of a database. `adapters.db` has one for each kind."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Store(Protocol):
    """Events, answers, read models and checkpoints, as plain functions of a connection."""

    def writing(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` alone among writers, in a transaction that is committed when it returns."""
        ...

    def changing(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` in a transaction that waits for no other writer where the database can do so.

        For tables whose rows are locked one by one (jobs, schedules); never for the log.
        """
        ...

    def reading(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` on a snapshot of what is committed."""
        ...

    def read(self, work: Callable[[Connection], T]) -> T:
        """The same, waiting for it."""
        ...

    def write(self, work: Callable[[Connection], T]) -> T:
        """Write, waiting for it."""
        ...

    def alias(self, text: str) -> str:
        """What stands in the log for a text that tells who somebody is: a stream's key, say."""
        ...

    def close(self) -> None:
        """Finish what is under way and let go."""
        ...
