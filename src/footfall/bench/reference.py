"""What a team would write itself: FastAPI, SQLAlchemy, PostgreSQL, one INSERT a request.

For the benchmark alone, which runs it with uvicorn; `DATABASE_URL` and `API_KEY` come from the
environment.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, Column, DateTime, MetaData, String, Table, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine

POOL = 20
"""Connections that one worker holds to the database."""

metadata = MetaData()
events = Table(
    "events",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("name", String(255), nullable=False, index=True),
    Column("date", DateTime(timezone=True), nullable=False),
    Column("email", String(255), nullable=False, index=True),
    Column("contact_properties", JSONB, nullable=False),
    Column("event_properties", JSONB, nullable=False),
)
engine = create_async_engine(
    os.environ.get("DATABASE_URL", "postgresql+asyncpg://"), pool_size=POOL
)


class Event(BaseModel):
    """The body of `POST /v3/events`, as far as the benchmark sends it."""

    event_name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9_-]+$")]
    event_date: datetime
    identifiers: dict[str, str]
    contact_properties: dict[str, str | int | float | bool] = {}
    event_properties: dict[str, Any] = {}


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """The pool of connections lives as long as the worker."""
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> None:
    """The worker answers."""


@app.post("/v3/events", status_code=204)
async def create_event(event: Event, api_key: Annotated[str, Header()]) -> None:
    """Answered when PostgreSQL has committed the row."""
    if not secrets.compare_digest(api_key, os.environ["API_KEY"]):
        raise HTTPException(401)
    row = {
        "name": event.event_name,
        "date": event.event_date,
        "email": event.identifiers["email_id"],
        "contact_properties": event.contact_properties,
        "event_properties": event.event_properties,
    }
    async with engine.begin() as connection:
        await connection.execute(insert(events).values(row))


async def create_tables() -> None:
    """Once, before the workers start."""
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


if __name__ == "__main__":
    import asyncio

    asyncio.run(create_tables())
