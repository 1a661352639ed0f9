"""Clients who leave before they have their answer."""

from __future__ import annotations

import asyncio

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send


def end_with_client(app: ASGIApp) -> ASGIApp:
    """The application, of which a GET is cancelled once its client has left.

    Other methods go on: what they asked for is done, whether somebody waits for it or not.
    """

    async def ending(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
            await app(scope, receive, send)
            return
        bodies = [await receive()]
        answered = False

        async def receive_again() -> ReceiveMessage:
            return bodies.pop() if bodies else await receive()

        async def send_on(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.body" and not message["more_body"]:
                answered = True
            await send(message)

        async def left() -> None:
            while (await receive())["type"] == "http.request":
                pass

        answering = asyncio.ensure_future(app(scope, receive_again, send_on))
        leaving = asyncio.ensure_future(left())
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answered:  # To the server a client that has its answer has left, too.
                await answering
        finally:
            answering.cancel()
            leaving.cancel()
            await asyncio.wait({answering, leaving})
        if not answering.cancelled():
            answering.result()

    return ending
