"""Names of lists and folders."""

from __future__ import annotations

import re

from footfall.errors import InvalidParameter, MissingParameter
from footfall.lists import MAX_NAME

_CONTROL = re.compile(r"[\x00-\x1f\x7f]").search


def check_name(name: str | None, field: str) -> str:
    """The name; raises `MissingParameter` or `InvalidParameter`."""
    if not name or not name.strip():
        raise MissingParameter(f"{field} is missing", field)
    if len(name) > MAX_NAME or _CONTROL(name):
        raise InvalidParameter(
            f"{field} must be at most {MAX_NAME} characters, none of them a control character",
            field,
        )
    return name
