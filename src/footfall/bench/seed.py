"""Data sets of a size, written through the journal: the same for the same numbers."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from footfall.instants import DAY, SECOND
from footfall.ports import Journal
from footfall.records import Request

NAMES: Final = 20
RECORD: Final = 200
"""Requests of one commit."""
SPAN: Final = 180 * DAY
"""Over which the events lie, evenly, up to now."""
KEY_ID: Final = "seed"

Progress = Callable[[int, int], None]


def seed(journal: Journal, events: int, contacts: int, now: int, progress: Progress) -> None:
    """Append that many events of so many contacts, received one after the other until `now`.

    Contacts and names follow Zipf's law: the second has half of what the first has. All are on disk
    when it returns, sealed as by a running engine; directory and event store are to be derived.
    """
    chance = random.Random(1)  # noqa: S311 - data to measure with
    names = _zipf(chance, NAMES)
    owners = _zipf(chance, contacts)
    step = SPAN // max(events, 1)
    progress(0, events)
    for first in range(0, events, RECORD):
        record = range(first, min(first + RECORD, events))
        requests = []
        for number in record:
            at = now - SPAN + (number + 1) * step
            body = event(chance, next(names), next(owners), at)
            requests.append(Request("event", at, KEY_ID, body, 1, "", "footfall bench seed"))
        written = journal.append(requests)
        journal.seal(written.last, RECORD)
        progress(record.stop, events)


def event(chance: random.Random, name: int, contact: int, at: int) -> bytes:
    """The body of one event of about 600 bytes, with nested properties."""
    date = datetime.fromtimestamp(at / SECOND, UTC).isoformat(timespec="milliseconds")
    prices = [chance.randrange(10_000) / 100 for _ in range(2)]
    skus = [chance.randrange(1_000) for _ in range(2)]
    return (
        f'{{"event_name":"event_{name}","event_date":"{date}",'
        f'"identifiers":{{"email_id":"contact{contact}@example.com"}},'
        f'"contact_properties":{{"AGE":{18 + contact % 70},"GENDER":"FEMALE"}},'
        f'"event_properties":{{"video_title":"Title {chance.randrange(1_000)}",'
        f'"description":"Create your free account today!",'
        f'"duration":{chance.randrange(1_000)},"autoplayed":false,'
        f'"upload_date":"2023-11-24T12:09:10+01:00",'
        f'"cart":{{"items":[{{"sku":"s{skus[0]}","price":{prices[0]},"quantity":2}},'
        f'{{"sku":"s{skus[1]}","price":{prices[1]},"quantity":1}}],"total":{sum(prices):.2f}}},'
        f'"referrer":"https://www.example.com/watch/{chance.randrange(1_000_000)}"}}}}'
    ).encode()


def _zipf(chance: random.Random, size: int) -> Iterator[int]:
    """Numbers from 1 to `size`, each as often as Zipf's law has it."""
    weights = list(itertools.accumulate(1 / rank for rank in range(1, size + 1)))
    numbers: Sequence[int] = range(1, size + 1)
    block = max(1, min(10_000, math.isqrt(size) * 10))
    while True:
        yield from chance.choices(numbers, cum_weights=weights, k=block)
