"""Tokens that were checked lately, in this process alone.

Whoever could write them elsewhere could make himself anybody; and a question over the network costs
more than the check. Nothing revoked is believed for longer than `SECONDS`.
"""

import hashlib

import orjson
from attrs import frozen
from returns.result import Failure, Result, Success

from adapters.cache.memory import Memory
from adapters.cache.places import Place
from adapters.security.tokens import BadToken, Claims, OldToken, TokenFault, Tokens
from astracore.instants import Instant
from astracore.outcome import is_failure

SESSION = "session"
SCHEMA = "subject,roles,expires"
SECONDS = 60.0
STRANGER_SECONDS = 5.0  # how long it is remembered that a text is no token of ours
STRANGER = b"null"


@frozen
class Sessions:
    """Checks tokens as `Tokens` does, and remembers what it found; the token itself is not kept."""

    tokens: Tokens
    memory: Memory

    def check(self, token: str, at: Instant) -> Result[Claims, TokenFault]:
        """The claims of a token of ours whose time is not over.  Errors: BadToken, OldToken."""
        place = Place(SESSION, SCHEMA, hashlib.sha256(token.encode()).hexdigest())
        found = self.memory.look(place)
        if found is None:
            return self._checked(place, token, at)
        if found == STRANGER:
            return Failure(BadToken())
        subject, roles, expires = orjson.loads(found)
        if Instant(expires) <= at:
            return Failure(OldToken())
        return Success(Claims(subject, tuple(roles), Instant(expires)))

    def _checked(self, place: Place, token: str, at: Instant) -> Result[Claims, TokenFault]:
        checked = self.tokens.check(token, at)
        if not is_failure(checked):
            claims = checked.unwrap()
            said = orjson.dumps((claims.subject, claims.roles, claims.expires.micros))
            self.memory.keep(place, said, SECONDS)
        elif isinstance(checked.failure(), BadToken):
            self.memory.keep(place, STRANGER, STRANGER_SECONDS)
        return checked
