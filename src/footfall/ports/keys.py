"""The port of the account and its API keys."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, Protocol

import msgspec

Scope = Literal["events:write", "events:read", "contacts:read", "contacts:write", "admin"]


class Key(msgspec.Struct, frozen=True):
    """An API key as the store knows it: never the secret itself."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: int
    revoked_at: int | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether the key may do that; `admin` may do everything."""
        return scope in self.scopes or "admin" in self.scopes


class Account(msgspec.Struct, frozen=True):
    """The tenant that all data of a data directory belongs to."""

    id: str
    """A UUID."""
    name: str
    created_at: int


class Keys(Protocol):
    """The account and its API keys. Only hashes of keys are stored."""

    def account(self, now: int) -> Account:
        """The account; the first call ever makes it, and all later ones see the same."""
        ...

    def create(self, name: str, scopes: Collection[Scope], now: int) -> tuple[Key, str]:
        """A new key and its secret, which nothing can show again. Durable when it returns."""
        ...

    def find(self, secret: str) -> Key | None:
        """The unrevoked key with that secret. Sees what other processes changed, at once."""
        ...

    def all(self) -> list[Key]:
        """Every key, revoked ones too, oldest first."""
        ...

    def revoke(self, key_id: str, now: int) -> bool:
        """No call that begins after the return is let in with it. False: there is no such key."""
        ...

    def close(self) -> None:
        """Give back files."""
        ...
