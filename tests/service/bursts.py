"""One idempotency key sent 32 times at once, to every process there is."""

import asyncio
from collections import Counter
from json import loads
from random import Random

from attrs import define, field

from tests.service.fleet import Player, Told

AT_ONCE = 32
MISMATCH = (422, "idempotency_mismatch")
Answer = tuple[int, bytes]


@define
class Burst:
    """What was sent under one key, and what each sender was answered."""

    key: str
    bodies: tuple[dict[str, str], ...]  # one, or two that differ
    answers: list[tuple[int, Answer | None]] = field(factory=list)  # which body; the answer

    def wrong(self) -> str:
        """What must not be; empty when one body won, alike for all who sent it."""
        told = [(which, answer) for which, answer in self.answers if answer is not None]
        if len(told) != AT_ONCE:
            return f"{AT_ONCE - len(told)} had no answer"
        kinds = Counter((which, status) for which, (status, _) in told)
        winners = {which for which, status in kinds if status == 201}
        won = {answer for which, answer in told if which in winners}
        others = {mismatched(answer) for which, answer in told if which not in winners}
        if len(winners) != 1 or len(won) != 1 or not others <= {MISMATCH}:
            return f"{kinds}, {len(won)} answers of the one, {others} of the others"
        return ""


def mismatched(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer[0], loads(answer[1]).get("code", "")


async def burst(player: Player, number: int, rng: Random) -> Burst:
    """One burst; every second one has two bodies."""
    bodies = tuple(
        {
            "account_id": player.account,
            "symbol": "SOL-USD",
            "side": ("buy", "sell")[number % 2],
            "type": "market",
            "qty": qty,
        }
        for qty in ("0.2", "0.3")[: 1 + number // 2 % 2]
    )
    made = Burst(f"burst-{number:04}", bodies)
    which = [rng.randrange(len(bodies)) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(
        *(player.sent("POST", "/v1/orders", bodies[one], made.key) for one in which)
    )
    made.answers = list(zip(which, answers, strict=True))
    winner = next((one for one in made.answers if one[1] and one[1][0] == 201), None)
    if winner is not None:
        player.told[made.key] = Told(bodies[winner[0]], winner[1])
    return made
