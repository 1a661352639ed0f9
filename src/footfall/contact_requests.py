"""What a client says of a contact, read into what the journal keeps of it. Pure.

Every rule that needs no knowledge of contacts is held here. Source of the fields: Brevo's OpenAPI
document for createContact, updateContact and updateBatchContacts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from footfall.admission import MAX_ATTRIBUTES, MAX_CONTACT_ID
from footfall.attributes import ATTRIBUTES_OF_IDENTIFIERS, MAX_ATTRIBUTE_NAME, attribute_name
from footfall.commands import ContactChanges, Named
from footfall.errors import InvalidParameter, MissingParameter
from footfall.identifiers import DECIDING_ORDER, EMAIL, EXT_ID, PHONE, normal

IdentifierType = Literal[
    "email_id", "phone_id", "contact_id", "ext_id", "whatsapp_id", "landline_number_id"
]
MAX_LIST_IDS: Final = 1_000
MAX_SENDERS: Final = 100
MAX_ID_DIGITS: Final = 18

KINDS_OF_ATTRIBUTES: Final = {"EMAIL": EMAIL} | {
    name: kind for kind, name in ATTRIBUTES_OF_IDENTIFIERS.items()
}
"""Which identifier an attribute's name stands for."""

ListIds = Annotated[list[int] | None, Meta(description="Ids of lists.")]


class ChangesBody(msgspec.Struct, kw_only=True):
    """What every body that says something of a contact may have. null counts as absent."""

    attributes: Annotated[
        dict[str, Any] | list[Any] | None,
        Meta(
            description="Names compare in upper case. EMAIL, SMS, EXT_ID, WHATSAPP and "
            'LANDLINE_NUMBER set identifiers; null and "" clear.'
        ),
    ] = None
    ext_id: str | None = None
    list_ids: Annotated[ListIds, Meta(description="The lists to put the contact on.")] = (
        msgspec.field(name="listIds", default=None)
    )
    email_blacklisted: bool | None = msgspec.field(name="emailBlacklisted", default=None)
    sms_blacklisted: bool | None = msgspec.field(name="smsBlacklisted", default=None)
    smtp_blacklist_sender: Annotated[
        list[str] | None,
        Meta(description="Senders whose transactional e-mail the contact must not get."),
    ] = msgspec.field(name="smtpBlacklistSender", default=None)


class CreateContactBody(ChangesBody, kw_only=True):
    """A contact to create. One identifier at least: email, ext_id, or an attribute such as SMS."""

    email: str | None = None
    update_enabled: Annotated[
        bool | None, Meta(description="Update the contact if there is one already.")
    ] = msgspec.field(name="updateEnabled", default=None)
    force_merge: bool | None = msgspec.field(name="forceMerge", default=None)
    get_id: Annotated[
        bool | None, Meta(description="Answer with the id also where the contact was updated.")
    ] = msgspec.field(name="getId", default=None)


class UpdateContactBody(ChangesBody, kw_only=True):
    """What to change of a contact; what is left out stays."""

    unlink_list_ids: Annotated[ListIds, Meta(description="The lists to take the contact off.")] = (
        msgspec.field(name="unlinkListIds", default=None)
    )
    force_merge: bool | None = msgspec.field(name="forceMerge", default=None)


class UpdateOneOfManyBody(UpdateContactBody, kw_only=True):
    """What to change of the one contact that `email`, `id` or `sms` names."""

    email: str | None = None
    id: int | None = None
    sms: str | None = None


def read_changes(body: ChangesBody, path: str = "") -> ContactChanges:
    """What the body says to change; raises `InvalidParameter`, naming the field by its path."""
    attributes = _attributes(body.attributes, path)
    update = body if isinstance(body, UpdateContactBody) else None
    create = body if isinstance(body, CreateContactBody) else None
    force_merge = (update or create or CreateContactBody()).force_merge
    return ContactChanges(
        identifiers=_identifiers(body, attributes, path),
        attributes={
            key: value
            for key, value in attributes.items()
            if attribute_name(key) not in KINDS_OF_ATTRIBUTES
        },
        list_ids=read_list_ids(body.list_ids, f"{path}listIds"),
        unlink_list_ids=read_list_ids(update.unlink_list_ids, f"{path}unlinkListIds")
        if update
        else [],
        email_blocked=body.email_blacklisted,
        sms_blocked=body.sms_blacklisted,
        blocked_senders=_senders(body.smtp_blacklist_sender, f"{path}smtpBlacklistSender"),
        force_merge=bool(force_merge),
    )


def check_names_somebody(changes: ContactChanges) -> None:
    """Raises `MissingParameter` unless a new contact would have an identifier."""
    if not any(changes.identifiers.values()):
        names = ", ".join(ATTRIBUTES_OF_IDENTIFIERS.values())
        raise MissingParameter(
            f"email is missing: a contact needs email, ext_id or one of the attributes {names}",
            "email",
        )


def name_contact(text: str, identifier_type: IdentifierType | None) -> Named:
    """The contact that a path names; without a type by its e-mail address or its id.

    Raises `InvalidParameter`.
    """
    if identifier_type == "contact_id" or (identifier_type is None and is_id(text)):
        if not is_id(text):
            raise InvalidParameter("identifier must be a contact's id", "identifier")
        return Named(contact_id=int(text))
    if identifier_type is None and "@" not in text:
        raise InvalidParameter(
            "identifier is neither an e-mail address nor a contact's id; "
            "name the contact by another kind with identifierType",
            "identifier",
        )
    return named_by(identifier_type or EMAIL, text, "identifier")


def name_one_of_many(body: UpdateOneOfManyBody, path: str) -> Named:
    """The contact that an item of a batch names; raises `InvalidParameter`."""
    given = [name for name in ("id", "email", "sms") if getattr(body, name)]
    if len(given) != 1:
        problem = "is missing" if not given else f"has more than one of {', '.join(given)}"
        kind = MissingParameter if not given else InvalidParameter
        raise kind(f"{path}email {problem}: name the contact by email, id or sms", f"{path}email")
    if body.id:
        if not 1 <= body.id <= MAX_CONTACT_ID:
            raise InvalidParameter(f"{path}id must be a positive 64-bit integer", f"{path}id")
        return Named(contact_id=body.id)
    if body.email:
        return named_by(EMAIL, body.email, f"{path}email")
    return named_by(PHONE, body.sms or "", f"{path}sms")


def named_by(kind: str, text: str, path: str) -> Named:
    """The contact with that identifier; raises `InvalidParameter` where the text is none."""
    return Named(kind=kind, value=_compared(kind, text, path))


def is_id(text: str) -> bool:
    """Whether the text can be a contact's id."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_ID_DIGITS


def _compared(kind: str, text: str, path: str) -> str:
    try:
        return normal(kind, text).value
    except ValueError as problem:
        raise InvalidParameter(f"{path} {problem}", path) from problem


def _attributes(given: dict[str, Any] | list[Any] | None, path: str) -> Mapping[str, Any]:
    if not given:
        return {}
    if isinstance(given, list):
        raise InvalidParameter(f"{path}attributes must be an object", f"{path}attributes")
    if len(given) > MAX_ATTRIBUTES:
        raise InvalidParameter(
            f"{path}attributes has more than {MAX_ATTRIBUTES} attributes", f"{path}attributes"
        )
    return {key: _plain(key, value, path) for key, value in given.items()}


def _plain(key: str, value: Any, path: str) -> Any:
    """The value as the journal can hold it: an integer past 64 bits becomes the nearest float."""
    match value:
        case dict():
            fits = False
        case list():
            fits = all(isinstance(item, str) for item in value)
        case _:
            fits = True
    if not fits:
        field = f"{path}attributes.{key[:MAX_ATTRIBUTE_NAME]}"
        raise InvalidParameter(
            f"{field} must be a string, a number, a boolean or a list of strings", field
        )
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def _identifiers(body: ChangesBody, attributes: Mapping[str, Any], path: str) -> dict[str, str]:
    found: dict[str, tuple[str, str]] = {}
    for kind, text, field in _given_identifiers(body, attributes, path):
        value = _compared(kind, text, field) if text else ""
        if kind in found and found[kind][0] != value:
            raise InvalidParameter(f"{field} and {found[kind][1]} differ", field)
        found[kind] = value, field
    return {kind: found[kind][0] for kind in DECIDING_ORDER if kind in found}


def _given_identifiers(
    body: ChangesBody, attributes: Mapping[str, Any], path: str
) -> Iterator[tuple[str, str, str]]:
    """Kind, text and field of each identifier that is to be set, or cleared where it is ""."""
    if body.ext_id is not None:
        yield EXT_ID, body.ext_id, f"{path}ext_id"
    if isinstance(body, CreateContactBody) and body.email:
        yield EMAIL, body.email, f"{path}email"
    for key, value in attributes.items():
        kind = KINDS_OF_ATTRIBUTES.get(attribute_name(key))
        if kind is not None:
            field = f"{path}attributes.{key}"
            if isinstance(value, bool | float | list) and value != []:
                raise InvalidParameter(f"{field} must be a string", field)
            yield kind, "" if value in (None, []) else str(value), field


def read_list_ids(given: Iterable[int] | None, path: str) -> list[int]:
    """The ids, each once; raises `InvalidParameter`."""
    ids = list(dict.fromkeys(given or ()))
    if len(ids) > MAX_LIST_IDS:
        raise InvalidParameter(f"{path} has more than {MAX_LIST_IDS} ids", path)
    if not all(1 <= each <= MAX_CONTACT_ID for each in ids):
        raise InvalidParameter(f"{path} must be positive 64-bit integers", path)
    return ids


def _senders(given: list[str] | None, path: str) -> list[str] | None:
    if given is None:
        return None
    if len(given) > MAX_SENDERS:
        raise InvalidParameter(f"{path} has more than {MAX_SENDERS} addresses", path)
    return list(dict.fromkeys(_compared(EMAIL, text, path) for text in given))
