"""What the port `Directory` guarantees of contacts, identifiers, verdicts and the rest of a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.attributes import AttributeDefinition, Value
from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.bonds import Merge
from footfall.catalogue import Note
from footfall.contacts import Contact, ContactId, Remark
from footfall.errors import Unavailable
from footfall.identifiers import DECIDING_ORDER, EMAIL, EXT_ID, Identifier
from footfall.ports import Changes, Directory, NameVolume, Repeat
from footfall.records import MAX_POSITION, Position
from footfall.verdicts import Verdict
from tests.searching import examples

MOMENT: Final = 1_700_000_000_000_000_000
RUNS: Final = 150

OpenDirectory = Callable[[Path], Directory]


def open_sqlite(folder: Path) -> Directory:
    return SqliteDirectory(folder / "directory.db")


OPENERS: Final = [pytest.param(open_sqlite, id="sqlite")]


class Opened:
    """The directory of one test, which can be closed and opened again."""

    def __init__(self, opener: OpenDirectory, folder: Path) -> None:
        self._opener = opener
        self._folder = folder
        self.directory = opener(folder)

    def again(self) -> Directory:
        """As after a restart."""
        self.directory.close()
        self.directory = self._opener(self._folder)
        return self.directory

    def another(self, folder: Path) -> Directory:
        """A second one, empty, beside it."""
        return self._opener(folder)


@pytest.fixture(params=OPENERS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(request.param, tmp_path)
    yield opened
    opened.directory.close()


@pytest.fixture
def directory(opened: Opened) -> Directory:
    return opened.directory


def run(position: int, next_contact_id: int = 1) -> Changes:
    """A run up to that position that changed nothing yet."""
    return Changes(
        position=Position(position),
        received_at=MOMENT,
        next_contact_id=next_contact_id,
        next_folder_id=2,
        next_list_id=1,
    )


def contact(number: int, **attributes: Value) -> Contact:
    return Contact(
        id=ContactId(number),
        created_at=MOMENT,
        modified_at=MOMENT + number,
        identifiers={},
        attributes=attributes,
    )


def exactly(value: object) -> bytes:
    """Tells 1 from 1.0 and from true, which `==` does not."""
    return msgspec.json.encode(value)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
identifiers = st.builds(Identifier, st.sampled_from(DECIDING_ORDER), texts)
values: st.SearchStrategy[Value] = st.one_of(
    texts,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, 0.0, 1, 1.0, -0.0, True, False, "", "\0", 2**53 + 1, 1e300]),
    st.lists(texts, min_size=1, max_size=3),
)


def test_a_new_directory_is_empty(directory: Directory) -> None:
    """Position 0, the first contact will be number 1, and nothing is known of anybody."""
    state = directory.state()
    assert (state.position, state.next_contact_id) == (0, 1)
    assert (state.definitions, state.settings, state.totals) == ([], {}, {})
    assert directory.position() == 0
    assert directory.owners([Identifier(EMAIL, "jane.doe@example.com")]) == {}
    assert directory.contacts([ContactId(1)]) == {}
    assert directory.repeats([b"key"]) == {}
    assert directory.verdicts(Position(0), Position(MAX_POSITION)) == {}
    assert directory.names() == {}
    assert directory.notes() == []
    assert directory.check() == []


def test_nothing_asked_is_nothing_answered(directory: Directory) -> None:
    """Empty collections of keys are fine."""
    assert directory.owners([]) == {}
    assert directory.contacts([]) == {}
    assert directory.repeats([]) == {}


def test_contacts_come_back_exactly(opened: Opened) -> None:
    """Whole numbers stay whole, 1.0 stays a fraction, true stays true, texts keep every character.

    So it is after opening again, and a contact that is applied again is as it was applied last.
    """
    known: dict[ContactId, Contact] = {}

    @settings(max_examples=examples(40))
    @given(
        st.integers(1, 30),
        st.integers(-(2**63), 2**63 - 1),
        st.dictionaries(st.sampled_from(DECIDING_ORDER), texts),
        st.dictionaries(texts, values, max_size=5),
    )
    def holds(
        number: int, moment: int, names: dict[str, str], attributes: dict[str, Value]
    ) -> None:
        directory = opened.directory
        id_ = ContactId(number)
        created_at = known[id_].created_at if id_ in known else moment
        one = Contact(
            id=id_,
            created_at=created_at,
            modified_at=moment,
            identifiers=names,
            attributes=attributes,
        )
        changes = run(directory.position() + 1, 100)
        changes.contacts = [one]
        directory.apply(changes)
        known[id_] = one
        assert exactly(directory.contacts([id_])[id_]) == exactly(one)

    holds()
    ids = [ContactId(number) for number in range(101)]
    found = opened.again().contacts(ids)
    assert {id_: exactly(one) for id_, one in found.items()} == {
        id_: exactly(one) for id_, one in known.items()
    }


def test_an_identifier_names_whom_it_was_given_to(opened: Opened) -> None:
    """Every character counts, and the kind; what differs in one of them names nobody."""
    known: dict[Identifier, ContactId] = {}

    @settings(max_examples=examples(40))
    @given(st.lists(identifiers, max_size=10), st.lists(identifiers, max_size=10))
    def holds(given_ones: list[Identifier], asked: list[Identifier]) -> None:
        directory = opened.directory
        changes = run(directory.position() + 1)
        changes.identifiers = {
            identifier: ContactId(number)
            for number, identifier in enumerate(given_ones, 1)
            if identifier not in known
        }
        directory.apply(changes)
        known.update(changes.identifiers)
        assert directory.owners([*asked, *given_ones]) == {
            identifier: known[identifier]
            for identifier in [*asked, *given_ones]
            if identifier in known
        }

    holds()
    assert opened.again().owners(list(known)) == known


@pytest.mark.parametrize("tail", ["\0", "\0b", " ", "\n", "B", "é", "%", "'", '"', "\\"])
def test_identifiers_that_begin_alike_are_different(directory: Directory, tail: str) -> None:
    """Neither names the other's contact, whatever the difference is."""
    short, long = Identifier(EXT_ID, "a"), Identifier(EXT_ID, "a" + tail)
    changes = run(1)
    changes.identifiers = {short: ContactId(1)}
    directory.apply(changes)
    assert directory.owners([long]) == {}
    changes = run(2)
    changes.identifiers = {long: ContactId(2)}
    directory.apply(changes)
    assert directory.owners([short, long]) == {short: ContactId(1), long: ContactId(2)}


def test_many_keys_are_answered_at_once(directory: Directory) -> None:
    """Thousands of identifiers, contacts and keys in one call, known and unknown ones mixed."""
    count = 3_000
    changes = run(1, count + 1)
    changes.contacts = [contact(number, NUMBER=number) for number in range(1, count + 1)]
    changes.identifiers = {
        Identifier(EMAIL, f"{number}@example.com"): ContactId(number)
        for number in range(1, count + 1)
    }
    changes.repeats = [
        Repeat(b"%d" % number, Position(number), MOMENT) for number in range(1, count + 1)
    ]
    directory.apply(changes)
    asked = range(count // 2, count * 2)
    there = range(count // 2, count + 1)
    assert directory.owners([Identifier(EMAIL, f"{number}@example.com") for number in asked]) == {
        Identifier(EMAIL, f"{number}@example.com"): number for number in there
    }
    assert directory.contacts([ContactId(number) for number in asked]) == {
        number: contact(number, NUMBER=number) for number in there
    }
    assert directory.repeats([b"%d" % number for number in asked]) == {
        b"%d" % number: Repeat(b"%d" % number, Position(number), MOMENT) for number in there
    }


def test_repeats_are_forgotten_when_they_are_old(directory: Directory) -> None:
    """Those received before the given moment are gone, those of that moment and later are not."""
    changes = run(1)
    changes.repeats = [Repeat(bytes([n, 0, 255]), Position(1), MOMENT + n) for n in range(5)]
    directory.apply(changes)
    changes = run(2)
    changes.forget_repeats_before = MOMENT + 3
    directory.apply(changes)
    found = directory.repeats([bytes([n, 0, 255]) for n in range(5)])
    assert sorted(repeat.received_at for repeat in found.values()) == [MOMENT + 3, MOMENT + 4]


def test_verdicts_are_found_by_position(opened: Opened) -> None:
    """Whole, in the range asked for with both ends."""
    remark = Remark("attribute_ignored", "contact_properties.AGE", "no number \0 é")
    verdicts = [
        Verdict(
            position=Position(3), verdict="applied", contact_id=ContactId(1), remarks=(remark,)
        ),
        Verdict(position=Position(5), verdict="duplicate", duplicate_of=Position(3)),
        Verdict(position=Position(MAX_POSITION), verdict="set_aside", reason="unknown_contact_id"),
    ]
    changes = run(MAX_POSITION)
    changes.verdicts = verdicts
    opened.directory.apply(changes)
    directory = opened.again()
    assert directory.verdicts(Position(3), Position(5)) == {3: verdicts[0], 5: verdicts[1]}
    assert directory.verdicts(Position(4), Position(4)) == {}
    assert list(directory.verdicts(Position(0), Position(MAX_POSITION)).values()) == verdicts


def test_counts_add_up(opened: Opened) -> None:
    """Names and totals are added to what is there; a setting and a definition are replaced."""
    for position in (1, 2, 3):
        changes = run(position)
        changes.names = {"visited": NameVolume(position, 100 - position, 100 + position)}
        changes.totals = {"applied": position, "duplicate": 0}
        changes.settings = {"attributes.unknown": f"rule {position}"}
        changes.definitions = [AttributeDefinition("PLAN", "multiple-choice", ("a", str(position)))]
        opened.directory.apply(changes)
    directory = opened.again()
    assert directory.names() == {"visited": NameVolume(6, 97, 103)}
    state = directory.state()
    assert (state.totals["applied"], state.totals.get("duplicate", 0)) == (6, 0)
    assert state.settings == {"attributes.unknown": "rule 3"}
    assert state.definitions == [AttributeDefinition("PLAN", "multiple-choice", ("a", "3"))]
    assert state.position == directory.position() == 3


def test_a_run_that_fails_leaves_nothing(directory: Directory) -> None:
    """When apply raises, position and contacts are as before, and the next run is applied."""
    first = run(1, 2)
    first.contacts = [contact(1)]
    directory.apply(first)
    broken = run(2, 3)
    broken.contacts = [contact(1, AGE=1), contact(2)]
    broken.merges = [(Position(2), Merge(kept=1, gone=2))] * 2  # each is there once
    with pytest.raises(Unavailable):
        directory.apply(broken)
    assert directory.state().next_contact_id == 2
    assert directory.contacts([ContactId(1), ContactId(2)]) == {1: contact(1)}
    broken.merges = []
    directory.apply(broken)
    assert directory.position() == 2
    assert directory.contacts([ContactId(1)]) == {1: contact(1, AGE=1)}


def test_readers_see_whole_runs_only(directory: Directory) -> None:
    """While one thread applies, others never see a position without what belongs to it."""
    done = threading.Event()
    ids = [ContactId(1), ContactId(2)]

    def look() -> int:
        looks = 0
        while not done.is_set() or not looks:
            before = directory.position()
            found = directory.contacts(ids)
            after = directory.state()
            assert len({exactly(each.attributes) for each in found.values()}) <= 1
            for each in found.values():
                assert before <= each.modified_at - MOMENT - each.id <= after.position
            assert len(found) == 2 or not before
            assert after.totals.get("applied", 0) == after.position
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(look) for _ in range(2)]
        try:
            for position in range(1, RUNS + 1):
                changes = run(position, 3)
                changes.contacts = [contact(1, RUN=position), contact(2, RUN=position)]
                for each in changes.contacts:
                    each.modified_at += position
                changes.totals = {"applied": 1}
                directory.apply(changes)
        finally:
            done.set()
        assert all(reader.result() for reader in readers)


def test_equal_runs_dump_equally(opened: Opened, tmp_path: Path) -> None:
    """The dump tells what was applied, not into which runs it was cut."""
    contacts = [contact(number, NUMBER=number) for number in range(1, 21)]
    for each in contacts:
        each.identifiers = {EXT_ID: f"x{each.id}"}
    whole = run(20, 21)
    whole.contacts = contacts
    whole.identifiers = {Identifier(EXT_ID, f"x{each.id}"): each.id for each in contacts}
    whole.totals = {"applied": 20}
    opened.directory.apply(whole)
    assert opened.directory.check() == []
    dumped = list(opened.directory.dump())
    other = opened.another(tmp_path / "other")
    for each in contacts:
        part = run(each.id, each.id + 1)
        part.contacts = [each]
        part.identifiers = {Identifier(EXT_ID, f"x{each.id}"): each.id}
        part.totals = {"applied": 1}
        other.apply(part)
    assert list(other.dump()) == dumped
    other.apply(run(21, 21))
    assert list(other.dump()) != dumped
    other.close()


def test_check_finds_what_does_not_fit(directory: Directory) -> None:
    """Identifiers of contacts that are missing, and verdicts past the position."""
    changes = run(5, 10)
    changes.contacts = [contact(1), contact(2)]
    changes.identifiers = {Identifier(EMAIL, "a@example.com"): ContactId(3)}
    changes.verdicts = [Verdict(position=Position(6), verdict="set_aside")]
    directory.apply(changes)
    problems = " ".join(directory.check())
    assert "contacts that are missing" in problems
    assert "verdicts" in problems


def test_notes_replace_one_another_and_go_when_they_say_nothing(opened: Opened) -> None:
    """The last note of a name and a path counts; one without anything in it removes it."""
    directory = opened.directory
    event = Note("viewed", description="A page was seen", owner="web", hidden=True)
    path = Note("viewed", "cart.items[].sku", "Of the shop", expected="text")
    changes = run(1)
    changes.notes = [path, event]
    directory.apply(changes)
    assert opened.again().notes() == [event, path]
    changed = Note("viewed", "cart.items[].sku", expected="number")
    changes = run(2)
    changes.notes = [Note("viewed"), changed]
    opened.directory.apply(changes)
    assert opened.directory.notes() == [changed]
