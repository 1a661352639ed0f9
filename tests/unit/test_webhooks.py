"""Webhooks: signatures as the standard has them, and waits that grow."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.contacts import ContactId
from footfall.instants import SECOND
from footfall.webhooks import (
    MAX_ATTEMPTS,
    SECRET_BYTES,
    Delivery,
    Place,
    named_by,
    new_secret,
    signed_headers,
    wait,
)

DELIVERY: Final = Delivery(
    webhook_id=3, place=Place(7, 8, ContactId(9), 1), entered=True, cause="event"
)


def test_the_signature_is_the_one_of_the_standard() -> None:
    """The example of the Standard Webhooks libraries comes out as it does there."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    headers = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_can_be_signed_with() -> None:
    """A new secret has the form of the standard, and other bytes make another one."""
    secrets = {new_secret(bytes([number] * SECRET_BYTES)) for number in range(3)}
    assert len(secrets) == 3
    for secret in secrets:
        assert secret.startswith("whsec_")
        assert signed_headers(secret, "a", 1, b"")["webhook-signature"].startswith("v1,")


@given(st.integers(1, MAX_ATTEMPTS), st.floats(0, 1))
def test_waits_grow_and_are_spread(attempts: int, chance: float) -> None:
    """Each wait is about four times the one before, up to eight hours, and off by a fifth."""
    middle = min(5 * 4 ** (attempts - 1), 28_800) * SECOND
    assert 0.8 * middle <= wait(attempts, chance) <= 1.2 * middle + 1
    assert wait(attempts, 0.0) < wait(attempts, 1.0)


def test_a_delivery_keeps_its_id_and_is_parked_in_the_end() -> None:
    """Every attempt has the same id, and the last failure parks the delivery."""
    one, now = DELIVERY, 0
    for attempt in range(1, MAX_ATTEMPTS + 1):
        one = one.failed("no answer in time", now, 0.5)
        assert (one.attempts, one.problem, one.id) == (attempt, "no answer in time", DELIVERY.id)
        assert one.parked is (attempt == MAX_ATTEMPTS)
        now = one.due
    assert 10 * 3_600 * SECOND < now < 48 * 3_600 * SECOND


@given(st.tuples(*[st.integers(0, 2**63 - 1)] * 5))
def test_an_id_names_its_delivery(numbers: tuple[int, int, int, int, int]) -> None:
    """From the id alone the webhook and the place are known, however large their numbers."""
    webhook_id, position, at, contact_id, segment_id = numbers
    place = Place(position, at, ContactId(contact_id), segment_id)
    one = Delivery(webhook_id=webhook_id, place=place, entered=True, cause="event")
    assert named_by(one.id) == (webhook_id, place)


@pytest.mark.parametrize(
    "text", ["", "msg_1_2_3_4", "msg_1_2_3_4_9223372036854775808", "1_2_3_4_5"]
)
def test_what_is_no_id_names_nothing(text: str) -> None:
    """Neither too few numbers, nor larger ones than any store has, nor another form."""
    assert named_by(text) is None
