"""Where a cached value lies, and what is counted of a cache."""

import hashlib
from collections import Counter

from attrs import define, field, frozen

VALUE_MAX = 256 * 1024  # [bytes] what is larger is not kept


@frozen
class Place:
    """A value by its kind, the shape of its bytes and its id.

    A value of another shape lies elsewhere, so that old bytes are never read as new ones.
    """

    kind: str
    schema: str
    id: str

    @property
    def name(self) -> str:
        """The place as one short text that tells nothing of the id.

        >>> Place("price", "v1", "BTC-USD").name[:9]
        'price:v1:'
        """
        return f"{self.kind}:{self.schema}:{hashlib.sha256(self.id.encode()).hexdigest()}"


@define
class Tally:
    """What happened since the start, by kind. An error is a call that the cache did not answer."""

    hits: Counter[str] = field(factory=Counter)
    misses: Counter[str] = field(factory=Counter)
    evictions: Counter[str] = field(factory=Counter)
    errors: Counter[str] = field(factory=Counter)

    def asked(self, kind: str, found: bytes | None) -> bytes | None:
        """Count a question; what was found."""
        (self.misses if found is None else self.hits)[kind] += 1
        return found
