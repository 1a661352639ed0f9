"""Segments from the request to the answer: the whole server, as a user meets it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from footfall.clock import SystemClock
from footfall.instants import SECOND, format_instant, parse_instant
from tests.running import Footfall

WATCHED: Final = {
    "version": 1,
    "condition": {
        "type": "did",
        "event": "video_played",
        "where": [
            {
                "type": "property",
                "path": "duration",
                "test": {"operator": "greater_than", "value": 100},
            }
        ],
    },
}
PATIENCE: Final = 60.0


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("segments") / "data") as running:
        yield running


def play(footfall: Footfall, email: str, duration: float) -> None:
    """One event, acknowledged."""
    body = {
        "event_name": "video_played",
        "identifiers": {"email_id": email},
        "event_properties": {"duration": duration},
    }
    with footfall.client() as client:
        assert client.post("/v3/events", json=body).status_code == 204


def create(footfall: Footfall, name: str, definition: Any) -> int:
    """A segment that is live when it returns."""
    with footfall.client() as client:
        answer = client.post("/footfall/v1/segments", json={"name": name, "definition": definition})
    assert answer.status_code == 201, answer.text
    assert answer.json()["definition"] == definition
    wait_until_live(footfall, answer.json()["id"])
    return int(answer.json()["id"])


def wait_until_live(footfall: Footfall, id_: int) -> None:
    end = time.monotonic() + PATIENCE
    with footfall.client() as client:
        while client.get(f"/footfall/v1/segments/{id_}").json()["state"] != "live":
            assert time.monotonic() < end


def members(footfall: Footfall, id_: int) -> list[str]:
    with footfall.client() as client:
        page = client.get(f"/footfall/v1/segments/{id_}/members").json()
    assert page["count"] == len(page["members"])
    return [one["contact"]["email"] for one in page["members"]]


def test_membership_follows_the_event_and_outlives_kill_9(tmp_path: Path) -> None:
    """Who did it before is in, who does it now is in at once, and so it stays after a crash."""
    with Footfall(tmp_path / "data") as footfall:
        play(footfall, "one@example.com", 142)
        play(footfall, "two@example.com", 12)
        id_ = create(footfall, "Watched", WATCHED)
        assert members(footfall, id_) == ["one@example.com"]
        play(footfall, "two@example.com", 101)
        both = ["one@example.com", "two@example.com"]
        assert members(footfall, id_) == both
        footfall.kill()
        footfall.start()
        assert members(footfall, id_) == both
        with footfall.client() as client:
            history = client.get(f"/footfall/v1/segments/{id_}/history", params={"limit": 1}).json()
            [latest] = history["entries"]
            assert (latest["entered"], latest["cause"], latest["position"]) == (True, "event", 5)
            earlier = client.get(
                f"/footfall/v1/segments/{id_}/history", params={"before": history["before"]}
            ).json()
        assert [one["cause"] for one in earlier["entries"]] == ["definition"]
        assert earlier["before"] is None


def test_time_alone_lets_out(footfall: Footfall) -> None:
    """A contact leaves "in the last minute" though nothing is sent, and whoever asks sees it."""
    recent = {"type": "last", "amount": 1, "unit": "minutes"}
    condition = {"type": "did", "event": "blinked", "when": recent}
    id_ = create(footfall, "Blinked", {"version": 1, "condition": condition})
    almost = format_instant(SystemClock().now() - 57 * SECOND)
    with footfall.client() as client:
        client.post(
            "/v3/events",
            json={
                "event_name": "blinked",
                "event_date": almost,
                "identifiers": {"email_id": "b@example.com"},
            },
        )
    assert members(footfall, id_) == ["b@example.com"]
    end = time.monotonic() + PATIENCE
    while members(footfall, id_):
        assert time.monotonic() < end
    with footfall.client() as client:
        [left, entered] = client.get(f"/footfall/v1/segments/{id_}/history").json()["entries"]
    assert (left["cause"], left["entered"], entered["cause"]) == ("time", False, "event")
    assert parse_instant(left["at"]) == parse_instant(almost) + 60 * SECOND


def test_segments_as_brevo_lists_them(footfall: Footfall) -> None:
    """Brevo's clients list segments, and the contacts of one."""
    play(footfall, "brevo@example.com", 5_000)
    id_ = create(footfall, "As Brevo has it", WATCHED)
    with footfall.client() as client:
        listed = client.get("/v3/contacts/segments", params={"sort": "desc"}).json()
        assert listed["segments"][0]["id"] == id_
        assert listed["segments"][0]["segmentName"] == "As Brevo has it"
        found = client.get("/v3/contacts", params={"segmentId": id_}).json()
        assert "brevo@example.com" in [one["email"] for one in found["contacts"]]
        assert found["count"] == len(found["contacts"])
        none = client.get("/v3/contacts", params={"segmentId": id_ + 1_000})
        assert (none.status_code, none.json()["code"]) == (400, "invalid_parameter")
        both = client.get("/v3/contacts", params={"segmentId": id_, "listIds": 1})
        assert both.status_code == 400
        since: dict[str, str | int] = {"segmentId": id_, "createdSince": "2020-01-01T00:00:00Z"}
        assert client.get("/v3/contacts", params=since).json()["count"] == found["count"]


def test_explanations_name_what_counts(footfall: Footfall) -> None:
    """An explanation has each condition with what it wants, what there is, and which events."""
    play(footfall, "why@example.com", 300)
    id_ = create(footfall, "Why", WATCHED)
    with footfall.client() as client:
        told = client.get(
            f"/footfall/v1/segments/{id_}/explain", params={"contact": "why@example.com"}
        ).json()
        unknown = client.get(
            f"/footfall/v1/segments/{id_}/explain", params={"contact": "nobody@example.com"}
        )
    assert told["member"] is told["condition"]["holds"] is True
    assert told["condition"]["threshold"] == {"operator": "at_least", "value": 1}
    assert (told["condition"]["actual"], told["condition"]["event_count"]) == (1, 1)
    assert unknown.status_code == 404


def test_segments_are_changed_and_removed(footfall: Footfall) -> None:
    """A change keeps what it leaves out; what is removed is gone."""
    id_ = create(footfall, "Before", WATCHED)
    with footfall.client() as client:
        path = f"/footfall/v1/segments/{id_}"
        renamed = client.put(path, json={"name": "After", "category": "films"}).json()
        assert (renamed["name"], renamed["state"]) == ("After", "live")
        assert renamed["definition"] == WATCHED
        nobody = {"version": 1, "condition": {"type": "did", "event": "never_done"}}
        changed = client.put(path, json={"definition": nobody})
        assert (changed.status_code, changed.json()["name"]) == (200, "After")
        wait_until_live(footfall, id_)
        assert members(footfall, id_) == []
        assert client.delete(path).status_code == 204
        for route in ("", "/members", "/history", "/explain?contact=1"):
            assert client.get(path + route).status_code == 404
        assert client.put(path, json={"name": "x"}).status_code == 404
        assert client.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"definition": WATCHED}, "name"),
        ({"name": "x"}, "definition"),
        ({"name": "x", "definition": 5}, "definition"),
        ({"name": "x", "definition": {"version": 2}}, "definition.version"),
        (
            {"name": "x", "definition": {"version": 1, "condition": {"type": "did"}}},
            "definition.condition.event",
        ),
        (
            {
                "name": "x",
                "definition": {
                    "version": 1,
                    "condition": {"type": "any", "of": [{"type": "segment", "id": 99_999}]},
                },
            },
            "definition.condition.of[0].id",
        ),
    ],
)
def test_bad_definitions_are_refused_where_they_are_bad(
    footfall: Footfall, body: Any, path: str
) -> None:
    """A 400 names the place in the definition, and what was expected there."""
    with footfall.client() as client:
        answer = client.post("/footfall/v1/segments", json=body)
    assert answer.status_code == 400
    assert path in answer.json()["message"]


def test_bad_cursors_are_refused(footfall: Footfall) -> None:
    """A cursor that no page named is a 400, never a fault."""
    id_ = create(footfall, "Cursors", WATCHED)
    with footfall.client() as client:
        for before in ("x", "1.2", "1.2.x", "9" * 50 + ".1.1"):
            answer = client.get(f"/footfall/v1/segments/{id_}/history", params={"before": before})
            assert answer.status_code in (200, 400)


def test_a_preview_counts_and_shows_some(footfall: Footfall) -> None:
    """A preview has the number of contacts, five of them, and the number of each condition."""
    for number in range(7):
        body = {
            "event_name": "previewed",
            "identifiers": {"email_id": f"preview{number}@example.com"},
            "contact_properties": {"PREVIEWED": number},
        }
        with footfall.client() as client:
            client.post("/v3/events", json=body)
    test = {"operator": "at_least", "value": 1}
    conditions = [
        {"type": "did", "event": "previewed"},
        {"type": "attribute", "name": "PREVIEWED", "test": test},
        {"type": "did_not", "event": "never_done"},
    ]
    definition = {"version": 1, "condition": {"type": "all", "of": conditions}}
    with footfall.client() as client:
        answer = client.post("/footfall/v1/segments/preview", json={"definition": definition})
        bad = client.post("/footfall/v1/segments/preview", json={"definition": {"version": 1}})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["count"], told["estimate"], told["margin"]) == (6, False, 0)
    assert len(told["sample"]) == 5
    assert [one["count"] for one in told["conditions"]] == [7, 6, told["contacts"]]
    assert told["conditions"][1]["place"] == "definition.condition.of[1]"
    assert bad.status_code == 400


def test_an_estimate_says_so_and_how_far_it_may_be_off(tmp_path: Path) -> None:
    """Where the event store can't answer for all contacts, a thousand of more stand for all: count
    and conditions say the same, that they are estimates, and within which distance of the truth."""
    true, all_ = 400, 1_600
    definition = {
        "version": 1,
        "condition": {
            "type": "did",
            "event": "played",
            "when": {
                "type": "after",
                "moment": {"relative_to": "attribute", "attribute": "SINCE"},
            },
        },
    }
    with Footfall(tmp_path / "data") as footfall, footfall.client() as client:
        for start in range(0, all_, 200):
            events = [
                {
                    "event_name": "played",
                    "identifiers": {"ext_id": f"player-{number}"},
                    "contact_properties": {
                        "SINCE": "2001-01-01" if number < true else "2990-01-01",
                    },
                }
                for number in range(start, start + 200)
            ]
            answer = client.post("/v3/events/batch", json={"events": events})
            assert answer.status_code == 202, answer.text
        told = client.post("/footfall/v1/segments/preview", json={"definition": definition}).json()
    assert (told["contacts"], told["estimate"]) == (all_, True)
    assert abs(told["count"] - true) <= told["margin"] < 60
    (one,) = told["conditions"]
    assert (one["count"], one["margin"]) == (told["count"], told["margin"])
    assert len(told["sample"]) == 5


def test_sizes_say_how_many_there_were(footfall: Footfall) -> None:
    """Over time, up to now: nobody at first, and each who enters is counted."""
    condition = {"type": "did", "event": "sized"}
    id_ = create(footfall, "Sized", {"version": 1, "condition": condition})
    with footfall.client() as client:
        for name in ("s1", "s2"):
            event = {"event_name": "sized", "identifiers": {"ext_id": name}}
            assert client.post("/v3/events", json=event).status_code == 204
        found = client.get(f"/footfall/v1/segments/{id_}/sizes").json()
        assert (found["size"], sum(move["entered"] for move in found["moves"])) == (0, 2)
        assert found["moves"][-1]["size"] == 2
        assert parse_instant(found["start"]) < parse_instant(found["end"])
        later = client.get(
            f"/footfall/v1/segments/{id_}/sizes", params={"start": "2099-01-01", "buckets": 1}
        )
        assert later.status_code == 200
        wrong = client.get(f"/footfall/v1/segments/{id_}/sizes", params={"start": "soon"})
        assert (wrong.status_code, "start" in wrong.json()["message"]) == (400, True)
        assert client.get("/footfall/v1/segments/999/sizes").status_code == 404


def test_contacts_are_looked_up_by_a_beginning(footfall: Footfall) -> None:
    """By any identifier, or by their number; with a segment only its members."""
    condition = {"type": "did", "event": "looked_for"}
    id_ = create(footfall, "Looked for", {"version": 1, "condition": condition})
    with footfall.client() as client:
        for name, email in (("looked_for", "lookup-a"), ("passed_over", "lookup-b")):
            who = {"email_id": f"{email}@example.com"}
            client.post("/v3/events", json={"event_name": name, "identifiers": who})

        def labels(**query: Any) -> list[str]:
            answer = client.get("/footfall/v1/contacts", params=query)
            assert answer.status_code == 200, answer.text
            return [one["label"] for one in answer.json()["contacts"]]

        both = ["lookup-a@example.com", "lookup-b@example.com"]
        assert labels(text="LOOKUP-") == both
        assert labels(text="lookup-", segment_id=id_) == both[:1]
        assert labels(text="lookup-", limit=1) == both[:1]
        assert labels(text=" ") == labels(text="nobody") == labels(text="9" * 30) == []
        [found] = client.get("/footfall/v1/contacts", params={"text": both[1]}).json()["contacts"]
        assert labels(text=str(found["id"])) == both[1:]
        assert labels(text=str(found["id"]), segment_id=id_) == []
        assert client.get("/footfall/v1/contacts").status_code == 400


def test_a_definition_explains_itself_before_it_is_a_segment(footfall: Footfall) -> None:
    """As the segment's own explanation says it, with what there is and the events that count."""
    who = {"email_id": "explained@example.com"}
    twice = {"operator": "at_least", "value": 2}
    condition = {"type": "did", "event": "explained", "count": twice}
    definition = {"version": 1, "condition": condition}
    with footfall.client() as client:
        client.post("/v3/events", json={"event_name": "explained", "identifiers": who})
        body: dict[str, Any] = {"definition": definition}
        asked = {"contact": who["email_id"]}
        answer = client.post("/footfall/v1/segments/explain", params=asked, json=body)
        found = answer.json()["condition"]
        assert (found["holds"], found["actual"], len(found["events"])) == (False, 1, 1)
        wrong = {"definition": {"version": 1, "condition": {"type": "list", "id": 0}}}
        refused = client.post("/footfall/v1/segments/explain", params=asked, json=wrong)
        assert (refused.status_code, "definition.condition.id" in refused.text) == (400, True)
        nobody = {"contact": "nobody@example.com"}
        answer = client.post("/footfall/v1/segments/explain", params=nobody, json=body)
        assert answer.status_code == 404
        assert client.post("/footfall/v1/segments/explain", json=body).status_code == 400
        id_ = create(footfall, "Explained", definition)
        own = client.get(f"/footfall/v1/segments/{id_}/explain", params=asked).json()
        assert (own["member"], own["condition"]) == (False, found)


def test_a_contact_tells_its_segments(footfall: Footfall) -> None:
    """Those that it is in, since when; and an event tells the segments that mention it."""
    item = {"type": "property", "path": "items[].sku", "test": {"operator": "exists"}}
    condition = {"type": "did", "event": "told", "where": [item]}
    id_ = create(footfall, "Told", {"version": 1, "condition": condition})
    event = {"event_name": "told", "event_properties": {"items": [{"sku": "A"}]}}
    with footfall.client() as client:
        client.post("/v3/events", json=event | {"identifiers": {"email_id": "told@example.com"}})
        [found] = client.get("/footfall/v1/contacts/told@example.com/segments").json()["segments"]
        assert (found["segment_id"], found["name"], found["state"]) == (id_, "Told", "live")
        assert client.get("/footfall/v1/contacts/nobody@example.com/segments").status_code == 404
        using = client.get("/footfall/v1/catalogue/told").json()["segments"]
        assert using == [{"id": id_, "name": "Told", "paths": ["items[].sku"]}]
