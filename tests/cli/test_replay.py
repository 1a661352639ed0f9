"""`footfall replay`, and its route, on a server that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from footfall.errors import ExitCode
from tests.cli.test_main import footfall
from tests.running import Footfall

PATH = "/footfall/v1/events/replay"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    data = tmp_path_factory.mktemp("replay") / "data"
    with Footfall(data, {"FOOTFALL_ATTRIBUTES_UNKNOWN": "refuse"}) as running:
        yield running


@pytest.fixture
def client(server: Footfall) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def send(server: Footfall, name: str, **properties: object) -> str:
    """The id of its request."""
    answer = server.send(
        {
            "event_name": name,
            "identifiers": {"email_id": f"{name}@example.com"},
            "contact_properties": properties,
        }
    )
    assert answer.status_code == 204
    return answer.headers["x-request-id"]


def define(client: httpx.Client, name: str) -> None:
    client.post(f"/v3/contacts/attributes/normal/{name}", json={"type": "float"})


def verdicts(client: httpx.Client, request_id: str) -> list[tuple[str, bool]]:
    found = client.get(f"/footfall/v1/receipts/{request_id}").raise_for_status().json()["events"]
    return [(each["verdict"], "replayed_as" in each) for each in found]


def test_the_command_applies_what_can_be_and_tells_the_rest(
    server: Footfall, client: httpx.Client
) -> None:
    """The exit code is 1 where something was set aside again; nothing is applied twice."""
    mended, not_yet = send(server, "mended", HEIGHT=180), send(server, "not_yet", WEIGHT=80)
    define(client, "HEIGHT")
    arguments = ("replay", "--key", server.key, "--url", server.url)
    counted = footfall(*arguments, "--dry-run")
    assert (counted.returncode, counted.stdout) == (ExitCode.OK, "2 events would be replayed\n")
    one = footfall(*arguments, "--request-id", mended, "--json")
    assert one.returncode == ExitCode.OK
    assert json.loads(one.stdout)["applied"] == 1
    assert verdicts(client, mended) == [("set_aside", True)]
    rest = footfall(*arguments, "--reason", "unknown_attribute")
    assert rest.returncode == ExitCode.FAILED
    assert rest.stdout == "1 events: 0 applied, 1 set aside again\n"
    assert verdicts(client, not_yet) == [("set_aside", True)]
    define(client, "WEIGHT")
    last = footfall(*arguments, "--since", "2020-01-01")
    assert last.stdout == "1 events: 1 applied\n"
    assert client.get("/v3/events?event_name=mended,not_yet").json()["count"] == 2
    assert footfall(*arguments).stdout == "0 events: 0 applied\n"


def test_calls_go_on_where_the_one_before_ended(server: Footfall, client: httpx.Client) -> None:
    """`limit` at a time, up to where the first call found the end."""
    for number in range(5):
        send(server, f"page{number}", SIZE=number)
    define(client, "SIZE")
    body: dict[str, object] = {"limit": 2}
    pages = []
    while True:
        answer = client.post(PATH, json=body).raise_for_status().json()
        pages.append(answer["applied"])
        if answer["after"] is None:
            break
        body |= {"after": answer["after"], "up_to": answer["up_to"]}
    assert pages == [2, 2, 1]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": "whim"}, 400),
        ({"limit": 0}, 400),
        ({"limit": 1_001}, 400),
        ({"since": "yesterday"}, 400),
        ({"after": -1}, 400),
        ({"request_id": "nothing"}, 404),
        ({"upTo": 1}, 400),
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: httpx.Client, body: dict[str, object], status: int
) -> None:
    """And nothing is replayed."""
    assert client.post(PATH, json=body).status_code == status


def test_a_moment_bounds_what_is_replayed(server: Footfall, client: httpx.Client) -> None:
    """`until` leaves what came later."""
    send(server, "later", LENGTH=1)
    define(client, "LENGTH")
    assert client.post(PATH, json={"until": "2020-01-01"}).json()["found"] == 0
    assert client.post(PATH, json={}).json()["applied"] == 1
