"""The engine's routes as one application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.routes import BaseRoute
from litestar.types import ASGIApp, ControllerRouterHandler, Message, Receive, Scope, Send

from footfall import __version__
from footfall.answers import REQUEST_ID
from footfall.api import (
    about,
    account,
    associations,
    attributes,
    catalogue,
    contact_export,
    contact_import,
    contacts,
    dossier,
    events,
    exploring,
    export,
    folders,
    history,
    keys,
    lists,
    live,
    looking_up,
    membership,
    merging,
    objects,
    old_events,
    overview,
    pages,
    processes,
    receipts,
    replaying,
    search,
    segment_preview,
    segments,
    sending,
    set_aside,
    signing_in,
    timeline,
    users,
    webhooks,
)
from footfall.api.answers import error_answer
from footfall.api.arrays import unfold_lists
from footfall.api.authentication import guard
from footfall.api.bodies import MAX_BODY
from footfall.api.methods import tell_all_methods
from footfall.api.openapi import document
from footfall.api.parts import Parts
from footfall.api.slashes import restore_slashes
from footfall.metrics import CONTENT_TYPE, exposition

LAG: Final = "x-footfall-lag"
READS: Final = ("/v3/", "/footfall/")
"""Paths under which an answer depends on what the engine has applied."""

ROUTES: Final = [
    events.list_events,
    contacts.list_contacts,
    contacts.create_contact,
    contacts.update_contacts,
    contact_import.import_contacts,
    contact_export.export_contacts,
    contacts.read_contact,
    contacts.update_contact,
    contacts.delete_contact,
    contacts.read_statistics,
    history.read_history,
    timeline.read_timeline,
    dossier.export_contact,
    merging.merge_contacts,
    merging.unmerge_contact,
    merging.read_merges,
    attributes.list_attributes,
    attributes.create_attribute,
    attributes.update_attribute,
    attributes.delete_attribute,
    attributes.delete_option,
    lists.list_lists,
    lists.create_list,
    lists.read_list,
    lists.update_list,
    lists.delete_list,
    lists.list_members,
    lists.add_contacts,
    lists.remove_contacts,
    folders.list_folders,
    folders.create_folder,
    folders.read_folder,
    folders.update_folder,
    folders.delete_folder,
    folders.list_folder_lists,
    objects.upsert_records,
    objects.delete_records,
    objects.list_records,
    associations.list_associated,
    processes.list_processes,
    processes.read_process,
    processes.list_problems,
    segments.list_segments,
    processes.read_file,
    processes.read_report,
    account.read_account,
    account.read_account_info,
    receipts.read_receipt,
    live.live,
    segments.list_all,
    segment_preview.preview,
    webhooks.list_webhooks,
    webhooks.create_webhook,
    webhooks.change_webhook,
    webhooks.remove_webhook,
    webhooks.list_deliveries,
    webhooks.retry_deliveries,
    webhooks.retry_delivery,
    segments.create,
    segments.read,
    segments.change,
    segments.cancel,
    segments.remove,
    segments.list_members,
    segments.list_history,
    segments.read_sizes,
    membership.explain_one,
    membership.explain_definition,
    membership.list_segments,
    looking_up.look_up,
    about.read_about,
    overview.read_overview,
    search.find_events,
    sending.send_event,
    replaying.replay_events,
    set_aside.list_set_aside,
    exploring.read_histogram,
    exploring.read_facets,
    old_events.read_old_events,
    export.export_events,
    search.list_event_names,
    search.read_journaled,
    catalogue.read_catalogue,
    catalogue.read_catalogue_event,
    catalogue.describe_event,
    catalogue.describe_property,
    keys.list_keys,
    keys.create_key,
    keys.revoke_key,
    signing_in.read_session,
    signing_in.sign_in,
    signing_in.sign_out,
    signing_in.change_password,
    signing_in.set_up,
    users.list_users,
    users.add_user,
    users.change_user,
    users.remove_user,
    users.list_changes,
    *pages.ROUTES,
]


@get("/openapi.json", include_in_schema=False, media_type=MediaType.JSON)
async def openapi(request: Request[Any, Any, State]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the whole server, intake included."""
    return document(request.app)


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    """The engine's metrics, in Prometheus' text format."""
    return Response(exposition("engine"), media_type=CONTENT_TYPE)


@get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The engine's process answers."""
    return {"status": "ok"}


class _Unserved(Router):
    """Takes no routes: Litestar's own document lacks the front's, so `openapi` serves the whole."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:  # noqa: ARG002 - theirs
        """Pass the route over."""
        return []


class _WithMsgspec(Litestar):
    """Loads no other library of models.

    Litestar takes pydantic where it finds it, as beside Typer, which costs an engine's start a
    tenth of a second or more and 8 MB, for nothing: Footfall's bodies are msgspec's.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def create_app(parts: Parts) -> Litestar:
    """The application. Every read route first waits for what the journal held when it came."""

    async def provide_parts() -> Parts:
        return parts

    return _WithMsgspec(
        route_handlers=[*ROUTES, openapi, metrics, healthz],
        dependencies={"parts": Provide(provide_parts)},
        guards=[guard],
        middleware=[
            restore_slashes,
            unfold_lists,
            tell_all_methods,
            _journaled_requests_have_ids,
            _reads_see_writes(parts),
        ],
        request_max_body_size=MAX_BODY,
        exception_handlers={NotFoundException: pages.not_found, Exception: error_answer},
        openapi_config=OpenAPIConfig(
            title="Footfall",
            version=__version__,
            use_handler_docstrings=True,
            openapi_router=_Unserved("/schema", route_handlers=[]),
        ),
        on_shutdown=[_closing(parts)],
        state=State({"parts": parts}),
        logging_config=None,
        debug=False,
    )


def _closing(parts: Parts) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        parts.close()

    return close


def _journaled_requests_have_ids(app: ASGIApp) -> ASGIApp:
    """Middleware: a request that was journaled is answered under the id of its receipt."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start" and (
                request_id := scope["state"].get("request_id")
            ):
                message["headers"] = [*message["headers"], (REQUEST_ID, request_id.encode())]
            await send(message)

        await app(scope, receive, send_with_id)

    return middleware


def _depends(path: str) -> bool:
    return path.startswith(READS) and path != live.PATH


def _reads_see_writes(parts: Parts) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware: wait for the engine, bounded; past the bound say how far it is behind."""
    seconds = parts.settings.engine.read_wait_ms / 1000

    def wrap(app: ASGIApp) -> ASGIApp:
        async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or not _depends(scope["path"]):
                await app(scope, receive, send)
                return
            lag = await parts.progress.catch_up(seconds)

            async def send_with_lag(message: Message) -> None:
                if message["type"] == "http.response.start" and lag:
                    headers = [*message["headers"], (LAG.encode(), str(lag).encode())]
                    message["headers"] = headers
                await send(message)

            await app(scope, receive, send_with_lag)

        return middleware

    return wrap
