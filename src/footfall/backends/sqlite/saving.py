"""Writing what a run changed into the directory's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from operator import attrgetter

from footfall.backends.sqlite import erasing
from footfall.backends.sqlite.rows import (
    KIND_NUMBERS,
    attribute_row,
    contact_row,
    folder_row,
    history_row,
    list_row,
    member_row,
    note_row,
    object_type_row,
    problem_row,
    process_row,
    record_row,
    text,
)
from footfall.backends.sqlite.segments import save_segments
from footfall.backends.sqlite.statements import statement
from footfall.objects import CONTACT, Association, RecordKey
from footfall.ports import Changes, ClearAttribute, ClearList, ClearOption, Sweep


def save(writer: sqlite3.Connection, changes: Changes) -> None:
    """Write everything, in the order that `Changes` states. Within a transaction."""
    for sweep in changes.sweeps:
        _make_sweep(writer, sweep, changes)
    for erasure in changes.erasures:
        erasing.begin(writer, changes, erasure)
    _save_state(writer, changes, _remove_contacts(writer, changes))
    _save_contacts(writer, changes)
    _save_definitions(writer, changes)
    _save_processes(writer, changes)
    _save_objects(writer, changes)
    save_segments(writer, changes)
    erasing.forget_passages(writer, frozenset(changes.removed_contacts))
    _keep_verdicts(writer, changes)
    _keep_repeats(writer, changes)
    _count(writer, changes)
    _save_notes(writer, changes)
    _keep_traces(writer, changes)
    erasing.note_late(writer, changes.late_traces)
    for erasure in changes.erasures:
        erasing.forget_segments(writer, erasure.contact_id)


def _make_sweep(writer: sqlite3.Connection, sweep: Sweep, changes: Changes) -> None:
    """Note what will change, then change it."""
    due: dict[str, object] = {"position": changes.position, "at": changes.received_at}
    due["is_shown"] = True
    match sweep:
        case ClearAttribute():
            due |= {"name": sweep.name, "path": f'$."{sweep.name}"'}
            what = "attribute"
        case ClearOption():
            due |= {"name": sweep.name, "path": f'$."{sweep.name}"', "option": text(sweep.option)}
            what = "option"
        case ClearList():
            due |= {"list_id": sweep.list_id}
            what = "list"
    writer.execute(statement(f"note_cleared_{what}"), due)
    writer.execute(statement(f"clear_{what}"), due)
    _sweep_members(writer, what, due)
    if isinstance(sweep, ClearList):
        writer.execute("DELETE FROM memberships WHERE list_id = :list_id", due)


def _sweep_members(writer: sqlite3.Connection, what: str, due: dict[str, object]) -> None:
    """The same on merged contacts, each by itself. Their history is noted with the others'."""
    if what == "list":
        writer.execute(statement("clear_list_of_members"), due)
        return
    if what == "option":
        note = statement("note_cleared_option")
        writer.execute(note.replace("contacts", "members"), due | {"is_shown": False})
    writer.execute(statement(f"clear_{what}").replace("contacts", "members"), due)


def _remove_contacts(writer: sqlite3.Connection, changes: Changes) -> int:
    """Returns how many of those that were shown are not any more."""
    gone = [(contact_id,) for contact_id in changes.removed_contacts]
    writer.executemany("DELETE FROM history WHERE contact_id = ?", gone)
    _dissociate(writer, ((CONTACT, contact_id) for contact_id in changes.removed_contacts))
    gone += [(contact_id,) for contact_id in changes.hidden_contacts]
    return max(0, writer.executemany("DELETE FROM contacts WHERE id = ?", gone).rowcount)


def _save_state(writer: sqlite3.Connection, changes: Changes, removed: int) -> None:
    (next_id,) = writer.execute("SELECT next_contact_id FROM state").fetchone()
    created = sum(contact.id >= next_id for contact in changes.contacts)
    created += len(changes.shown_again)
    writer.execute(
        "UPDATE state SET position = ?, next_contact_id = ?, next_folder_id = ?,"
        " next_list_id = ?, contact_count = contact_count + ?,"
        " next_segment_id = max(next_segment_id, ?), now = max(now, ?)",
        (
            changes.position,
            changes.next_contact_id,
            changes.next_folder_id,
            changes.next_list_id,
            created - removed,
            changes.next_segment_id,
            changes.now,
        ),
    )


def _save_contacts(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany(statement("save_contact"), map(contact_row, changes.contacts))
    writer.executemany(
        "DELETE FROM members WHERE id = ?", ((id_,) for id_ in changes.removed_members)
    )
    writer.executemany(statement("save_member"), (member_row(*each) for each in changes.members))
    writer.executemany(
        "INSERT INTO merges VALUES (?, ?, ?, NULL)",
        ((position, merge.kept, merge.gone) for position, merge in changes.merges),
    )
    writer.executemany(
        "UPDATE merges SET undone = :position"
        " WHERE gone_id = :gone AND position < :position AND undone IS NULL",
        ({"position": position, "gone": gone} for position, gone in changes.undone_merges),
    )
    writer.executemany(
        "DELETE FROM identifiers WHERE kind = ? AND value = ?",
        ((KIND_NUMBERS[kind], value) for kind, value in changes.freed_identifiers),
    )
    writer.executemany(
        "INSERT OR REPLACE INTO identifiers VALUES (?, ?, ?)",
        (
            (KIND_NUMBERS[kind], value, owner)
            for (kind, value), owner in changes.identifiers.items()
        ),
    )
    memberships = changes.memberships.items()
    writer.executemany(
        "DELETE FROM memberships WHERE list_id = ? AND contact_id = ?",
        (membership for membership, is_on in memberships if not is_on),
    )
    writer.executemany(
        "INSERT OR IGNORE INTO memberships VALUES (?, ?)",
        (membership for membership, is_on in memberships if is_on),
    )
    # By contact, so that each page of their index is touched once.
    history = sorted(changes.history, key=attrgetter("contact_id"))
    writer.executemany("INSERT INTO history VALUES (?, ?, ?, ?, ?)", map(history_row, history))


def _save_definitions(writer: sqlite3.Connection, changes: Changes) -> None:
    """Of attributes, folders and lists."""
    for table, key, gone in (
        ("attributes", "name", changes.removed_definitions),
        ("lists", "id", changes.removed_lists),
        ("folders", "id", changes.removed_folders),
    ):
        deletion = f"DELETE FROM {table} WHERE {key} = ?"  # noqa: S608 - own names
        writer.executemany(deletion, ((each,) for each in gone))
    writer.executemany(
        "INSERT OR REPLACE INTO attributes VALUES (?, ?, ?, ?, ?, ?, ?)",
        map(attribute_row, changes.definitions),
    )
    writer.executemany(statement("save_folder"), map(folder_row, changes.folders))
    writer.executemany(statement("save_list"), map(list_row, changes.lists))


def _save_processes(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany(statement("save_process"), map(process_row, changes.processes))
    writer.executemany("INSERT INTO problems VALUES (?, ?, ?)", map(problem_row, changes.problems))


def _save_objects(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany(
        "INSERT OR REPLACE INTO object_types VALUES (?, ?, ?, ?)",
        map(object_type_row, changes.object_types),
    )
    writer.executemany(
        "DELETE FROM object_records WHERE object_type = ? AND id = ?", changes.removed_records
    )
    writer.executemany(
        "INSERT OR REPLACE INTO object_records VALUES (?, ?, ?, ?, ?, ?)",
        map(record_row, changes.records),
    )
    for association in changes.associations:
        _associate(writer, association)
    _dissociate(writer, changes.removed_records)


def _associate(writer: sqlite3.Connection, association: Association) -> None:
    """In both directions."""
    one, other, at, is_linked = association
    both = (*one, *other), (*other, *one)
    if is_linked:
        writer.executemany(
            "INSERT OR IGNORE INTO associations VALUES (?, ?, ?, ?, ?)",
            ((*ends, at) for ends in both),
        )
    else:
        writer.executemany(statement("part"), both)


def _dissociate(writer: sqlite3.Connection, gone: Iterable[RecordKey]) -> None:
    """Nothing is associated with these any more."""
    for object_type, id_ in gone:
        ends = {"object_type": object_type, "id": id_}
        writer.execute(statement("part_from_others"), ends)
        writer.execute(
            "DELETE FROM associations WHERE object_type = :object_type AND id = :id", ends
        )


def _keep_verdicts(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany(
        "INSERT OR REPLACE INTO verdicts VALUES (?, ?)",
        ((verdict.position, text(verdict)) for verdict in changes.verdicts),
    )


def _keep_traces(writer: sqlite3.Connection, changes: Changes) -> None:
    """What an erasure will need."""
    writer.executemany("INSERT INTO mentions VALUES (?, ?, ?)", changes.mentions)
    writer.executemany(
        "INSERT INTO introductions VALUES (?, ?, ?, ?)",
        (
            (position, name, added.type, text(added.options))
            for (position, name), added in changes.introduced.items()
        ),
    )


def _keep_repeats(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany("INSERT OR REPLACE INTO repeats VALUES (?, ?, ?)", changes.repeats)
    writer.execute("DELETE FROM repeats WHERE received_at < ?", (changes.forget_repeats_before,))


def _count(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany(
        statement("count_name"),
        (
            (name, volume.count, volume.first_seen, volume.last_seen)
            for name, volume in changes.names.items()
        ),
    )
    writer.executemany(statement("count_total"), changes.totals.items())
    writer.executemany("INSERT OR REPLACE INTO rules VALUES (?, ?)", changes.settings.items())


def _save_notes(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany(
        "DELETE FROM notes WHERE name = ? AND path = ?",
        ((note.name, note.path) for note in changes.notes if note.says_nothing),
    )
    writer.executemany(
        "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?, ?, ?)",
        (note_row(note) for note in changes.notes if not note.says_nothing),
    )
