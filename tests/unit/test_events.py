"""Reading an accepted event back, with its texts untouched."""

from __future__ import annotations

import json

import pytest

from footfall.admission import check_event
from footfall.events import Event, properties_size, read_event
from footfall.identifiers import EMAIL, EXT_ID, LANDLINE, PHONE, WHATSAPP, Identifier
from footfall.instants import parse_instant
from tests.payload_shapes import SHAPES, Shape
from tests.unit.bodies import body, nested, raw


def accepted(text: bytes) -> Event:
    """The event in a body that keeps every rule."""
    check_event(text)
    return read_event(text)


def test_documented_event() -> None:
    """Every field of the documented event is there, in its compared form."""
    assert accepted(body(event_id="e-1")) == Event(
        name="video_played",
        date=parse_instant("2024-02-06T20:59:23.383Z"),
        contact_id=None,
        identifiers=(Identifier(EMAIL, "jane.doe@example.com"),),
        contact_properties={"AGE": 32, "GENDER": "FEMALE"},
        contact_properties_text='{"AGE":32,"GENDER":"FEMALE"}',
        properties_text='{"duration":142,"autoplayed":false,"video":{"title":"Brevo — CRM"}}',
        object_type="",
        object_identifiers={},
        event_id="e-1",
        unknown_fields=(),
    )


@pytest.mark.parametrize("value", ["null", "[]", "[ ]", "{}"])
def test_nothing_is_nothing(value: str) -> None:
    """null, PHP's empty list and the empty object all mean that there are no properties."""
    event = accepted(raw(event_properties=value, contact_properties=value, object=value))
    assert event.properties_text == event.contact_properties_text == "{}"
    assert event.contact_properties == event.object_identifiers == {}
    assert event == accepted(raw())


def test_nulls_are_absent() -> None:
    """Fields that are null, and identifiers that are empty, count as not given."""
    identifiers = '{"contact_id":null,"email_id":"","ext_id":"u-1","phone_id":null}'
    event = accepted(raw(identifiers=identifiers, event_date="null", event_id="null"))
    assert event == accepted(raw())
    assert event.date is None


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a":1.0,"b":1e2,"c":-0,"d":12345678901234567890,"e":0.10,"f":1E+2}',
        '{ "a" : [ 1 , { } , [ ] , null ] }',
        '{\n\t"a": "\\u00e9\\/\\n",\r\n"b": "é/"\n}',
        '{"date":"2023-11-24T12:09:10+01:00","day":"2023-11-24","empty":"","zero":0}',
        '{"a":{},"b":null,"c":[],"d":false}',
        nested(128),
    ],
)
def test_properties_are_kept_to_the_letter(text: str) -> None:
    """The text of properties comes back as it was sent: order, blanks, escapes and numbers."""
    event = accepted(b" " + raw(event_properties=f" {text} \n", event_date="null"))
    assert event.properties_text == text


def test_contact_properties_are_kept_to_the_letter() -> None:
    """So does the text of contact properties, beside their values."""
    text = '{ "AGE":32.0,"TAGS":["a","\\u0062"],"vip":true,"X":null,"BIG":12345678901234567890 }'
    event = accepted(raw(contact_properties=text))
    assert event.contact_properties_text == text
    assert event.contact_properties == {
        "AGE": 32.0,
        "TAGS": ["a", "b"],
        "vip": True,
        "X": None,
        "BIG": 12345678901234567890,
    }


def test_identifiers_come_in_deciding_order() -> None:
    """Identifiers stand in the order in which they decide, not in that of the body."""
    identifiers = (
        '{"landline_number_id":"33123456789","whatsapp_id":"+33 612345678","contact_id":7,'
        '"phone_id":"0033612345678","email_id":"Jane@Example.com","ext_id":"U-1"}'
    )
    event = accepted(raw(identifiers=identifiers))
    assert event.contact_id == 7
    assert event.identifiers == (
        Identifier(EXT_ID, "U-1"),
        Identifier(EMAIL, "jane@example.com"),
        Identifier(PHONE, "+33612345678"),
        Identifier(WHATSAPP, "+33612345678"),
        Identifier(LANDLINE, "+33123456789"),
    )


@pytest.mark.parametrize(
    ("text", "kind", "identifiers"),
    [
        ('{"type":"order","identifiers":{"id":17}}', "order", {"id": "17"}),
        (
            '{"type":"order","identifiers":{"id":0,"ext_id":"a"}}',
            "order",
            {"id": "0", "ext_id": "a"},
        ),
        ('{"type":"order","identifiers":{"id":"","ext_id":null}}', "order", {}),
        ('{"type":"order","identifiers":[]}', "order", {}),
        ('{"type":"order"}', "order", {}),
        ('{"identifiers":{"ext_id":"o-1"}}', "", {"ext_id": "o-1"}),
        ('{"type":null,"identifiers":null}', "", {}),
    ],
)
def test_object(text: str, kind: str, identifiers: dict[str, str]) -> None:
    """An object is kept with its type and with the identifiers that it has."""
    event = accepted(raw(object=text))
    assert (event.object_type, event.object_identifiers) == (kind, identifiers)


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if shape.status == 204], ids=lambda shape: shape.sender
)
def test_shapes_of_third_parties(shape: Shape) -> None:
    """What a third party sends beyond the fields of an event is named."""
    text = json.dumps(shape.body, indent=4).encode()
    assert accepted(text).unknown_fields == shape.unknown


def test_unknown_fields_are_named_by_their_path() -> None:
    """Unknown fields are named wherever fields are fixed, and not where names are free."""
    event = accepted(
        raw(
            page='"/"',
            identifiers='{"ext_id":"u-1","user_id":"1"}',
            object='{"label":{},"identifiers":{"sku":1}}',
            event_properties='{"free":{"page":1}}',
            contact_properties='{"FREE":1}',
        )
    )
    assert event.unknown_fields == (
        "page",
        "identifiers.user_id",
        "object.label",
        "object.identifiers.sku",
    )


def test_unknown_fields_are_few_and_short() -> None:
    """Of very many unknown fields, or very long ones, only some are named and only in part."""
    many = raw(**{f"field{number}": "1" for number in range(1_000)})
    assert len(accepted(many).unknown_fields) == 20
    assert max(map(len, accepted(raw(**{"x" * 5_000: "1"})).unknown_fields)) == 255


def test_size_counts_bytes_as_received() -> None:
    """The size of event_properties is that of their text in bytes, blanks inside it included."""
    assert properties_size(raw(event_properties=' { "a" : "é" } ')) == len(b'{ "a" : "__" }')
    assert properties_size(raw()) == 2
