"""A command's way from its route into the journal, and its outcome's way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from footfall.api.authentication import Call
from footfall.api.parts import Parts
from footfall.commands import AnyCommand
from footfall.engine.outcomes import Done, Outcome

MAX_CLIENT: Final = 255


async def command(parts: Parts, request: Call, do: AnyCommand) -> Done:
    """Journal the command and wait until it is applied; raises the error that refuses it.

    The answer's `x-request-id` leads to the command's receipt.
    """
    return await parts.submission.submit_one(do, *_sender(request))


async def command_all(parts: Parts, request: Call, commands: Sequence[AnyCommand]) -> list[Outcome]:
    """The same for many commands in one request; each is applied or refused by itself."""
    return await parts.submission.submit(commands, *_sender(request))


def _sender(request: Call) -> tuple[str, str, Callable[[str], None]]:
    """Key, client, and who keeps the journaled request's id for the answer, see `app`."""

    def journaled(request_id: str) -> None:
        request.state.request_id = request_id

    return request.state.key_id, request.headers.get("user-agent", "")[:MAX_CLIENT], journaled
