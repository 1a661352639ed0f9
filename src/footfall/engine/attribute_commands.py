"""Applying commands that create, change and remove attributes of the account. Pure."""

from __future__ import annotations

import msgspec

from footfall.attributes import (
    COMPUTED,
    MAX_OPTIONS,
    RESERVED,
    AttributeCategory,
    AttributeDefinition,
)
from footfall.commands import CreateAttribute, DeleteAttribute, DeleteOption, UpdateAttribute
from footfall.contact_updates import add_options
from footfall.contacts import ContactBook
from footfall.engine.decisions import Draft
from footfall.engine.outcomes import Done
from footfall.errors import DuplicateParameter, InvalidParameter, NotFound
from footfall.ports import ClearAttribute, ClearOption


def create_attribute(draft: Draft, _now: int, command: CreateAttribute) -> Done:
    """A new attribute; names are unique over all categories."""
    definition = command.definition
    if definition.name in RESERVED or definition.name in draft.book.definitions:
        raise DuplicateParameter("Attribute name must be unique")
    draft.book.define(definition)
    return Done()


def update_attribute(draft: Draft, _now: int, command: UpdateAttribute) -> Done:
    """Another formula, other choices, or more options. Contacts keep the values that they have."""
    book = draft.book
    definition = _existing(book, command.category, command.name)
    if definition.category in COMPUTED:
        book.define(msgspec.structs.replace(definition, formula=command.formula))
    elif definition.category == "category":
        changed = msgspec.structs.replace(
            definition, options=command.options, labels=command.labels
        )
        book.define(changed)
    elif definition.type != "multiple-choice":
        raise InvalidParameter(
            f"{definition.name} is of type {definition.type} and has no options",
            "multiCategoryOptions",
        )
    elif not add_options(book, definition, command.options):
        raise InvalidParameter(
            f"{definition.name} would have more than {MAX_OPTIONS} options", "multiCategoryOptions"
        )
    return Done()


def delete_attribute(draft: Draft, _now: int, command: DeleteAttribute) -> Done:
    """Remove the attribute, and its value from every contact."""
    definition = _existing(draft.book, command.category, command.name)
    draft.book.undefine(definition.name)
    draft.sweeps.append(ClearAttribute(definition.name))
    return Done()


def delete_option(draft: Draft, _now: int, command: DeleteOption) -> Done:
    """Remove the option, from every contact's value too."""
    definition = draft.book.definitions.get(command.name)
    if definition is None or definition.type != "multiple-choice":
        raise NotFound("Attribute does not exist")
    if command.option not in definition.options:
        raise NotFound("Attribute option does not exist")
    options = tuple(option for option in definition.options if option != command.option)
    draft.book.define(msgspec.structs.replace(definition, options=options))
    draft.sweeps.append(ClearOption(definition.name, command.option))
    return Done()


def _existing(book: ContactBook, category: AttributeCategory, name: str) -> AttributeDefinition:
    definition = book.definitions.get(name)
    if definition is None or definition.category != category:
        raise NotFound("Attribute does not exist")
    return definition
