"""Bodies that no reader should have to bear: each gets a clear 400, quickly."""

from __future__ import annotations

import json
import sys
import threading
from time import process_time

import pytest

from footfall.admission import _known_names, check_event
from footfall.bodies import MAX_DEPTH
from footfall.errors import InvalidParameter, MalformedBody
from footfall.events import read_event
from tests.unit.bodies import body, nested, raw

PLACES = ("event_properties", "contact_properties", "unknown")
"""Fields in which a value is decoded, and one that is passed over."""


def assert_malformed(text: bytes, *, saying: str = "The body ") -> None:
    """The body is refused as malformed, in a sentence of reasonable length."""
    with pytest.raises(MalformedBody) as refused:
        check_event(text)
    assert refused.value.status == 400
    assert saying in refused.value.message
    assert len(refused.value.message) < 250


@pytest.mark.parametrize(
    ("text", "saying"),
    [
        (b"\xef\xbb\xbf" + body(), "byte order mark"),
        (body().decode().encode("utf-16"), "UTF-16"),
        (body().decode().encode("utf-16-be"), "UTF-16"),
        (body().decode().encode("utf-32"), "UTF-32"),
        (raw(event_properties='{"a":NaN}'), "NaN"),
        (raw(event_properties='{"a":-Infinity}'), "-Infinity"),
        (raw(event_properties='{"a":NaN,}'), "NaN"),
        (raw(event_properties='{"a":,}'), "byte"),
    ],
)
def test_the_cause_is_named(text: bytes, saying: str) -> None:
    """What writers of JSON get wrong most is told by its name, all else by its place."""
    assert_malformed(text, saying=saying)


@pytest.mark.parametrize("text", [b"", b" ", b"\n\n"])
def test_empty_body(text: bytes) -> None:
    """An empty body is told to be empty."""
    assert_malformed(text, saying="The body is empty")


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"}",
        b"{]",
        b"event",
        body()[:-1],
        body() + b"}",
        body() + b"x",
        body() + body(),
        body() + b"\x00",
        b"\xef\xbb\xbf" + body(),
        body().decode().encode("utf-16"),
        body().decode().encode("utf-32-le"),
        body().replace(b'"', b"'"),
        body().replace(b",", b";"),
        body().replace(b":", b"="),
        body()[:-1] + b",}",
        b"event_name=a",
        b"<event/>",
        b"/**/" + body(),
    ],
)
def test_broken_syntax(text: bytes) -> None:
    """What is not exactly one JSON text in UTF-8 is refused, byte order mark included."""
    assert_malformed(text)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "value",
    [
        *("", "NaN", "Infinity", "-Infinity", "undefined", "None", "True", "01", "+1", "1.", ".5"),
        *("1e", "0x1", "1 2", "//", "'a'", '"a', '"\\x41"', '"\\u12"', '"\t"', '"a\nb"', '"\x00"'),
        *("[1,]", "[,1]", '{"a":1,}', "{a:1}", '{"a" 1}', '{"a"}', "{1:2}"),
    ],
)
def test_broken_values(place: str, value: str) -> None:
    """A value that is no JSON is refused in every field, unknown ones included."""
    assert_malformed(raw(**{place: f'{{"A":{value}}}'}))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text", [b"\xff", b"a\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe9t\xe9"]
)
def test_invalid_utf8(place: str, text: bytes) -> None:
    """Bytes that are not UTF-8 are refused in every field, as keys and as values."""
    assert_malformed(raw(**{place: '{"A":"?"}'}).replace(b"?", text), saying="UTF-8")
    assert_malformed(raw(**{place: '{"?":"A"}'}).replace(b"?", text), saying="UTF-8")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text", ["\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800", "\\udc00\\ud800", "a\\uDBFF"]
)
def test_lone_surrogates(place: str, text: str) -> None:
    """An escape that is half of a character is refused in every field; whole ones pass."""
    assert_malformed(raw(**{place: f'{{"A":"{text}"}}'}), saying="surrogate")
    check_event(raw(**{place: '{"A":"\\ud83d\\ude00"}'}))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "number",
    [
        *("1e999", "-1e999", "1.8e308", str(2**1024 - 2**970), "-" + "9" * 309, "1" * 310),
        *("1" * 4_299, "1" * 5_000, "9" * 100_000, "1" * 400 + ".5"),
    ],
    ids=lambda number: f"{number[:20]}, {len(number)} digits",
)
def test_overflowing_numbers(place: str, number: str) -> None:
    """A number that overflows is refused in every field, however it is written."""
    assert_malformed(raw(**{place: f'{{"A":{number}}}'}), saying="overflows")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "number",
    [
        *("1e308", "-1.7976931348623157e308", "1e-999", "0e999", "-0", "-0.0", "9" * 308),
        *("18446744073709551616", str(2**1024 - 2**970 - 1), "0." + "1" * 5_000),
    ],
    ids=lambda number: f"{number[:20]}, {len(number)} digits",
)
def test_large_and_small_numbers(place: str, number: str) -> None:
    """A number that a float comes near is accepted, however many digits it has."""
    check_event(raw(**{place: f'{{"A":{number}}}'}))


def test_overflowing_number_in_object() -> None:
    """Numbers that overflow are refused as ids too, before anybody writes them out."""
    for path in ('{"identifiers":{"id":%s}}', '{"type":"a","identifiers":{"ext_id":%s}}'):
        assert_malformed(raw(object=path % ("9" * 4_000)), saying="overflows")
        assert_malformed(raw(object=path % ("9" * 5_000)), saying="overflows")


@pytest.mark.parametrize("place", ["event_properties", "unknown"])
@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ('{"a":[', "]}")])
def test_depth(place: str, opening: str, closing: str) -> None:
    """Any value may nest 128 levels and none more, whatever the depth of the caller's own stack."""
    levels = MAX_DEPTH // opening.count("{") // (1 + opening.count("["))
    check_event(raw(**{place: nested(levels, opening, closing)}))
    read_event(raw(**{place: nested(levels, opening, closing)}))
    for text in (
        nested(levels, opening, closing, core="[]"),
        nested(levels, opening, closing, core="{}"),
        nested(levels + 1, opening, closing),
        nested(900, opening, closing),
        nested(10_000, opening, closing),
    ):
        assert_malformed(raw(**{place: text}), saying="128 levels")


def test_nesting_without_end() -> None:
    """A megabyte of brackets is refused at once."""
    started = process_time()
    assert_malformed(b"[" * 1_000_000, saying="128 levels")
    assert_malformed(b'{"a":' * 200_000, saying="128 levels")
    assert process_time() - started < 1


def test_depth_in_a_deep_caller() -> None:
    """A body of the allowed depth is read from deep within other calls, too."""
    text = raw(event_properties=nested(MAX_DEPTH), unknown=nested(MAX_DEPTH, "[", "]"))

    def dive(levels: int) -> None:
        if levels:
            dive(levels - 1)
        else:
            check_event(text)
            read_event(text)

    thread = threading.Thread(target=dive, args=(sys.getrecursionlimit() // 2,))
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "text",
    [
        b'{"event_name":"a","event_name":"a","identifiers":{"ext_id":"u-1"}}',
        b'{"event_name":"a","identifiers":{"ext_id":"u-1"},"event\\u005fname":"a"}',
        raw(identifiers='{"ext_id":"u-1","ext_id":"u-1"}'),
        raw(identifiers='{"ext_id":"u-1","ext_id":null}'),
        raw(event_properties='{"a":1,"a":1}'),
        raw(event_properties='{"a":1,"\\u0061":2}'),
        raw(event_properties='{"a":1, "b":2, "a" :3}'),
        raw(event_properties='{"a":1,"b":2,"a"\n:3}'),
        raw(event_properties='{"a"\t:1,"b":2,"a"\r:3}'),
        raw(event_properties='{"a":{"b":[{"c":1,"c":2}]}}'),
        raw(event_properties='{"a":{"b":1},"a":{}}'),
        raw(contact_properties='{"AGE":1,"AGE":2}'),
        raw(contact_properties='{"":1,"":2}'),
        raw(contact_properties='{"a\\"":1,"a\\u0022":2}'),
        raw(object='{"type":"a","type":"b"}'),
        raw(object='{"identifiers":{"id":1,"id":1}}'),
        raw(unknown='{"a":1,"a":1}'),
        raw(unknown='[{"a b":1,"a b":1}]'),
        raw(unknown="1")[:-1] + b',"unknown":2}',
        raw(event_properties="{}")[:-1] + b',"event_properties":null}',
        raw(event_properties="{}")[:-1] + b', "event_properties"  :  {} }',
    ],
)
def test_duplicate_keys(text: bytes) -> None:
    """A key that stands twice in one object is refused, however and wherever it is written."""
    assert_malformed(text, saying="twice")


@pytest.mark.parametrize(
    "text",
    [
        raw(event_properties='{"a":{"a":1},"b":[{"a":1},{"a":2}],"A":3}'),
        raw(event_properties='{"json":"{\\"a\\":1,\\"a\\":2}"}'),
        raw(event_properties='{"price":"Prix : 10 €","b":"\\":","c":"a\\\\"}'),
        raw(event_properties='{"a" : 1 , "b"\n:\t2}'),
        raw(contact_properties='{"a\\":":1,"a\\\\":2,"AGE":1,"age":2}'),
        raw(unknown='{"a":1}', unknowN='{"a":1}'),
        raw().replace(b"event_name", b"event\\u005fname").replace(b"ext_id", b"\\u0065xt_id"),
    ],
)
def test_what_only_looks_like_a_duplicate(text: bytes) -> None:
    """Equal keys in different objects, and texts that look like keys, are no duplicates."""
    check_event(text)
    read_event(text)


def test_many_keys_take_linear_time() -> None:
    """Twenty thousand keys of which the last stands twice are refused without much ado."""
    keys = ",".join(f'"k{number}":1' for number in range(20_000))
    started = process_time()
    assert_malformed(raw(unknown=f'{{{keys},"k19999":1}}'), saying="twice")
    assert process_time() - started < 1


def test_long_paths_take_little_memory() -> None:
    """A bad key below long names and beside many values is found without building every path."""
    started = process_time()
    name = "k" * 255
    core = f'[{{"{name}":[{",".join(["[]"] * 4_000)}]}},{{"b a":1}}]'
    text = nested(100, f'{{"{name}":', "}", core=core)
    with pytest.raises(InvalidParameter) as refused:
        check_event(raw(event_properties=text))
    assert refused.value.path.endswith("[1].b a")
    assert process_time() - started < 1


def test_long_texts_take_linear_time() -> None:
    """Long identifiers, dates and names are refused without a second look."""
    started = process_time()
    for field in ("email_id", "phone_id", "whatsapp_id", "landline_number_id", "ext_id"):
        for text in ("a" * 500_000, "@" * 500_000, "+" * 500_000, " " * 500_000, "1-" * 250_000):
            with pytest.raises(InvalidParameter):
                check_event(body(identifiers={field: text}))
    for text in ("2" * 500_000, "2024-02-06T12:00:00." + "1" * 500_000):
        with pytest.raises(InvalidParameter) as refused:
            check_event(body(event_date=text))
        assert len(refused.value.message) < 200
    assert process_time() - started < 2


def test_long_names_are_cut_in_messages() -> None:
    """No message grows with what the caller sent."""
    for text in (
        body(contact_properties={"x" * 100_000: {}}),
        body(event_properties={"x" * 10_000: 1}),
        body(event_name="x" * 100_000),
    ):
        with pytest.raises(InvalidParameter) as refused:
            check_event(text)
        assert len(refused.value.message) < 500
        assert len(refused.value.path) < 500
    assert_malformed(raw(unknown=json.dumps({"x" * 100_000: 1})[:-1] + f',"{"x" * 100_000}":2}}'))


def test_names_seen_are_bounded() -> None:
    """However many names come, the memory of good ones does not grow past its bound."""
    for batch in range(12):
        check_event(body(event_properties={f"n{batch}-{number}": 1 for number in range(2_000)}))
        assert len(_known_names) <= 12_000
