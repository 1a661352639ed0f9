"""Calls brevo-python 4 or 5 as it is told, in an environment where only that is installed.

usage: python fern_client.py BASE_URL, then one call a line on standard input, as clients/README.md
says.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from brevo import Brevo
from brevo import contacts as contact_types
from brevo.core.api_error import ApiError
from brevo.core.jsonable_encoder import jsonable_encoder

PARTS = ("event", "contacts", "account", "process", "custom_objects")


class Client:
    """One `Brevo`, and its methods by Brevo's names of the operations."""

    def __init__(self, base_url: str, key: str) -> None:
        self._brevo = Brevo(api_key=key, base_url=base_url)

    def operations(self) -> dict[str, list[str]]:
        """Every method with the names of its parameters, both as Brevo writes them."""
        return {
            _camel(name): [_camel(parameter) for parameter in _parameters(method)]
            for part in PARTS
            for name, method in inspect.getmembers(getattr(self._brevo, part), inspect.ismethod)
            if not name.startswith("_")
        }

    def call(self, operation: str, given: Mapping[str, Any], retries: int) -> Any:
        """What the method returns, as JSON with Brevo's names."""
        method = self._method(operation)
        arguments = {_snake(name): value for name, value in given.items()}
        if operation == "createEvent" and "event_date" in arguments:
            arguments["event_date"] = datetime.fromisoformat(arguments["event_date"])
        if operation == "createBatchEvents" and "request" in _parameters(method):
            arguments["request"] = arguments.pop("events")
        if operation == "deleteMultiAttributeOptions":
            arguments.pop("attribute_type")  # there is one type only
        if operation in ("addContactToList", "removeContactFromList"):
            arguments["request"] = _selection(operation, arguments)
        options = {"max_retries": retries}
        return jsonable_encoder(method(**arguments, request_options=options))

    def _method(self, operation: str) -> Callable[..., Any]:
        for part in PARTS:
            found = getattr(getattr(self._brevo, part), _snake(operation), None)
            if found is not None:
                return found  # type: ignore[no-any-return]
        raise LookupError(f"this client has no {operation}")


def _selection(operation: str, arguments: dict[str, Any]) -> object:
    """The contacts to add or to remove, which have a type for each way of naming them."""
    [kind] = set(arguments) - {"list_id"}
    suffix = "".join(word.capitalize() for word in kind.split("_"))
    of_type = getattr(contact_types, f"{operation[0].upper()}{operation[1:]}RequestBody{suffix}")
    return of_type(**{"all_" if kind == "all" else kind: arguments.pop(kind)})


def _parameters(method: Callable[..., Any]) -> list[str]:
    names = inspect.signature(method).parameters
    return [name for name in names if name != "request_options"]


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _outcome(call: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"returned": call()}
    except ApiError as error:
        body = jsonable_encoder(error.body)
        return {"raised": type(error).__name__, "status": error.status_code, "body": body}
    except Exception as error:  # the test tells what it did not expect
        return {"raised": type(error).__name__, "status": None, "body": repr(error)}


def main() -> None:
    """Answer call by call."""
    clients: dict[str, Client] = {}
    for line in sys.stdin:
        told = json.loads(line)
        client = clients.setdefault(told["key"], Client(sys.argv[1], told["key"]))
        if told["call"] == "operations":
            outcome: dict[str, Any] = {"returned": client.operations()}
        else:
            outcome = _outcome(lambda: client.call(told["call"], told["with"], told["retries"]))  # noqa: B023
        print(json.dumps(outcome), flush=True)  # noqa: T201 - that is how it answers


if __name__ == "__main__":
    main()
