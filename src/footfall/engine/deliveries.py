"""Telling webhooks who entered and left segments: in order for each contact, until it was taken.

What is to be told is read from the history of segments, after the last passage that was taken up.
So nothing is lost by a crash, and a delivery may come twice, under the same id.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from random import random
from typing import Final, Literal, ParamSpec, TypeVar

import msgspec
import structlog

from footfall.clock import Clock
from footfall.errors import Unavailable
from footfall.instants import SECOND, format_instant
from footfall.outgoing import Outgoing, Unreachable
from footfall.ports import Directory, Webhooks
from footfall.webhooks import Delivery, Taken, Webhook, place_of, signed_headers

MAX_WAITING: Final = 1_000
"""Deliveries of one webhook that are taken up at a time; the others stay in the history."""
AT_ONCE: Final = 8
"""Calls to one address at the same time, each about another contact."""
CALLS: Final = 8 * AT_ONCE
"""Calls to one address before it is looked at again whether the webhook was changed."""
LOOK_SECONDS: Final = 0.25

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_log = structlog.get_logger()


class Payload(msgspec.Struct, rename={"kind": "type"}):
    """What is sent."""

    kind: str
    timestamp: str
    data: PayloadData


class PayloadData(msgspec.Struct):
    """Who entered or left what, when and why."""

    segment_id: int
    segment_name: str
    contact_id: int
    identifiers: dict[str, str]
    position: int
    cause: str


class Deliveries:
    """Carries them out. Lives on one event loop."""

    def __init__(
        self, directory: Directory, webhooks: Webhooks, outgoing: Outgoing, clock: Clock
    ) -> None:
        self._directory = directory
        self._webhooks = webhooks
        self._outgoing = outgoing
        self._clock = clock
        self._woken = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="deliveries")

    def wake(self) -> None:
        """There is a new webhook, or something is to be tried again."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver what comes, until cancelled. No address waits for another."""
        serving: dict[int, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._woken.clear()
                pause: float | None = LOOK_SECONDS
                try:
                    webhooks = await self._call(self._webhooks.all)
                    serving = {id_: task for id_, task in serving.items() if not task.done()}
                    for webhook in webhooks:
                        if webhook.id not in serving:
                            serving[webhook.id] = tasks.create_task(self._serve(webhook))
                    pause = LOOK_SECONDS if webhooks else None
                except Unavailable as problem:
                    _log.error("deliveries_wait", problem=problem.message)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), pause)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True)

    async def _serve(self, webhook: Webhook) -> None:
        """Take up what is new, and make the calls that are due."""
        try:
            if webhook.waiting < MAX_WAITING:
                await self._call(self._take_up, webhook)
            due = await self._call(self._due, webhook)
            names = await self._call(self._segment_names) if due else {}
            for start in range(0, min(len(due), CALLS), AT_ONCE):
                some = due[start : start + AT_ONCE]
                outcomes = await asyncio.gather(
                    *(self._deliver(webhook, one, names) for one in some)
                )
                await self._call(
                    self._webhooks.settle,
                    [after for after in outcomes if isinstance(after, Taken)],
                    [one for one, after in zip(some, outcomes, strict=True) if after == "nobody"],
                    [after for after in outcomes if isinstance(after, Delivery)],
                )
            if len(due) > CALLS:
                self.wake()
        except Unavailable as problem:
            _log.error("deliveries_wait", webhook=webhook.id, problem=problem.message)

    def _segment_names(self) -> dict[int, str]:
        return {one.id: one.name for one in self._directory.state().segments}

    def _take_up(self, webhook: Webhook) -> None:
        passages = self._directory.passages_after(webhook.reached, MAX_WAITING)
        if passages:
            wanted = [
                Delivery(
                    webhook_id=webhook.id,
                    place=place_of(passage),
                    entered=passage.entered,
                    cause=passage.cause,
                )
                for passage in passages
                if webhook.wants(passage)
            ]
            self._webhooks.take_up(webhook.id, wanted, place_of(passages[-1]))

    def _due(self, webhook: Webhook) -> list[Delivery]:
        """The first of each contact, where it is due: the others wait for it."""
        first: dict[int, Delivery] = {}
        for one in self._webhooks.deliveries(webhook.id, parked=False, limit=2 * MAX_WAITING):
            first.setdefault(one.place.contact_id, one)
        now = self._clock.now()
        return [one for one in first.values() if one.due <= now]

    async def _deliver(
        self, webhook: Webhook, delivery: Delivery, names: Mapping[int, str]
    ) -> Taken | Literal["nobody"] | Delivery:
        """It was taken; or there is nobody left to tell about; or what is left after a failure."""
        body, secret = await self._call(self._composed, delivery, names)
        if body is None or secret is None:
            return "nobody"
        began = self._clock.now()
        headers = signed_headers(secret, delivery.id, began // SECOND, body)
        try:
            status = await self._outgoing.post(webhook.url, body, headers)
        except (Unreachable, TimeoutError) as problem:
            after = delivery.failed(str(problem), self._clock.now(), random())  # noqa: S311 - a wait
            if after.parked:
                _log.warning("delivery_parked", webhook=webhook.id, delivery=delivery.id)
            return after
        now = self._clock.now()
        # A machine's clock may be set back.
        return Taken(delivery=delivery, at=now, duration=max(0, now - began), status=status)

    def _composed(
        self, delivery: Delivery, names: Mapping[int, str]
    ) -> tuple[bytes | None, str | None]:
        """The body, and the secret to sign it with; None where the contact or webhook is gone."""
        place = delivery.place
        contact = self._directory.contacts([place.contact_id]).get(place.contact_id)
        if contact is None:
            return None, None
        payload = Payload(
            "segment.entered" if delivery.entered else "segment.left",
            format_instant(place.at),
            PayloadData(
                place.segment_id,
                names.get(place.segment_id, ""),
                contact.id,
                contact.identifiers,
                place.position,
                delivery.cause,
            ),
        )
        return msgspec.json.encode(payload), self._webhooks.secret(delivery.webhook_id)

    async def _call(
        self,
        function: Callable[Arguments, Result],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: function(*arguments, **named))
