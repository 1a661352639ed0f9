"""What the port `Directory` guarantees of a segment's history and of looking up its members."""

from __future__ import annotations

from typing import Final

import pytest

from footfall.bonds import Merge
from footfall.contacts import ContactId
from footfall.identifiers import EMAIL, EXT_ID, PHONE, Identifier
from footfall.ports import Directory, Stretch
from footfall.segments.definition import Definition, InList
from footfall.segments.following import Cause, Passage
from footfall.segments.registry import Segment
from tests.contract.test_directory_contacts import MOMENT, contact, directory, run

HOUR: Final = 3_600_000_000_000
IDENTIFIERS: Final = {
    1: {EMAIL: "ada@example.com", PHONE: "+33612345678"},
    2: {EMAIL: "adam@example.com", EXT_ID: "ada"},
    3: {EMAIL: "ben@example.com"},
    4: {EMAIL: "a_b%c@example.com"},
}
__all__ = ["directory"]


def passage(contact_id: int, at: int, *, entered: bool = True, cause: Cause = "event") -> Passage:
    return Passage(7, ContactId(contact_id), 1, at, entered, cause)


@pytest.fixture
def kept(directory: Directory) -> Directory:
    """A segment that two entered at once, one of whom left; and a third one, in another hour."""
    start = MOMENT - MOMENT % HOUR
    directory.apply(
        run(
            1,
            contacts=[contact(id_, identifiers=given) for id_, given in IDENTIFIERS.items()],
            identifiers={
                Identifier(kind, value): ContactId(id_)
                for id_, given in IDENTIFIERS.items()
                for kind, value in given.items()
            },
            segments=[
                Segment(
                    id=7,
                    name="On the list",
                    category="",
                    definition=Definition(1, InList(1)),
                    state="live",
                    revision=1,
                    created_at=MOMENT,
                    updated_at=MOMENT,
                    size=2,
                )
            ],
            segment_members={(7, ContactId(2)): MOMENT, (7, ContactId(3)): MOMENT},
            passages=[
                passage(1, start + 1),
                passage(2, start + 2),
                passage(1, start + 3, entered=False),
                passage(3, start + 5 * HOUR),
            ],
        )
    )
    return directory


def test_traffic_is_counted_by_stretches(kept: Directory) -> None:
    """Who entered and left since a moment, in the stretches in which somebody did."""
    start = MOMENT - MOMENT % HOUR
    everything = kept.traffic(7, 0, HOUR)
    assert everything.size == 2
    assert everything.stretches == [Stretch(start, 2, 1), Stretch(start + 5 * HOUR, 1, 0)]
    assert kept.traffic(7, start + HOUR, HOUR).stretches == [Stretch(start + 5 * HOUR, 1, 0)]
    assert kept.traffic(8, 0, HOUR) == (0, [])


def test_passages_while_merged_go_with_either(kept: Directory) -> None:
    """Those of whomever it was shown as one with, near or far, and of no other time."""

    def moved(*contact_ids: int, position: int) -> list[Passage]:
        return [Passage(7, ContactId(id_), position, MOMENT, True, "event") for id_ in contact_ids]

    kept.apply(run(2, merges=[(2, Merge(1, 2))], passages=moved(1, 3, position=2)))
    kept.apply(run(3, merges=[(3, Merge(1, 3))], passages=moved(1, 3, position=3)))
    kept.apply(run(4, undone_merges=[(4, ContactId(2))], passages=moved(1, 3, position=4)))
    kept.apply(run(5, merges=[(5, Merge(3, 4))], passages=moved(3, 4, position=5)))
    kept.apply(run(6, removed_contacts=[ContactId(2)]))
    left = [(one.contact_id, one.position) for one in kept.passages(segment_id=7, limit=100)]
    assert left == [(4, 5), (3, 5), (3, 2), (3, 1), (1, 1), (1, 1)]


def test_contacts_are_found_by_a_beginning(kept: Directory) -> None:
    """By the kinds in the order given, each by value, and to the letter: nothing is a pattern."""
    assert kept.beginning_with({EMAIL: "ad"}, None, 10) == [1, 2]
    assert kept.beginning_with({EXT_ID: "ad", EMAIL: "ad"}, None, 10) == [2, 1]
    assert kept.beginning_with({PHONE: "+336"}, None, 10) == [1]
    assert kept.beginning_with({EMAIL: "a_b%"}, None, 10) == [4]
    assert kept.beginning_with({EMAIL: "a%"}, None, 10) == []
    assert kept.beginning_with({EMAIL: ""}, None, 2) == [4, 1]


def test_members_are_found_by_a_beginning(kept: Directory) -> None:
    """Only members of the segment that is named."""
    assert kept.beginning_with({EMAIL: "ad"}, 7, 10) == [2]
    assert kept.beginning_with({EMAIL: ""}, 7, 10) == [2, 3]
    assert kept.beginning_with({EMAIL: ""}, 8, 10) == []


def test_memberships_are_told_with_their_beginnings(kept: Directory) -> None:
    """The segments that a contact is in, by id; none for who is in none, or is nobody."""
    assert kept.memberships_of(ContactId(2)) == [(7, MOMENT)]
    assert kept.memberships_of(ContactId(1)) == kept.memberships_of(ContactId(99)) == []
