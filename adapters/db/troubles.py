"""What the store's trouble means: it is away for now, or something is wrong with what was asked."""

from sqlalchemy import exc

# SQLSTATE classes: connection, resources, operator's intervention, rolled back by the server.
PASSING = ("08", "53", "57", "40")
PASSING_STATES = ("55P03",)  # a lock was not to be had in time


def is_unavailable(error: BaseException) -> bool:
    """Whether the same question may be answered a little later.

    >>> is_unavailable(ConnectionRefusedError()), is_unavailable(ValueError())
    (True, False)
    """
    if isinstance(error, OSError | exc.TimeoutError | exc.OperationalError | exc.InterfaceError):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return error.connection_invalidated or state.startswith(PASSING) or state in PASSING_STATES
