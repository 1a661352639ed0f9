"""The intake of events: who calls, what the head of the request says, what the body holds.

Both ways of a request through the front, the plain one and the short one, come through here, so
that they cannot differ in a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from footfall.admission import check_event, check_idempotency_key
from footfall.authentication import authorize, find_key, secret_of
from footfall.batches import Batch, check_batch, without_refused
from footfall.clock import Clock
from footfall.compression import check_content_encoding, decoded
from footfall.errors import BodyTooLarge, FootfallError, InvalidParameter, NotJson
from footfall.front.commit import GroupCommit, Waiting
from footfall.ports import Key, Keys
from footfall.records import Request
from footfall.settings import Intake as Bounds
from footfall.tracking import Call, event_of, in_words_of

PATH: Final = b"/v3/events"
BATCH_PATH: Final = b"/v3/events/batch"
MAX_CLIENT: Final = 255

_JSON_TYPE = re.compile(rb"\s*(application|text)/([^\s;/]+\+)?json\s*(;.*)?", re.IGNORECASE)

_NO_DOUBTS: Final[Mapping[str, FootfallError]] = {}

Fields = Mapping[bytes, bytes]
"""Header fields by lower-case name."""


class Caller(NamedTuple):
    """What the head of an admitted request says."""

    key: Key
    idempotency_key: str
    client: str


def fields_of(headers: Iterable[tuple[bytes, bytes]]) -> Fields:
    """The fields of a request's head, names in lower case.

    A field that stands twice counts once where both say the same. Otherwise the values are joined
    by a comma, as RFC 9110 has it, and the rule for that field decides.
    """
    fields: dict[bytes, bytes] = {}
    for name, value in headers:
        earlier = fields.get(name)
        fields[name] = value if earlier is None or earlier == value else earlier + b", " + value
    return fields


def with_tracker_key(fields: Fields) -> Fields:
    """The tracker's callers send their key as `ma-key`."""
    key = fields.get(b"ma-key")
    return fields if key is None else {b"api-key": key, **fields}


def secret_in(fields: Fields) -> str:
    """The secret of the caller; raises `Unauthorized` where there is none."""
    return secret_of(
        fields.get(b"api-key", b"").decode("latin-1"),
        fields.get(b"authorization", b"").decode("latin-1"),
    )


def client_of(fields: Fields) -> str:
    """The caller's `User-Agent`, cut to `MAX_CLIENT` characters."""
    return fields.get(b"user-agent", b"")[:MAX_CLIENT].decode("latin-1")


class Intake:
    """Holds every request to the rules, then hands it to the group commit."""

    def __init__(self, keys: Keys, commit: GroupCommit, clock: Clock, bounds: Bounds) -> None:
        self._keys = keys
        self._commit = commit
        self._clock = clock
        self._recalled: dict[str, Key] = {}
        self._max_events = bounds.max_batch_events
        self.max_body = bounds.max_body
        self.max_batch_body = bounds.max_batch_body

    def identify(self, fields: Fields) -> Key:
        """The key of the caller; raises `Unauthorized`."""
        return find_key(self._keys, secret_in(fields))

    def admit(self, key: Key, fields: Fields, max_body: int) -> Caller:
        """Hold the head to its rules, before any of the body is needed.

        Raises `PermissionDenied`, `NotJson`, `BodyTooLarge` or `InvalidParameter`.
        """
        field = fields.get
        authorize(key, "events:write")
        _check_content(field(b"content-type"), field(b"content-encoding"))
        check_size(int(field(b"content-length", b"0")), max_body)
        idempotency_key = field(b"idempotency-key", b"").decode("latin-1")
        if b"idempotency-key" in fields:
            check_idempotency_key(idempotency_key)
        return Caller(key, idempotency_key, client_of(fields))

    def recall(self, secret: str, key: Key) -> None:
        """Take the secret for this key's, as it was before; `doubts` asks before the commit."""
        self._recalled[secret] = key

    def doubt(self, secret: str) -> FootfallError | None:
        """What speaks against the secret now."""
        try:
            authorize(find_key(self._keys, secret), "events:write")
        except FootfallError as error:
            return error
        return None

    def doubts(self) -> Mapping[str, FootfallError]:
        """What speaks against the keys that were recalled since the last call, by key id.

        A key that was revoked before a request began is found out here, because the request began
        before this call; and no request of a group is journaled before it.
        """
        if not self._recalled:
            return _NO_DOUBTS
        recalled, self._recalled = self._recalled, {}
        errors = {key.id: self.doubt(secret) for secret, key in recalled.items()}
        return {key_id: error for key_id, error in errors.items() if error is not None}

    def accept(self, caller: Caller, body: bytes, waiting: Waiting) -> None:
        """Hold the body to the rules of an event and journal it; `waiting` hears of the commit.

        Raises `MalformedBody`, `MissingParameter`, `InvalidParameter`, `BodyTooLarge` or
        `Unavailable`; then `waiting` hears nothing.
        """
        check_event(body)
        key, idempotency_key, client = caller
        self._commit.submit(
            Request("event", self._clock.now(), key.id, body, 1, idempotency_key, client), waiting
        )

    def accept_tracked(self, call: Call, caller: Caller, body: bytes, waiting: Waiting) -> None:
        """The same for a call of the older tracker, see `tracking`; errors name its own fields."""
        event = event_of(call, body)
        try:
            self.accept(caller, event, waiting)
        except (InvalidParameter, BodyTooLarge) as error:
            raise in_words_of(call, error) from error

    def accept_batch(self, caller: Caller, body: bytes, waiting: Waiting) -> Batch:
        """Hold each event of the body to the rules and journal the good ones, if there are any.

        `waiting` hears of the commit unless all were refused. Raises what `accept` raises, for the
        batch as a whole.
        """
        batch = check_batch(body, self._max_events)
        if batch.accepted:
            key, idempotency_key, client = caller
            request = Request(
                kind="batch",
                received_at=self._clock.now(),
                key_id=key.id,
                body=without_refused(body, batch.refused) if batch.refused else body,
                count=batch.accepted,
                idempotency_key=idempotency_key,
                client=client,
                refused=tuple(batch.refused),
            )
            self._commit.submit(request, waiting)
        return batch


def content_of(fields: Fields, body: bytes, max_body: int) -> bytes:
    """The body before its content encoding. Raises what `compression.decoded` raises."""
    return decoded(fields.get(b"content-encoding", b"").decode("latin-1"), body, max_body)


def check_size(size: int, limit: int) -> None:
    """Raises `BodyTooLarge` for a body of more bytes than are taken."""
    if size > limit:
        raise BodyTooLarge(f"The body is larger than {limit} bytes")


def _check_content(content_type: bytes | None, encoding: bytes | None) -> None:
    """A content type that is given must be one of JSON; an absent one is taken for JSON."""
    if content_type not in (b"application/json", None) and not _JSON_TYPE.fullmatch(content_type):
        raise NotJson("The content-type must be application/json")
    if encoding is not None:
        check_content_encoding(encoding.decode("latin-1"))
