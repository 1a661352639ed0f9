"""What the stores guarantee. Each port has one contract suite, run against every implementation.

A front needs some of them, so none loads for its types what only others speak of.
"""

from footfall.ports.changes import (
    Changes,
    ClearAttribute,
    ClearList,
    ClearOption,
    Erasing,
    Erasure,
    NameVolume,
    Repeat,
    State,
    Sweep,
    Trace,
)
from footfall.ports.directory import (
    MAX_CANDIDATES,
    Condition,
    ContactPage,
    ContactQuery,
    Directory,
    Member,
    PassageCursor,
    Snapshot,
    Stretch,
    Traffic,
)
from footfall.ports.events import (
    Cursor,
    EventCounts,
    EventPage,
    EventQuery,
    EventRow,
    EventStore,
)
from footfall.ports.files import Draft, Files
from footfall.ports.journal import Journal
from footfall.ports.keys import Account, Key, Keys, Scope
from footfall.ports.webhooks import Webhooks

__all__ = [
    "MAX_CANDIDATES",
    "Account",
    "Changes",
    "ClearAttribute",
    "ClearList",
    "ClearOption",
    "Condition",
    "ContactPage",
    "ContactQuery",
    "Cursor",
    "Directory",
    "Draft",
    "Erasing",
    "Erasure",
    "EventCounts",
    "EventPage",
    "EventQuery",
    "EventRow",
    "EventStore",
    "Files",
    "Journal",
    "Key",
    "Keys",
    "Member",
    "NameVolume",
    "PassageCursor",
    "Repeat",
    "Scope",
    "Snapshot",
    "State",
    "Stretch",
    "Sweep",
    "Trace",
    "Traffic",
    "Webhooks",
]
