"""Pages of contacts out of the directory's tables, without reading more rows than a page has.

Where nothing narrows the choice the index by creation gives the page; where few were modified since
a moment, the index by change does; where lists are named, their memberships do. Contacts on lists
come in the order of their ids, which are given out by creation.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from footfall.backends.sqlite.rows import contact_of, text
from footfall.backends.sqlite.statements import statement
from footfall.contacts import Contact, ContactId
from footfall.ports import Condition, ContactPage, ContactQuery

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHUNK: Final = 500
"""Contacts of one query."""
_FEW: Final = 0.1
"""The part of all contacts up to which sorting what matches is quicker than looking for it."""

_CONDITIONS: Final = {
    "ids": "id IN (SELECT value FROM json_each(:ids))",
    "list_ids": "EXISTS (SELECT 1 FROM memberships WHERE contact_id = contacts.id"
    " AND list_id IN (SELECT value FROM json_each(:list_ids)))",
    "segment_id": "EXISTS (SELECT 1 FROM segment_members WHERE contact_id = contacts.id"
    " AND segment_id = :segment_id)",
    "created_since": "created_at >= :created_since",
    "modified_since": "modified_at >= :modified_since",
    "value": "json_extract(attributes, :path) = :value",
    "day": "substr(json_extract(attributes, :path), 1, 10) = :day",
    "options": "(SELECT count(DISTINCT value) FROM json_each(attributes, :path)"
    " WHERE value IN (SELECT value FROM json_each(:options))) = :wanted",
}
"""By the parameter that each is for."""
_CREATED: Final = "contacts INDEXED BY contacts_by_creation"
_CHANGED: Final = "contacts INDEXED BY contacts_by_change"
_IN_SEGMENT: Final = (
    "(SELECT contact_id AS member_id FROM segment_members WHERE segment_id = :segment_id)"
)
_ON_ONE_LIST: Final = (
    "(SELECT contact_id AS member_id FROM memberships WHERE list_id = :list_ids ->> 0)"
)
_ON_LISTS: Final = (
    "(SELECT DISTINCT contact_id AS member_id FROM memberships"
    " WHERE list_id IN (SELECT value FROM json_each(:list_ids)))"
)

Parameters = dict[str, Any]


class _Plan(NamedTuple):
    """How to find what matches."""

    counting: str
    """The statement that counts it."""
    listing: str
    """The statement that lists the ids of all of it; {} stands for the direction."""


def contacts(reader: sqlite3.Connection, ids: Collection[ContactId]) -> dict[ContactId, Contact]:
    """See `Directory.contacts`."""
    found: dict[ContactId, Contact] = {}
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        for asked, *row in reader.execute(statement("contacts"), (text(chunk),)):
            found[asked] = contact_of(tuple(row))
    return found


def contact_ids(reader: sqlite3.Connection) -> NDArray[np.int64]:
    """See `Directory.contact_ids`. Within a transaction."""
    import numpy as np  # here, for fronts read the position alone, and need not its 20 MB

    (count, next_id) = reader.execute("SELECT contact_count, next_contact_id FROM state").fetchone()
    if count == next_id - 1:
        return np.arange(1, next_id, dtype=np.int64)
    rows = reader.execute("SELECT id FROM contacts INDEXED BY contacts_by_creation")
    return np.fromiter((id_ for (id_,) in rows), np.int64, count)


def find(reader: sqlite3.Connection, query: ContactQuery) -> ContactPage:
    """The page; `reader` must be within a transaction."""
    parameters = _parameters(query)
    plan = _plan(reader, query, parameters)
    (count,) = reader.execute(plan.counting, parameters).fetchone()
    direction = "ASC" if query.oldest_first else "DESC"
    statement = (
        "SELECT contacts.id, created_at, modified_at, identifiers, attributes, lists, standing"  # noqa: S608 - constants
        f" FROM ({plan.listing.format(direction)} LIMIT :limit OFFSET :offset) AS page"
        " CROSS JOIN contacts ON contacts.id = page.id"
    )
    bounds = {"limit": query.limit, "offset": query.offset}
    rows = reader.execute(statement, parameters | bounds)
    return ContactPage(count, [contact_of(row) for row in rows])


def _plan(reader: sqlite3.Connection, query: ContactQuery, parameters: Parameters) -> _Plan:
    conditions = {name: _CONDITIONS[name] for name in parameters if name in _CONDITIONS}
    if not conditions:
        return _Plan("SELECT contact_count FROM state", _all_of(_CREATED, {}))
    members = _members(query)
    chosen = {"list_ids", "segment_id"} & set(conditions)
    if set(conditions) == chosen:
        page = f"SELECT member_id AS id FROM {members} ORDER BY member_id {{0}}"  # noqa: S608 - constants
        return _Plan(_size_of(query), page)
    if query.ids is not None:
        return _Plan(_count_of("contacts", conditions), _all_of("contacts", conditions))
    counted = _CHANGED if query.modified_since is not None else _CREATED
    if counted == _CHANGED and _are_few(reader, parameters):
        return _Plan(_count_of(_CHANGED, conditions), _all_of(_CHANGED, conditions))
    if chosen:
        others = {name: each for name, each in conditions.items() if name not in chosen}
        rows = f"{members} CROSS JOIN contacts ON id = member_id"
        page = f"SELECT id FROM {rows} WHERE {_both(others)} ORDER BY member_id {{0}}"  # noqa: S608 - constants
        return _Plan(_count_of(counted, conditions), page)
    return _Plan(_count_of(counted, conditions), _all_of(_CREATED, conditions))


def _members(query: ContactQuery) -> str:
    """Who is on the lists, or in the segment."""
    if query.segment_id is not None:
        return _IN_SEGMENT
    return _ON_ONE_LIST if len(query.list_ids) == 1 else _ON_LISTS


def _size_of(query: ContactQuery) -> str:
    """How many are on the lists, or in the segment; one list and a segment know their size."""
    if query.segment_id is not None:
        return "SELECT coalesce(sum(size), 0) FROM segments WHERE id = :segment_id"
    if len(query.list_ids) == 1:
        return "SELECT coalesce(sum(size), 0) FROM lists WHERE id = :list_ids ->> 0"
    return f"SELECT count(*) FROM {_ON_LISTS}"  # noqa: S608 - a constant


def _count_of(source: str, conditions: dict[str, str]) -> str:
    return f"SELECT count(*) FROM {source} WHERE {_both(conditions)}"  # noqa: S608 - constants


def _all_of(source: str, conditions: dict[str, str]) -> str:
    where = f" WHERE {_both(conditions)}" if conditions else ""
    return f"SELECT id FROM {source}{where} ORDER BY created_at {{0}}, id {{0}}"  # noqa: S608 - constants


def _both(conditions: dict[str, str]) -> str:
    return " AND ".join(conditions.values())


def _parameters(query: ContactQuery) -> Parameters:
    """What the query gives a condition for, and what those conditions need."""
    given: Parameters = {}
    if query.ids is not None:
        given["ids"] = text(query.ids)
    if query.list_ids:
        given["list_ids"] = text(query.list_ids)
    if query.segment_id is not None:
        given["segment_id"] = query.segment_id
    if query.created_since is not None:
        given["created_since"] = _storable(query.created_since)
    if query.modified_since is not None:
        given["modified_since"] = _storable(query.modified_since)
    if query.condition is not None:
        given |= _of_condition(query.condition)
    return given


def _storable(moment: int) -> int:
    """The nearest moment that SQLite can compare: its integers end in the year 2262."""
    return max(-(2**63), min(moment, 2**63 - 1))


def _of_condition(condition: Condition) -> Parameters:
    path = {"path": f'$."{condition.name}"'}
    if isinstance(condition.value, list):
        return path | {"options": text(condition.value), "wanted": len(condition.value)}
    return path | {"day" if condition.is_day else "value": condition.value}


def _are_few(reader: sqlite3.Connection, parameters: Parameters) -> bool:
    (few,) = reader.execute(
        "SELECT (SELECT count(*) FROM contacts WHERE modified_at >= :modified_since)"
        " <= :part * contact_count FROM state",
        parameters | {"part": _FEW},
    ).fetchone()
    return bool(few)
