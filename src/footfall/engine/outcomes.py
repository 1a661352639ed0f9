"""What a command came to, for the caller who waits for it."""

from __future__ import annotations

import msgspec

from footfall.contacts import ContactId, Remark
from footfall.errors import FootfallError


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The command was applied."""

    id: int | None = None
    """Of the contact, list or folder that it was about."""
    created: bool = False
    """Whether that one is new."""
    contact_id: ContactId | None = None
    """Of the one contact that it was about."""
    members: tuple[bool, ...] = ()
    """Whether each contact that it named came onto the list, or left it."""
    count: int = 0
    """How many contacts it concerned, where it named none."""
    remarks: tuple[Remark, ...] = ()


Outcome = Done | FootfallError
"""An error means that the command was refused and changed nothing."""
