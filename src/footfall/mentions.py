"""Which entries of the journal name a contact without being found by it otherwise. Pure.

An event that was applied is found by its contact in the event store. Everything else that names
somebody - commands, events that were set aside, repeats, events that went by their age, an
identifier that belongs to another - is noted here, by a hash, so that erasing a contact finds every
entry that says something of it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, NamedTuple

CONTACT_ID: Final = "contact_id"
"""The kind under which a contact's number is mentioned."""


class Mention(NamedTuple):
    """One entry names somebody."""

    position: int
    key: bytes
    """See `key_of`."""
    whole: bool
    """The entry goes with the one who is named; otherwise the name alone goes."""


def key_of(kind: str, value: str | int) -> bytes:
    """The hash of an identifier in compared form, or of a contact's number."""
    return blake2b(f"{kind} {value}".encode(), digest_size=16).digest()
