"""The rules of the intake, by both ways: over the short protocol and over the plain one."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable

import pytest
import zstandard

from footfall.records import parse_request_id
from footfall.settings import Settings
from tests.integration.front.wire import EVENT, Wire, ask, chunked, post
from tests.servers import Front

MAX_BODY = Settings().intake.max_body
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
}


def journaled_body(front: Front) -> bytes:
    """What the last accepted request held."""
    _, request = front.journaled()[-1]
    return request.body


def padded(size: int) -> bytes:
    """An event of exactly that many bytes."""
    return EVENT + b" " * (size - len(EVENT))


def test_an_event_is_journaled_to_the_letter_and_its_id_tells_where(front: Front) -> None:
    """The answer is a bare 204 whose request id names the position that holds the very bytes."""
    body = (
        b'{ "event_name":"say", "identifiers":{"ext_id":"\xc3\xa9"}, "event_properties":{"n":1.0}}'
    )
    answer = ask(
        front.port,
        post(front.key, body, "User-Agent: shop/1.0", "Idempotency-Key: order-17"),
    )
    assert (answer.status, answer.body) == (204, b"")
    assert [name for name, _ in answer.headers] == ["date", "x-request-id"]
    parsed = parse_request_id(answer.header("x-request-id") or "")
    assert parsed is not None
    request = dict(front.journaled())[parsed[0]]
    assert request.body == body
    assert (request.kind, request.key_id, request.count) == ("event", front.key_id, 1)
    assert (request.client, request.idempotency_key) == ("shop/1.0", "order-17")
    assert request.refused == ()


@pytest.mark.parametrize("path", ["/v3//events", "/v3/events/", "//v3/events", "/v3/events//"])
def test_a_slash_too_many_does_not_matter(front: Front, path: str) -> None:
    """Clients make such paths of a base URL that ends in a slash; a batch's path is no other."""
    assert ask(front.port, post(front.key, EVENT, target=path)).status == 204
    batch = post(front.key, b"[" + EVENT + b"]", target=path.replace("events", "events/batch"))
    assert ask(front.port, batch).status == 202


@pytest.mark.parametrize("name", ["api-key", "Api-Key", "API-KEY"])
def test_the_name_of_the_key_field_may_have_any_case(front: Front, name: str) -> None:
    """Clients write it in several ways."""
    assert ask(front.port, post(None, EVENT, f"{name}: {front.key}")).status == 204


def test_blanks_around_a_value_are_not_part_of_it(front: Front) -> None:
    """RFC 9110, 5.5: a key that was pasted with a blank behind it is the key, on both ways."""
    padded_key = f"api-key: \t{front.key} \t "
    assert ask(front.port, post(None, EVENT, padded_key)).status == 204
    assert (
        ask(front.port, post(None, EVENT, padded_key, "Origin: http://a.example.com")).status == 204
    )


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_bearer_token_is_a_key(front: Front, scheme: str) -> None:
    """`Authorization: Bearer KEY` counts as `api-key`."""
    field = f"Authorization: {scheme} {front.key}"
    assert ask(front.port, post(None, EVENT, field)).status == 204
    assert ask(front.port, post("", EVENT, field)).status == 204


@pytest.mark.parametrize(
    "fields",
    [(), ("api-key:",), ("Authorization: Basic eDp5",), ("Authorization: Bearer",)],
    ids=["none", "empty", "basic", "no token"],
)
def test_a_request_without_a_key_is_refused(front: Front, fields: tuple[str, ...]) -> None:
    """401 with Brevo's text."""
    answer = ask(front.port, post(None, EVENT, *fields))
    assert answer.error() == (401, "unauthorized", "authentication not found in headers")


@pytest.mark.parametrize("key", ["x", "xkeysib-é", "ff_0_" + "a" * 5_000])
def test_a_key_that_nobody_has_is_refused(front: Front, key: str) -> None:
    """401 with Brevo's text, whatever the key is made of; no bearer token counts beside it."""
    answer = ask(front.port, post(key, EVENT, f"Authorization: Bearer {front.key}"))
    assert answer.error() == (401, "unauthorized", "Key not found")


def test_a_revoked_key_is_refused_at_once(front: Front) -> None:
    """The next request on an open connection is let in no more."""
    key_id, key = front.create_key("events:write")
    with Wire(front.port) as wire:
        wire.send(post(key))
        assert wire.answer().status == 204
        front.keys.revoke(key_id, 1)
        for body in (EVENT, b"x" * len(EVENT)):
            wire.send(post(key, body))
            assert wire.answer().error() == (401, "unauthorized", "Key not found")


def test_a_revoked_key_takes_no_other_down(front: Front) -> None:
    """Of requests that come together, those with a good key are accepted."""
    key_id, bad = front.create_key("events:write")
    with Wire(front.port) as one, Wire(front.port) as other:
        for wire, key in ((one, bad), (other, front.key)):
            wire.send(post(key))
            assert wire.answer().status == 204
        front.keys.revoke(key_id, 1)
        for _ in range(20):
            one.send(post(bad))
            other.send(post(front.key))
            assert one.answer().status == 401
            assert other.answer().status == 204


def test_a_key_needs_the_scope(front: Front) -> None:
    """403 names the scope that is missing; admin may do everything."""
    _, reader = front.create_key("events:read", "contacts:write")
    status, code, message = ask(front.port, post(reader)).error()
    assert (status, code) == (403, "permission_denied")
    assert "events:write" in message
    _, admin = front.create_key("admin")
    assert ask(front.port, post(admin)).status == 204


def test_a_key_that_stands_twice_counts_if_it_is_the_same(front: Front) -> None:
    """Two different keys are no key."""
    assert ask(front.port, post(front.key, EVENT, f"api-key: {front.key}")).status == 204
    assert ask(front.port, post(front.key, EVENT, "api-key: other")).error()[0] == 401


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "text/json",
        "application/vnd.api+json",
        "application/problem+json; x=y",
    ],
)
def test_json_by_any_name_is_taken(front: Front, content_type: str) -> None:
    """A content type of the JSON family is right, with or without parameters."""
    field = f"Content-Type: {content_type}"
    assert ask(front.port, post(front.key, EVENT, field)).status == 204


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "json",
        "",
        "a/b+jsonx",
    ],
)
def test_what_is_declared_as_something_else_is_refused(front: Front, content_type: str) -> None:
    """415, though the bytes would be JSON."""
    answer = ask(front.port, post(front.key, EVENT, f"Content-Type: {content_type}"))
    assert answer.error()[:2] == (415, "unsupported_media_type")


@pytest.mark.parametrize("encoding", ["identity", "Identity", "gzip", "GZIP", "zstd"])
def test_a_compressed_event_is_journaled_as_it_was_before(front: Front, encoding: str) -> None:
    """204, and the journal has the very bytes that were compressed."""
    body = COMPRESS[encoding.lower()](EVENT)
    field = f"Content-Encoding: {encoding}"
    assert ask(front.port, post(front.key, body, field)).status == 204
    assert journaled_body(front) == EVENT


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_a_content_encoding_that_is_not_understood_is_refused(front: Front, encoding: str) -> None:
    """415, whatever the body is."""
    answer = ask(front.port, post(front.key, EVENT, f"Content-Encoding: {encoding}"))
    assert answer.error()[:2] == (415, "unsupported_media_type")


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_compressed_body_is_held_to_the_same_limits(front: Front, encoding: str) -> None:
    """400 for what does not decode, 413 for what decodes to more than may come plain."""
    field = f"Content-Encoding: {encoding}"
    broken = ask(front.port, post(front.key, EVENT, field))
    assert broken.error()[:2] == (400, "bad_request")
    compress = COMPRESS[encoding]
    assert ask(front.port, post(front.key, compress(padded(MAX_BODY)), field)).status == 204
    large = ask(front.port, post(front.key, compress(padded(MAX_BODY + 1)), field))
    assert large.error()[:2] == (413, "payload_too_large")


def test_a_request_without_a_length_has_an_empty_body(front: Front) -> None:
    """RFC 9112, 6.3: nothing follows the head, and the connection goes on after the answer."""
    head = f"POST /v3/events HTTP/1.1\r\nHost: localhost\r\napi-key: {front.key}\r\n\r\n".encode()
    with Wire(front.port) as wire:
        for _ in range(2):
            wire.send(head)
            assert wire.answer().error() == (400, "bad_request", "The body is empty")


def test_a_body_may_be_as_large_as_the_limit(front: Front) -> None:
    """The limit itself is accepted, one byte more is not, however the body comes."""
    assert ask(front.port, post(front.key, padded(MAX_BODY))).status == 204
    assert ask(front.port, chunked(front.key, padded(MAX_BODY))).status == 204
    too_large = (413, "payload_too_large")
    assert ask(front.port, post(front.key, padded(MAX_BODY + 1))).error()[:2] == too_large
    assert ask(front.port, chunked(front.key, padded(MAX_BODY + 1))).error()[:2] == too_large


def test_a_connection_goes_on_after_a_body_that_was_too_large(front: Front) -> None:
    """The answer comes before the body, which is then read and dropped."""
    large = post(front.key, padded(3 * MAX_BODY))
    with Wire(front.port) as wire:
        wire.send(large[:1_000])
        assert wire.answer().error()[0] == 413
        wire.send(large[1_000:], post(front.key))
        assert wire.answer().status == 204


@pytest.mark.parametrize("key", ["", "with blank", "é", "x" * 256])
def test_an_idempotency_key_is_visible_ascii(front: Front, key: str) -> None:
    """400 names the field where it is empty, too long or has other characters."""
    status, code, message = ask(
        front.port, post(front.key, EVENT, f"Idempotency-Key: {key}")
    ).error()
    assert (status, code) == (400, "invalid_parameter")
    assert "Idempotency-Key" in message


def test_an_idempotency_key_stands_once(front: Front) -> None:
    """Two different ones are refused; 255 characters are accepted."""
    two = ("Idempotency-Key: a", "Idempotency-Key: b")
    assert ask(front.port, post(front.key, EVENT, *two)).error()[0] == 400
    longest = "Idempotency-Key: " + "x" * 255
    assert ask(front.port, post(front.key, EVENT, longest)).status == 204
    assert front.journaled()[-1][1].idempotency_key == "x" * 255


def test_the_clients_name_is_cut(front: Front) -> None:
    """The first 255 characters of User-Agent are kept; an absent one is kept as empty."""
    ask(front.port, post(front.key, EVENT, "User-Agent: " + "a" * 300))
    assert front.journaled()[-1][1].client == "a" * 255
    ask(front.port, post(front.key))
    assert front.journaled()[-1][1].client == ""


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        (b"", "bad_request", ""),
        (b"{", "bad_request", ""),
        (b"\xff", "bad_request", ""),
        (b"[]", "invalid_parameter", "object"),
        (b"[" * 10_000, "bad_request", ""),
        (b'{"event_name":"e","identifiers":{}}', "missing_parameter", "identifiers"),
        (b'{"identifiers":{"ext_id":"x"}}', "missing_parameter", "event_name"),
        (b'{"event_name":"a b","identifiers":{"ext_id":"x"}}', "invalid_parameter", "event_name"),
        (EVENT[:-1] + b',"event_name":"f"}', "bad_request", "event_name"),
    ],
)
def test_an_event_that_breaks_a_rule_is_refused(
    front: Front, body: bytes, code: str, named: str
) -> None:
    """400 with the code and the field, under an id of its own, and the connection goes on."""
    with Wire(front.port) as wire:
        wire.send(post(front.key, body))
        answer = wire.answer()
        assert answer.error()[:2] == (400, code)
        assert named in json.loads(answer.body)["message"]
        assert uuid.UUID(answer.header("x-request-id")).version == 4
        wire.send(post(front.key))
        assert wire.answer().status == 204


def test_what_is_refused_is_not_journaled(front: Front) -> None:
    """Only accepted requests take positions."""
    before = len(front.journaled())
    for request in (
        post("nobody"),
        post(front.key, b"{}"),
        post(front.key, EVENT, "Content-Type: text/plain"),
        post(front.key, method="PUT"),
    ):
        assert 400 <= ask(front.port, request).status < 500
    assert len(front.journaled()) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_not_allowed(front: Front, method: str) -> None:
    """405 with Brevo's text, and the methods that are."""
    answer = ask(front.port, post(front.key, method=method))
    text = f"{method} Method is not allowed on this path"
    assert answer.error() == (405, "method_not_allowed", text)
    assert answer.header("allow") == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v3/events", "GET, HEAD, OPTIONS, POST"),
        ("/v3/events/batch", "OPTIONS, POST"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_tells_what_a_path_takes(front: Front, path: str, allowed: str) -> None:
    """204 without a key, and the methods."""
    answer = ask(front.port, f"OPTIONS {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert (answer.status, answer.header("allow")) == (204, allowed)


@pytest.mark.parametrize(
    "target", ["/v3/events?source=shop", "/v3/%65vents", "http://localhost/v3/events", "//x/../a"]
)
def test_the_same_path_written_otherwise_is_the_same(front: Front, target: str) -> None:
    """A query, escapes and the absolute form lead to the intake; another path does not."""
    status = ask(front.port, post(front.key, target=target)).status
    assert status == (503 if target.startswith("//") else 204)


def test_a_refusal_is_logged_without_secret_and_body(front: Front) -> None:
    """The log has code, path, request id and key id of a refused request."""
    answer = ask(front.port, post(front.key, b'{"event_name":"sesame-open"}'))
    lines = [json.loads(line) for line in front.log().splitlines()]
    [line] = [line for line in lines if line.get("request_id") == answer.header("x-request-id")]
    assert (line["event"], line["code"]) == ("request_refused", "missing_parameter")
    assert (line["path"], line["key_id"], line["status"]) == ("/v3/events", front.key_id, 400)
    unknown = ask(front.port, post("ff_open_sesame"))
    assert unknown.status == 401
    for secret in (front.key, "sesame-open", "ff_open_sesame"):
        assert secret not in front.log()
