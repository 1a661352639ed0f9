"""Whatever is sent, the server answers as its OpenAPI document says.

`make fuzz` runs the same for longer, and with another seed each time.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from tools.environments import python_with

from tests.running import Footfall

CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
EXAMPLES: Final = os.environ.get("FUZZ_EXAMPLES", "2")
"""Random calls of each operation, after those that try each rule of the document."""
SEED: Final = os.environ.get("FUZZ_SEED", "1")
ENDLESS: Final = "/footfall/v1/live"
"""A stream of events, which no call sees to its end."""
SELF_DEFEATING: Final = "revokeKey"
"""Ids are taken from answers, and so the key that the calls are made with would be revoked."""
HUGE: Final = str(10**30)
SECONDS: Final = 3_000


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("fuzz") / "data") as running:
        fill(running)
        yield running


@pytest.mark.slow
def test_no_answer_is_outside_of_the_document(footfall: Footfall, tmp_path: Path) -> None:
    """No 5xx, and no status, content type, header or body that the document does not name."""
    python = python_with(Path(__file__).parent / "schemathesis.txt")
    done = subprocess.run(
        [
            *(str(python.parent / "schemathesis"), "run", f"{footfall.url}/openapi.json"),
            *("--header", f"api-key: {footfall.key}", "--checks", ",".join(CHECKS)),
            *("--phases", "coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", SEED),
            *("--exclude-path", ENDLESS, "--exclude-operation-id", SELF_DEFEATING),
            *("--continue-on-failure", "--warnings", "off"),
            *("--generation-database", "none", "--workers", "2", "--no-color"),
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " generated, " in done.stdout, done.stdout
    with footfall.client() as http:
        assert http.get("/v3/account").status_code == 200, "the key was lost on the way"


def test_no_number_is_too_large(footfall: Footfall) -> None:
    """A number that no store can hold is told so, in whichever parameter it stands."""
    with footfall.client() as http:
        for path, operations in http.get("/openapi.json").json()["paths"].items():
            for method, operation in operations.items():
                if path == ENDLESS or operation["operationId"] == SELF_DEFEATING:
                    continue
                parameters = operation.get("parameters", [])
                for large in (each for each in parameters if "integer" in str(each["schema"])):
                    given = {
                        each["name"]: HUGE if each is large else "1"
                        for each in parameters
                        if each["required"] or each is large
                    }
                    body: dict[str, object] | None = {} if "requestBody" in operation else None
                    url = path.format(**given)
                    query = {name: given[name] for name in given if f"{{{name}}}" not in path}
                    answer = http.request(method, url, params=query, json=body)
                    assert answer.status_code < 500, (method, url, query)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v3/contacts/0?identifierType=contact_id", 404),
        ("GET", "/footfall/v1/contacts/0/history?identifierType=contact_id", 404),
        ("PUT", f"/footfall/v1/segments/{10**30}", 404),
        ("PUT", f"/v3/contacts/lists/{10**30}", 404),
        ("DELETE", f"/v3/contacts/folders/{2**63}", 404),
        ("GET", "/v3/contacts?createdSince=9999-12-31", 200),
    ],
)
def test_extremes_are_answered(footfall: Footfall, method: str, path: str, status: int) -> None:
    """Ids that nothing can have, and moments that no store can hold, are no fault of the server."""
    body = {"name": "x"} if method == "PUT" else None
    with footfall.client() as http:
        answer = http.request(method, path, json=body)
    assert answer.status_code == status, answer.text


def fill(footfall: Footfall) -> None:
    """What the first ids name: a contact with an event, a folder, a list and a process."""
    with footfall.client() as http:
        event = {"event_name": "bought", "identifiers": {"email_id": "a@example.com"}}
        folder = http.post("/v3/contacts/folders", json={"name": "first"})
        answers: list[httpx.Response] = [
            http.post("/v3/events", json=event),
            folder,
            http.post(
                "/v3/contacts/lists", json={"name": "first", "folderId": folder.json()["id"]}
            ),
            http.post("/v3/contacts/import", json={"fileBody": "EMAIL\na@example.com\nnobody"}),
            http.get("/v3/contacts/1"),
        ]
    assert all(answer.is_success for answer in answers), [each.text for each in answers]
