"""The event with which a newcomer's account begins, as one line that works when pasted."""

from __future__ import annotations

from typing import Final

BODY: Final = (
    '{"event_name":"video_played","event_date":"2024-02-06T20:59:23.383Z",'
    '"identifiers":{"email_id":"jane.doe@example.com"},'
    '"contact_properties":{"AGE":32,"GENDER":"FEMALE"},'
    '"event_properties":{"video_title":"Brevo — The most approachable CRM suite",'
    '"vide_description":"Create your free account today!","duration":142,'
    '"autoplayed":false,"upload_date":"2023-11-24T12:09:10+01:00"}}'
)
"""Brevo's own example, to the letter. It holds no apostrophe, so the shell takes it in quotes."""


def curl_line(address: str, key: str) -> str:
    """A command that sends the event and shows the whole answer."""
    return (
        f"curl -i {address}/v3/events -H 'api-key: {key}' "
        f"-H 'content-type: application/json' -d '{BODY}'"
    )
