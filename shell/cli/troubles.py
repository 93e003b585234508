"""What the world around a command may do to it, in words instead of a traceback."""

import sqlalchemy.exc


def explained(trouble: Exception) -> str | None:
    """A sentence about a file, a disk or a damaged database; None when it is a fault of ours.

    >>> explained(FileNotFoundError(2, "No such file or directory", "a.csv"))
    'a.csv: no such file or directory'
    """
    if isinstance(trouble, sqlalchemy.exc.DatabaseError):
        return f"the database cannot be used: {trouble.orig}"
    if isinstance(trouble, OSError):
        why = (trouble.strerror or str(trouble)).lower()
        return why if trouble.filename is None else f"{trouble.filename}: {why}"
    if isinstance(trouble, UnicodeDecodeError):
        return "not text in UTF-8"
    return None
