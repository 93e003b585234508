"""What happens when a charge fails: when it is tried again, when it is over, as data."""

from attrs import frozen


@frozen(kw_only=True)
class DunningRules:
    """A charge is tried when it is due and again on these days after it; then it is over.

    Access lasts `grace` days beyond the day that was due.
    """

    retries: tuple[int, ...] = (1, 3, 5, 7)
    grace: int = 7


DUNNING = DunningRules()


def next_attempt(due: int, failures: int, rules: DunningRules) -> int | None:
    """The day of the next attempt after `failures` of them; None when there is none.

    >>> [next_attempt(100, failures, DunningRules()) for failures in (0, 1, 4, 5)]
    [100, 101, 107, None]
    """
    if failures <= 0:
        return due
    return due + rules.retries[failures - 1] if failures <= len(rules.retries) else None
