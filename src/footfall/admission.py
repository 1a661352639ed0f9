"""The rules that an event must keep to be accepted: all that need no knowledge of contacts.

The front holds every event to them before it is journaled. Where Brevo's documents are silent, the
rule is Footfall's own and docs/reference/compatibility.md says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from footfall.bodies import (
    BAD_NUMBER,
    LARGEST_INTEGER,
    LEAST_INTEGER,
    MAX_DEPTH,
    TOO_DEEP,
    read_tree,
)
from footfall.errors import BodyTooLarge, InvalidParameter, MalformedBody, MissingParameter
from footfall.events import (
    FIELDS,
    EventBody,
    Identifiers,
    JsonObject,
    ObjectReference,
    properties_size,
    unknown_fields,
)
from footfall.identifiers import (
    EMAIL,
    EXT_ID,
    LANDLINE,
    PHONE,
    WHATSAPP,
    is_plain_email,
    normal_email,
    normal_ext_id,
    normal_phone,
)
from footfall.instants import is_usual_instant, parse_instant

MAX_NAME: Final = 255
MAX_PROPERTIES_BYTES: Final = 51_200
MAX_ATTRIBUTES: Final = 500
MAX_KNOWN_NAMES: Final = 10_000
CONTACT_ID: Final = "contact_id"
MAX_CONTACT_ID: Final = 2**63 - 1

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}").fullmatch
_VISIBLE = re.compile(r"[!-~]{1,255}").fullmatch
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_ABSENT = re.compile(r"Object missing required field `(\w+)`")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]").search
_CAPITAL = re.compile(r"[A-Z]")

_decode = msgspec.json.Decoder(EventBody).decode
_known_names: set[str] = set()
"""Names that passed the rule, so that a name seen before costs one look-up."""


def check_event(body: bytes) -> None:
    """Hold one event to every rule that needs no knowledge of contacts.

    Raises `MissingParameter`, `InvalidParameter` or `BodyTooLarge`, naming the field by its path,
    and before those `MalformedBody`. What passes here can be applied or set aside, but never crash
    a reader.
    """
    try:
        _check(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise _fault(read_tree(body), str(problem)) from problem
    except (InvalidParameter, BodyTooLarge):
        read_tree(body)
        raise


def _check(body: bytes) -> None:
    event = _decode(body)
    if event.event_name not in _known_names:
        _check_name(event.event_name)
    keys = 2 + _check_identifiers(event.identifiers, body)
    if event.event_date is not UNSET:
        keys += 1
        _check_date(event.event_date)
    if event.contact_properties is not UNSET:
        keys += 1 + _check_contact_properties(event.contact_properties)
    if event.event_properties is not UNSET:
        if len(body) > MAX_PROPERTIES_BYTES:
            _check_size(body)
        keys += 1 + _check_event_properties(event.event_properties)
    if event.object is not UNSET:
        keys += 1 + _check_object(event.object)
    if event.event_id is not UNSET:
        keys += 1
        _check_event_id(event.event_id)
    if body.translate(None, b" \t\r\n").count(b'":') != keys:
        # The text has more keys than the event: one stands twice, or a field is unknown, or part
        # of a text looks like a key. The slow way tells.
        _refuse_camel_case(read_tree(body))


def check_idempotency_key(key: str) -> None:
    """Raises `InvalidParameter` unless the key is 1 to 255 visible ASCII characters."""
    if _VISIBLE(key) is None:
        raise InvalidParameter(
            "Idempotency-Key must be 1 to 255 visible ASCII characters", "Idempotency-Key"
        )


def _check_name(name: str) -> None:
    if not name:
        raise MissingParameter("event_name is missing", "event_name")
    if _NAME(name) is None:
        raise InvalidParameter(
            "event_name must be 1 to 255 characters of A-Z a-z 0-9 _ -", "event_name"
        )
    _learn_names((name,))


def _check_identifiers(given: Identifiers, body: bytes) -> int:
    """Returns how many of the known fields are there."""
    # Written out: a loop over the kinds takes twice as long, once an event.
    kind = ""
    try:
        if given.contact_id is not UNSET and given.contact_id is not None:
            kind = CONTACT_ID
            _check_contact_id(given.contact_id)
        if given.ext_id:
            kind = EXT_ID
            normal_ext_id(given.ext_id)
        if given.email_id:
            kind = EMAIL
            if not is_plain_email(given.email_id):
                normal_email(given.email_id)
        if given.phone_id:
            kind = PHONE
            normal_phone(given.phone_id)
        if given.whatsapp_id:
            kind = WHATSAPP
            normal_phone(given.whatsapp_id)
        if given.landline_number_id:
            kind = LANDLINE
            normal_phone(given.landline_number_id)
    except ValueError as problem:
        path = f"identifiers.{kind}"
        raise InvalidParameter(f"{path} {problem}", path) from problem
    if not kind:
        raise _no_identifier(body)
    return _fields_given(given)


def _fields_given(fields: msgspec.Struct) -> int:
    values = astuple(fields)
    return len(values) - values.count(UNSET)


def _check_contact_id(contact_id: int) -> None:
    if not 1 <= contact_id <= MAX_CONTACT_ID:
        raise ValueError("must be a positive 64-bit integer")


def _check_date(date: str | None) -> None:
    if date is None or is_usual_instant(date):
        return
    try:
        parse_instant(date)
    except ValueError as problem:
        raise InvalidParameter(f"event_date is {problem}", "event_date") from problem


def _check_event_id(event_id: str | None) -> None:
    if event_id is not None and _VISIBLE(event_id) is None:
        raise InvalidParameter("event_id must be 1 to 255 visible ASCII characters", "event_id")


def _check_object(reference: ObjectReference | list[Any] | None) -> int:
    if not reference:
        return 0
    if isinstance(reference, list):
        raise InvalidParameter("object must be an object", "object")
    _check_object_text("object.type", reference.type or "")
    identifiers = reference.identifiers
    if not identifiers:
        return _fields_given(reference)
    if isinstance(identifiers, list):
        raise InvalidParameter("object.identifiers must be an object", "object.identifiers")
    for field in ("id", "ext_id"):
        _check_object_text(f"object.identifiers.{field}", getattr(identifiers, field) or "")
    return _fields_given(reference) + _fields_given(identifiers)


def _check_object_text(path: str, value: str | int) -> None:
    text = str(value)
    if len(text) > MAX_NAME or _CONTROL(text):
        message = f"{path} must be at most {MAX_NAME} characters, none of them a control character"
        raise InvalidParameter(message, path)


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
        if kind is str:
            continue
        if kind is int:
            if not LEAST_INTEGER <= value <= LARGEST_INTEGER:
                raise MalformedBody(BAD_NUMBER)
        elif kind is dict or (kind is list and not all(type(item) is str for item in value)):
            path = f"contact_properties.{name[:MAX_NAME]}"
            raise InvalidParameter(
                f"{path} must be a string, a number, a boolean or a list of strings", path
            )
    return len(properties)


def _check_event_properties(properties: JsonObject | list[Any] | None) -> int:
    """Returns how many keys there are at all depths."""
    if not properties:
        return 0
    if isinstance(properties, list):
        raise InvalidParameter("event_properties must be an object", "event_properties")
    try:
        return _count_keys(properties, MAX_DEPTH)
    except _BadKey:
        raise _bad_key(properties) from None


class _BadKey(Exception):
    """Some key breaks the rule; `_bad_key` finds which, off the usual way."""


def _count_keys(tree: JsonObject, levels: int) -> int:
    """How many keys the tree has at all depths. Raises `_BadKey` and `MalformedBody`."""
    if levels == 0:
        raise MalformedBody(TOO_DEEP)
    if not _known_names.issuperset(tree):
        _learn_names(tree)
    keys = len(tree)
    for value in tree.values():
        kind = type(value)
        if kind is str:
            continue
        if kind is int:
            if not LEAST_INTEGER <= value <= LARGEST_INTEGER:
                raise MalformedBody(BAD_NUMBER)
        elif kind is dict:
            keys += _count_keys(value, levels - 1)
        elif kind is list:
            keys += _count_keys_in_list(value, levels - 1)
    return keys


def _count_keys_in_list(items: list[Any], levels: int) -> int:
    if levels == 0:
        raise MalformedBody(TOO_DEEP)
    keys = 0
    for value in items:
        kind = type(value)
        if kind is str:
            continue
        if kind is int:
            if not LEAST_INTEGER <= value <= LARGEST_INTEGER:
                raise MalformedBody(BAD_NUMBER)
        elif kind is dict:
            keys += _count_keys(value, levels - 1)
        elif kind is list:
            keys += _count_keys_in_list(value, levels - 1)
    return keys


def _learn_names(names: Iterable[str]) -> None:
    for name in names:
        if _NAME(name) is None:
            raise _BadKey
    if len(_known_names) >= MAX_KNOWN_NAMES:
        _known_names.clear()
    _known_names.update(names)


def _check_size(body: bytes) -> None:
    if properties_size(body) > MAX_PROPERTIES_BYTES:
        raise BodyTooLarge(f"event_properties is larger than {MAX_PROPERTIES_BYTES} bytes")


def _refuse_camel_case(tree: JsonObject) -> None:
    """Some clients write fields in camel case: better refused than lost in silence."""
    for path, name, siblings in unknown_fields(tree):
        field = _CAPITAL.sub(lambda capital: f"_{capital[0].lower()}", name)
        if field in FIELDS[path] and field not in siblings:
            right = ".".join((*path, field))
            raise InvalidParameter(f"{name} is not a field: it must be written {right}", right)


# -- telling what is wrong -------------------------------------------------------------------------


def _fault(tree: Any, problem: str) -> Exception:
    """The clear error for a readable body in which the decoder found a wrong or missing field."""
    if not isinstance(tree, dict):
        return InvalidParameter("The body must be a JSON object")
    place = _PLACE.search(problem)
    path = place[1] if place else ""
    absent = _ABSENT.match(problem)
    if absent or "got `null`" in problem or (path == "identifiers" and tree[path] == []):
        return _missing(tree, absent[1] if absent else path)
    kind = problem[: place.start()] if place else problem
    return InvalidParameter(f"{path} has the wrong type: {kind}", path)


def _missing(tree: JsonObject, field: str) -> Exception:
    hint = ": eventName must be written event_name" if "eventName" in tree else ""
    return MissingParameter(f"{field} is missing{hint}", field)


def _no_identifier(body: bytes) -> Exception:
    _refuse_camel_case(read_tree(body))
    kinds = ", ".join(Identifiers.__struct_fields__)
    return MissingParameter(f"identifiers needs at least one of {kinds}", "identifiers")


def _bad_key(properties: JsonObject) -> Exception:
    place, key = _place_of_bad_key(properties, MAX_DEPTH) or ("", "")
    path = f"event_properties{place}"
    return InvalidParameter(
        f"{path}: the key {json.dumps(key[:80])} must be 1 to 255 characters of A-Z a-z 0-9 _ -",
        f"{path}.{key[:MAX_NAME]}",
    )


def _place_of_bad_key(container: Any, levels: int) -> tuple[str, str] | None:
    """The first key that breaks the rule, in order of the text, behind the way to its object."""
    steps: Iterator[tuple[str, Any]]
    if isinstance(container, dict):
        for name in container:
            if _NAME(name) is None:
                return "", name
        steps = ((f".{name}", child) for name, child in container.items())
    else:
        steps = ((f"[{at}]", child) for at, child in enumerate(container))
    if levels > 1:
        for step, child in steps:
            if isinstance(child, dict | list):
                found = _place_of_bad_key(child, levels - 1)
                if found is not None:
                    return step + found[0], found[1]
    return None
