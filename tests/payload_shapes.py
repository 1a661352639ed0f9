"""Shapes of bodies that third-party callers send, each with the answer that it must get.

Paraphrased from public code and from recordings of the official SDKs, with values filled in.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

EVENTS = "/v3/events"


class Shape(NamedTuple):
    """One body, and what a server must answer."""

    sender: str
    body: Json
    status: int = 204
    code: str = ""
    """Of the error, where it is one."""
    field: str = ""
    """The path that the error names."""
    unknown: tuple[str, ...] = ()
    """Fields that the verdict names as ignored."""
    path: str = EVENTS


SHAPES = (
    Shape(
        "a tag manager's template, with an event name typed freely",
        {
            "event_name": "Page viewed",
            "identifiers": {"email_id": "jane.doe@example.com"},
            "contact_properties": {},
            "event_properties": {},
        },
        400,
        "invalid_parameter",
        "event_name",
    ),
    Shape(
        "the same template, with a name that keeps the rule and its own top-level fields",
        {
            "event_name": "page_viewed",
            "identifiers": {"phone_id": "+33 6 12 34 56 78", "ext_id": "u-1"},
            "contact_properties": {},
            "event_properties": {"price": "19.90", "quantity": "2"},
            "page": "https://example.com/pricing?plan=pro",
            "link": "https://example.com/signup",
        },
        unknown=("page", "link"),
    ),
    Shape(
        "a WordPress plugin with empty strings everywhere",
        {
            "event_name": "reservation_created",
            "event_date": "2026-05-05T08:18:00+00:00",
            "identifiers": {"email_id": "jane.doe@example.com"},
            "contact_properties": {"FNAME": "Jane", "LNAME": "", "PHONE": "", "LANGUAGE": ""},
            "event_properties": {
                "reservation_id": "1042",
                "arrival_date": "2026-07-01",
                "departure_date": "2026-07-08",
                "zip": "",
            },
        },
    ),
    Shape(
        "a PHP tracking layer, whose empty object is an empty array",
        {
            "event_name": "page_view",
            "identifiers": {"email_id": "jane.doe@example.com"},
            "event_properties": [],
        },
    ),
    Shape(
        "an assessment site that knows no identifiers",
        {
            "event_name": "ASSESSMENT_COMPLETED",
            "email": "jane.doe@example.com",
            "properties": {"score": 71.5, "stage": "late"},
        },
        400,
        "missing_parameter",
        "identifiers",
    ),
    Shape(
        "a generator of demo data, with an object",
        {
            "event_name": "dossier_status_changed",
            "event_date": "2026-05-05T10:18:00+02:00",
            "identifiers": {"email_id": "jane.doe@example.com"},
            "event_properties": {"dossier_id": "D-17", "old_status": "open"},
            "object": {"type": "dossier_bpi", "identifiers": {"ext_id": "D-17"}},
        },
    ),
    Shape(
        "a Portuguese newsletter, with accents",
        {
            "event_name": "newsletter_confirmada",
            "identifiers": {"email_id": "jane.doe@example.com"},
            "contact_properties": {"LINHA_INTERESSE": "Ficção, Poesia, Ensaio"},
            "event_properties": {"origem": "casa"},
        },
    ),
    Shape(
        "a membership API, with a zero that means something",
        {
            "event_name": "trial_started",
            "identifiers": {"email_id": "jane.doe@example.com"},
            "event_properties": {
                "billing": "annual",
                "button_name": "Start my trial",
                "source_path": "/x",
                "trial_days": 0,
            },
        },
    ),
    Shape(
        "a cheat sheet that writes properties for event_properties",
        {
            "event_name": "page_view",
            "identifiers": {"email_id": "jane.doe@example.com"},
            "properties": {"page": "/pricing", "duration": 45},
        },
        unknown=("properties",),
    ),
    Shape(
        "a cart snippet at a path that does not exist",
        {
            "event": "cart_updated",
            "email": "jane.doe@example.com",
            "properties": {"panier": [{"sku": "a1"}], "source": "web"},
        },
        404,
        "document_not_found",
        path="/v3/track/events",
    ),
    Shape(
        "the legacy tracker at its own path",
        {
            "email": "jane.doe@example.com",
            "event": "order",
            "properties": {"amount": 10.5, "date": "2026-05-05", "whatsapp": ""},
            "eventdata": None,
        },
        404,
        "document_not_found",
        path="/api/v2/trackEvent",
    ),
    Shape(
        "a shop plugin for guests",
        {"event_name": "cart_updated", "identifiers": {}},
        400,
        "missing_parameter",
        "identifiers",
    ),
    Shape(
        "an SDK that drops every field in snake case",
        {"identifiers": {}},
        400,
        "missing_parameter",
        "event_name",
    ),
)
