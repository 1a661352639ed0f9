"""Records of objects behave like a dictionary of dictionaries, whatever is asked of them."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from footfall.errors import NotFound
from footfall.objects import (
    ObjectRecord,
    Objects,
    RecordKey,
    Reference,
    identifiers_of,
    reference_of,
)

TYPES = st.sampled_from(["order", "vehicle"])
EXT_IDS = st.sampled_from(["", "a", "b", "c"])
VALUES = st.dictionaries(
    st.sampled_from(["x", "y"]), st.sampled_from([1, "text", True, ["a"], None, "", []])
)


class ObjectsMachine(RuleBasedStateMachine):
    """A model beside the domain, with a store that takes what a run changed and gives it back."""

    def __init__(self) -> None:
        super().__init__()
        self.objects = Objects()
        self.kept: dict[tuple[str, int], ObjectRecord] = {}
        self.model: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
        self.given_out: dict[str, int] = {}
        self.linked: set[frozenset[RecordKey]] = set()
        self.kept_links: set[frozenset[RecordKey]] = set()

    def _owner(self, object_type: str, ext_id: str) -> int:
        found = [
            id_
            for (of_type, id_), (held, _) in self.model.items()
            if of_type == object_type and held == ext_id and ext_id
        ]
        return found[0] if found else 0

    @rule(object_type=TYPES, ext_id=EXT_IDS, id_=st.integers(0, 5), attributes=VALUES)
    def upsert(self, object_type: str, ext_id: str, id_: int, attributes: dict[str, Any]) -> None:
        """An id must exist; an ext_id names one record; neither makes a new one."""
        reference = Reference(object_type, id_, "" if id_ else ext_id)
        self.objects.ensure(object_type, 1)
        key = (object_type, id_ or self._owner(object_type, ext_id))
        if id_ and key not in self.model:
            with contextlib.suppress(NotFound):
                self.objects.upsert(reference, attributes, 2)
                raise AssertionError
            return
        is_known = key in self.model
        if not is_known:
            key = (object_type, self.given_out.get(object_type, 0) + 1)
            self.given_out[object_type] = key[1]
        held_ext_id, held = self.model.get(key, (ext_id, {}))
        merged = {
            name: value
            for name, value in {**held, **attributes}.items()
            if value not in (None, "", [])
        }
        self.model[key] = held_ext_id, merged
        record, is_new = self.objects.upsert(reference, attributes, 2)
        assert ((record.object_type, record.id), is_new) == (key, not is_known)
        assert (record.ext_id, record.attributes) == self.model[key]

    @rule(object_type=TYPES, ext_id=EXT_IDS, id_=st.integers(0, 5))
    def remove(self, object_type: str, ext_id: str, id_: int) -> None:
        """What is there goes; what is not is told."""
        reference = Reference(object_type, id_, "" if id_ else ext_id)
        key = (object_type, id_ or self._owner(object_type, ext_id))
        self.linked = {pair for pair in self.linked if key not in pair}
        if self.model.pop(key, None) is None:
            with contextlib.suppress(NotFound):
                self.objects.remove(reference)
                raise AssertionError
        else:
            assert self.objects.remove(reference).id == key[1]

    @rule(
        of=st.tuples(TYPES, st.integers(1, 5)),
        other=st.tuples(st.sampled_from(["order", "vehicle", "contact"]), st.integers(1, 5)),
        is_linked=st.booleans(),
    )
    def associate(self, of: RecordKey, other: RecordKey, is_linked: bool) -> None:
        """An association has no direction, and making or undoing it twice changes nothing more."""
        is_there = other in self.model or other[0] == "contact"
        record = self.objects.find(Reference(*of))
        if record is None or other == of or not is_there:
            return
        if is_linked:
            self.objects.associate(record, other, 2)
            self.linked.add(frozenset({of, other}))
        else:
            self.objects.part(record, other, 2)
            self.linked.discard(frozenset({of, other}))

    @rule()
    def commit(self) -> None:
        """The store takes what changed; the next run begins with what is loaded."""
        for key in self.objects.removed:
            self.kept.pop(key, None)
        self.kept |= {key: self.objects.records[key] for key in self.objects.changed}
        for one, other, _, is_linked in self.objects.associations:
            change = self.kept_links.add if is_linked else self.kept_links.discard
            change(frozenset({one, other}))
        gone = self.objects.removed
        self.kept_links = {pair for pair in self.kept_links if not pair & gone}
        assert self.kept_links == self.linked
        self.objects.settle()
        self.objects.load(self.kept.values())

    @invariant()
    def every_record_is_found(self) -> None:
        """By id and by ext_id, and as an event would name it; sizes are counted."""
        for (object_type, id_), (ext_id, _) in self.model.items():
            record = self.objects.find(Reference(object_type, id_))
            assert record is not None
            assert self.objects.find(reference_of(object_type, identifiers_of(record))) == record
            if ext_id:
                assert self.objects.find(reference_of(object_type, {"ext_id": ext_id})) == record
        for name, type_ in self.objects.types.items():
            assert type_.size == sum(key[0] == name for key in self.model)
            assert type_.next_id == self.given_out.get(name, 0) + 1


TestObjects = ObjectsMachine.TestCase
