"""`/footfall/v1/webhooks`: addresses that are told who enters and leaves segments."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Annotated, Final

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, actor, require
from footfall.api.bodies import read_body, require_with
from footfall.api.paging import PathId
from footfall.api.parts import GivenParts, Parts
from footfall.api.search import NamedContact, named
from footfall.contacts import ContactId
from footfall.errors import InvalidParameter, MissingParameter, NotFound
from footfall.instants import MILLISECOND, format_instant
from footfall.people import Change
from footfall.webhooks import (
    KEPT_FOR,
    MAX_WEBHOOKS,
    NOWHERE,
    SECRET_BYTES,
    Delivery,
    Taken,
    Webhook,
    named_by,
    new_secret,
    place_of,
)

MAX_SEGMENTS: Final = 100
"""That one webhook names."""


class WebhookBody(msgspec.Struct):
    """A webhook to be."""

    url: Annotated[str | None, Meta(description="Of http or https.")] = None
    segment_ids: Annotated[
        list[int] | None,
        Meta(description=f"Only of these segments, up to {MAX_SEGMENTS}; without it, of all."),
    ] = None


class ShownWebhook(msgspec.Struct):
    """A webhook, without its secret."""

    id: int
    url: str
    segment_ids: list[int]
    created_at: str
    delivered: int
    waiting: int
    parked: int


class WebhookList(msgspec.Struct):
    """Every webhook, oldest first."""

    webhooks: list[ShownWebhook]


class CreatedWebhook(msgspec.Struct):
    """A new webhook with the secret that its calls are signed with; nothing shows it again."""

    webhook: ShownWebhook
    secret: str


class _Told(msgspec.Struct):
    """What a call tells of."""

    id: str
    segment_id: int
    contact: NamedContact
    entered: bool
    at: str
    """When the contact entered or left."""
    attempts: int


class ShownDelivery(_Told):
    """A call that was not taken yet."""

    parked: bool
    next_attempt: str | None
    problem: str


class TakenDelivery(_Told):
    """A call that was taken, by the last of the attempts."""

    taken_at: str
    milliseconds: float
    """From the call to the answer."""
    status: int
    """The answer's code."""


class DeliveryList(msgspec.Struct):
    """What became of the calls to one webhook."""

    deliveries: list[ShownDelivery]
    """Those that are parked, then those that wait, each in order."""
    taken: list[TakenDelivery]
    """Those that were taken in the last 7 days, at most 1,000; the latest first."""


class Retried(msgspec.Struct):
    """How many deliveries are tried again."""

    count: int


@get("/footfall/v1/webhooks", opt=require("admin"), operation_id="listWebhooks", tags=["Footfall"])
async def list_webhooks(parts: GivenParts) -> Response[WebhookList]:
    """Every webhook."""
    webhooks = await parts.read(parts.webhooks.all)
    return json_answer(WebhookList([_shown(one) for one in webhooks]))


@post(
    "/footfall/v1/webhooks",
    opt=require_with("admin", WebhookBody),
    operation_id="createWebhook",
    tags=["Footfall"],
)
async def create_webhook(parts: GivenParts, request: Call) -> Response[CreatedWebhook]:
    """Have an address told who enters and leaves segments from now on."""
    body = await read_body(request, WebhookBody)
    url = _checked(parts, body)
    created = await parts.read(_create, parts, url, body.segment_ids or [], actor(request))
    parts.deliveries.wake()
    return json_answer(created, status=201)


@put(
    "/footfall/v1/webhooks/{webhook_id:int}",
    opt=require_with("admin", WebhookBody),
    operation_id="changeWebhook",
    tags=["Footfall"],
)
async def change_webhook(
    parts: GivenParts, request: Call, webhook_id: PathId
) -> Response[ShownWebhook]:
    """Give a webhook another address or other segments. The secret stays; what waits goes there."""
    body = await read_body(request, WebhookBody)
    url = _checked(parts, body)
    changed = await parts.read(
        _change, parts, webhook_id, url, body.segment_ids or [], actor(request)
    )
    parts.deliveries.wake()
    return json_answer(changed)


@delete(
    "/footfall/v1/webhooks/{webhook_id:int}",
    opt=require("admin"),
    operation_id="deleteWebhook",
    tags=["Footfall"],
)
async def remove_webhook(parts: GivenParts, request: Call, webhook_id: PathId) -> None:
    """Tell that address nothing any more, not even what waits."""
    await parts.read(_remove, parts, webhook_id, actor(request))


@get(
    "/footfall/v1/webhooks/{webhook_id:int}/deliveries",
    opt=require("admin"),
    operation_id="listWebhookDeliveries",
    tags=["Footfall"],
)
async def list_deliveries(
    parts: GivenParts,
    webhook_id: PathId,
    limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 100,
) -> Response[DeliveryList]:
    """Calls that the address did not take, parked ones first, and those that it took lately."""
    return json_answer(await parts.read(_deliveries, parts, webhook_id, limit))


@post(
    "/footfall/v1/webhooks/{webhook_id:int}/retry",
    opt=require("admin"),
    status_code=200,
    operation_id="retryWebhookDeliveries",
    tags=["Footfall"],
)
async def retry_deliveries(parts: GivenParts, webhook_id: PathId) -> Response[Retried]:
    """Try again what failed, at once and from the beginning: what is parked, and what waits."""
    count = await parts.read(_retry, parts, webhook_id)
    parts.deliveries.wake()
    return json_answer(Retried(count))


@post(
    "/footfall/v1/webhooks/{webhook_id:int}/deliveries/{delivery_id:str}/retry",
    opt=require("admin"),
    status_code=200,
    operation_id="retryWebhookDelivery",
    tags=["Footfall"],
)
async def retry_delivery(
    parts: GivenParts, webhook_id: PathId, delivery_id: FromPath[str]
) -> Response[Retried]:
    """Make one call again at once, under the same id; also one that was taken lately."""
    await parts.read(_send_again, parts, webhook_id, delivery_id)
    parts.deliveries.wake()
    return json_answer(Retried(1))


def _checked(parts: Parts, body: WebhookBody) -> str:
    if not body.url:
        raise MissingParameter("url is missing", "url")
    return parts.outgoing.check(body.url, "url")


def _check_segments(parts: Parts, segment_ids: list[int]) -> None:
    if len(segment_ids) > MAX_SEGMENTS:
        raise InvalidParameter(f"segment_ids has more than {MAX_SEGMENTS} ids", "segment_ids")
    known = {one.id for one in parts.directory.state().segments}
    for index, id_ in enumerate(segment_ids):
        if id_ not in known:
            path = f"segment_ids[{index}]"
            raise InvalidParameter(f"{path}: expected a segment that exists", path)


def _create(parts: Parts, url: str, segment_ids: list[int], by: str) -> CreatedWebhook:
    _check_segments(parts, segment_ids)
    if len(parts.webhooks.all()) >= MAX_WEBHOOKS:
        raise InvalidParameter(f"There are {MAX_WEBHOOKS} webhooks already, which is the most")
    latest = parts.directory.passages(limit=1)
    reached = place_of(latest[0]) if latest else NOWHERE
    secret, now = new_secret(secrets.token_bytes(SECRET_BYTES)), parts.clock.now()
    webhook = parts.webhooks.create(url, segment_ids, secret, reached, now)
    parts.people.note(Change(now, by, "webhook_created", f"webhook {webhook.id}"))
    return CreatedWebhook(_shown(webhook), secret)


def _change(
    parts: Parts, webhook_id: int, url: str, segment_ids: list[int], by: str
) -> ShownWebhook:
    _check_segments(parts, segment_ids)
    if not parts.webhooks.change(webhook_id, url, segment_ids):
        raise NotFound("Webhook does not exist")
    parts.people.note(Change(parts.clock.now(), by, "webhook_changed", f"webhook {webhook_id}"))
    return _shown(_existing(parts, webhook_id))


def _remove(parts: Parts, webhook_id: int, by: str) -> None:
    if not parts.webhooks.remove(webhook_id):
        raise NotFound("Webhook does not exist")
    parts.people.note(Change(parts.clock.now(), by, "webhook_removed", f"webhook {webhook_id}"))


def _existing(parts: Parts, webhook_id: int) -> Webhook:
    found = next((one for one in parts.webhooks.all() if one.id == webhook_id), None)
    if found is None:
        raise NotFound("Webhook does not exist")
    return found


def _deliveries(parts: Parts, webhook_id: int, limit: int) -> DeliveryList:
    _existing(parts, webhook_id)
    parked = parts.webhooks.deliveries(webhook_id, parked=True, limit=limit)
    left = limit - len(parked)
    waiting = parts.webhooks.deliveries(webhook_id, parked=False, limit=left)
    taken = parts.webhooks.taken(webhook_id, parts.clock.now() - KEPT_FOR, limit)
    told = [*parked, *waiting, *(one.delivery for one in taken)]
    names = _names(parts, (one.place.contact_id for one in told))
    return DeliveryList(
        [_shown_delivery(one, names) for one in (*parked, *waiting)],
        [_shown_taken(one, names) for one in taken],
    )


def _names(parts: Parts, contact_ids: Iterable[ContactId]) -> dict[ContactId, NamedContact]:
    wanted = set(contact_ids)
    known = parts.directory.contacts(wanted)
    return {id_: named(id_, known.get(id_)) for id_ in wanted}


def _retry(parts: Parts, webhook_id: int) -> int:
    _existing(parts, webhook_id)
    return parts.webhooks.retry(webhook_id, parts.clock.now())


def _send_again(parts: Parts, webhook_id: int, delivery_id: str) -> None:
    named = named_by(delivery_id)
    if (
        named is None
        or named[0] != webhook_id
        or not parts.webhooks.send_again(webhook_id, named[1], parts.clock.now())
    ):
        raise NotFound("Delivery does not exist")


def _shown(one: Webhook) -> ShownWebhook:
    return ShownWebhook(
        one.id,
        one.url,
        list(one.segment_ids),
        format_instant(one.created_at),
        one.delivered,
        one.waiting,
        one.parked,
    )


def _shown_delivery(one: Delivery, names: Mapping[ContactId, NamedContact]) -> ShownDelivery:
    return ShownDelivery(
        id=one.id,
        segment_id=one.place.segment_id,
        contact=names[one.place.contact_id],
        entered=one.entered,
        at=format_instant(one.place.at),
        attempts=one.attempts,
        parked=one.parked,
        next_attempt=format_instant(one.due) if one.attempts and not one.parked else None,
        problem=one.problem,
    )


def _shown_taken(one: Taken, names: Mapping[ContactId, NamedContact]) -> TakenDelivery:
    delivery = one.delivery
    return TakenDelivery(
        id=delivery.id,
        segment_id=delivery.place.segment_id,
        contact=names[delivery.place.contact_id],
        entered=delivery.entered,
        at=format_instant(delivery.place.at),
        attempts=delivery.attempts + 1,
        taken_at=format_instant(one.at),
        milliseconds=one.duration / MILLISECOND,
        status=one.status,
    )
