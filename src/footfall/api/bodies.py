"""Bodies of requests: JSON into the types that the routes name, with errors that name the field.

Litestar's own decoding would answer a malformed body with a message of its decoder, or with a 500.
"""

from __future__ import annotations

import asyncio
import re
from functools import cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec.inspect import ListType, Metadata, StructType, Type, UnionType, type_info

from footfall.api.authentication import Call
from footfall.bodies import read_tree
from footfall.compression import decoded
from footfall.errors import BodyTooLarge, FootfallError, InvalidParameter, MissingParameter, NotJson
from footfall.ports import Scope

Body = TypeVar("Body", bound=msgspec.Struct)

MAX_BODY: Final = 2 * 2**20
"""Bytes of a request's body, as it comes and as it decodes, unless its route says otherwise."""
LARGE: Final = 2**18
"""Bytes of a body past which other requests do not wait while it is read."""
BODY: Final = "body"
"""The route option that names the body's type; the OpenAPI document is made from it."""

_JSON_TYPE = re.compile(r"\s*(application|text)/([^\s;/]+\+)?json\s*(;.*)?", re.IGNORECASE)
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")


def require_with(scope: Scope, body: type[msgspec.Struct]) -> dict[str, Any]:
    """The route options that name the scope, see `authentication.guard`, and the body's type."""
    return {"scope": scope, BODY: body}


async def read_body(request: Call, kind: type[Body], max_body: int = MAX_BODY) -> Body:
    """The request's body as that type, of so many bytes at the most; further fields are ignored.

    Raises `NotJson`, `MalformedBody`, `BodyTooLarge`, `MissingParameter` or `InvalidParameter`.
    """
    content_type = request.headers.get("content-type")
    if content_type is not None and not _JSON_TYPE.fullmatch(content_type):
        raise NotJson("The content-type must be application/json")
    encoding = request.headers.get("content-encoding", "")
    given = await request.body()
    if len(given) > max_body:
        raise BodyTooLarge(f"The body is larger than {max_body} bytes")
    text = decoded(encoding, given, max_body)
    if not text.strip():
        raise MissingParameter("The body is empty")
    tree = await asyncio.to_thread(read_tree, text) if len(text) > LARGE else read_tree(text)
    if not isinstance(tree, dict):
        raise InvalidParameter("The body must be a JSON object")
    _refuse_misspelt(tree, _shape_of(kind), "")
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError as problem:
        raise _fault(str(problem)) from problem


@cache
def _shape_of(kind: type[msgspec.Struct]) -> Type:
    return type_info(kind)


def _refuse_misspelt(tree: Any, shape: Type, path: str) -> None:
    """Some clients write `list_ids` or `extId`: better refused than lost in silence."""
    match shape:
        case Metadata():
            _refuse_misspelt(tree, shape.type, path)
        case UnionType():
            for each in shape.types:
                _refuse_misspelt(tree, each, path)
        case ListType() if isinstance(tree, list):
            for index, item in enumerate(tree):
                _refuse_misspelt(item, shape.item_type, f"{path}[{index}]")
        case StructType() if isinstance(tree, dict):
            _refuse_names(tree, shape, f"{path}." if path else "")
            for field in shape.fields:
                if field.encode_name in tree:
                    place = f"{path}.{field.encode_name}" if path else field.encode_name
                    _refuse_misspelt(tree[field.encode_name], field.type, place)


def _refuse_names(tree: dict[str, Any], shape: StructType, path: str) -> None:
    squashed = {_squashed(field.encode_name): field.encode_name for field in shape.fields}
    for name in tree:
        right = squashed.get(_squashed(name))
        if right is not None and right != name and right not in tree:
            raise InvalidParameter(
                f"{path}{name} is not a field: it must be written {right}", f"{path}{right}"
            )


def _squashed(name: str) -> str:
    return name.replace("_", "").lower()


def _fault(problem: str) -> FootfallError:
    place = _PLACE.search(problem)
    path = place[1] if place else ""
    kind = problem[: place.start()] if place else problem
    return InvalidParameter(f"{path or 'The body'} has the wrong type: {kind}", path)
