"""Keys of persons: each has one of its own, wrapped by a master key that lies outside the database.

AES-256-GCM throughout. What a sealed value is about (event, field) is bound to it, and a wrapped
key to its person, so that neither can be put in another's place.
"""

import base64
import hashlib
import hmac
import os

from attrs import field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
ALIAS = 32  # hexadecimal digits


@frozen
class Sealing:
    """What only the holder of the master key can do."""

    master: bytes = field(repr=False)

    def new_key(self) -> bytes:
        """A key for one person."""
        return os.urandom(KEY_BYTES)

    def wrap(self, key: bytes, subject: str) -> bytes:
        """A person's key as the database may hold it."""
        return sealed(self.master, key, f"subject:{subject}")

    def key_of(self, wrapped: bytes, subject: str) -> bytes | None:
        """A person's key; None when this master key did not wrap it for this person."""
        return opened(self.master, wrapped, f"subject:{subject}")

    def alias(self, text: str) -> str:
        """A name that stands for a text in the log: equal texts have equal ones, and no more."""
        return hmac.new(self.master, f"alias:{text}".encode(), hashlib.sha256).hexdigest()[:ALIAS]

    def seal(self, key: bytes, value: bytes, about: str) -> str:
        """A value under a person's key, as text."""
        return base64.b64encode(sealed(key, value, about)).decode()

    def unseal(self, key: bytes, text: str, about: str) -> bytes | None:
        """The value; None when the text was changed, or is of another key or place."""
        try:
            return opened(key, base64.b64decode(text, validate=True), about)
        except ValueError:
            return None


def sealed(key: bytes, value: bytes, about: str) -> bytes:
    """A random nonce and what it hides."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, value, about.encode())


def opened(key: bytes, found: bytes, about: str) -> bytes | None:
    """The value, or None when it is not ours."""
    try:
        return AESGCM(key).decrypt(found[:NONCE_BYTES], found[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError):
        return None
