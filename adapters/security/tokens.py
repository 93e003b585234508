"""Stateless bearer tokens: `astra1.<claims>.<HMAC-SHA-256>`, one algorithm, nothing to choose.

The key is 32 random bytes in a file that only its owner may read. No token is stored and none
stands in an event; whoever holds the key file can make any token, so it is as secret as the data.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
from pathlib import Path
from typing import ClassVar, TypeAlias

from attrs import field, frozen
from returns.result import Failure, Result, Success

from astracore.instants import DAY, Instant, after

KEY_BYTES = 32
TOKEN = re.compile(r"astra1\.[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{43}", re.ASCII)
LIFETIME_DAYS = 30


@frozen
class BadToken:
    """The text is no token of ours."""

    code: ClassVar[str] = "unauthenticated"


@frozen
class OldToken:
    """The token was ours and its time is over."""

    code: ClassVar[str] = "token_expired"


@frozen
class WeakKeyFile:
    """The key file is not 32 bytes that only its owner may read."""

    code: ClassVar[str] = "weak_key_file"
    path: str


TokenFault: TypeAlias = BadToken | OldToken


@frozen
class Claims:
    """Who a token speaks for, with which roles, until when."""

    subject: str
    roles: tuple[str, ...]
    expires: Instant


@frozen
class Tokens:
    """Makes and checks tokens with one key.  Invariant: check(make(c)) == c before c.expires."""

    key: bytes = field(repr=False)

    def make(self, subject: str, roles: tuple[str, ...], at: Instant) -> str:
        """A token for `subject`, valid for 30 days from `at`."""
        expires = after(at, LIFETIME_DAYS * DAY)
        claims = {"exp": expires.micros, "roles": list(roles), "sub": subject}
        data = _text(json.dumps(claims, sort_keys=True, separators=(",", ":")).encode())
        return f"astra1.{data}.{self._signature(data)}"

    def check(self, token: str, at: Instant) -> Result[Claims, TokenFault]:
        """The claims of a token that we made and whose time is not over.

        Errors: BadToken, OldToken.
        """
        if TOKEN.fullmatch(token) is None:
            return Failure(BadToken())
        _, data, signature = token.split(".")
        if not hmac.compare_digest(signature, self._signature(data)):
            return Failure(BadToken())
        try:
            claims = json.loads(base64.b64decode(data + "=" * (-len(data) % 4), altchars=b"-_"))
        except (binascii.Error, ValueError):
            return Failure(BadToken())
        expires = Instant(claims["exp"])
        if expires <= at:
            return Failure(OldToken())
        return Success(Claims(claims["sub"], tuple(claims["roles"]), expires))

    def derived_key(self, purpose: str) -> bytes:
        """32 bytes for another purpose; they tell nothing about the key itself."""
        return hmac.new(self.key, purpose.encode(), hashlib.sha256).digest()

    def _signature(self, data: str) -> str:
        return _text(hmac.new(self.key, b"astra1." + data.encode(), hashlib.sha256).digest())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def key_from(path: Path) -> Result[bytes, WeakKeyFile]:
    """The key in `path`, made with mode 0600 when there is none yet.

    Errors: WeakKeyFile (wrong length, or others may read it).
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    if path.stat().st_mode & 0o077:
        return Failure(WeakKeyFile(str(path)))
    key = path.read_bytes()
    return Success(key) if len(key) == KEY_BYTES else Failure(WeakKeyFile(str(path)))
