"""Webhooks: who is told of what, how a call is signed, and when it is tried again. Pure.

Signatures follow Standard Webhooks 1.0.0 (standardwebhooks.com): HMAC-SHA256 over the id, the
moment and the body, each parted from the next by a dot.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from footfall.contacts import ContactId
from footfall.instants import DAY, SECOND
from footfall.segments.following import Cause, Passage

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
"""Standard Webhooks: 24 to 64."""
MAX_WEBHOOKS: Final = 100
MAX_ATTEMPTS: Final = 9
"""After so many failures, some 15 hours after the first, a delivery is parked."""

KEPT_FOR: Final = 7 * DAY
"""How long a delivery that was taken is remembered."""
MAX_KEPT: Final = 1_000
"""Of one webhook."""

_ID: Final = re.compile("msg_" + "_".join([r"(\d{1,19})"] * 5), re.ASCII).fullmatch
_FIRST_WAIT: Final = 5
_LONGEST_WAIT: Final = 8 * 3_600
_JITTER: Final = 0.2


class Place(NamedTuple):
    """A place in the order of all passages."""

    position: int
    at: int
    contact_id: ContactId
    segment_id: int


NOWHERE: Final = Place(-1, 0, ContactId(0), 0)
"""Before all passages."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is told who enters and leaves. Its secret is not part of it."""

    id: int
    url: str
    segment_ids: tuple[int, ...] = ()
    """Only of these segments; none means of all."""
    created_at: int
    reached: Place
    """The last passage that was taken up for it."""
    delivered: int = 0
    """How many deliveries its address took."""
    waiting: int = 0
    parked: int = 0

    def wants(self, passage: Passage) -> bool:
        """Whether it is told of that passage."""
        return not self.segment_ids or passage.segment_id in self.segment_ids


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One passage that an address is to be told of."""

    webhook_id: int
    place: Place
    entered: bool
    cause: Cause
    attempts: int = 0
    """How many have failed."""
    due: int = 0
    """Not before that moment, nanoseconds since the epoch."""
    parked: bool = False
    problem: str = ""
    """Why the last attempt failed."""

    @property
    def id(self) -> str:
        """The same for every attempt, so that whoever receives it can tell repeats."""
        return f"msg_{self.webhook_id}_{'_'.join(map(str, self.place))}"

    def failed(self, problem: str, now: int, chance: float) -> Delivery:
        """After one more attempt failed at that moment. `chance` lies between 0 and 1."""
        attempts = self.attempts + 1
        return msgspec.structs.replace(
            self,
            attempts=attempts,
            due=now + wait(attempts, chance),
            parked=attempts >= MAX_ATTEMPTS,
            problem=problem,
        )


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that its address took."""

    delivery: Delivery
    """As it was before the attempt that was taken."""
    at: int
    """When it was taken, nanoseconds since the epoch."""
    duration: int
    """Nanoseconds from the call to the answer."""
    status: int
    """The answer's code, a 2xx."""


def named_by(id_: str) -> tuple[int, Place] | None:
    """The webhook and the place that `Delivery.id` names; None for what is none."""
    found = _ID(id_)
    if found is None:
        return None
    webhook_id, position, at, contact_id, segment_id = map(int, found.groups())
    if max(webhook_id, position, at, contact_id, segment_id) >= 2**63:  # No store has such.
        return None
    return webhook_id, Place(position, at, ContactId(contact_id), segment_id)


def place_of(passage: Passage) -> Place:
    """Where the passage stands in the order of all."""
    return Place(passage.position, passage.at, passage.contact_id, passage.segment_id)


def wait(attempts: int, chance: float) -> int:
    """Nanoseconds until the next attempt after that many failures: each wait is four times as long,
    and off by up to a fifth, so that what failed together does not come together again."""
    seconds: int = min(_FIRST_WAIT * 4 ** (attempts - 1), _LONGEST_WAIT)
    return round(seconds * (1 + _JITTER * (2 * chance - 1)) * SECOND)


def new_secret(random: bytes) -> str:
    """The secret made of `SECRET_BYTES` random bytes."""
    return PREFIX + b64encode(random).decode()


def signed_headers(secret: str, id_: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers of a call made at that moment, in seconds since the epoch."""
    signed = f"{id_}.{seconds}.".encode() + body
    key = b64decode(secret.removeprefix(PREFIX))
    signature = b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
