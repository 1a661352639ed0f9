"""Everything that is known of one contact, as one file."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.test_erasure import JANE, JOHN, event, send_many
from tests.running import Footfall


def test_the_file_has_all_that_is_known_of_a_contact(tmp_path: Path) -> None:
    """Contact, history, requests, and each event to the letter; nothing of anybody else."""
    with Footfall(tmp_path / "data", {"FOOTFALL_JOURNAL_SEAL_ENTRIES": "64"}) as server:
        with server.client() as client:
            created = client.post(
                "/v3/contacts", json={"email": JANE, "attributes": {"CITY": "Sesimbra"}}
            )
            text = b'{"event_name":"odd", "identifiers":{"email_id":"jane.doe@example.com"},'
            text += b' "event_properties":{"n":1.50,"e":{}},"new":1}'
            odd = client.post("/v3/events", content=text, headers={"idempotency-key": "once"})
            many = [event(JANE if n % 3 else JOHN, n) for n in range(1_200)]
            send_many(client, many)
            answer = client.get(f"/footfall/v1/contacts/{JANE}/export").raise_for_status()
            assert client.get("/footfall/v1/contacts/nobody@example.com/export").status_code == 404
        assert "contact-1.json" in answer.headers["content-disposition"]
        assert text in answer.content
        assert JOHN.encode() not in answer.content
        known = answer.json()
        contact = known["contact"]
        assert contact["identifiers"] == {"email_id": JANE}
        assert contact["attributes"] == {"CITY": "Sesimbra"}
        assert [each["cause"] for each in known["history"]] == ["request"]
        [request] = known["requests"]
        assert request["request_id"] == created.headers["x-request-id"]
        first, *others = known["events"]
        assert first["receipt"]["request_id"] == odd.headers["x-request-id"]
        assert first["receipt"]["idempotency_key"] == "once"
        assert first["remarks"][0]["field"] == "new"
        assert [each["body"] for each in others] == [
            json.loads(json.dumps(each)) for n, each in enumerate(many) if n % 3
        ]
