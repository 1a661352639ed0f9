"""Webhooks against a real server: who is told, in which order, and what happens where it fails."""

from __future__ import annotations

import hmac
import json
import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.running import Footfall

PATIENCE: Final = 60.0
FLAG: Final = {
    "version": 1,
    "condition": {
        "type": "attribute",
        "name": "FLAG",
        "test": {"operator": "equals", "value": True},
    },
}
ALLOWED: Final = {"FOOTFALL_OUTGOING_PRIVATE_ADDRESSES": "allow"}


class Receiver:
    """An address that keeps the calls that it takes.

    Where it is to, it refuses the first call, however often that comes, until it relents.
    """

    def __init__(self, *, refusing: bool = False) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.refused: str | None = None
        self._refusing = refusing
        self._changed = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(receiver.take(dict(self.headers.items()), body))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?token=hidden"

    def take(self, headers: dict[str, str], body: bytes) -> int:
        with self._changed:
            if self._refusing and self.refused in (None, headers["webhook-id"]):
                self.refused = headers["webhook-id"]
                self._changed.notify_all()
                return 503
            # After a crash a call may come again, under the same id.
            if headers["webhook-id"] not in [known["webhook-id"] for known, _ in self.calls]:
                self.calls.append((headers, body))
            self._changed.notify_all()
            return 200

    def relent(self) -> None:
        with self._changed:
            self._refusing = False

    def wait_for(self, calls: int = 0, *, refused: bool = False) -> None:
        with self._changed:
            assert self._changed.wait_for(
                lambda: len(self.calls) >= calls and (self.refused is not None) >= refused, PATIENCE
            )

    def told(self) -> list[tuple[str, str]]:
        """Whom it was told about, and of what, in order."""
        bodies = [json.loads(body) for _, body in self.calls]
        return [(one["data"]["identifiers"]["email_id"], one["type"]) for one in bodies]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


def segment(client: httpx.Client) -> int:
    answer = client.post("/footfall/v1/segments", json={"name": "Flagged", "definition": FLAG})
    id_: int = answer.json()["id"]
    while client.get(f"/footfall/v1/segments/{id_}").json()["state"] != "live":
        continue
    return id_


def flag(client: httpx.Client, email: str, value: bool) -> None:
    body = {
        "event_name": "flagged",
        "identifiers": {"email_id": email},
        "contact_properties": {"FLAG": value},
    }
    assert client.post("/v3/events", json=body).status_code == 204


def create(client: httpx.Client, url: str, **fields: Any) -> tuple[int, str]:
    answer = client.post("/footfall/v1/webhooks", json={"url": url} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["webhook"]["id"], answer.json()["secret"]


def test_calls_are_signed_in_order_and_tried_again(tmp_path: Path) -> None:
    """Each contact's passages come in order, signed, and again after a refusal and a crash."""
    receiver = Receiver(refusing=True)
    try:
        with Footfall(tmp_path / "data", ALLOWED) as footfall:
            with footfall.client() as client:
                id_ = segment(client)
                flag(client, "before@example.com", True)
                webhook, secret = create(client, receiver.url, segment_ids=[id_])
                flag(client, "a@example.com", True)
                receiver.wait_for(refused=True)
                flag(client, "a@example.com", False)
                flag(client, "b@example.com", True)
                receiver.wait_for(calls=1)
                assert receiver.told() == [("b@example.com", "segment.entered")]
            footfall.kill()
            receiver.relent()
            footfall.start()
            receiver.wait_for(calls=3)
            assert receiver.told() == [
                ("b@example.com", "segment.entered"),
                ("a@example.com", "segment.entered"),
                ("a@example.com", "segment.left"),
            ]
            headers, _ = receiver.calls[1]
            assert headers["webhook-id"] == receiver.refused
            for sent, body in receiver.calls:
                check_signature(secret, sent, body)
            first = json.loads(receiver.calls[0][1])
            assert (first["data"]["segment_name"], first["data"]["cause"]) == ("Flagged", "event")
            with footfall.client() as client:
                assert secret not in client.get("/footfall/v1/webhooks").text
                say_what_an_event_caused(client, webhook)
                send_again_what_was_taken(client, webhook, receiver)
                [shown] = client.get("/footfall/v1/webhooks").json()["webhooks"]
                assert (shown["id"], shown["waiting"], shown["parked"]) == (webhook, 0, 0)
                assert client.delete(f"/footfall/v1/webhooks/{webhook}").status_code == 204
                assert client.delete(f"/footfall/v1/webhooks/{webhook}").status_code == 404
            assert secret not in footfall.log()
            assert "hidden" not in footfall.log()
    finally:
        receiver.close()


def say_what_an_event_caused(client: httpx.Client, webhook: int) -> None:
    """An event has the calls that it led to, and no others."""
    found = client.get("/footfall/v1/events").json()["events"]
    told = {}
    for each in found:
        state = "waiting"
        while state == "waiting":  # The receiver knows of a call before the server does.
            event = client.get(f"/footfall/v1/events/{each['position']}").json()
            state = next((one["state"] for one in event["deliveries"]), "")
        told[event["contact"]["label"], event["contact_properties"]] = [
            (one["webhook_id"], one["entered"], one["status"]) for one in event["deliveries"]
        ]
    assert told == {
        ("before@example.com", '{"FLAG":true}'): [],
        ("a@example.com", '{"FLAG":true}'): [(webhook, True, 200)],
        ("a@example.com", '{"FLAG":false}'): [(webhook, False, 200)],
        ("b@example.com", '{"FLAG":true}'): [(webhook, True, 200)],
    }


def send_again_what_was_taken(client: httpx.Client, webhook: int, receiver: Receiver) -> None:
    path = f"/footfall/v1/webhooks/{webhook}/deliveries"
    taken: list[dict[str, Any]] = []
    while len(taken) < 3:  # The receiver knows of a call before the server does of the answer.
        taken = client.get(path).json()["taken"]
    assert {one["id"] for one in taken} == {sent["webhook-id"] for sent, _ in receiver.calls}
    assert {one["status"] for one in taken} == {200}
    assert all(one["attempts"] >= 1 and one["milliseconds"] > 0 for one in taken)
    assert taken == sorted(taken, key=lambda one: one["taken_at"], reverse=True)
    last = taken[-1]
    assert client.post(f"{path}/{last['id']}/retry").json() == {"count": 1}
    while (again := client.get(path).json()["taken"])[0]["id"] != last["id"]:
        continue
    assert again[0]["taken_at"] > last["taken_at"]
    for unknown in ("msg_9_1_1_1_1", f"msg_{webhook}_9_9_9_9", "x"):
        assert client.post(f"{path}/{unknown}/retry").status_code == 404


def check_signature(secret: str, headers: dict[str, str], body: bytes) -> None:
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_what_is_not_taken_waits_and_is_seen(tmp_path: Path, receiver: Receiver) -> None:
    """A delivery that fails is shown with its reason and its next attempt; bad webhooks are 400."""
    with Footfall(tmp_path / "data", ALLOWED) as footfall, footfall.client() as client:
        segment(client)
        gone = Receiver()
        gone.close()
        id_, _ = create(client, gone.url)
        flag(client, "a@example.com", True)
        deliveries: list[dict[str, Any]] = []
        while not (deliveries and deliveries[0]["attempts"]):
            path = f"/footfall/v1/webhooks/{id_}/deliveries"
            deliveries = client.get(path).json()["deliveries"]
        [waiting] = deliveries
        assert waiting["problem"].startswith("127.0.0.1 cannot be called")
        assert waiting["next_attempt"] is not None
        assert waiting["parked"] is False
        retried = client.post(f"/footfall/v1/webhooks/{id_}/retry").json()
        assert retried == {"count": 1}
        changed = client.put(f"/footfall/v1/webhooks/{id_}", json={"url": receiver.url})
        assert (changed.status_code, changed.json()["url"]) == (200, receiver.url)
        client.post(f"/footfall/v1/webhooks/{id_}/retry")
        receiver.wait_for(calls=1)
        assert receiver.told() == [("a@example.com", "segment.entered")]
        for body, path in (
            ({}, "url"),
            ({"url": "ftp://example.com"}, "url"),
            ({"url": "https://example.com", "segment_ids": [99]}, "segment_ids[0]"),
        ):
            for answer in (
                client.post("/footfall/v1/webhooks", json=body),
                client.put(f"/footfall/v1/webhooks/{id_}", json=body),
            ):
                assert answer.status_code == 400
                assert path in answer.json()["message"]
        unknown = client.put("/footfall/v1/webhooks/99", json={"url": "https://example.com"})
        assert unknown.status_code == 404
        assert client.get("/footfall/v1/webhooks/99/deliveries").status_code == 404
        assert client.post("/footfall/v1/webhooks/99/retry").status_code == 404


def test_an_address_that_does_not_answer_keeps_nobody_else_waiting(
    tmp_path: Path, receiver: Receiver
) -> None:
    """While calls to one address hang, another is told of everything that happens meanwhile."""
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Footfall(tmp_path / "data", ALLOWED | {"FOOTFALL_OUTGOING_SECONDS": "300"}) as footfall,
        footfall.client() as client,
    ):
        segment(client)
        create(client, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        create(client, receiver.url)
        flag(client, "a@example.com", True)
        hanging, _ = silent.accept()
        receiver.wait_for(calls=1)
        for value in (False, True):
            flag(client, "a@example.com", value)
        receiver.wait_for(calls=3)
        assert [kind for _, kind in receiver.told()] == [
            "segment.entered",
            "segment.left",
            "segment.entered",
        ]
        hanging.close()


def test_private_addresses_are_refused(tmp_path: Path, receiver: Receiver) -> None:
    """Unless the setting allows it, an address of this machine or of a private network is a 400."""
    with Footfall(tmp_path / "data") as footfall, footfall.client() as client:
        for url in (receiver.url, "http://10.0.0.1/", "http://[::1]/"):
            answer = client.post("/footfall/v1/webhooks", json={"url": url})
            assert answer.status_code == 400
            assert "outgoing.private_addresses" in answer.json()["message"]
