"""The port of webhooks and their deliveries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from footfall.records import Position
    from footfall.webhooks import Delivery, Place, Taken, Webhook


class Webhooks(Protocol):
    """Webhooks, and what is still to be delivered. Any thread may use it; one delivers.

    Whatever a call changed is on disk when it returns.
    """

    def create(
        self, url: str, segment_ids: Sequence[int], secret: str, reached: Place, now: int
    ) -> Webhook:
        """A new webhook, which is told of what comes after `reached`."""
        ...

    def all(self) -> list[Webhook]:
        """Every webhook, oldest first."""
        ...

    def secret(self, webhook_id: int) -> str | None:
        """What its calls are signed with; None where there is no such webhook."""
        ...

    def change(self, webhook_id: int, url: str, segment_ids: Sequence[int]) -> bool:
        """Another address or other segments; what waits goes there too. False for no such one."""
        ...

    def remove(self, webhook_id: int) -> bool:
        """It is gone, with what waits for it; False where there is no such webhook."""
        ...

    def take_up(self, webhook_id: int, deliveries: Collection[Delivery], reached: Place) -> None:
        """Keep what is to be delivered, and how far that goes, both or neither."""
        ...

    def deliveries(self, webhook_id: int, *, parked: bool, limit: int) -> list[Delivery]:
        """Those that are parked, or those that are not, in order."""
        ...

    def settle(
        self,
        done: Collection[Taken],
        dropped: Collection[Delivery],
        failed: Collection[Delivery],
    ) -> None:
        """What was taken waits no more and is remembered, what is of no use any more is gone, and
        what failed is kept as it is.

        Of a webhook in `done` what was taken `KEPT_FOR` before, and more than `MAX_KEPT`, is
        forgotten.
        """
        ...

    def taken(self, webhook_id: int, since: int, limit: int) -> list[Taken]:
        """What is remembered of what was taken at that moment or later, the latest first."""
        ...

    def told_of(self, position: Position, limit: int) -> tuple[list[Delivery], list[Taken]]:
        """What is to be delivered of what the entry at that position led to, and what is remembered
        of it that was taken; of every webhook, in their order, so many of each at the most."""
        ...

    def retry(self, webhook_id: int, now: int) -> int:
        """Have those that failed, parked ones too, tried from the beginning; how many they are."""
        ...

    def send_again(self, webhook_id: int, place: Place, now: int) -> bool:
        """Have that one tried from the beginning, even if it was taken; False for no such one."""
        ...

    def close(self) -> None:
        """Give back files."""
        ...
