"""Print the OpenAPI document of the whole server, which then needs no data and no port.

The interface's types are made from it. usage: python tools/openapi.py
"""

from __future__ import annotations

import sys

import msgspec
from litestar import Litestar
from litestar.di import Provide

from footfall.api.app import ROUTES
from footfall.api.openapi import document


async def _nothing() -> None:
    return None


def main() -> None:
    """Write the document to standard output."""
    app = Litestar(route_handlers=ROUTES, dependencies={"parts": Provide(_nothing)})
    sys.stdout.write(msgspec.json.encode(document(app)).decode() + "\n")


if __name__ == "__main__":
    main()
