"""Reads of what time alone changes: they see it as of the moment at which they came."""

from __future__ import annotations

import contextlib

from footfall.api.parts import Parts
from footfall.commands import PassTime
from footfall.errors import Backpressure, Unavailable


async def time_passed(parts: Parts) -> None:
    """Have what time alone changes applied up to now; bounded as every read is."""
    due = await parts.read(parts.directory.next_timer)
    if due is not None and due <= parts.clock.now():
        with contextlib.suppress(Unavailable, Backpressure):
            await parts.submission.submit_one(PassTime(), "", "", lambda _id: None)
