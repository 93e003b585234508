"""What is fixed when a collectible is minted: its number, its power, the hash of its metadata."""

import hashlib
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.nft import NotEligible
from astracore.errors.values import NumericLimit
from astracore.events.canonical import written
from astracore.nft.rules import RULES, NftRules, class_index, rarity_row
from astracore.nft.types import NftClass, Rarity
from astracore.numeric import EXACT, even, exact

SERIALS = 2**64


@frozen(kw_only=True)
class Metadata:
    """What the hash pins; nothing of it changes after the mint."""

    token_id: str
    class_: NftClass
    reference: str  # the tournament or edition, empty where there is none
    rarity: Rarity
    level: int
    power: int
    traits: tuple[int, ...] = ()


def token_number(name: NftClass, serial: int) -> str:
    """class index × 2^64 + serial as decimal text, serials from 1.

    >>> token_number(NftClass.FIRST_TRADE, 1)
    '18446744073709551617'
    """
    return str(class_index(name) * SERIALS + serial % SERIALS)


@exact
def power(
    rarity: Rarity, level: int, rules: NftRules = RULES
) -> Result[int, NotEligible | NumericLimit]:
    """e0(10 × rarity score + min(50, level)), the level being the owner's at the mint.

    Errors: NotEligible (the rarity has no row), NumericLimit.
    Source: docs/formulas-collectibles.md#power.
    >>> power(Rarity.EPIC, 37).unwrap()
    137
    """
    row = rarity_row(rules, rarity)
    if row is None:
        return Failure(NotEligible(rarity.value))
    counted = Decimal(max(0, min(rules.power_level_most, level)))
    points = EXACT.add(EXACT.multiply(rules.power_score, row.score), counted)
    if not points.is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    return Success(int(even(points, 0)))


def metadata_hash(metadata: Metadata) -> str:
    """SHA-256 of the canonical JSON of the metadata, as 64 hexadecimal digits.

    Any text has a hash: what no reader can decode is hashed as it is.
    Source: docs/formulas-collectibles.md#metadata-hash.
    """
    text = written(
        {
            "class": metadata.class_.value,
            "level": metadata.level,
            "power": metadata.power,
            "rarity": metadata.rarity.value,
            "reference": metadata.reference,
            "token_id": metadata.token_id,
            "traits": metadata.traits,
        }
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
