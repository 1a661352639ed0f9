"""Questions to the tables, as they are put for everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec.json import Decoder

from footfall.backends.chdb import selection
from footfall.backends.chdb.connection import GivenUp, Parameter, Row
from footfall.backends.chdb.database import Database
from footfall.backends.chdb.rows import COLUMNS, NUMBERS, STORED, event_rows
from footfall.backends.chdb.selection import Conditions
from footfall.contacts import ContactId
from footfall.errors import Unavailable
from footfall.ports import EventRow


class Questions:
    """Puts them to the database, without those who are hidden, and shows the merged as one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.hidden: tuple[ContactId, ...] = ()
        """Whose events are left out."""
        self.shown: dict[ContactId, ContactId] = {}
        """As whom the merged are shown."""
        self.merged: dict[ContactId, list[ContactId]] = {}
        """All that are shown as one, by the one that is shown."""

    def show_as(self, shown: Mapping[ContactId, ContactId]) -> None:
        """See `EventStore.show_as`."""
        merged: dict[ContactId, list[ContactId]] = {}
        for contact_id, first in shown.items():
            merged.setdefault(first, [first]).append(contact_id)
        self.shown, self.merged = dict(shown), merged

    def hide(self, contact_id: ContactId) -> None:
        """See `EventStore.hide`."""
        self.hidden = (*self.hidden, contact_id)

    def unhide(self, contact_ids: Collection[ContactId]) -> None:
        """Leave nothing of these out any more: nothing of them is there."""
        self.hidden = tuple(id_ for id_ in self.hidden if id_ not in contact_ids)

    def all_of(self, contact_ids: Iterable[ContactId]) -> list[ContactId]:
        """These and whoever is shown as one with any of them."""
        firsts = dict.fromkeys(self.shown.get(id_, id_) for id_ in contact_ids)
        return [id_ for first in firsts for id_ in self.merged.get(first, [first])]

    def run(self, statement: str, **bound: Parameter) -> None:
        """Execute a statement that writes. Raises `OutOfSpace` or `Unavailable`."""
        with self._database.connection("writing") as connection:
            connection.run(statement, **bound)

    def rows(self, question: str, row: Decoder[Row], **bound: Parameter) -> list[Row]:
        """The answer to a question as it stands, asked again where the directory had to be mended.

        Raises `Unavailable`.
        """
        opening = self._database.opening
        try:
            return self._asked(question, row, bound)
        except GivenUp:
            raise
        except Unavailable:
            self._database.mend()
            if self._database.opening == opening:
                raise
        return self._asked(question, row, bound)

    def _asked(self, question: str, row: Decoder[Row], bound: Mapping[str, Parameter]) -> list[Row]:
        with self._database.connection("reading") as connection:
            return connection.rows(question, row, **bound)

    def question(
        self, what: str, table: str, conditions: Conditions
    ) -> tuple[str, dict[str, Parameter]]:
        """`SELECT what` under the conditions and without the hidden, and the values bound to it."""
        conditions = conditions | selection.outside(self.hidden)
        parameters = {name: value for bound in conditions.values() for name, value in bound.items()}
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {what} FROM {table}{where}", parameters  # noqa: S608 - own words only

    def count(self, table: str, conditions: Conditions) -> int:
        """How many rows of the table meet the conditions."""
        question, parameters = self.question("count()", table, conditions)
        [[count]] = self.rows(question, NUMBERS, **parameters)
        return count

    def select(
        self, table: str, conditions: Conditions, order: str = "", **bound: Parameter
    ) -> list[EventRow]:
        """Rows as they are shown; `order` is what follows the conditions."""
        return self.as_shown(self.stored(table, conditions, order, **bound))

    def as_shown(self, rows: list[EventRow]) -> list[EventRow]:
        """The rows of the merged under whom they are shown as."""
        shown = self.shown
        if not shown:
            return rows
        return [
            row._replace(contact_id=shown[row.contact_id]) if row.contact_id in shown else row
            for row in rows
        ]

    def stored(
        self, table: str, conditions: Conditions, order: str = "", **bound: Parameter
    ) -> list[EventRow]:
        """Rows as they were appended."""
        question, parameters = self.question(COLUMNS, table, conditions)
        return event_rows(self.rows(f"{question} {order}", STORED, **parameters, **bound))
