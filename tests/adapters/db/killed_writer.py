"""A process that writes acknowledged commands until somebody kills it.

Usage: killed_writer.py STORE ROUND. Each acknowledged key goes to standard output, with what was
answered, only after the answer came.
"""

import asyncio
import random
import sys
from pathlib import Path

from astracore.outcome import is_failure
from tests.domains.counter import Add, Take
from tests.domains.desk import Desk, desk

WRITERS = 8


async def write(sat: Desk, name: str, rng: random.Random) -> None:
    """One writer on one of four counters, so that two meet on each."""
    counter, turn = f"counter{rng.randrange(4)}", 0
    while True:
        turn += 1
        key = f"{name}:{turn}"
        command = (
            Add(counter=counter, amount=rng.randint(1, 9), parts=rng.randint(1, 3))
            if rng.random() < 0.6
            else Take(counter=counter, amount=rng.randint(1, 30))
        )
        result = await sat.ask(key, command)
        answer = "refused" if is_failure(result) else result.unwrap().answer.decode()
        sys.stdout.write(f"{key}\t{answer}\n")
        sys.stdout.flush()


async def main() -> None:
    """Until the kill."""
    path, round_ = Path(sys.argv[1]), sys.argv[2]
    sat = desk(path)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.gather(
        *(write(sat, f"{round_}:{n}", random.Random(f"{round_}:{n}")) for n in range(WRITERS))
    )


if __name__ == "__main__":
    asyncio.run(main())
