"""What tells one contact from another, and the one form in which each identifier is compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final, NamedTuple

import phonenumbers

EMAIL: Final = "email_id"
EXT_ID: Final = "ext_id"
PHONE: Final = "phone_id"
WHATSAPP: Final = "whatsapp_id"
LANDLINE: Final = "landline_number_id"

DECIDING_ORDER: Final = (EXT_ID, EMAIL, PHONE, WHATSAPP, LANDLINE)
"""Among these the first that is known names the contact. Brevo documents no order; this one goes
from what the caller's own system assigned to what people share."""

MAX_LENGTH: Final = 255
"""Characters of an identifier as received."""

is_plain_email: Final = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,190}").fullmatch
"""Whether a text is an e-mail address as nearly every caller sends it: ASCII, without blanks."""
_UNSEEN: Final = r"\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
_EMAIL = re.compile(rf"[^@{_UNSEEN}]{{1,64}}@[^@{_UNSEEN}]{{1,190}}").fullmatch
_NO_PHONE: Final = "is not a phone number with its country code"
_PHONE = re.compile(r"(?:\+|00)?([0-9]{1,20})").fullmatch
_BEGUN = re.compile(r"(?:\+|00)?([1-9][0-9]{0,19})").fullmatch
_NOT_DIALLED = re.compile(r"[\s().\-/]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]").search


class Identifier(NamedTuple):
    """One identifier in its compared form."""

    kind: str
    value: str


def normal(kind: str, value: str) -> Identifier:
    """The compared form of an identifier as received; raises ValueError saying what is wrong."""
    return Identifier(kind, NORMAL_FORM[kind](value))


def normal_email(value: str) -> str:
    """Lower case, no surrounding blanks. Checked for shape, not for existence."""
    if is_plain_email(value):
        return value.lower()
    _check_length(value)
    address = value.strip().lower()
    if _EMAIL(address) is None:
        raise ValueError("is not a valid e-mail address")
    return address


def normal_ext_id(value: str) -> str:
    """As received: it belongs to the caller's own system. Control characters are refused."""
    _check_length(value)
    if not value.isprintable() and _CONTROL(value) is not None:
        raise ValueError("has a control character")
    return value


def normal_phone(value: str) -> str:
    """E.164. `+91…`, `0091…` and `91…` are one number: without `+` the country code comes first.

    Blanks and `( ) . - /` may stand between the digits; letters and extensions are refused.
    Source: Brevo's createContact documents these three forms for SMS.
    """
    _check_length(value)
    return _e164(_NOT_DIALLED.sub("", value))


@lru_cache(maxsize=16_384)
def _e164(dialled: str) -> str:
    # Cached, for the library takes 20 microseconds. Only good numbers stay, so entries are short.
    match = _PHONE(dialled)
    if match is None:
        raise ValueError(_NO_PHONE)
    return f"+{match[1]}" if _is_in_its_form(match[1]) else _parsed(match[1])


def _is_in_its_form(digits: str) -> bool:
    """Whether the library would leave the number as it is; False also where it must be asked.

    It changes a number by taking a national prefix off, or leading zeros, and minds the length.
    """
    for length in (1, 2, 3):
        plan = _plan_of(digits[:length])
        if plan is not None:
            rest = digits[length:]
            return len(rest) in plan.lengths and not plan.is_begun(rest)
    return False


class _Plan(NamedTuple):
    """What the library knows of the numbers of one country code."""

    lengths: frozenset[int]
    is_begun: Callable[[str], object]
    """Whether something stands before the number itself that is not part of it, or may not be."""


@cache
def _plan_of(code: str) -> _Plan | None:
    """None for what is no country code."""
    number = int(code) if code and code[0] != "0" else 0
    region = phonenumbers.region_code_for_country_code(number)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(number, region)
    general = None if metadata is None else metadata.general_desc
    if metadata is None or general is None:
        return None
    lengths = frozenset(general.possible_length).difference(general.possible_length_local_only)
    prefix = metadata.national_prefix_for_parsing
    begun = re.compile(f"0|(?:{prefix})" if prefix else "0")
    return _Plan(lengths, begun.match)


def _parsed(digits: str) -> str:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException as problem:
        raise ValueError(_NO_PHONE) from problem
    # A number without its area code is refused: it would join people of many places.
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError(_NO_PHONE)
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # The library may drop one zero at a time: go on until the form is its own form.
    return form if form[1:] == digits else _e164(form)


def _check_length(value: str) -> None:
    if len(value) > MAX_LENGTH:
        raise ValueError(f"is longer than {MAX_LENGTH} characters")


def beginnings(text: str) -> dict[str, str]:
    """By kind, what the compared form of an identifier begins with that begins with the text.

    There is none for blanks. A number is begun with its country code, with or without `+` or `00`
    before it.
    """
    wanted = text.strip()
    if not wanted:
        return {}
    number = _BEGUN(_NOT_DIALLED.sub("", wanted))
    numbers = dict.fromkeys((PHONE, WHATSAPP, LANDLINE), f"+{number[1]}") if number else {}
    return {EMAIL: wanted.lower(), EXT_ID: wanted} | numbers


NORMAL_FORM: Final[dict[str, Callable[[str], str]]] = {
    EXT_ID: normal_ext_id,
    EMAIL: normal_email,
    PHONE: normal_phone,
    WHATSAPP: normal_phone,
    LANDLINE: normal_phone,
}
"""What brings a value of each kind to its compared form."""
