"""Who calls: the API key of a request, from `api-key` or `Authorization: Bearer`."""

from __future__ import annotations

from footfall.errors import PermissionDenied, Unauthorized
from footfall.ports import Key, Keys, Scope


def authenticate(keys: Keys, api_key: str, authorization: str) -> Key:
    """The key that the headers name, empty where they are absent; raises `Unauthorized`."""
    return find_key(keys, secret_of(api_key, authorization))


def secret_of(api_key: str, authorization: str) -> str:
    """The secret that the headers hold; raises `Unauthorized` where they hold none.

    `api-key` wins where both are there. The texts of these errors are Brevo's own.
    """
    secret = api_key
    if not secret and authorization:
        kind, _, value = authorization.partition(" ")
        secret = value.strip() if kind.lower() == "bearer" else ""
    if not secret:
        raise Unauthorized("authentication not found in headers")
    return secret


def find_key(keys: Keys, secret: str) -> Key:
    """The key with that secret; raises `Unauthorized` where there is none, or none any more."""
    key = keys.find(secret)
    if key is None:
        raise Unauthorized("Key not found")
    return key


def authorize(key: Key, scope: Scope) -> None:
    """Raises `PermissionDenied` unless the key has the scope."""
    if not key.allows(scope):
        raise PermissionDenied(f"The key {key.name!r} lacks the scope {scope}")
