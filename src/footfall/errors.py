"""Every error of Footfall's own, and the one table from error to HTTP answer and exit code.

Errors are named by what the caller should do. Whatever reaches a client is one of these; anything
else is a fault of the server and becomes `internal_error`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the command answers to the shell."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DATA_IN_USE = 3
    DATA_INCONSISTENT = 4
    NOT_FOUND = 5
    UNAVAILABLE = 6


class FootfallError(Exception):
    """The root. `code` goes to the client as is; `message` says what to do next."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED
    retry_after: int | None = None
    """Whole seconds after which a repeat may succeed; None where a repeat is pointless."""
    told: ClassVar[str] = ""
    """What clients read in place of a message that names the server's own files."""
    metadata: Mapping[str, object] | None = None
    """What else a client is told, where Brevo documents it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidParameter(FootfallError):
    """A value breaks a rule. `path` names the field, as in `identifiers.email_id`."""

    status = 400
    code = "invalid_parameter"
    exit_code = ExitCode.USAGE

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class MissingParameter(InvalidParameter):
    """A required field is absent, null or empty. `path` names it."""

    code = "missing_parameter"


class DuplicateParameter(InvalidParameter):
    """What must be unique is there already; `metadata` may say which identifiers those are."""

    code = "duplicate_parameter"

    def __init__(self, message: str, metadata: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.metadata = metadata


class MalformedBody(FootfallError):
    """The body is no JSON that can be read: broken syntax, encoding, nesting or numbers."""

    status = 400
    code = "bad_request"


class Unauthorized(FootfallError):
    """No key, an unknown key or a revoked one."""

    status = 401
    code = "unauthorized"


class PermissionDenied(FootfallError):
    """The key is good but lacks the scope."""

    status = 403
    code = "permission_denied"


class NotFound(FootfallError):
    """Nothing is there under that path or identifier."""

    status = 404
    code = "document_not_found"
    exit_code = ExitCode.NOT_FOUND


class MethodNotAllowed(FootfallError):
    """The path exists, the method on it does not. The text is Brevo's."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, method: str) -> None:
        super().__init__(f"{method} Method is not allowed on this path")


class RequestTimeout(FootfallError):
    """The request did not arrive whole in time (`intake.request_seconds`)."""

    status = 408
    code = "request_timeout"


class BodyTooLarge(FootfallError):
    """The body, or a part of it, is larger than its limit."""

    status = 413
    code = "payload_too_large"


class NotJson(FootfallError):
    """The content type says that the body is no JSON, or its content encoding is not known."""

    status = 415
    code = "unsupported_media_type"


class HeadTooLarge(FootfallError):
    """The request's target and header fields are larger than the limit."""

    status = 431
    code = "request_header_fields_too_large"


class RateLimited(FootfallError):
    """The key sent more than its limit. `retry_after` says when the next call may pass."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(FootfallError):
    """A part is down, full or too far behind; nothing was accepted, so repeat the call."""

    status = 503
    code = "service_unavailable"
    exit_code = ExitCode.UNAVAILABLE

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Backpressure(Unavailable):
    """The journal holds more than the engine may still have to apply (`journal.max_pending`)."""


class Unusable(Unavailable):
    """A store refuses what is asked of it; the message says which file, and why."""

    told = "A store of the server cannot be used; repeat the call"


class OutOfSpace(Unusable):
    """The disk is full. Nothing acknowledged is lost; service resumes when there is room."""

    told = "The server's disk is full; repeat the call when there is room"


class Damaged(Unusable):
    """A file of the data directory cannot be read as what it is; `footfall doctor` has a remedy."""

    exit_code = ExitCode.DATA_INCONSISTENT


class DataInUse(FootfallError):
    """Another process holds the data directory."""

    status = 503
    code = "service_unavailable"
    exit_code = ExitCode.DATA_IN_USE


class DataInconsistent(FootfallError):
    """Journal, directory and event store contradict each other."""

    exit_code = ExitCode.DATA_INCONSISTENT


class WrittenByNewer(DataInconsistent):
    """A newer version of the program wrote the file; only that one understands it."""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One line of the reference table: an error as clients see it."""

    status: int
    code: str
    meaning: str


def table() -> list[ErrorRow]:
    """All errors that a client can see, for the reference documentation, by status and code."""
    seen: dict[tuple[int, str], ErrorRow] = {}
    queue: list[type[FootfallError]] = [FootfallError]
    while queue:
        error = queue.pop(0)
        queue.extend(error.__subclasses__())
        meaning = (error.__doc__ or "").split("\n")[0]
        if error is FootfallError:
            meaning = "A fault of the server. The log has it under the request id."
        seen.setdefault((error.status, error.code), ErrorRow(error.status, error.code, meaning))
    return [seen[key] for key in sorted(seen)]
