"""Finding, counting and exporting events, and sending one, over the whole server."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.running import Footfall

EVENTS = "/footfall/v1/events"
ALL: dict[str, Any] = {"event_name": ["ordered", "viewed"]}
CITIES = ("Lyon", "Nice", "=1+1")


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("search") / "data") as running:
        with running.client() as client:
            for start in range(0, 1_200, 200):
                events = [event(number) for number in range(start, start + 200)]
                assert client.post("/v3/events/batch", json=events).status_code == 202
        yield running


@pytest.fixture
def client(footfall: Footfall) -> Iterator[httpx.Client]:
    with footfall.client() as client:
        yield client


def event(number: int) -> dict[str, Any]:
    return {
        "event_name": "ordered" if number % 2 else "viewed",
        "event_date": f"2026-05-04T{number // 60:02d}:{number % 60:02d}:00Z",
        "identifiers": {"email_id": f"p{number % 7}@example.com"},
        "event_properties": {"order": 10_000 + number, "city": CITIES[number % 3]},
    }


def get(client: httpx.Client, path: str = "", **parameters: Any) -> Any:
    answer = client.get(f"{EVENTS}{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_page_comes_without_the_count_where_none_is_asked_for(client: httpx.Client) -> None:
    """With the same events, so that what is found need not wait for all to be counted."""
    counted, plain = (get(client, counted=asked, limit=3, **ALL) for asked in ("true", "false"))
    assert (counted["count"], plain["count"]) == (1_200, None)
    assert plain["events"] == counted["events"]
    assert plain["after"] == counted["after"]


def test_a_search_goes_on_until_everything_is_looked_through(client: httpx.Client) -> None:
    """However little of it one page gets through in its time, all that match are found."""
    page = get(client, where="order>=11190", limit=100)
    found = len(page["events"])
    while page["after"] is not None:
        page = get(client, where="order>=11190", limit=100, after=page["after"])
        found += len(page["events"])
    assert found == 10
    assert page["looked_back_to"] is None


def test_any_value_finds_its_event(client: httpx.Client) -> None:
    """By a word of it, by a condition, and by both with names and dates."""
    assert [each["position"] for each in get(client, text="10482")["events"]] == [483]
    assert get(client, where="order=10482")["events"][0]["position"] == 483
    narrowed = get(client, text="lyon", event_name="ordered", where=["order>=10100", "order<10110"])
    orders = [json.loads(each["properties"])["order"] for each in narrowed["events"]]
    assert orders == [10_105]
    assert narrowed["count"] == len(orders)


def test_a_page_that_follows_is_not_counted(client: httpx.Client) -> None:
    """The first says how many match, the next where it goes on."""
    first = get(client, limit=1_000, **ALL)
    assert (first["count"], len(first["events"])) == (1_200, 1_000)
    second = get(client, limit=1_000, after=first["after"], **ALL)
    assert (second["count"], len(second["events"]), second["after"]) == (None, 200, None)


def test_a_list_stands_still_and_is_read_at_any_depth(client: httpx.Client) -> None:
    """Up to the position that the first page names, wherever it is read on."""
    first = get(client, limit=10, up_to=1_200)
    deep = get(client, limit=2, offset=1_198, up_to=first["up_to"])
    assert [each["position"] for each in deep["events"]] == [2, 1]
    assert (deep["count"], deep["up_to"]) == (None, 1_200)


def test_an_event_says_what_it_caused(client: httpx.Client) -> None:
    """What it changed of the contact, and which segments that contact entered by it."""
    condition = {"type": "attribute", "name": "PLAN", "test": {"operator": "equals", "value": "a"}}
    body = {"name": "on a", "definition": {"version": 1, "condition": condition}}
    made = client.post("/footfall/v1/segments", json=body)
    assert made.status_code == 201, made.text
    deadline = time.monotonic() + 20
    while client.get(f"/footfall/v1/segments/{made.json()['id']}").json()["state"] != "live":
        assert time.monotonic() < deadline
    person = {"email_id": "cause@example.com"}
    upgraded = {
        "event_name": "upgraded",
        "identifiers": person,
        "contact_properties": {"PLAN": "a"},
    }
    sent = client.post(EVENTS, json=upgraded).json()
    caused = get(client, f"/{sent['position']}")
    assert {(each["what"], each["name"], each["after"]) for each in caused["changes"]} == {
        ("identifier", "email_id", "cause@example.com"),
        ("attribute", "PLAN", "a"),
    }
    assert [(each["name"], each["entered"]) for each in caused["passages"]] == [("on a", True)]


def test_the_histogram_covers_what_matches(client: httpx.Client) -> None:
    """By name, in stretches of one length, from the first event to the last."""
    found = get(client, "/histogram", buckets=24, **ALL)
    assert found["step_seconds"] == 3_600
    assert (found["start"], found["end"]) == (
        "2026-05-04T00:00:00.000Z",
        "2026-05-04T20:00:00.000Z",
    )
    assert sum(each["count"] for each in found["buckets"]) == 1_200
    assert {each["count"] for each in found["buckets"]} == {30}
    whole = get(client, "/histogram", buckets=1, **ALL)
    assert (whole["step_seconds"], whole["start"]) == (86_400, "2026-05-04T00:00:00.000Z")
    assert sorted(each["count"] for each in whole["buckets"]) == [600, 600]
    day = {"start": "2026-05-04T01:00:00Z", "end": "2026-05-04T01:59:59Z"}
    hour = get(client, "/histogram", buckets=60, text="nice", **day)
    assert (hour["step_seconds"], sum(each["count"] for each in hour["buckets"])) == (60, 20)
    nothing = get(client, "/histogram", text="nowhere")
    assert nothing == {
        "start": None,
        "end": None,
        "step_seconds": 0,
        "buckets": [],
        "looked_back_to": None,
    }


def test_facets_lead_on(client: httpx.Client) -> None:
    """Values of the latest that match, with their numbers."""
    found = get(client, "/facets", event_name="viewed")
    assert found["sampled"] == 600
    [city] = found["properties"]
    assert (city["path"], city["count"]) == ("city", 600)
    values = {json.loads(each["value"]): each["count"] for each in city["values"]}
    assert values == dict.fromkeys(CITIES, 200)


def test_an_export_has_every_event_that_matches(client: httpx.Client) -> None:
    """In order of the list, over many pages, in both forms, no cell being a formula."""
    with client.stream("GET", f"{EVENTS}/export", params={"format": "ndjson", **ALL}) as answer:
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert answer.headers["content-disposition"] == 'attachment; filename="events.ndjson"'
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert [each["position"] for each in lines] == list(range(1_200, 0, -1))
    text = client.get(f"{EVENTS}/export", params={"where": "city==1+1", "limit": 5}).text
    head, *rows = csv.reader(io.StringIO(text))
    assert head[:4] == ["position", "date", "received_at", "name"]
    assert [row[0] for row in rows] == ["1200", "1197", "1194", "1191", "1188"]
    assert json.loads(rows[0][-1]) == event(1_199)["event_properties"]
    assert rows[0][5] == "p2@example.com"


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        ("", {"where": "city"}, "where"),
        ("", {"where": "total>ten"}, "where"),
        ("", {"text": "a " * 30}, "text"),
        ("", {"start": "yesterday"}, "start"),
        ("/histogram", {"buckets": 401}, "buckets"),
        ("/export", {"format": "xlsx"}, "form"),
        ("/export", {"limit": 0}, "limit"),
        ("/facets", {"contact_id": 0}, "contact"),
    ],
)
def test_a_malformed_search_is_refused(
    client: httpx.Client, path: str, parameters: dict[str, Any], field: str
) -> None:
    """400 that names the parameter."""
    answer = client.get(f"{EVENTS}{path}", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert field in answer.json()["message"]


def test_a_person_sends_an_event(client: httpx.Client) -> None:
    """It is journaled like any other, has a receipt, and stands in the log of changes."""
    body = '{"event_name":"tried", "identifiers":{"ext_id":"t"}, "event_properties":{"n":1.0}}'
    answer = client.post(EVENTS, content=body)
    assert answer.status_code == 201
    sent = answer.json()
    assert answer.headers["x-request-id"] == sent["request_id"]
    receipt = client.get(f"/footfall/v1/receipts/{sent['request_id']}").json()
    assert [each["position"] for each in receipt["events"]] == [sent["position"]]
    assert get(client, f"/{sent['position']}")["body"] == body
    change = client.get("/footfall/v1/changes").json()["changes"][0]
    assert (change["action"], change["subject"]) == ("event_sent", "tried")


@pytest.mark.parametrize("body", ["", "{", "[]", '{"event_name":"a b"}', '{"event_name":"tried"}'])
def test_an_event_that_breaks_the_rules_is_not_sent(client: httpx.Client, body: str) -> None:
    """The rules are those of `POST /v3/events`."""
    answer = client.post(EVENTS, content=body)
    direct = client.post("/v3/events", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()) == (direct.status_code, direct.json())
    assert answer.status_code == 400
