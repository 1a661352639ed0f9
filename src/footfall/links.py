"""Links that let whoever has them read one file for a while, without a key. Pure but for the hash.

Brevo's clients fetch the file behind an `export_url` without their key. So the link itself must be
unguessable and must end.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from footfall.instants import DAY, SECOND

LIFETIME: Final = DAY
"""How long a link holds, nanoseconds."""
SECRET_BYTES: Final = 32


class Links:
    """Signs paths, and knows its own signatures. Nothing is kept of a link."""

    def __init__(self, secret: bytes) -> None:
        """Whoever has the secret can make links."""
        self._secret = secret

    def link(self, path: str, now: int) -> str:
        """The path with a query that lets its bearer in from now on."""
        expires = (now + LIFETIME) // SECOND
        return f"{path}?expires={expires}&signature={self._signature(path, expires)}"

    def holds(self, path: str, expires: int, signature: str, now: int) -> bool:
        """Whether that is the signature of a link to the path that has not ended."""
        given, right = signature.encode(), self._signature(path, expires).encode()
        return hmac.compare_digest(given, right) and now <= expires * SECOND

    def _signature(self, path: str, expires: int) -> str:
        text = f"{path}\n{expires}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()
