"""`/v3/contacts/attributes`: what the account keeps of its contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal, get_args

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.parts import GivenParts
from footfall.attributes import (
    ATTRIBUTES_OF_IDENTIFIERS,
    COMPUTED,
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_TEXT,
    AttributeCategory,
    AttributeDefinition,
    AttributeType,
    attribute_name,
    is_attribute_name,
)
from footfall.commands import CreateAttribute, DeleteAttribute, DeleteOption, UpdateAttribute
from footfall.errors import FootfallError, InvalidParameter, MissingParameter

GivenType = Literal["text", "date", "float", "boolean", "id", "category", "multiple-choice", "user"]
TYPES: Final[dict[AttributeCategory, tuple[GivenType, ...]]] = {
    "normal": ("text", "date", "float", "boolean", "multiple-choice", "user"),
    "transactional": ("id", "text", "date", "float", "boolean"),
    "category": ("category",),
}
"""The types that attributes of each category have. Source: Brevo's createAttribute."""


class ShownChoice(msgspec.Struct, rename="camel"):
    """A value of a category attribute."""

    value: int
    """0 where `valueStr` is no number."""
    label: str
    value_str: str


class ShownAttribute(msgspec.Struct, rename="camel", omit_defaults=True):
    """An attribute. A category attribute has no `type` here: some clients refuse one."""

    name: str
    category: AttributeCategory
    type: Literal["text", "date", "float", "id", "boolean", "multiple-choice", "user"] | None = None
    enumeration: list[ShownChoice] | None = None
    calculated_value: str | None = None
    multi_category_options: list[str] | None = None


class AttributeList(msgspec.Struct):
    """All attributes, by name."""

    attributes: list[ShownAttribute]


class Choice(msgspec.Struct):
    """A value of a category attribute, and what it is called."""

    label: str
    value: int | str


Choices = Annotated[list[Choice] | None, Meta(description="All values of a category attribute.")]
Options = Annotated[list[str] | None, Meta(description="Options of a multiple-choice attribute.")]
Formula = Annotated[
    str | None, Meta(description="The formula of a calculated or global attribute.")
]


class CreateAttributeBody(msgspec.Struct, kw_only=True):
    """A new attribute; what it needs depends on its category."""

    type: GivenType | None = None
    enumeration: Choices = None
    multi_category_options: Options = msgspec.field(name="multiCategoryOptions", default=None)
    value: Formula = None
    is_recurring: bool | None = msgspec.field(name="isRecurring", default=None)


class UpdateAttributeBody(msgspec.Struct, kw_only=True):
    """All choices of a category attribute, further options, or another formula."""

    enumeration: Choices = None
    multi_category_options: Options = msgspec.field(name="multiCategoryOptions", default=None)
    value: Formula = None


class Nothing(msgspec.Struct):
    """An empty object."""


@get(
    "/v3/contacts/attributes",
    opt=require("contacts:read"),
    operation_id="getAttributes",
    tags=["Contacts"],
)
async def list_attributes(parts: GivenParts) -> Response[AttributeList]:
    """All attributes of the account, with those that stand for identifiers."""
    state = await parts.read(parts.directory.state)
    names = sorted(ATTRIBUTES_OF_IDENTIFIERS.values())
    identifiers = [ShownAttribute(name, "normal", "text") for name in names]
    shown = [*identifiers, *map(_shown, state.definitions)]
    return json_answer(AttributeList(sorted(shown, key=lambda each: each.name)))


@post(
    "/v3/contacts/attributes/{category:str}/{name:str}",
    opt=require_with("contacts:write", CreateAttributeBody),
    operation_id="createAttribute",
    tags=["Contacts"],
)
async def create_attribute(
    parts: GivenParts, request: Call, category: FromPath[str], name: FromPath[str]
) -> Response[Nothing]:
    """Create an attribute."""
    kind = _category(category)
    body = await read_body(request, CreateAttributeBody)
    options, labels = _choices(kind, body)
    definition = AttributeDefinition(
        _name(name),
        _type(kind, body.type),
        options,
        kind,
        labels,
        _formula(kind, body.value),
        bool(body.is_recurring),
    )
    await command(parts, request, CreateAttribute(definition))
    return json_answer(Nothing(), status=201)


@put(
    "/v3/contacts/attributes/{category:str}/{name:str}",
    opt=require_with("contacts:write", UpdateAttributeBody),
    status_code=204,
    operation_id="updateAttribute",
    tags=["Contacts"],
)
async def update_attribute(
    parts: GivenParts, request: Call, category: FromPath[str], name: FromPath[str]
) -> None:
    """Change the choices, the options or the formula; contacts keep the values that they have."""
    kind = _category(category)
    if kind == "transactional":
        raise InvalidParameter("A transactional attribute has nothing to change", "category")
    body = await read_body(request, UpdateAttributeBody)
    options, labels = _choices(kind, body)
    if kind == "normal" and not options:
        raise _missing("multiCategoryOptions")
    formula = _formula(kind, body.value)
    do = UpdateAttribute(kind, attribute_name(name), options, labels, formula)
    await command(parts, request, do)


@delete(
    "/v3/contacts/attributes/{category:str}/{name:str}",
    opt=require("contacts:write"),
    operation_id="deleteAttribute",
    tags=["Contacts"],
)
async def delete_attribute(
    parts: GivenParts, request: Call, category: FromPath[str], name: FromPath[str]
) -> None:
    """Remove an attribute, and every contact's value of it."""
    await command(parts, request, DeleteAttribute(_category(category), attribute_name(name)))


@delete(
    "/v3/contacts/attributes/{attribute_type:str}/{name:str}/{option:str}",
    opt=require("contacts:write"),
    operation_id="deleteMultiAttributeOptions",
    tags=["Contacts"],
)
async def delete_option(
    parts: GivenParts,
    request: Call,
    attribute_type: FromPath[str],
    name: FromPath[str],
    option: FromPath[str],
) -> None:
    """Remove an option of a multiple-choice attribute, from every contact's value too."""
    if attribute_type != "multiple-choice":
        raise InvalidParameter("attributeType must be multiple-choice", "attributeType")
    await command(parts, request, DeleteOption(attribute_name(name), option))


def _shown(definition: AttributeDefinition) -> ShownAttribute:
    shown = ShownAttribute(definition.name, definition.category)
    match definition.type:
        case "computed":
            shown.calculated_value = definition.formula
        case "category":
            labels = definition.labels or definition.options
            choices = zip(definition.options, labels, strict=True)
            shown.enumeration = [
                ShownChoice(_integer(value), label, value) for value, label in choices
            ]
        case "multiple-choice":
            shown.type = definition.type
            shown.multi_category_options = list(definition.options)
        case _:
            shown.type = definition.type
    return shown


def _integer(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        return 0
    return number if -(2**63) <= number < 2**63 else 0


def _category(text: str) -> AttributeCategory:
    for category in get_args(AttributeCategory):
        if category == text:
            known: AttributeCategory = category
            return known
    raise InvalidParameter(
        f"category must be one of {', '.join(get_args(AttributeCategory))}", "category"
    )


def _name(text: str) -> str:
    name = attribute_name(text)
    if is_attribute_name(name) is None:
        raise InvalidParameter(
            "An attribute's name is 1 to 255 characters of A-Z a-z 0-9 _ -", "name"
        )
    return name


def _type(category: AttributeCategory, given: GivenType | None) -> AttributeType:
    if category in COMPUTED:
        if given is not None:
            raise InvalidParameter(f"type is not for {category} attributes", "type")
        return "computed"
    allowed = TYPES[category]
    if given is None and len(allowed) == 1:
        return allowed[0]
    if given is None:
        raise _missing("type")
    if given not in allowed:
        raise InvalidParameter(
            f"type of a {category} attribute must be one of {', '.join(allowed)}", "type"
        )
    return given


def _formula(category: AttributeCategory, given: str | None) -> str:
    if category in COMPUTED:
        if not given:
            raise _missing("value")
        if len(given) > MAX_TEXT:
            raise InvalidParameter(f"value has more than {MAX_TEXT} characters", "value")
        return given
    if given is not None:
        raise InvalidParameter(f"value is not for {category} attributes", "value")
    return ""


def _choices(
    category: AttributeCategory, body: CreateAttributeBody | UpdateAttributeBody
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Options or values, and the labels of the values."""
    if body.enumeration is not None and category != "category":
        raise InvalidParameter(f"enumeration is not for {category} attributes", "enumeration")
    if body.multi_category_options is not None and category != "normal":
        raise InvalidParameter(
            f"multiCategoryOptions is not for {category} attributes", "multiCategoryOptions"
        )
    if isinstance(body, CreateAttributeBody) and body.multi_category_options is not None:
        _check_multiple(body.type)
    if category == "category":
        if not body.enumeration:
            raise _missing("enumeration")
        values = _distinct((str(each.value) for each in body.enumeration), "enumeration")
        labels = _distinct((each.label for each in body.enumeration), "enumeration")
        if len(values) != len(labels) or len(values) != len(body.enumeration):
            raise InvalidParameter("enumeration has a value or a label twice", "enumeration")
        return values, labels
    return _distinct(body.multi_category_options or (), "multiCategoryOptions"), ()


def _check_multiple(kind: GivenType | None) -> None:
    if kind != "multiple-choice":
        raise InvalidParameter(
            "multiCategoryOptions is for attributes of type multiple-choice",
            "multiCategoryOptions",
        )


def _distinct(texts: Iterable[str], field: str) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(_options(texts, field)))
    if len(kept) > MAX_OPTIONS:
        raise InvalidParameter(f"{field} has more than {MAX_OPTIONS} options", field)
    return kept


def _options(texts: Iterable[str], field: str) -> Iterator[str]:
    for text in texts:
        if not 1 <= len(text) <= MAX_OPTION:
            raise InvalidParameter(f"{field}: an option has 1 to {MAX_OPTION} characters", field)
        yield text


def _missing(field: str) -> FootfallError:
    return MissingParameter(f"{field} is missing", field)
