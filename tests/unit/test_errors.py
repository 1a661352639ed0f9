"""The table of errors."""

from __future__ import annotations

import json

import pytest

from footfall.answers import error_answer
from footfall.errors import (
    Backpressure,
    BodyTooLarge,
    Damaged,
    DataInconsistent,
    DataInUse,
    ErrorRow,
    ExitCode,
    FootfallError,
    InvalidParameter,
    MalformedBody,
    MethodNotAllowed,
    MissingParameter,
    NotFound,
    NotJson,
    OutOfSpace,
    RateLimited,
    Unauthorized,
    Unavailable,
    Unusable,
    table,
)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidParameter("m", "p"), 400, "invalid_parameter"),
        (MissingParameter("m", "p"), 400, "missing_parameter"),
        (MalformedBody("m"), 400, "bad_request"),
        (Unauthorized("m"), 401, "unauthorized"),
        (NotFound("m"), 404, "document_not_found"),
        (MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (BodyTooLarge("m"), 413, "payload_too_large"),
        (NotJson("m"), 415, "unsupported_media_type"),
        (RateLimited("m", 3), 429, "too_many_requests"),
        (Unavailable("m"), 503, "service_unavailable"),
        (Backpressure("m"), 503, "service_unavailable"),
        (OutOfSpace("m"), 503, "service_unavailable"),
        (FootfallError("m"), 500, "internal_error"),
    ],
)
def test_statuses_and_codes(error: FootfallError, status: int, code: str) -> None:
    """Each error has the documented status and code, and both stand in the table."""
    assert (error.status, error.code) == (status, code)
    assert (status, code) in {(row.status, row.code) for row in table()}


def test_method_not_allowed_is_brevos_sentence() -> None:
    """The message for a wrong method is Brevo's, to the letter."""
    assert MethodNotAllowed("PUT").message == "PUT Method is not allowed on this path"


def test_retry_after() -> None:
    """What may succeed later says after how many whole seconds; nothing else does."""
    assert RateLimited("m", 3).retry_after == 3
    assert Unavailable("m").retry_after == 1
    assert OutOfSpace("m", 30).retry_after == 30
    assert InvalidParameter("m").retry_after is None
    assert DataInUse("m").retry_after is None


@pytest.mark.parametrize("kind", [OutOfSpace, Damaged, Unusable])
def test_clients_do_not_read_of_the_server_s_files(kind: type[Unusable]) -> None:
    """Where a message names a file, the log has it, and the answer says what to do without it."""
    answer = error_answer(kind("/var/lib/footfall/journal.db can't be written"), "id")
    told = json.loads(answer.body)["message"]
    assert answer.status == 503
    assert "repeat the call" in told
    assert "journal.db" not in told


def test_exit_codes() -> None:
    """Each error that a command can end with has its exit code."""
    codes = [
        (FootfallError("m"), ExitCode.FAILED),
        (InvalidParameter("m"), ExitCode.USAGE),
        (DataInUse("m"), ExitCode.DATA_IN_USE),
        (DataInconsistent("m"), ExitCode.DATA_INCONSISTENT),
        (NotFound("m"), ExitCode.NOT_FOUND),
        (Damaged("m"), ExitCode.DATA_INCONSISTENT),
        (OutOfSpace("m"), ExitCode.UNAVAILABLE),
        (Backpressure("m"), ExitCode.UNAVAILABLE),
    ]
    for error, code in codes:
        assert error.exit_code is code


def test_table() -> None:
    """The table has each status and code once, in order, with a sentence of meaning."""
    rows = table()
    keys = [(row.status, row.code) for row in rows]
    assert keys == sorted(set(keys))
    assert all(row.meaning.endswith(".") for row in rows)
    assert (
        ErrorRow(500, "internal_error", rows[keys.index((500, "internal_error"))].meaning) in rows
    )
    assert "log" in rows[keys.index((500, "internal_error"))].meaning
