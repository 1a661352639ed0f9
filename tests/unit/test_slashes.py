"""Slashes within values in paths."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.api.slashes import routed, shown

VALUES = st.text(st.characters(exclude_categories=["Cs", "Cn"]), min_size=1)


@given(VALUES, VALUES)
def test_values_are_told_apart_and_come_back(first: str, second: str) -> None:
    """A path of encoded values has as many parts as values, each the value once it is shown."""
    raw = f"/v3/{quote(first, safe='')}/{quote(second, safe='')}"
    path = routed(raw.encode(), b"")
    if path is None:
        path = unquote(raw)
    assert [shown(part) for part in path.split("/")] == ["", "v3", first, second]


@given(VALUES)
def test_all_is_the_identifier_where_its_type_is_told(identifier: str) -> None:
    """Slashes need not be encoded then."""
    raw = f"/v3/contacts/{quote(identifier)}".encode()
    path = routed(raw, b"identifierType=ext_id") or unquote(raw.decode())
    [value] = path.removeprefix("/v3/contacts/").split("/")
    assert shown(value) == identifier


@pytest.mark.parametrize("path", [b"/v3/contacts/a@example.com", b"/v3/contacts/lists/1/contacts"])
def test_other_paths_are_left_alone(path: bytes) -> None:
    """Nothing is done where no value has a slash."""
    assert routed(path, b"limit=1") is None
