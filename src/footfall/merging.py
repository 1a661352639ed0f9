"""Several contacts that are shown as one. Pure.

A merge changes no contact. It binds contacts together: each of them goes on by itself, with what
the events and requests that name it say, and readers see them as one. So a merge can be undone at
any time, and each contact is what it would be if they had never been merged.

What is shown of a group is the newest word of any of its contacts: of each attribute, identifier,
list and block the one that was set, or cleared, last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from footfall.attributes import Value
from footfall.bonds import Bond

if TYPE_CHECKING:
    from footfall.contacts import Contact


def as_one(owns: Sequence[Contact], bonds: Sequence[Bond], channels: Sequence[str]) -> Contact:
    """What readers see of the group, whose shown contact comes first; `bonds` in the same order.

    `channels` are all that there are, in order.
    """
    first = owns[0]
    latest: dict[str, tuple[int, int]] = {}
    for place, bond in enumerate(bonds):
        for what, age in bond.ages.items():
            if (age, -place) > latest.get(what, (-1, 0)):
                latest[what] = age, -place
    identifiers: dict[str, str] = {}
    attributes: dict[str, Value] = {}
    lists: set[int] = set()
    blocked: set[str] = set()
    senders: tuple[str, ...] = ()
    for what in sorted(latest):
        kind, _, name = what.partition(" ")
        own = owns[-latest[what][1]]
        if kind == "attribute" and name in own.attributes:
            attributes[name] = own.attributes[name]
        elif kind == "identifier" and name in own.identifiers:
            identifiers[name] = own.identifiers[name]
        elif kind == "list" and int(name) in own.list_ids:
            lists.add(int(name))
        elif kind == "blocked" and name in own.blocked:
            blocked.add(name)
        elif kind == "blocked_senders":
            senders = own.blocked_senders
    return msgspec.structs.replace(
        first,
        modified_at=max(*(own.modified_at for own in owns), *(bond.at for bond in bonds)),
        identifiers=identifiers,
        attributes=attributes,
        list_ids=tuple(sorted(lists)),
        unsubscribed_ids=tuple(sorted({id_ for own in owns for id_ in own.unsubscribed_ids})),
        blocked=tuple(channel for channel in channels if channel in blocked),
        blocked_senders=senders,
    )
