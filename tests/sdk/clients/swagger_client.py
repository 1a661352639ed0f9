"""Calls brevo-python 1 as it is told, in an environment where only that is installed.

usage: python swagger_client.py BASE_URL, then one call a line on standard input, as
clients/README.md says.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import brevo_python
from brevo_python.rest import ApiException

PARTS = (
    brevo_python.EventsApi,
    brevo_python.ContactsApi,
    brevo_python.AccountApi,
    brevo_python.ProcessApi,
    brevo_python.CustomObjectsApi,
)
BODIES = {
    "add_contact_to_list": ("contact_emails", "AddContactToList"),
    "remove_contact_from_list": ("contact_emails", "RemoveContactFromList"),
    "create_folder": ("create_folder", "CreateUpdateFolder"),
    "update_folder": ("update_folder", "CreateUpdateFolder"),
    "create_event": ("event", "Event"),
    "import_contacts": ("request_contact_import", "RequestContactImport"),
}
"""The parameter that takes the body, and its model, where they are not named as the method."""


class Client:
    """The API classes with one key, and their methods by Brevo's names of the operations."""

    def __init__(self, base_url: str, key: str) -> None:
        configuration = brevo_python.Configuration()
        configuration.host = base_url
        configuration.api_key["api-key"] = key
        self._sender = brevo_python.ApiClient(configuration)
        self._parts = [part(self._sender) for part in PARTS]

    def operations(self) -> dict[str, list[str]]:
        """Every method with the names of its parameters, both as Brevo writes them."""
        return {
            _camel(name): [_camel(parameter) for parameter in _parameters(method)]
            for part in self._parts
            for name, method in inspect.getmembers(part, inspect.ismethod)
            if not name.startswith("_") and not name.endswith("_with_http_info")
        }

    def call(self, operation: str, given: Mapping[str, Any]) -> Any:
        """What the method returns, as JSON with Brevo's names."""
        name = _snake(operation)
        method = self._method(name)
        parameter, model = BODIES.get(name, (name, operation[0].upper() + operation[1:]))
        arguments = {_snake(name): value for name, value in given.items()}
        if parameter in _parameters(method):
            fields = getattr(brevo_python, model).swagger_types
            body = {field: arguments.pop(field) for field in fields if field in arguments}
            arguments[parameter] = getattr(brevo_python, model)(**body)
        return self._sender.sanitize_for_serialization(method(**arguments))

    def _method(self, name: str) -> Callable[..., Any]:
        for part in self._parts:
            if hasattr(part, name):
                return getattr(part, name)  # type: ignore[no-any-return]
        raise LookupError(f"this client has no {name}")


def _parameters(method: Callable[..., Any]) -> list[str]:
    """Those of the signature, and those that the generated documentation lists."""
    required = [name for name in inspect.signature(method).parameters if name != "kwargs"]
    documented = re.findall(r":param (?:\S+ )?(\w+):", method.__doc__ or "")
    return [*required, *(name for name in documented if name not in required)]


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _outcome(call: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"returned": call()}
    except ApiException as error:
        body = json.loads(error.body) if error.body else None
        return {"raised": type(error).__name__, "status": error.status, "body": body}
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
            outcome = _outcome(lambda: client.call(told["call"], told["with"]))  # noqa: B023
        print(json.dumps(outcome), flush=True)  # noqa: T201 - that is how it answers


if __name__ == "__main__":
    main()
