"""Passwords as argon2id hashes, with the parameters of RFC 9106 for little memory (64 MiB)."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

_hasher: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""A hash that no password has. Checked where a name is unknown, so that both take as long."""


def hashed(password: str) -> str:
    """A salted hash that says how it was made. Takes tens of milliseconds of a processor."""
    return _hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether the hash is of that password; takes as long as `hashed` and as long for a no."""
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False
