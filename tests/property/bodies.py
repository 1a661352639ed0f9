"""Strategies for whole bodies: those that keep the rules, that break a few, and damaged ones."""

from __future__ import annotations

import json
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.property.texts import (
    BAD_NAMES,
    BLANKS,
    NAMES,
    NUMBERS,
    SCALARS,
    VALUES,
    WORDS,
    joined,
    lists,
    objects,
    plainly,
    quoted,
)


class Field(NamedTuple):
    """Ways to write a field's value: the usual ones keep the rules, the odd ones may break some."""

    usual: SearchStrategy[str]
    odd: SearchStrategy[str]

    @property
    def mostly_usual(self) -> SearchStrategy[str]:
        """Seldom odd, so that a body breaks few rules at a time."""
        return st.integers(0, 9).flatmap(lambda dice: self.odd if dice == 9 else self.usual)


def texts(*values: str) -> SearchStrategy[str]:
    """Some of these texts, quoted."""
    return plainly(st.sampled_from(values))


ODD_NUMBERS = st.sampled_from(
    ["1e999", "-1e309", "1" * 309, "1" * 310, "9" * 4_400, "NaN", "Infinity", "01", "1.", "+1"]
)
ODD_TEXTS = st.sampled_from(
    ['"\\ud800"', '"\\udc00\\ud800"', '"\t"', '"\\x"', "'a'", '"\\ud83d\\ude00"']
)
ANY = Field(VALUES, ODD_NUMBERS | ODD_TEXTS).mostly_usual

EVENT_NAMES = Field(plainly(NAMES), quoted(BAD_NAMES) | ANY)
DATES = Field(
    texts("2024-02-06T20:59:23.383Z", "2024-02-29", "1970-01-01 00:00:00 UTC", "2024-02-06T20:59"),
    ANY
    | texts("", "2023-02-29", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+01:00", "2024-02-06T")
    | texts("2024-02-06T20:59:23,5Z", "1707220763", "2024-02-30T00:00:00Z", "2024-02-06T24:00:00Z"),
)
EMAILS = Field(
    texts("jane@example.com", " Jane@Example.com ", "élodie@example.com", ""),
    ANY
    | texts("jane", "a@b@c", "a b@c", "\u200ba@b", "a" * 65 + "@b", "a@" + "b" * 191, "a@b\u0000"),
)
PHONES = Field(
    texts("33612345678", "+33 6 12 34 56 78", "0033612345678", "+1 (212) 555-0100", ""),
    ANY
    | texts("0612345678", "+15550100", "++33612345678", "call me", "33612345678 ext. 5", "+" * 300)
    | quoted(st.from_regex(r"(\+|00)?[0-9 ().-]{3,17}", fullmatch=True)),
)
EXT_IDS = Field(quoted(WORDS), texts("a" * 255, "a" * 256, "a\x00", "\n") | ANY)
CONTACT_IDS = Field(
    st.sampled_from(["1", "9223372036854775807", "null"]),
    st.sampled_from(["0", "-1", "9223372036854775808", "1.0", "1e1", '"1"', '""', "true"]) | ANY,
)
EVENT_IDS = Field(texts("e-1", "!~", "x" * 255), texts("", "a b", "é", "x" * 256, "\n") | ANY)


@st.composite
def records(draw: st.DrawFn, fields: dict[str, Field], odd_names: list[str]) -> str:
    """An object with some of the fields, now and then an unknown one, or one that stands twice."""
    names = draw(st.lists(st.sampled_from(sorted(fields)), unique=True, min_size=1))
    pairs = [f"{draw(plainly(st.just(name)))}:{draw(fields[name].mostly_usual)}" for name in names]
    if draw(st.integers(0, 7)) == 7:
        odd = draw(st.sampled_from([*odd_names, "page", *names[:1]]))
        pairs.append(f"{draw(quoted(st.just(odd)))}{draw(BLANKS)}:{draw(SCALARS)}")
    return draw(joined(draw(st.permutations(pairs)), "{}"))


IDENTIFIERS = Field(
    records(
        {
            "contact_id": CONTACT_IDS,
            "email_id": EMAILS,
            "ext_id": EXT_IDS,
            "phone_id": PHONES,
            "whatsapp_id": PHONES,
            "landline_number_id": PHONES,
        },
        ["emailId", "extId", "contactId", "landlineNumberId", "email", ""],
    ),
    st.sampled_from(["{}", "[]", "[ ]", "null", '{"emailId":"a@b"}']) | ANY,
)
NOTHING = st.sampled_from(["{}", "[]", "null", "{ }", "[\n]"])
ATTRIBUTES = Field(
    NOTHING | objects(SCALARS | lists(plainly(WORDS)), plainly(WORDS).map(json.loads)),
    ANY | objects(ANY, NAMES | WORDS),
)
EVENT_PROPERTIES = Field(
    NOTHING | objects(VALUES),
    st.one_of(
        ANY,
        objects(ANY),
        objects(VALUES, NAMES | BAD_NAMES),
        objects(st.just("1") | objects(VALUES, NAMES | BAD_NAMES)),
        lists(objects(st.just("1"), NAMES | BAD_NAMES)).map(lambda text: f'{{"a":{text}}}'),
        st.integers(51_185, 51_200).map(lambda size: f'{{"a" : "{"x" * size}"}}'),
    ),
)
OBJECTS = Field(
    records(
        {
            "type": Field(plainly(WORDS), texts("x" * 256, "a\x00", "a\x7f") | ANY),
            "identifiers": Field(
                records({"id": Field(NUMBERS, EXT_IDS.odd), "ext_id": EXT_IDS}, ["extId", "sku"]),
                NOTHING | ANY,
            ),
        },
        ["Type", "label"],
    ),
    NOTHING | ANY,
)
REQUIRED = {"event_name": EVENT_NAMES, "identifiers": IDENTIFIERS}
OPTIONAL = {
    "event_date": DATES,
    "contact_properties": ATTRIBUTES,
    "event_properties": EVENT_PROPERTIES,
    "object": OBJECTS,
    "event_id": EVENT_IDS,
}
ODD_FIELDS = ["eventName", "eventDate", "eventProperties", "properties", "email", "event_Date", ""]


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A body that keeps most rules: often all of them, seldom none."""
    names = {*REQUIRED, *draw(st.sets(st.sampled_from(sorted(OPTIONAL))))}
    if draw(st.integers(0, 15)) == 15:
        names.remove(draw(st.sampled_from(sorted(REQUIRED))))
    fields = REQUIRED | OPTIONAL
    pairs = [(name, fields[name].mostly_usual) for name in sorted(names)]
    if draw(st.integers(0, 7)) == 7:
        pairs.append((draw(st.sampled_from([*ODD_FIELDS, *names])), ANY))
    blank = BLANKS if draw(st.booleans()) else st.just("")
    texts = [
        f"{draw(plainly(st.just(name)))}{draw(blank)}:{draw(blank)}{draw(values)}"
        for name, values in draw(st.permutations(pairs))
    ]
    text = draw(joined(texts, "{}"))
    return f"{draw(blank)}{text}{draw(blank)}".encode()


PIECES = st.sampled_from(
    [
        *(
            b'"',
            b":",
            b",",
            b"{",
            b"}",
            b"[",
            b"]",
            b"\\",
            b"\\u",
            b"\\ud800",
            b"1",
            b"e",
            b"-",
            b".",
        ),
        *(b" ", b"\n", b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf"),
        *(b"null", b"[]", b'"a":1,'),
    ]
)


@st.composite
def bodies_with_one_odd_field(draw: st.DrawFn) -> bytes:
    """A body in which one field is odd, and all else is as it should be."""
    name, field = draw(st.sampled_from(sorted((REQUIRED | OPTIONAL).items())))
    pairs = {"event_name": '"a"', "identifiers": '{"ext_id":"u-1"}'} | {name: draw(field.odd)}
    return ("{" + ",".join(f'"{name}":{text}' for name, text in pairs.items()) + "}").encode()


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A body with some bytes changed, cut out, doubled or put in."""
    text = bytearray(draw(bodies()))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 1, 2, 5, 20])))
        way = draw(st.integers(0, 2))
        if way == 0:
            text[start:end] = draw(PIECES | st.binary(max_size=2))
        elif way == 1:
            text[start:start] = text[start:end]
        else:
            place = draw(st.integers(0, len(text)))
            text[place:place] = text[start:end]
    return bytes(text)
