"""Brevo's official clients, and how to call any of them by Brevo's names."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from tools import official_clients

FERN_ERRORS: Final = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "NotFoundError",
    429: "TooManyRequestsError",
}
"""The generated types, each raised where the client declares the status for the operation."""

FERN_DECLARES: Final[Mapping[str, frozenset[int]]] = {
    **dict.fromkeys(("createEvent", "createBatchEvents", "getEvents"), frozenset({400, 401})),
    **dict.fromkeys(("getContacts", "requestContactExport"), frozenset({400, 429})),
    **dict.fromkeys(
        (
            *("updateAttribute", "deleteAttribute", "deleteMultiAttributeOptions"),
            *("getFolder", "updateFolder", "deleteFolder", "getFolderLists"),
            *("getList", "updateList", "deleteList", "getContactsFromList"),
            *("addContactToList", "removeContactFromList", "getProcess"),
            *("getContactInfo", "getContactStats", "updateContact", "deleteContact"),
        ),
        frozenset({400, 404}),
    ),
}
"""What the clients that Fern generated declare for an operation, where it is more than 400."""


@dataclass(frozen=True, slots=True)
class Generation:
    """Clients that are called in the same way."""

    program: str
    untyped: str
    """The error for every status that the operation does not declare."""
    typed: Mapping[int, str] = field(default_factory=dict)
    declares: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """By operation; others declare 400 alone."""
    own_check: str = ""
    """What the client raises where it refuses a value by itself, before anything is sent."""
    limited: tuple[str, Mapping[str, Any]] = ("getContacts", {"limit": 1})
    """A call that shows 429 as the client's type for it."""
    repeats: bool = False
    """Whether a call that was refused by 429 is repeated, as `Retry-After` says."""

    def error(self, operation: str, status: int) -> str:
        """The name of the type that the client raises."""
        if status in self.declares.get(operation, {400}):
            return self.typed.get(status, self.untyped)
        return self.untyped


FERN_PYTHON: Final = Generation(
    "fern_client.py", "ApiError", FERN_ERRORS, FERN_DECLARES, repeats=True
)
SWAGGER_PYTHON: Final = Generation(
    "swagger_client.py",
    "ApiException",
    own_check="ValueError",
    # It repeats what reads by itself, and cannot be told not to.
    limited=("createEvent", {"event_name": "x", "identifiers": {"ext_id": "x"}}),
    repeats=True,
)


FERN_NODE: Final = Generation(
    "fern_client.cjs", "BrevoError", FERN_ERRORS, FERN_DECLARES, repeats=True
)
AXIOS_NODE: Final = Generation("openapi_client.cjs", "AxiosError")
REQUEST_NODE: Final = Generation("openapi_client.cjs", "HttpError")

PYTHON: Final = "brevo-python"
NODE: Final = "@getbrevo/brevo"
ONE_EVENT: Final = frozenset({"getEvents", "createBatchEvents"})
OLDER: Final = frozenset({"getContacts.ids", "createContact.forceMerge", "getAssociatedRecords"})
NO_RECORDS: Final = frozenset({"upsertrecords.records", "batchDeleteObjectRecords"})
NO_OBJECTS: Final = NO_RECORDS | {"getrecords"}
EXT_IDS: Final = frozenset({"addContactToList.extIds", "removeContactFromList.extIds"})
IDENTIFIER_TYPES: Final = frozenset(
    {
        "getContactInfo.identifierType",
        "updateContact.identifierType",
        "deleteContact.identifierType",
    }
)
CHOICES: Final = frozenset({"createAttribute.multiCategoryOptions", "deleteMultiAttributeOptions"})


@dataclass(frozen=True, slots=True)
class Official:
    """One version of a client."""

    name: str
    version: str
    generation: Generation
    environment: str
    """What `tools.official_clients` knows it by; empty for the one that the tests run in."""
    lacks: frozenset[str] = frozenset()
    """Operations, and parameters of operations, that other clients offer and this one does not."""

    misreads: frozenset[str] = frozenset()
    """Operations whose answer is lost in the client's own types."""

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"

    def command(self) -> list[str]:
        """The program that calls the client, without the base URL; installs what is missing."""
        program = str(official_clients.CLIENTS / self.generation.program)
        if self.name == NODE:
            return [*official_clients.node(), program, self.environment]
        if self.environment:
            return [str(official_clients.python(self.environment)), program]
        return [sys.executable, program]


CLIENTS: Final = (
    Official(PYTHON, "5.1.0", FERN_PYTHON, ""),
    Official(PYTHON, "4.0.10", FERN_PYTHON, "brevo-python-4.0.10", OLDER),
    Official(PYTHON, "1.2.0", SWAGGER_PYTHON, "brevo-python-1.2.0", ONE_EVENT | OLDER | NO_RECORDS),
    Official(NODE, "6.0.3", FERN_NODE, "brevo-6"),
    Official(NODE, "5.0.4", FERN_NODE, "brevo-5", OLDER),
    Official(NODE, "4.0.1", FERN_NODE, "brevo-4", ONE_EVENT | OLDER),
    Official(
        NODE,
        "3.0.4",
        AXIOS_NODE,
        "brevo-3",
        ONE_EVENT | OLDER | NO_OBJECTS | EXT_IDS | IDENTIFIER_TYPES | CHOICES,
        misreads=frozenset({"getSegments"}),
    ),
    Official(NODE, "2.5.0", REQUEST_NODE, "brevo-2.5", ONE_EVENT | OLDER | NO_OBJECTS),
)
"""Newest first. `docs/reference/compatibility.md` lists the same."""


class Refusal(NamedTuple):
    """What a client raised: the type's name, the status, and the body as the client gives it."""

    error: str
    status: int | None
    body: Any


class Running:
    """A client as a process of its own, that calls the server at `base_url`."""

    def __init__(self, official: Official, base_url: str, key: str) -> None:
        self.official = official
        self._key = key
        self._process = subprocess.Popen(
            [*official.command(), base_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _, printed = self._process.communicate()
        assert self._process.returncode == 0, printed

    def operations(self) -> dict[str, list[str]]:
        """What the client offers: the operations, each with the names of its parameters."""
        offered: dict[str, list[str]] = self._ask("operations", {}, self._key, 0)["returned"]
        return offered

    def call(self, operation: str, **given: Any) -> Any:
        """What the call returns; fails the test where it raises."""
        answer = self._ask(operation, given, self._key, 0)
        assert "returned" in answer, (self.official.title, operation, given, answer)
        return answer["returned"]

    def call_patiently(self, operation: str, **given: Any) -> Any:
        """As `call`, but with the repeats that the client makes of itself."""
        answer = self._ask(operation, given, self._key, 2)
        assert "returned" in answer, (self.official.title, operation, given, answer)
        return answer["returned"]

    def attempt(self, operation: str, **given: Any) -> Refusal | None:
        """What the call raises, if it does."""
        answer = self._ask(operation, given, self._key, 0)
        if "returned" in answer:
            return None
        return Refusal(answer["raised"], answer["status"], answer["body"])

    def refusal(self, operation: str, *, key: str | None = None, **given: Any) -> Refusal:
        """What the call raises; fails the test where it returns."""
        answer = self._ask(operation, given, self._key if key is None else key, 0)
        assert "raised" in answer, (self.official.title, operation, given, answer)
        return Refusal(answer["raised"], answer["status"], answer["body"])

    def refusal_of_plain(self, operation: str, **given: Any) -> Refusal:
        """As `refusal`, with the body as a plain object, which the client's types do not hinder."""
        answer = self._ask(operation, given, self._key, 0, is_plain=True)
        assert "raised" in answer, (self.official.title, operation, given, answer)
        return Refusal(answer["raised"], answer["status"], answer["body"])

    def _ask(
        self,
        operation: str,
        given: Mapping[str, Any],
        key: str,
        retries: int,
        *,
        is_plain: bool = False,
    ) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"call": operation, "with": given, "key": key, "retries": retries}
        if is_plain:
            asked["plain"] = True
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(self._process.communicate()[1])
        answer: dict[str, Any] = json.loads(line)
        return answer
