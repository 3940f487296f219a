"""Signing: secrets and signatures as Standard Webhooks has them (standardwebhooks.com)."""

import base64
import binascii
import hmac
import secrets
from hashlib import sha256

from annotation.errors import BadSettings

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64


def new_secret() -> str:
    """Return a secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_secret(secret: str) -> str:
    """Return a secret that somebody brought along.

    Raises:
        BadSettings: it is not written as one.
    """
    key = _bytes_of(secret)
    if key is None or not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise BadSettings(
            f"A secret is {PREFIX} and {LEAST_BYTES} to {MOST_BYTES} random bytes in Base64; leave it out to get one."
        )
    return secret


def sign(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message sent at this moment (seconds since 1970)."""
    key = _bytes_of(secret) or b""
    digest = hmac.new(key, f"{message}.{timestamp}.".encode() + body, sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _bytes_of(secret: str) -> bytes | None:
    if not secret.startswith(PREFIX):
        return None
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
