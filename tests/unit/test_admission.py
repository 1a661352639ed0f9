"""The rules of an event's fields, and the field that each refusal names."""

from __future__ import annotations

import json

import pytest

from footfall.admission import MAX_ATTRIBUTES, check_event, check_idempotency_key
from footfall.errors import (
    BodyTooLarge,
    FootfallError,
    InvalidParameter,
    MalformedBody,
    MissingParameter,
)
from tests.payload_shapes import EVENTS, SHAPES, Json, Shape
from tests.unit.bodies import GOOD, body, raw, without


def refusal(text: bytes) -> FootfallError:
    """The error with which a body is refused."""
    with pytest.raises(FootfallError) as refused:
        check_event(text)
    return refused.value


def assert_names(error: FootfallError, kind: type[InvalidParameter], path: str) -> None:
    """The error is of that kind, carries the path, and says it to its reader."""
    assert type(error) is kind
    assert error.path == path
    assert path in error.message
    assert error.status == 400


def test_documented_event() -> None:
    """The event of Brevo's own documentation is accepted, in one line and pretty-printed."""
    check_event(body())
    check_event(json.dumps(GOOD).encode())
    check_event(json.dumps(GOOD, indent="\t").encode())
    check_event(json.dumps(GOOD, indent=4, separators=(" ,", " : ")).encode())
    check_event(b"\r\n " + body() + b"\n")


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if shape.path == EVENTS], ids=lambda shape: shape.sender
)
def test_shapes_of_third_parties(shape: Shape) -> None:
    """Each shape that third-party callers send is accepted or refused as it should be."""
    text = json.dumps(shape.body).encode()
    if shape.status == 204:
        check_event(text)
        return
    error = refusal(text)
    assert isinstance(error, InvalidParameter)
    assert (error.status, error.code, error.path) == (shape.status, shape.code, shape.field)


@pytest.mark.parametrize("name", ["a", "A-z_0-9", "-", "_", "0", "x" * 255])
def test_event_name(name: str) -> None:
    """A name is 1 to 255 letters, digits, underscores and hyphens."""
    check_event(body(event_name=name))


@pytest.mark.parametrize(
    "name",
    ["x" * 256, "a b", " a", "a\n", "a,b", "a.b", "é", "\uff41", "٣", "a\x00", 5, True, [], {}],
)
def test_refused_event_name(name: Json) -> None:
    """Another name, or what is no text, is an invalid event_name."""
    assert_names(refusal(body(event_name=name)), InvalidParameter, "event_name")


@pytest.mark.parametrize(
    "text", [without("event_name"), body(event_name=None), body(event_name="")]
)
def test_missing_event_name(text: bytes) -> None:
    """An absent, null or empty event_name is missing."""
    assert_names(refusal(text), MissingParameter, "event_name")


@pytest.mark.parametrize(
    "text",
    [
        without("identifiers"),
        body(identifiers=None),
        body(identifiers={}),
        body(identifiers=[]),
        raw(identifiers="[ ]"),
        body(identifiers={"email_id": None}),
        body(identifiers={"email_id": "", "ext_id": "", "phone_id": None, "contact_id": None}),
        body(identifiers={"user_id": "u-1"}),
    ],
)
def test_missing_identifiers(text: bytes) -> None:
    """Without one identifier that is not empty, identifiers are missing."""
    assert_names(refusal(text), MissingParameter, "identifiers")


@pytest.mark.parametrize(
    "identifiers",
    [
        {"contact_id": 1},
        {"contact_id": 2**63 - 1},
        {"email_id": "jane.doe@example.com"},
        {"ext_id": "u-1"},
        {"phone_id": "33612345678"},
        {"whatsapp_id": "+33612345678"},
        {"landline_number_id": "0033123456789"},
        {"email_id": "", "ext_id": None, "phone_id": "33612345678"},
        {"email_id": "jane.doe@example.com", "user_id": "u-1"},
    ],
)
def test_identifiers(identifiers: dict[str, Json]) -> None:
    """Each of the six identifiers is enough; empty and unknown ones beside it do no harm."""
    check_event(body(identifiers=identifiers))


WRONG_IDENTIFIERS: dict[str, list[Json]] = {
    "contact_id": [0, -1, 2**63, 10**300, 1.0, 1.5, "1", True, [], {}],
    "email_id": ["jane.doe", "a@b c", 5, True, [], ["a@example.com"]],
    "ext_id": ["a" * 256, "a\x00", 5, False, {}],
    "phone_id": ["0612345678", "x", 33612345678, {}],
    "whatsapp_id": ["123", 33612345678, []],
    "landline_number_id": ["none", 33123456789, {}],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in WRONG_IDENTIFIERS.items() for value in values],
)
def test_refused_identifier(field: str, value: Json) -> None:
    """A wrong identifier is named by its path, also beside a good one."""
    beside: dict[str, Json] = {"ext_id": "u-1", field: value}
    for identifiers in ({field: value}, beside, dict(reversed(beside.items()))):
        error = refusal(body(identifiers=identifiers))
        assert_names(error, InvalidParameter, f"identifiers.{field}")


@pytest.mark.parametrize("identifiers", ["jane.doe@example.com", 5, True, [1], [{}]])
def test_identifiers_that_are_no_object(identifiers: Json) -> None:
    """Identifiers that are no object are invalid."""
    assert_names(refusal(body(identifiers=identifiers)), InvalidParameter, "identifiers")


@pytest.mark.parametrize(
    "date",
    [
        None,
        "2024-02-06",
        "2024-02-06T20:59:23",
        "2024-02-29T20:59:23.123456789+01:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1970-01-01 00:00:00 UTC",
        "2016-12-31T23:59:60Z",
    ],
)
def test_event_date(date: Json) -> None:
    """Every documented form of a date is accepted, and null counts as none."""
    check_event(body(event_date=date))


@pytest.mark.parametrize(
    "date", ["", "yesterday", "2023-02-29", "2024-02-06T25:00:00Z", 1707220763, 1.5, True, [], {}]
)
def test_refused_event_date(date: Json) -> None:
    """What is no date is an invalid event_date, and so is a number."""
    assert_names(refusal(body(event_date=date)), InvalidParameter, "event_date")


@pytest.mark.parametrize(
    "properties",
    [
        None,
        [],
        {},
        {"AGE": 32, "SCORE": 1.5, "VIP": True, "NAME": "", "TAGS": ["a", "b"], "X": None, "Y": []},
        {"linha interesse": "é", "": "", "a.b": 1},
        {str(number): number for number in range(MAX_ATTRIBUTES)},
    ],
)
def test_contact_properties(properties: Json) -> None:
    """Texts, numbers, booleans, nulls and lists of texts are accepted under any name."""
    check_event(body(contact_properties=properties))


@pytest.mark.parametrize("value", [{}, {"a": 1}, [1], ["a", 1], ["a", None], [[]], [["a"]], [{}]])
def test_refused_contact_property(value: Json) -> None:
    """A value that no attribute can hold is named by its path."""
    error = refusal(body(contact_properties={"GOOD": 1, "BAD": value}))
    assert_names(error, InvalidParameter, "contact_properties.BAD")


def test_too_many_contact_properties() -> None:
    """One event sets at most 500 attributes."""
    properties: Json = {str(number): number for number in range(MAX_ATTRIBUTES + 1)}
    error = refusal(body(contact_properties=properties))
    assert_names(error, InvalidParameter, "contact_properties")


@pytest.mark.parametrize("field", ["contact_properties", "event_properties", "object"])
@pytest.mark.parametrize("value", ["", "a", 0, 1.5, True, [1], [{}], [[]]])
def test_what_is_no_object(field: str, value: Json) -> None:
    """A value that is neither an object, nor null, nor PHP's empty list, is invalid."""
    assert_names(refusal(body(**{field: value})), InvalidParameter, field)


@pytest.mark.parametrize("field", ["contact_properties", "event_properties", "object"])
@pytest.mark.parametrize("text", ["null", "[]", "[ ]", "[\n]", "{}", "{ }"])
def test_empty_objects(field: str, text: str) -> None:
    """null, the empty object and PHP's empty list are all nothing."""
    check_event(raw(**{field: text}))


@pytest.mark.parametrize(
    "key", ["", "x" * 256, "a b", "a.b", "é", "a\n", "a\x00", "\u2028", "\uff41"]
)
@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ('{%s:1,"b":2}', ""),
        ('{"b":2,%s:{}}', ""),
        ('{"b":{"c":{%s:1}}}', ".b.c"),
        ('{"b":[1,[{"c":1},{%s:1}]]}', ".b[1][1]"),
    ],
)
def test_refused_property_key(key: str, properties: str, path: str) -> None:
    """A key that breaks the rule, at any depth, is named by its path."""
    error = refusal(raw(event_properties=properties % json.dumps(key)))
    assert type(error) is InvalidParameter
    assert error.path == f"event_properties{path}.{key[:255]}"
    assert f"event_properties{path}" in error.message


@pytest.mark.parametrize("key", ["a", "A-z_0-9", "-", "0", "x" * 255])
def test_property_key(key: str) -> None:
    """A key of 1 to 255 letters, digits, underscores and hyphens is good at every depth."""
    check_event(body(event_properties={key: [{key: {key: None}}]}))


@pytest.mark.parametrize("filling", ["a", "é", " "])
def test_size_of_event_properties(filling: str) -> None:
    """51,200 bytes of event_properties as received are accepted, and one more is refused."""
    room = 51_200 - len('{"a":""}')
    width = len(filling.encode())
    text = filling * (room // width) + "a" * (room % width)
    check_event(raw(event_properties=f'{{"a":"{text}"}}'))
    check_event(raw(event_properties=f'  {{"a":"{text}"}}\n', contact_properties="{}"))
    for larger in (f'{{"a":"{text}a"}}', f'{{"a": "{text}"}}', f'{{\n"a":"{text}"}}'):
        error = refusal(raw(event_properties=larger))
        assert type(error) is BodyTooLarge
        assert error.status == 413
        assert "event_properties" in error.message


def test_size_of_other_fields_is_not_counted() -> None:
    """Only event_properties have that bound: the rest of a large body does not matter."""
    check_event(body(contact_properties={"BIO": "a" * 60_000}, unknown=["b" * 60_000]))


@pytest.mark.parametrize(
    "reference",
    [
        {"type": "order", "identifiers": {"ext_id": "o-1"}},
        {"type": "order", "identifiers": {"id": 17}},
        {"type": "order", "identifiers": {"id": "17", "ext_id": None}},
        {"type": "order", "identifiers": []},
        {"type": "order", "identifiers": {}},
        {"type": "order"},
        {"type": None, "identifiers": None},
        {"type": "", "identifiers": {"id": ""}},
        {"identifiers": {"id": int("9" * 255)}},
        {"type": "x" * 255, "label": {"a": 1}},
    ],
)
def test_object(reference: Json) -> None:
    """An object needs nothing, and what it does not know is passed over."""
    check_event(body(object=reference))


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ({"type": 5}, "object.type"),
        ({"type": "x" * 256}, "object.type"),
        ({"type": "a\x00"}, "object.type"),
        ({"identifiers": "o-1"}, "object.identifiers"),
        ({"identifiers": [1]}, "object.identifiers"),
        ({"identifiers": {"id": 1.5}}, "object.identifiers.id"),
        ({"identifiers": {"id": True}}, "object.identifiers.id"),
        ({"identifiers": {"id": int("9" * 256)}}, "object.identifiers.id"),
        ({"identifiers": {"id": {}}}, "object.identifiers.id"),
        ({"identifiers": {"ext_id": "x" * 256}}, "object.identifiers.ext_id"),
        ({"identifiers": {"ext_id": "a\nb"}}, "object.identifiers.ext_id"),
    ],
)
def test_refused_object(reference: Json, path: str) -> None:
    """Within an object, what breaks a rule is named by its path."""
    assert_names(refusal(body(object=reference)), InvalidParameter, path)


@pytest.mark.parametrize("event_id", ["a", "x" * 255, "!~", "6f1c0e1e-0000-4000-8000-000000000000"])
def test_event_id(event_id: str) -> None:
    """An id of the caller's own, and an Idempotency-Key, are 1 to 255 visible characters."""
    check_event(body(event_id=event_id))
    check_idempotency_key(event_id)


def test_null_event_id() -> None:
    """A null event_id counts as none."""
    check_event(body(event_id=None))


@pytest.mark.parametrize("event_id", ["", "x" * 256, "a b", "é", "a\n", "\x7f"])
def test_refused_event_id(event_id: str) -> None:
    """Other ids are refused, as the field or as the header that they came in."""
    assert_names(refusal(body(event_id=event_id)), InvalidParameter, "event_id")
    with pytest.raises(InvalidParameter) as refused:
        check_idempotency_key(event_id)
    assert refused.value.path == "Idempotency-Key"


@pytest.mark.parametrize("event_id", [5, True, [], {}])
def test_event_id_that_is_no_text(event_id: Json) -> None:
    """An id that is no text is invalid."""
    assert_names(refusal(body(event_id=event_id)), InvalidParameter, "event_id")


@pytest.mark.parametrize(
    ("text", "kind", "path"),
    [
        (raw(eventDate='"2024-02-06"'), InvalidParameter, "event_date"),
        (raw(contactProperties="{}"), InvalidParameter, "contact_properties"),
        (raw(eventProperties='{"a":1}'), InvalidParameter, "event_properties"),
        (raw(eventId='"e-1"'), InvalidParameter, "event_id"),
        (raw(identifiers='{"emailId":"a@example.com"}'), InvalidParameter, "identifiers.email_id"),
        (raw(identifiers='{"extId":"u-1"}'), InvalidParameter, "identifiers.ext_id"),
        (
            raw(identifiers='{"contactId":1,"email_id":"a@example.com"}'),
            InvalidParameter,
            "identifiers.contact_id",
        ),
        (
            raw(identifiers='{"landlineNumberId":"33123456789"}'),
            InvalidParameter,
            "identifiers.landline_number_id",
        ),
        (
            raw(object='{"type":"order","identifiers":{"extId":"o-1"}}'),
            InvalidParameter,
            "object.identifiers.ext_id",
        ),
        (
            b'{"eventName":"a","identifiers":{"emailId":"a@example.com"}}',
            MissingParameter,
            "event_name",
        ),
        (b'{"eventName":"a","identifiers":{"ext_id":"u-1"}}', MissingParameter, "event_name"),
    ],
)
def test_camel_case(text: bytes, kind: type[InvalidParameter], path: str) -> None:
    """A field in camel case is refused with its right name, for it would be lost in silence."""
    assert_names(refusal(text), kind, path)
    camel = path.rsplit(".", 1)[-1].title().replace("_", "")
    assert camel[0].lower() + camel[1:] in refusal(text).message


@pytest.mark.parametrize(
    "text",
    [
        raw(event_date='"2024-02-06"', eventDate='"2024-02-06"'),
        raw(event_properties='{"eventDate":1,"emailId":2}', contact_properties='{"emailId":"x"}'),
        raw(identifiers='{"ext_id":"u-1","eventDate":1}'),
        raw(event="{}", Event_Date="1", eventdate="1"),
    ],
)
def test_camel_case_that_loses_nothing(text: bytes) -> None:
    """Camel case is accepted where the right field is there too, and where names are free."""
    check_event(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b"[]", ""),
        (b"5", ""),
        (b"null", ""),
        (b'"a"', ""),
        (b"true", ""),
        (b"[" + body() + b"]", ""),
    ],
)
def test_body_that_is_no_object(text: bytes, path: str) -> None:
    """A body that is JSON but no object is refused with a sentence that says so."""
    error = refusal(text)
    assert type(error) is InvalidParameter
    assert error.path == path
    assert error.message == "The body must be a JSON object"


def test_nulls_everywhere() -> None:
    """Only event_name and one identifier may not be null."""
    nothing: dict[str, Json] = dict.fromkeys(
        ("event_date", "contact_properties", "event_properties", "object", "event_id", "more")
    )
    identifiers: dict[str, Json] = dict.fromkeys(
        ("contact_id", "email_id", "phone_id", "whatsapp_id", "landline_number_id", "more")
    )
    check_event(body(**nothing, identifiers=identifiers | {"ext_id": "u-1"}))


def test_malformed_body_comes_before_wrong_fields() -> None:
    """A body that is broken and has a wrong field is told to be broken, whichever comes first."""
    for text in (
        b'{"event_name":5,',
        b'{"identifiers":[],"event_name":"a"',
        b'{"event_name":"a","identifiers":{"email_id":5},"x":"\xff"}',
        b'{"event_name":5,"event_name":6,"identifiers":{"ext_id":"u-1"}}',
    ):
        assert type(refusal(text)) is MalformedBody
