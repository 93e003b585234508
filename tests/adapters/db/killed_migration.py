"""Opens a store and is killed, by itself, before the statement whose number it is given."""

import itertools
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event

from shell.stores import served

COUNTED = itertools.count(1)


def main() -> None:
    """FOLDER NUMBER [ADDRESS]: exits with 0 when there are fewer statements."""
    folder, number, *address = sys.argv[1:]

    def before(*_given: object) -> None:
        if next(COUNTED) == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before)
    served(Path(folder), address[0] if address else None, None).unwrap().close()


if __name__ == "__main__":
    main()
