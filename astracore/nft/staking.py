"""What a staked token earns: CREDIT for each full day, by its rarity, and nothing else."""

from astracore.instants import DAY, Instant
from astracore.nft.rules import RULES, NftRules, rarity_row
from astracore.nft.types import Rarity


def full_days(since: Instant, now: Instant) -> int:
    """Days of 24 hours that have passed whole.

    >>> full_days(Instant(0), Instant(3 * DAY - 1))
    2
    """
    return max(0, (now.micros - since.micros) // DAY)


def stake_credits(rarity: Rarity, days: int, rules: NftRules = RULES) -> int:
    """days × the rarity's daily reward [CREDIT].

    Source: docs/formulas-collectibles.md#staking.
    >>> stake_credits(Rarity.LEGENDARY, 7)
    112
    """
    row = rarity_row(rules, rarity)
    return 0 if row is None else max(0, days) * row.stake
