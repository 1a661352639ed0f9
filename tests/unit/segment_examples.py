"""The examples of docs/reference/segments.md: definitions, whom they find, and the sample data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from footfall.contacts import Contact, ContactId
from footfall.instants import parse_instant
from footfall.segments.evaluation import Context, PastEvent

PAGE: Final = Path(__file__).parents[2] / "docs/reference/segments.md"

_BLOCK = re.compile(
    r"(?:<!-- (?P<note>[^\n]+) -->\n)?```json\n(?P<json>.*?)\n```(?:\nFinds: (?P<finds>[^\n]*))?",
    re.DOTALL,
)


class Example(NamedTuple):
    """A definition on the page, and what the page says of it."""

    definition: Any
    finds: frozenset[int]
    refused_at: str


class Sample(NamedTuple):
    """The page's contacts with their events, at its moment."""

    now: int
    zone: ZoneInfo
    contacts: tuple[Contact, ...]
    events: dict[int, list[PastEvent]]
    segments: dict[int, frozenset[int]]

    def context(self, contact: Contact) -> Context:
        """What a condition may ask for beyond the contact."""
        return Context(zone=self.zone, segments=self.segments[contact.id])


def examples() -> list[Example]:
    """Every definition on the page."""
    found = []
    for block in _BLOCK.finditer(PAGE.read_text("utf-8")):
        if block["note"] != "sample":
            ids = [int(one) for one in (block["finds"] or "").split(",") if one.strip()]
            refused_at = (block["note"] or "").removeprefix("refused: ")
            found.append(Example(json.loads(block["json"]), frozenset(ids), refused_at))
    return found


def sample() -> Sample:
    """The data on which the examples run."""
    blocks = _BLOCK.finditer(PAGE.read_text("utf-8"))
    data = next(json.loads(block["json"]) for block in blocks if block["note"] == "sample")
    contacts = tuple(map(_contact, data["contacts"]))
    events: dict[int, list[PastEvent]] = {contact.id: [] for contact in contacts}
    for position, event in enumerate(data["events"], start=1):
        date = parse_instant(event["date"])
        events[event["contact_id"]].append(
            PastEvent(position, date, event["name"], event["properties"])
        )
    return Sample(
        now=parse_instant(data["now"]),
        zone=ZoneInfo(data["time_zone"]),
        contacts=contacts,
        events=events,
        segments={one["id"]: frozenset(one.get("segment_ids", ())) for one in data["contacts"]},
    )


def _contact(data: dict[str, Any]) -> Contact:
    return Contact(
        id=ContactId(data["id"]),
        created_at=parse_instant(data["created_at"]),
        modified_at=parse_instant(data["modified_at"]),
        identifiers=data["identifiers"],
        attributes=data["attributes"],
        list_ids=tuple(data.get("list_ids", ())),
    )
