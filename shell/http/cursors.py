"""Page cursors: where a listing goes on, signed so that nobody can point it elsewhere."""

import base64
import binascii
import hashlib
import hmac
import json

from attrs import field, frozen
from returns.result import Failure, Result, Success

from shell.http.faults import BadCursor

CURSOR_CHARACTERS_MAX = 1024
SIGNATURE_BYTES = 16


@frozen
class Cursors:
    """Makes and reads cursors.  Invariant: only what `write` made is read, for its own listing."""

    key: bytes = field(repr=False)

    def write(self, listing: str, place: tuple[str, ...]) -> str:
        """The cursor that continues `listing` after `place`."""
        data = json.dumps(place, ensure_ascii=True, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._signature(listing, data) + data).decode().rstrip("=")

    def read(self, listing: str, cursor: str | None) -> Result[tuple[str, ...] | None, BadCursor]:
        """The place a cursor names; none for none.  Errors: BadCursor."""
        if cursor is None:
            return Success(None)
        if not cursor.isascii() or len(cursor) > CURSOR_CHARACTERS_MAX:
            return Failure(BadCursor())
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return Failure(BadCursor())
        signature, data = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(listing, data)):
            return Failure(BadCursor())
        return Success(tuple(json.loads(data)))

    def _signature(self, listing: str, data: bytes) -> bytes:
        message = listing.encode() + b"\x00" + data
        return hmac.new(self.key, message, hashlib.sha256).digest()[:SIGNATURE_BYTES]
