"""The rules that an event must keep to be accepted: all that need no knowledge of contacts.

The front holds every event to them before it is journaled. Where Brevo's documents are silent, the
rule is Footfall's own and docs/reference/compatibility.md says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw

from footfall.errors import BodyTooLarge, InvalidParameter, MalformedBody, MissingParameter
from footfall.events import (
    EventBody,
    Identifiers,
    JsonObject,
    ObjectIdentifiers,
    ObjectReference,
    properties_size,
)
from footfall.identifiers import DECIDING_ORDER, normal
from footfall.instants import parse_instant

MAX_NAME: Final = 255
MAX_PROPERTIES_BYTES: Final = 51_200
MAX_DEPTH: Final = 128
"""Levels of nesting in event_properties. Brevo names no bound; this one keeps every reader safe."""
MAX_ATTRIBUTES: Final = 500
MAX_KNOWN_NAMES: Final = 10_000

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_VISIBLE = re.compile(r"[!-~]{1,255}", re.ASCII)
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_ABSENT = re.compile(r"Object missing required field `(\w+)`")
_SPACED_COLONS: Final = (b" :", b"\n:", b"\t:", b"\r:")

_body = msgspec.json.Decoder(EventBody)
_tree = msgspec.json.Decoder()
_known_names: set[str] = set()
"""Property names that passed the rule, so that a name seen before costs one look-up."""


def check_event(body: bytes | memoryview) -> None:
    """Hold one event to every rule that needs no knowledge of contacts.

    Raises `MalformedBody`, `MissingParameter`, `InvalidParameter` or `BodyTooLarge`, naming the
    field by its path. What passes here can be applied or set aside, but never crash a reader.
    """
    try:
        event = _body.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise _fault(body, problem) from problem
    if _NAME.fullmatch(event.event_name) is None:
        raise _bad_name(event.event_name, body)
    keys = 2 + _check_identifiers(event.identifiers, body)
    if event.event_date is not UNSET:
        keys += 1
        _check_date(event.event_date)
    if event.event_id is not UNSET:
        keys += 1
        _check_event_id(event.event_id)
    if event.object is not UNSET:
        keys += 1 + _check_object(event.object)
    if event.contact_properties is not UNSET:
        keys += 1 + _check_contact_properties(event.contact_properties)
    if event.event_properties is not UNSET:
        keys += 1 + _check_event_properties(event.event_properties)
    if bytes(body).count(b'":') != keys or any(spaced in body for spaced in _SPACED_COLONS):
        _check_keys(bytes(body))
    if len(body) > MAX_PROPERTIES_BYTES:
        _check_size(body)


def check_idempotency_key(key: str) -> None:
    """Raises `InvalidParameter` unless the key is 1 to 255 visible ASCII characters."""
    if _VISIBLE.fullmatch(key) is None:
        raise InvalidParameter(
            "Idempotency-Key must be 1 to 255 visible ASCII characters", "Idempotency-Key"
        )


def _check_identifiers(identifiers: Identifiers, body: bytes | memoryview) -> int:
    """Returns how many of the known fields are there."""
    keys = given = 0
    contact_id = identifiers.contact_id
    if contact_id is not UNSET:
        keys += 1
        if contact_id is not None:
            given += 1
            if not 1 <= contact_id <= 2**63 - 1:
                raise InvalidParameter(
                    "identifiers.contact_id must be a positive 64-bit integer",
                    "identifiers.contact_id",
                )
    for kind in DECIDING_ORDER:
        value = getattr(identifiers, kind)
        if value is UNSET:
            continue
        keys += 1
        if value:
            given += 1
            try:
                normal(kind, value)
            except ValueError as problem:
                path = f"identifiers.{kind}"
                raise InvalidParameter(f"{path} {problem}", path) from problem
    if not given:
        raise _no_identifier(body)
    return keys


def _check_date(date: str | None) -> None:
    if date is None:
        return
    try:
        parse_instant(date)
    except ValueError as problem:
        raise InvalidParameter(f"event_date is {problem}", "event_date") from problem


def _check_event_id(event_id: str | None) -> None:
    if event_id is not None and _VISIBLE.fullmatch(event_id) is None:
        raise InvalidParameter("event_id must be 1 to 255 visible ASCII characters", "event_id")


def _check_object(reference: ObjectReference | None) -> int:
    if reference is None:
        return 0
    keys = 0
    if reference.type is not UNSET:
        keys += 1
        if reference.type is not None and len(reference.type) > MAX_NAME:
            raise InvalidParameter("object.type is longer than 255 characters", "object.type")
    identifiers = reference.identifiers
    if identifiers is UNSET:
        return keys
    keys += 1
    if isinstance(identifiers, list) and identifiers:
        raise InvalidParameter("object.identifiers must be an object", "object.identifiers")
    if isinstance(identifiers, ObjectIdentifiers):
        for field in ("id", "ext_id"):
            value = getattr(identifiers, field)
            if value is not UNSET:
                keys += 1
                if value is not None and len(str(value)) > MAX_NAME:
                    path = f"object.identifiers.{field}"
                    raise InvalidParameter(f"{path} is longer than 255 characters", path)
    return keys


def _check_contact_properties(properties: JsonObject | list[Any] | None) -> int:
    if not properties:
        return 0
    if isinstance(properties, list):
        raise InvalidParameter("contact_properties must be an object", "contact_properties")
    if len(properties) > MAX_ATTRIBUTES:
        raise InvalidParameter(
            f"contact_properties has more than {MAX_ATTRIBUTES} attributes", "contact_properties"
        )
    for name, value in properties.items():
        kind = type(value)
        if kind is dict or (kind is list and not all(type(item) is str for item in value)):
            path = f"contact_properties.{name}"
            raise InvalidParameter(
                f"{path} must be a string, a number, a boolean or a list of strings", path
            )
    return len(properties)


def _check_event_properties(properties: JsonObject | list[Any] | None) -> int:
    if not properties:
        return 0
    if isinstance(properties, list):
        raise InvalidParameter("event_properties must be an object", "event_properties")
    try:
        return _checked_keys(properties, MAX_DEPTH)
    except _BadKey:
        raise _bad_key(properties) from None


class _BadKey(Exception):
    """Some key or depth breaks a rule; `_bad_key` finds where, off the usual way."""


def _checked_keys(tree: JsonObject, depth: int) -> int:
    """How many keys the tree has at all depths; raises `_BadKey`."""
    if depth == 0:
        raise _BadKey
    if not _known_names.issuperset(tree):
        _learn_names(tree)
    keys = len(tree)
    for value in tree.values():
        if type(value) is dict:
            keys += _checked_keys(value, depth - 1)
        elif type(value) is list:
            keys += _checked_items(value, depth - 1)
    return keys


def _checked_items(items: list[Any], depth: int) -> int:
    if depth == 0:
        raise _BadKey
    keys = 0
    for value in items:
        if type(value) is dict:
            keys += _checked_keys(value, depth - 1)
        elif type(value) is list:
            keys += _checked_items(value, depth - 1)
    return keys


def _learn_names(names: Iterable[str]) -> None:
    for name in names:
        if _NAME.fullmatch(name) is None:
            raise _BadKey
    if len(_known_names) >= MAX_KNOWN_NAMES:
        _known_names.clear()
    _known_names.update(names)


def _check_size(body: bytes | memoryview) -> None:
    if properties_size(body) > MAX_PROPERTIES_BYTES:
        raise BodyTooLarge(f"event_properties is larger than {MAX_PROPERTIES_BYTES} bytes")


def _check_keys(body: bytes) -> None:
    """The exact check for which the count of keys is the short cut: no key stands twice.

    Also refuses the fields that some clients write in camel case; other unknown fields pass, and
    the verdict names them.
    """
    try:
        tree = json.loads(body.decode(), object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as problem:
        raise MalformedBody(f"The body is no readable JSON: {problem}") from problem
    _refuse_camel_case(tree, EventBody.__struct_fields__, "")
    if isinstance(tree.get("identifiers"), dict):
        _refuse_camel_case(tree["identifiers"], Identifiers.__struct_fields__, "identifiers.")


class _DuplicateKey(ValueError):
    pass


def _distinct(pairs: list[tuple[str, Any]]) -> JsonObject:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _DuplicateKey(f"the key {json.dumps(twice)} stands twice in one object")
    return tree


def _refuse_camel_case(tree: JsonObject, fields: tuple[str, ...], prefix: str) -> None:
    for field in fields:
        other = _camel_case(field)
        if other != field and other in tree and field not in tree:
            raise InvalidParameter(
                f"{prefix}{other} is not a field: write {prefix}{field}", prefix + field
            )


def _camel_case(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest)


# -- telling what is wrong -------------------------------------------------------------------------


def _fault(body: bytes | memoryview, problem: Exception) -> Exception:
    """The clear error for what the decoder found."""
    if not isinstance(problem, msgspec.ValidationError):
        if isinstance(problem, RecursionError):
            return MalformedBody(f"The body is nested deeper than {MAX_DEPTH} levels")
        return MalformedBody(f"The body is no readable JSON: {problem}")
    text = str(problem)
    if "out of range" in text:
        return MalformedBody("The body has a number that no 64-bit float or integer can hold")
    place = _PLACE.search(text)
    path = place[1] if place else ""
    absent = _ABSENT.match(text)
    if absent:
        return _missing(path, absent[1], body)
    if not path:
        return InvalidParameter("The body must be a JSON object")
    if "got `null`" in text or (path == "identifiers" and bytes(_kept_text(body, path)) == b"[]"):
        return MissingParameter(f"{path} is missing", path)
    return InvalidParameter(f"{path} has the wrong type: {text[: place.start()]}", path)  # type: ignore[union-attr]


def _kept_text(body: bytes | memoryview, field: str) -> Raw:
    fields: dict[str, Raw] = msgspec.json.decode(body, type=dict[str, Raw])
    return fields.get(field, Raw())


def _missing(parent: str, field: str, body: bytes | memoryview) -> Exception:
    path = f"{parent}.{field}" if parent else field
    if not parent:
        tree = _tree_of(body)
        other = _camel_case(field)
        if other in tree:
            return MissingParameter(f"{path} is missing: {other} must be written {field}", path)
    return MissingParameter(f"{path} is missing", path)


def _no_identifier(body: bytes | memoryview) -> Exception:
    identifiers = _tree_of(body).get("identifiers")
    if isinstance(identifiers, dict):
        for field in Identifiers.__struct_fields__:
            other = _camel_case(field)
            if other != field and other in identifiers:
                path = f"identifiers.{field}"
                return InvalidParameter(f"identifiers.{other} must be written {path}", path)
    return MissingParameter(
        "identifiers needs at least one of contact_id, email_id, ext_id, phone_id, whatsapp_id, "
        "landline_number_id",
        "identifiers",
    )


def _tree_of(body: bytes | memoryview) -> JsonObject:
    try:
        tree = _tree.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    return tree if isinstance(tree, dict) else {}


def _bad_name(name: str, body: bytes | memoryview) -> Exception:
    if not name:
        return _missing("", "event_name", body)
    return InvalidParameter(
        "event_name must be 1 to 255 characters of A-Z a-z 0-9 _ -", "event_name"
    )


def _bad_key(properties: JsonObject) -> Exception:
    """Finds the first key or level that breaks a rule, in order of the text."""
    stack: list[tuple[str, Any, int]] = [("event_properties", properties, MAX_DEPTH)]
    while stack:
        path, value, depth = stack.pop()
        if isinstance(value, dict):
            for name in value:
                if _NAME.fullmatch(name) is None:
                    return InvalidParameter(
                        f"{path}: the key {json.dumps(name[:80])} must be 1 to 255 characters of "
                        "A-Z a-z 0-9 _ -",
                        f"{path}.{name}",
                    )
            children = [(f"{path}.{name}", child, depth - 1) for name, child in value.items()]
        elif isinstance(value, list):
            children = [(f"{path}[{at}]", child, depth - 1) for at, child in enumerate(value)]
        else:
            continue
        if depth == 0:
            break
        stack.extend(reversed(children))
    return InvalidParameter(
        f"event_properties is nested deeper than {MAX_DEPTH} levels", "event_properties"
    )
