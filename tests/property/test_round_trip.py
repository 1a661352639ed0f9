"""What goes in comes out: properties to the letter, moments to the nanosecond."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from footfall.admission import check_event
from footfall.events import read_event
from footfall.identifiers import DECIDING_ORDER, EMAIL, EXT_ID, PHONE, normal
from footfall.instants import (
    EARLIEST,
    LATEST,
    MILLISECOND,
    format_instant,
    format_milliseconds,
    is_usual_instant,
    parse_instant,
)
from footfall.records import (
    MAX_POSITION,
    Position,
    Record,
    Request,
    decode,
    encode,
    new_nonce,
    parse_request_id,
    request_id,
)
from tests.property.rules import moment_of, parse
from tests.property.texts import BLANKS, PROPERTIES, SCALARS, WORDS, joined, lists, objects, plainly

MOMENTS = st.integers(EARLIEST, LATEST)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(text=PROPERTIES, data=st.data(), blank=BLANKS)
def test_properties_come_back_to_the_letter(text: str, data: st.DataObject, blank: str) -> None:
    """However properties are nested and written, their text comes back exactly as it was sent."""
    fields = [
        f'{blank}"event_properties"{blank}:{blank}{text}{blank}',
        '"event_name":"a"',
        '"identifiers":{"ext_id":"u-1"}',
        '"page":{"event_properties":1}',
    ]
    body = data.draw(joined(data.draw(st.permutations(fields)), "{}")).encode()
    check_event(body)
    event = read_event(body)
    assert event.properties_text == text
    assert event.unknown_fields == ("page",)


@given(text=objects(SCALARS | lists(plainly(WORDS)), plainly(WORDS).map(json.loads)))
def test_contact_properties_come_back_to_the_letter(text: str) -> None:
    """So does the text of contact properties, and their values are those of the text."""
    body = f'{{"event_name":"a","identifiers":{{"ext_id":"u"}},"contact_properties":{text}}}'
    check_event(body.encode())
    event = read_event(body.encode())
    assert event.contact_properties_text == text
    assert event.contact_properties == parse(text.encode())


@given(MOMENTS)
@example(EARLIEST)
@example(LATEST)
@example(-1)
def test_moments_round_trip(moment: int) -> None:
    """Every moment of the years 1 to 9999 comes back from its text, or from its milliseconds."""
    text = format_instant(moment)
    assert parse_instant(text) == moment
    assert moment_of(text) == moment
    assert parse_instant(format_milliseconds(moment)) == moment - moment % MILLISECOND


@given(
    moment=st.datetimes(
        min_value=datetime(1, 1, 2),  # noqa: DTZ001 - Hypothesis adds the zone
        max_value=datetime(9999, 12, 30),  # noqa: DTZ001
        timezones=st.integers(-1439, 1439).map(lambda east: timezone(timedelta(minutes=east))),
    ),
    separator=st.sampled_from("T "),
    digits=st.sampled_from(["auto", "milliseconds", "microseconds"]),
)
def test_moments_agree_with_datetime(moment: datetime, separator: str, digits: str) -> None:
    """What `datetime` writes, in any zone, is read as the moment that `datetime` means."""
    text = moment.isoformat(separator, digits)
    meant = (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1) * 1_000
    assert parse_instant(text) == meant == moment_of(text)


@given(
    st.from_regex(
        r"[0-9]{3}[0-9]-[01][0-9]-[0-3][0-9]"
        r"([Tt ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,10})?)?"
        r"([Zz]| ?UTC| ?[+-][0-2][0-9]:?[0-6][0-9])?)?",
        fullmatch=True,
    )
)
def test_dates_agree_with_the_second_statement(text: str) -> None:
    """Whatever has the form of a date is read or refused as the naive statement says."""
    try:
        moment = parse_instant(text)
    except ValueError:
        assert moment_of(text) is None
        assert not is_usual_instant(text)
    else:
        assert moment_of(text) == moment


@given(
    kind=st.sampled_from(DECIDING_ORDER),
    value=st.one_of(
        st.text(min_size=1),
        st.emails(),
        st.builds("{}@{}".format, st.text(min_size=1), st.text(min_size=1)),
        st.from_regex(r"(\+|00)?[1-9][0-9 ().-]{5,14}", fullmatch=True),
    ),
)
@example(kind=EMAIL, value="İ@example.com")
@example(kind=EMAIL, value="ΑΣ@example.com")
@example(kind=PHONE, value="+44 (0)20 7946 0018")
@example(kind=PHONE, value="+49000000")
@example(kind=EXT_ID, value=" ")
def test_compared_form_is_stable(kind: str, value: str) -> None:
    """The compared form of a compared form is itself, so that a rebuild finds whom it found."""
    try:
        compared = normal(kind, value)
    except ValueError:
        return
    assert normal(kind, compared.value) == compared
    assert 1 <= len(compared.value) <= 255


REQUESTS = st.builds(
    Request,
    kind=st.sampled_from(["event", "settings"]),
    received_at=st.integers(-(2**63), 2**63 - 1),
    key_id=st.text(max_size=5),
    body=st.binary(max_size=30),
    count=st.integers(1, 200),
    idempotency_key=st.text(max_size=5),
    client=st.text(max_size=5),
    refused=st.lists(st.integers(0, 199), max_size=3).map(tuple),
)
NONCES = st.binary(min_size=10, max_size=10).map(new_nonce)


@given(position=st.integers(1, MAX_POSITION), nonce=NONCES, requests=st.lists(REQUESTS, max_size=4))
def test_records_round_trip(position: int, nonce: str, requests: list[Request]) -> None:
    """A record comes back from its bytes as it was, and the ids of its requests lead back to it."""
    record = Record(Position(position), nonce, requests)
    assert decode(Position(position), encode(nonce, requests)) == record
    assert parse_request_id(request_id(position, nonce)) == (position, nonce)
    places = [place for place, _ in record.placed()]
    assert places == [
        position + sum(request.count for request in requests[:at]) for at in range(len(requests))
    ]
