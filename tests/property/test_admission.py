"""Intake against a second, independent statement of the rules."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from footfall.admission import check_event
from footfall.errors import BodyTooLarge, InvalidParameter, MalformedBody
from footfall.events import properties_size, read_event
from tests.property.bodies import bodies, bodies_with_one_odd_field, mutated
from tests.property.rules import Fault, judge, moment_of, parse, text_of


def answer(body: bytes) -> Fault | None:
    """The fault that intake names; None where it accepts."""
    try:
        check_event(body)
    except InvalidParameter as error:
        return Fault(error.code, error.path)
    except (MalformedBody, BodyTooLarge) as error:
        return Fault(error.code)
    return None


def assert_agreement(body: bytes) -> None:
    """Intake and the naive statement agree, and what is accepted can be read."""
    faults = judge(body)
    named = answer(body)
    if not faults:
        assert named is None
        assert_readable(body)
    elif len(faults) == 1:
        assert named == faults[0]
    else:
        assert named is not None


def assert_readable(body: bytes) -> None:
    event = read_event(body)
    tree = parse(body)
    assert isinstance(tree, dict)
    assert event.name == tree["event_name"]
    date = tree.get("event_date")
    assert event.date == (moment_of(date) if isinstance(date, str) else None)
    text = text_of(body, "event_properties") or ""
    assert event.properties_text == (text if text.startswith("{") else "{}")
    assert event.contact_properties == (tree.get("contact_properties") or {})
    assert (event.contact_id is not None) or event.identifiers
    if text:
        assert properties_size(body) == len(text.encode())


@given(bodies())
@example(b"")
@example(b"{}")
@example(b"[]")
@example(b'{"event_name":"a","identifiers":{"contact_id":""}}')
@example(b'{"event_name":"a","identifiers":{"contact_id":null,"contactId":""}}')
def test_generated_bodies(body: bytes) -> None:
    """Intake accepts what the second statement accepts, names the same field, and can be read."""
    assert_agreement(body)


@given(bodies_with_one_odd_field())
def test_one_odd_field(body: bytes) -> None:
    """So it does where all that may be wrong is within one field."""
    assert_agreement(body)


@given(mutated())
def test_mutated_bodies(body: bytes) -> None:
    """So it does for bodies with damaged bytes."""
    assert_agreement(body)


@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes(body: bytes) -> None:
    """Any bytes at all get an answer that says what is wrong."""
    assert answer(body) is not None
    assert_agreement(body)


@settings(suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large])
@given(
    place=st.sampled_from(["event_properties", "page", "contact_properties", "object"]),
    levels=st.integers(1, 140) | st.sampled_from([500, 950, 990, 2_000]),
    brackets=st.lists(st.sampled_from(['{"a":}', "[]"]), min_size=1, max_size=3),
    core=st.sampled_from(["1", "{}", "[]", "null"]),
)
def test_depth(place: str, levels: int, brackets: list[str], core: str) -> None:
    """At any depth of nesting, however it is made of objects and lists, both agree."""
    chosen = [brackets[at % len(brackets)] for at in range(levels)]
    opening = "".join(bracket[:-1] for bracket in chosen)
    closing = "".join(bracket[-1] for bracket in reversed(chosen))
    text = f'{{"event_name":"a","identifiers":{{"ext_id":"u"}},"{place}":{opening}{core}{closing}}}'
    assert_agreement(text.encode())
