"""The rules of an event, stated a second time: naively, and with the standard library's JSON only.

Nothing here is shared with the code under test. `judge` names everything that is wrong with a body.
"""

from __future__ import annotations

import json
import math
import string
from datetime import date
from typing import NamedTuple, NoReturn, TypeGuard

import phonenumbers

from tests.payload_shapes import Json


class Fault(NamedTuple):
    """One broken rule: the code of its answer, and the path of the field."""

    code: str
    path: str = ""


BAD_REQUEST = Fault("bad_request")
TOO_LARGE = Fault("payload_too_large")

NAME_CHARACTERS = set(string.ascii_letters + string.digits + "_-")
VISIBLE = set(string.ascii_letters + string.digits + string.punctuation)
CONTROLS = {chr(code) for code in [*range(0x20), 0x7F]}
HIDDEN = CONTROLS | {
    chr(code)
    for code in [
        *range(0x80, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2065),
        0xFEFF,
    ]
}
FIELDS = {
    "": [
        "event_name",
        "identifiers",
        "event_date",
        "contact_properties",
        "event_properties",
        "object",
        "event_id",
    ],
    "identifiers": [
        "contact_id",
        "email_id",
        "ext_id",
        "phone_id",
        "whatsapp_id",
        "landline_number_id",
    ],
    "object": ["type", "identifiers"],
    "object.identifiers": ["id", "ext_id"],
}


def judge(body: bytes) -> list[Fault]:
    """Every rule that the body breaks; none where it must be accepted."""
    try:
        tree = parse(body)
    except (ValueError, RecursionError):
        return [BAD_REQUEST]
    if not isinstance(tree, dict):
        return [Fault("invalid_parameter")]
    faults = [
        *name_faults(tree),
        *identifier_faults(tree),
        *date_faults(tree),
        *attribute_faults(tree),
        *property_faults(tree, body),
        *object_faults(tree),
        *event_id_faults(tree),
    ]
    named = {fault.path for fault in faults}
    return faults + [fault for fault in camel_case_faults(tree) if fault.path not in named]


# -- the text --------------------------------------------------------------------------------------


def parse(body: bytes) -> Json:
    """The body as a tree; raises ValueError or RecursionError where it is malformed."""
    tree: Json = json.loads(
        body.decode("utf-8"),
        object_pairs_hook=distinct,
        parse_constant=refuse,
        parse_float=finite,
        parse_int=finite_integer,
    )
    check_texts(tree)
    if depth(tree) > 1 + 128:
        raise ValueError("too deep")
    return tree


def distinct(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    tree: dict[str, Json] = {}
    for name, value in pairs:
        if name in tree:
            raise ValueError("twice")
        tree[name] = value
    return tree


def refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("overflow")
    return number


def finite_integer(text: str) -> int:
    finite(text)
    return int(text)


def check_texts(tree: Json) -> None:
    if isinstance(tree, str):
        tree.encode("utf-8")  # fails for half a character
    elif isinstance(tree, list):
        for item in tree:
            check_texts(item)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            check_texts(name)
            check_texts(value)


def depth(tree: Json) -> int:
    if isinstance(tree, dict):
        return 1 + max(map(depth, tree.values()), default=0)
    if isinstance(tree, list):
        return 1 + max(map(depth, tree), default=0)
    return 0


def text_of(body: bytes, field: str) -> str | None:
    """The text of a field's value in a body that parses, as received; None where it is absent."""
    text = body.decode()
    at = skip_blanks(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = json.JSONDecoder().raw_decode(text, at)
        start = skip_blanks(text, skip_blanks(text, at) + 1)
        _, end = json.JSONDecoder().raw_decode(text, start)
        if name == field:
            return text[start:end]
        at = skip_blanks(text, end)
        if text[at] == ",":
            at = skip_blanks(text, at + 1)
    return None


def skip_blanks(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


# -- the fields ------------------------------------------------------------------------------------


def is_name(text: str) -> bool:
    return 1 <= len(text) <= 255 and set(text) <= NAME_CHARACTERS


def is_integer(value: Json) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def name_faults(tree: dict[str, Json]) -> list[Fault]:
    name = tree.get("event_name")
    if name is None or name == "":
        return [Fault("missing_parameter", "event_name")]
    if not isinstance(name, str) or not is_name(name):
        return [Fault("invalid_parameter", "event_name")]
    return []


def identifier_faults(tree: dict[str, Json]) -> list[Fault]:
    identifiers = tree.get("identifiers")
    if identifiers is None or identifiers == []:
        return [Fault("missing_parameter", "identifiers")]
    if not isinstance(identifiers, dict):
        return [Fault("invalid_parameter", "identifiers")]
    given = {
        name: value
        for name, value in identifiers.items()
        if name in FIELDS["identifiers"] and value is not None and value != ""
    }
    if identifiers.get("contact_id") == "":
        given["contact_id"] = ""
    if not given and not any(
        camel in identifiers and field not in identifiers
        for camel, field in camel_names("identifiers").items()
    ):
        return [Fault("missing_parameter", "identifiers")]
    return [
        Fault("invalid_parameter", f"identifiers.{name}")
        for name, value in given.items()
        if not is_identifier(name, value)
    ]


def is_identifier(name: str, value: Json) -> bool:
    if name == "contact_id":
        return is_integer(value) and 0 < value < 2**63
    if not isinstance(value, str) or len(value) > 255:
        return False
    if name == "ext_id":
        return not set(value) & CONTROLS
    return is_email(value) if name == "email_id" else is_phone(value)


def is_email(value: str) -> bool:
    parts = value.strip().lower().split("@")
    if len(parts) != 2 or not 1 <= len(parts[0]) <= 64 or not 1 <= len(parts[1]) <= 190:
        return False
    return not any(character.isspace() or character in HIDDEN for character in "".join(parts))


def is_phone(value: str) -> bool:
    dialled = "".join(part for part in value if not part.isspace() and part not in "().-/")
    for prefix in ("+", "00", ""):
        if dialled.startswith(prefix):
            digits = dialled[len(prefix) :]
            break
    if not set(digits) <= set(string.digits):
        return False
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return False
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return form == "+" + digits or is_phone(form)


def date_faults(tree: dict[str, Json]) -> list[Fault]:
    value = tree.get("event_date")
    if value is None or (isinstance(value, str) and moment_of(value) is not None):
        return []
    return [Fault("invalid_parameter", "event_date")]


def moment_of(text: str) -> int | None:
    """Nanoseconds from 1970 to what the text names; None where it names nothing."""
    day = days_of(text[:10])
    if day is None:
        return None
    moment = day * 86_400 * 10**9
    rest = text[10:]
    if rest:
        if rest[0] not in "Tt ":
            return None
        clock, zone = split_zone(rest[1:])
        time, offset = time_of(clock), offset_of(zone)
        if time is None or offset is None:
            return None
        moment += time - offset
    first, last = days_of("0001-01-01"), days_of("9999-12-31")
    assert first is not None
    assert last is not None
    if first * 86_400 * 10**9 <= moment < (last + 1) * 86_400 * 10**9:
        return moment
    return None


def days_of(text: str) -> int | None:
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(map(is_digits, parts)):
        return None
    try:
        return (date(*map(int, parts)) - date(1970, 1, 1)).days
    except ValueError:
        return None


def split_zone(text: str) -> tuple[str, str]:
    end = 0
    while end < len(text) and text[end] in string.digits + ":.":
        end += 1
    return text[:end], text[end:]


def time_of(clock: str) -> int | None:
    whole, point, fraction = clock.partition(".")
    parts = whole.split(":")
    if len(parts) not in (2, 3) or not all(len(part) == 2 and is_digits(part) for part in parts):
        return None
    if point and (len(parts) == 2 or not 1 <= len(fraction) <= 9 or not is_digits(fraction)):
        return None
    hour, minute, second = [*map(int, parts), 0][:3]
    if hour > 23 or minute > 59 or second > 60:
        return None
    return (hour * 3600 + minute * 60 + second) * 10**9 + int((fraction + "0" * 9)[:9])


def offset_of(zone: str) -> int | None:
    if zone in ("", "Z", "z", "UTC", " UTC"):
        return 0
    zone = zone.removeprefix(" ")
    sign, hour, minute = zone[:1], zone[1:3], zone[3:].removeprefix(":")
    if sign not in ("+", "-") or len(hour) != 2 or len(minute) != 2:
        return None
    if not is_digits(hour + minute) or int(hour) > 23 or int(minute) > 59:
        return None
    seconds = (int(hour) * 3600 + int(minute) * 60) * 10**9
    return seconds if sign == "+" else -seconds


def is_digits(text: str) -> bool:
    return text != "" and set(text) <= set(string.digits)


def attribute_faults(tree: dict[str, Json]) -> list[Fault]:
    properties = tree.get("contact_properties")
    if properties is None or properties == []:
        return []
    if not isinstance(properties, dict) or len(properties) > 500:
        return [Fault("invalid_parameter", "contact_properties")]
    return [
        Fault("invalid_parameter", f"contact_properties.{name[:255]}")
        for name, value in properties.items()
        if isinstance(value, dict)
        or (isinstance(value, list) and not all(isinstance(item, str) for item in value))
    ]


def property_faults(tree: dict[str, Json], body: bytes) -> list[Fault]:
    properties = tree.get("event_properties")
    if properties is None or properties == []:
        return []
    if not isinstance(properties, dict):
        return [Fault("invalid_parameter", "event_properties")]
    faults = [Fault("invalid_parameter", path) for path in bad_keys(properties, "event_properties")]
    text = text_of(body, "event_properties")
    assert text is not None
    if len(text.encode()) > 50 * 1024:
        faults.append(TOO_LARGE)
    return faults


def bad_keys(tree: Json, path: str) -> list[str]:
    if isinstance(tree, list):
        return [bad for at, item in enumerate(tree) for bad in bad_keys(item, f"{path}[{at}]")]
    if isinstance(tree, dict):
        here = [f"{path}.{name[:255]}" for name in tree if not is_name(name)]
        below = [bad for name, value in tree.items() for bad in bad_keys(value, f"{path}.{name}")]
        return here + below
    return []


def object_faults(tree: dict[str, Json]) -> list[Fault]:
    reference = tree.get("object")
    if reference is None or reference == []:
        return []
    if not isinstance(reference, dict):
        return [Fault("invalid_parameter", "object")]
    faults = []
    kind = reference.get("type")
    if kind is not None and not (isinstance(kind, str) and is_short(kind)):
        faults.append(Fault("invalid_parameter", "object.type"))
    identifiers = reference.get("identifiers")
    if identifiers is None or identifiers == []:
        return faults
    if not isinstance(identifiers, dict):
        return [*faults, Fault("invalid_parameter", "object.identifiers")]
    for name in ("id", "ext_id"):
        value = identifiers.get(name)
        good = isinstance(value, str) or is_integer(value)
        if value is not None and not (good and is_short(str(value))):
            faults.append(Fault("invalid_parameter", f"object.identifiers.{name}"))
    return faults


def is_short(text: str) -> bool:
    return len(text) <= 255 and not set(text) & CONTROLS


def event_id_faults(tree: dict[str, Json]) -> list[Fault]:
    value = tree.get("event_id")
    if value is None or (
        isinstance(value, str) and 1 <= len(value) <= 255 and set(value) <= VISIBLE
    ):
        return []
    return [Fault("invalid_parameter", "event_id")]


def camel_case_faults(tree: dict[str, Json]) -> list[Fault]:
    faults = []
    for place in FIELDS:
        part: Json = tree
        for step in place.split("."):
            if step:
                part = part.get(step) if isinstance(part, dict) else None
        if isinstance(part, dict):
            for camel, field in camel_names(place).items():
                if camel in part and field not in part:
                    path = f"{place}.{field}".removeprefix(".")
                    faults.append(Fault("invalid_parameter", path))
    return faults


def camel_names(place: str) -> dict[str, str]:
    names = {}
    for field in FIELDS[place]:
        words = field.split("_")
        camel = words[0] + "".join(word.title() for word in words[1:])
        if camel != field:
            names[camel] = field
    return names
