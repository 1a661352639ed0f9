"""`/v3/account`: the first call of most integrations, for a 200 proves the key."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.parts import GivenParts, Parts


class Address(msgspec.Struct, rename="camel"):
    """Where the company is: not known here."""

    street: str = ""
    city: str = ""
    zip_code: str = ""
    country: str = ""


class Plan(msgspec.Struct, rename="camel"):
    """What may be sent: nothing is counted here."""

    type: str = "subscription"
    credits: int = 0
    credits_type: str = "sendLimit"


class Relay(msgspec.Struct):
    """The SMTP relay: there is none."""

    enabled: bool
    data: dict[str, Any]


class Automation(msgspec.Struct):
    """Workflows."""

    enabled: bool


class ShownAccount(msgspec.Struct, rename="camel", kw_only=True):
    """The account as Brevo shows it."""

    organization_id: str = msgspec.field(name="organization_id")
    user_id: int = msgspec.field(name="user_id")
    enterprise: bool = False
    company_name: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    address: Address
    plan: list[Plan]
    relay: Relay
    marketing_automation: Automation


@get("/v3/account", opt=require("any"), operation_id="getAccount", tags=["Account"])
async def read_account(parts: GivenParts) -> Response[ShownAccount]:
    """The account that the key belongs to. Any key will do."""
    return json_answer(await parts.read(_account, parts))


@get("/v3/account/info", opt=require("any"), operation_id="getAccountInfo", tags=["Account"])
async def read_account_info(parts: GivenParts) -> Response[ShownAccount]:
    """The same: Brevo's command line asks here."""
    return json_answer(await parts.read(_account, parts))


def _account(parts: Parts) -> ShownAccount:
    account = parts.keys.account(parts.clock.now())
    return ShownAccount(
        organization_id=account.id,
        user_id=1,
        company_name=account.name,
        address=Address(),
        plan=[Plan()],
        relay=Relay(enabled=False, data={"userName": "", "relay": "", "port": 0}),
        marketing_automation=Automation(enabled=True),
    )
